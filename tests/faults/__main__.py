"""`python -m tests.faults`: put every promise to the test in its long form, and print the figures.

Ends with code 1 if anything was wrong, or nothing was tried. `make test` makes the same trials in a shorter form.
"""

import argparse
import sys
from time import monotonic

from tests.faults.figures import Promise
from tests.faults.promises import NAMES, promise


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("only", nargs="*", metavar="PROMISE", help=f"of {', '.join(NAMES)}; without, all of them")
    names = parser.parse_args().only or NAMES
    if unknown := set(names) - {*NAMES}:
        parser.error(f"there is no promise {', '.join(sorted(unknown))}")
    return max([_measured(promise(name)) for name in names])


def _measured(one: Promise) -> int:
    print(f"{one.name}: {one.words}", flush=True)
    begun = monotonic()
    figures = one.measure(lambda part: print(f"    {part}", flush=True))
    for trouble in figures.troubles:
        print(f"    ! {trouble}")
    print(f"  {one.told(figures)} ({monotonic() - begun:.0f} s)", flush=True)
    return 1 if figures.wrongs or not figures.trials else 0


if __name__ == "__main__":
    sys.exit(main())
