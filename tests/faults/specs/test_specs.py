"""Bad specs and policies, through `pipesync validate`: each problem has its place, and nothing takes long or much."""

from pathlib import Path

import pytest

from tests.faults.figures import Tell
from tests.faults.specs.alterations import spoil
from tests.faults.specs.heavy import GOOD, HOSTILE
from tests.faults.specs.promise import PROMISE, generated, of_a_mebibyte, spoilt
from tests.faults.specs.sound import COMPLETE, Files, examples
from tests.faults.specs.verdict import Folder, troubles

EVERY = 6
"""Of the alterations of the complete spec, each so many-th is judged in the short form."""

HEAVIEST = (
    *("directives", "mappings of four bytes", "sources nobody names", "lists in lists", "items that are no steps"),
    *("one project", "a billion laughs", "open brackets", "patterns that disagree", "a chain with many ends"),
)


@pytest.mark.parametrize(("name", "files"), [("complete", COMPLETE), *examples()])
def test_what_is_to_be_spoilt_is_sound(tmp_path: Path, name: str, files: Files) -> None:
    """Else anything done to it would be found to be an error."""
    folder = Folder(tmp_path.resolve())
    folder.hold({name: text.encode() for name, text in files.items()})
    assert folder.validate().code == 0


@pytest.mark.parametrize("first", range(2))
def test_a_spoilt_spec_is_told_at_the_spoilt_place(tell: Tell, first: int) -> None:
    """Every key misspelt, doubled, of every wrong type; every token cut off; what is forbidden on every line."""
    figures = spoilt(COMPLETE, EVERY, first * EVERY // 2)
    tell(PROMISE, figures)
    assert figures.trials > 500
    assert figures.amounts["with a place known beforehand"] > 300


@pytest.mark.parametrize("seeds", [range(1500), range(1500, 3000)], ids=["first", "second"])
def test_whatever_is_generated_is_a_spec_or_problems_with_places(tell: Tell, seeds: range) -> None:
    """Cut up, scribbled or made of tokens; as text and as JSON."""
    figures = generated(seeds)
    tell(PROMISE, figures)
    assert figures.trials == len(seeds)


@pytest.mark.parametrize("half", range(2))
def test_a_spec_of_a_mebibyte_is_read_in_5_seconds_and_256_mib(tell: Tell, half: int) -> None:
    """Of the whole process: with good ones, and with those that once took most."""
    figures = of_a_mebibyte(["steps", "pipelines"][half::2], HEAVIEST[half::2])
    tell(PROMISE, figures)
    assert figures.trials == 1 + len(HEAVIEST) // 2
    assert figures.trials < len(GOOD) + len(HOSTILE)


def test_a_verdict_that_misses_the_place_is_noticed(tmp_path: Path) -> None:
    """A sound spec that should be refused, and a problem in another place than expected, are troubles."""
    folder = Folder(tmp_path.resolve())
    main = {"pipesync.yaml": b"version: 1\n"}
    folder.hold(main)
    assert [kind for kind, _ in troubles(folder, refused=True)] == ["wrong code"]
    one = next(one for one in spoil("pipesync.yaml", "version: 1\n") if one.at is not None)
    folder.hold({"pipesync.yaml": b"\n" + one.content})
    assert [kind for kind, _ in troubles(folder, refused=True, at=one.at)] == ["misplaced"]
