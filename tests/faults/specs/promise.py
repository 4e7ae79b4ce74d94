"""Specs and policies that are spoilt, generated or of 1 MiB."""

import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Final

from tests.faults.figures import Figures, Promise
from tests.faults.specs.alterations import Spoilt, spoil
from tests.faults.specs.heavy import GOOD, HOSTILE
from tests.faults.specs.measured import heavy_troubles
from tests.faults.specs.scribbles import scribbled
from tests.faults.specs.sound import COMPLETE, Files, examples
from tests.faults.specs.verdict import Folder, troubles

GENERATED: Final = 25_000
PORTION: Final = 2_500

EVERY_JSON: Final = 5
"""Of the generated ones, each so many-th is also asked for as JSON, and has to say the same."""


def measure(tell: Callable[[str], None]) -> Figures:
    whole = Figures()
    seeds = [range(start, start + PORTION) for start in range(0, GENERATED, PORTION)]
    parts = [
        *(
            (f"the spec {name}, spoilt", partial(spoilt, files))
            for name, files in (("complete", COMPLETE), *examples())
        ),
        *((f"generated, seeds {some.start} to {some.stop}", partial(generated, some)) for some in seeds),
        ("of 1 MiB", partial(of_a_mebibyte, tuple(GOOD), tuple(HOSTILE))),
    ]
    with ProcessPoolExecutor(2) as pool:
        running = [(name, pool.submit(part)) for name, part in parts]
        for name, future in running:
            figures = future.result()
            tell(f"{figures.trials:6} {name}")
            whole += figures
    return whole


def spoilt(sound: Files, every: int = 1, first: int = 0) -> Figures:
    """The figures of a set of files whose every alteration is judged, or every so many-th."""
    figures = Figures()
    alterations = chain.from_iterable(spoil(file, text) for file, text in sound.items())
    with tempfile.TemporaryDirectory() as root:
        folder = Folder(Path(root).resolve())
        for number, one in enumerate(alterations):
            if number % every == first:
                figures.trials += 1
                figures.add(f"{one.file}, {one.how}", _judged(folder, sound, one))
                figures.amounts["with a place known beforehand"] += one.at is not None
    return figures


def _judged(folder: Folder, sound: Files, one: Spoilt) -> list[tuple[str, str]]:
    folder.hold(one.files(sound))
    return list(troubles(folder, refused=one.refused, at=one.at))


def generated(seeds: Iterable[int]) -> Figures:
    """The figures of generated texts."""
    figures = Figures()
    with tempfile.TemporaryDirectory() as root:
        folder = Folder(Path(root).resolve())
        for seed in seeds:
            folder.hold(scribbled(seed))
            figures.trials += 1
            figures.amounts["generated"] += 1
            figures.add(f"seed {seed}", troubles(folder, refused=False, also_json=seed % EVERY_JSON == 0))
    return figures


def of_a_mebibyte(good: Iterable[str], hostile: Iterable[str]) -> Figures:
    """The figures of the named specs of 1 MiB."""
    figures = Figures()
    with tempfile.TemporaryDirectory() as root:
        for name, make, refused in (
            *((name, GOOD[name], False) for name in good),
            *((name, HOSTILE[name], True) for name in hostile),
        ):
            text = make()
            content = text if isinstance(text, bytes) else text.encode()
            figures.trials += 1
            figures.amounts["of 1 MiB"] += 1
            figures.add(f"1 MiB, {name}", heavy_troubles(Path(root), content, refused=refused))
    return figures


PROMISE: Final = Promise(
    "specs",
    "a bad spec is told with its places, whatever it holds, and takes neither long nor much",
    "specs and policies",
    ("without a place", "misplaced", "crashed", "hung", "too long", "too much memory"),
    measure,
)
