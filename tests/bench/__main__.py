"""`python -m tests.bench`: measure the installed pipesync, print the figures, and write docs/benchmarks.md.

With any option the figures are printed alone: the document holds those of a whole run.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from tests.bench import cases
from tests.bench.cases import Case
from tests.bench.runs import Figures, Folder
from tests.bench.server import SandboxProcess
from tests.bench.shapes import Shape
from tests.bench.table import Section, document

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "benchmarks.md"

SIZES: Final = (100, 1_000, 10_000)
SHAPES: Final = ("chains", "fan")

RUNS: Final = 7
LONG_RUNS: Final = 3
"""Odd numbers, which have a median. A case of a minute runs once: it averages over thousands of calls itself."""


def main() -> None:
    arguments = _arguments()
    sections = [Section(None, tuple(_without_server(quick=arguments.quick)))]
    sections += [
        Section(shapes[0], tuple(_of_shapes(shapes, quick=arguments.quick)))
        for shapes in ([Shape(name, size) for size in arguments.sizes or SIZES] for name in arguments.shapes or SHAPES)
    ]
    text = document(sections)
    print(text, end="")
    if not any(vars(arguments).values()):
        DOCUMENT.write_text(text, "utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", metavar="N", help=f"numbers of steps; {SIZES}")
    parser.add_argument("--shapes", choices=SHAPES, nargs="+", help="all")
    parser.add_argument("--quick", action="store_true", help="one run for each figure")
    return parser.parse_args()


def _without_server(*, quick: bool) -> Iterable[Figures]:
    with tempfile.TemporaryDirectory() as path:
        folder = Folder(Path(path))
        shape = Shape("chains", 200)
        folder.hold(shape)
        folder.commit()
        folder.hold_plan(SIZES[-1])
        alone = (cases.start_up(), cases.validate(shape), cases.offline(), *cases.shown(SIZES[-1]))
        for case in alone:
            yield _measured(folder, case, shape, quick=quick)


def _of_shapes(shapes: Sequence[Shape], *, quick: bool) -> Iterable[Figures]:
    with SandboxProcess() as server, tempfile.TemporaryDirectory() as path:
        folder = Folder(Path(path), server)
        for shape in shapes:
            folder.hold(shape)
            for case in cases.of_shape(shape):
                yield _measured(folder, case, shape, quick=quick)


def _measured(folder: Folder, case: Case, shape: Shape, *, quick: bool) -> Figures:
    runs = 1 if quick or case.takes_a_minute else LONG_RUNS if case.takes_seconds else RUNS
    size = "" if case.size is None else f", {case.size:,} steps ({shape.name})"
    print(f"{case.title}{size}: {runs} runs …", end=" ", file=sys.stderr, flush=True)
    figures = folder.measure(case, runs, shape)
    print(f"{figures.run.wall:.2f} s", file=sys.stderr)
    return figures


main()
