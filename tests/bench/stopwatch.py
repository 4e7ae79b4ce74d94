"""Runs one command and writes what the whole process cost: `stopwatch.py RESULT COMMAND [ARGUMENT]…`.

A program of its own, started with as little of Python as there is: Linux counts what a process held before it
became the command among the command's peak memory, so whoever starts it must be smaller than what is measured.
"""

import os
import sys
import time


def main(result: str, command: list[str]) -> None:
    """One line into `result`: exit code, wall seconds, CPU seconds, peak memory in bytes."""
    begun = time.monotonic()
    child = os.posix_spawn(command[0], command, os.environ)
    _, status, used = os.wait4(child, 0)
    wall = time.monotonic() - begun
    unit = 1 if sys.platform == "darwin" else 1024  # getrusage(2): macOS counts bytes, Linux KiB
    code = os.waitstatus_to_exitcode(status)
    with open(result, "w") as file:  # noqa: PTH123  pathlib and codecs would make this process larger
        file.write(f"{code} {wall} {used.ru_utime + used.ru_stime} {used.ru_maxrss * unit}\n")


main(sys.argv[1], sys.argv[2:])
