"""A server that ends with whoever started it: `python leash.py USER COMMAND…` runs it until standard input is closed.

USER is a number, or empty for the same user.
"""

import contextlib
import subprocess
import sys
import threading


def main() -> int:
    server = subprocess.Popen(
        sys.argv[2:], stdin=subprocess.DEVNULL, user=int(sys.argv[1]) if sys.argv[1] else None, start_new_session=True
    )
    threading.Thread(target=_end_with_input, args=(server,), daemon=True).start()
    return server.wait()


def _end_with_input(server: "subprocess.Popen[bytes]") -> None:
    sys.stdin.read()
    server.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        server.wait(2)
    server.kill()


if __name__ == "__main__":
    sys.exit(main())
