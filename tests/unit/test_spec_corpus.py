"""A corpus of small bad specs: each loads to exactly the problems that stand below it.

In a file of the corpus, a spec is followed by its problems (`! kind line:column: words`), and then by an empty line.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from pipesync.errors import SpecError
from pipesync.spec.load import load

CORPUS = Path(__file__).parent / "spec_corpus"


def cases() -> Iterator[tuple[str, list[str]]]:
    """Each spec of the corpus, and its problems."""
    for path in sorted(CORPUS.glob("*.txt")):
        for case in path.read_text(encoding="utf-8").rstrip("\n").split("\n\n"):
            lines = case.split("\n")
            problems = [line for line in lines if line.startswith("! ")]
            yield "".join(f"{line}\n" for line in lines if not line.startswith("! ")), problems


@pytest.mark.parametrize(("text", "problems"), list(cases()))
def test_a_bad_spec_has_exactly_these_problems(text: str, problems: list[str]) -> None:
    """One mistake is one problem: its kind, its place and its words."""
    with pytest.raises(SpecError) as caught:
        load(["-"], stdin=BytesIO(text.encode()))
    assert [f"! {problem.kind} {str(problem).removeprefix('-:')}" for problem in caught.value.problems] == problems
