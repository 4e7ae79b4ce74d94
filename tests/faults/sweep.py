"""`python -m tests.faults.sweep`: kill runs of every plan kind at every point, and print what came of it.

Points are each write call of the API, before and after its effect, and each operation on a file of the state; and of
the functions called and left by the code that acts, every tenth (`--every`). Ends with code 1 if anything was wrong.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import count, product
from pathlib import Path

from tests.faults.aftermath import Figures, kill
from tests.faults.fate import Point
from tests.faults.plans import PLANS, PlanKind
from tests.faults.stage import opening, stage

WRONGS = ("lost", "doubled", "unowned")
"""What must never be, and is printed also when it is not."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.sweep", description=__doc__)
    parser.add_argument("--every", type=int, default=10, metavar="N", help="kill at every Nth function (default 10)")
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="runs side by side (default 2)")
    parser.add_argument("--only", default="", metavar="TEXT", help="the plan kinds whose name holds this")
    options = parser.parse_args()
    kinds = [kind for kind in PLANS if options.only in kind.name]
    whole = Figures()
    with ProcessPoolExecutor(options.workers) as pool:
        for kind, figures in zip(kinds, pool.map(partial(swept, every=options.every), kinds), strict=True):
            print(f"{figures.kills:6} kills  {kind.name}: {figures.wrong_words() or 'nothing wrong'}", flush=True)
            for trouble in figures.troubles:
                print(f"        {trouble}")
            whole.kills += figures.kills
            whole.wrongs += figures.wrongs
    told = {**dict.fromkeys(WRONGS, 0), **whole.wrongs}
    print(f"{whole.kills} runs were killed: {', '.join(f'{number} {wrong}' for wrong, number in told.items())}.")
    return 1 if whole.wrongs else 0


def swept(kind: PlanKind, every: int) -> Figures:
    """The figures of one plan kind over all its points."""
    figures = Figures()
    with tempfile.TemporaryDirectory() as folder, stage(Path(folder)) as on:
        scene = opening(on, kind)
        for moment, saved, parallelism in product(("received", "effect", "file", "call"), (False, True), (1, 10)):
            for at in _points(moment, every):
                if not kill(on, kind, scene, at, figures, saved=saved, parallelism=parallelism):
                    break
    return figures


def _points(moment: str, every: int) -> Iterator[Point]:
    return (Point(moment, number) for number in count(1, every if moment == "call" else 1))


if __name__ == "__main__":
    sys.exit(main())
