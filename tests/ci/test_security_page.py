"""SECURITY.md promises what a test shows, and nothing else."""

import ast
import re
from pathlib import Path
from typing import Final

from tests.ci.github import ROOT

PAGE: Final = (ROOT / "SECURITY.md").read_text("utf-8")
ROWS: Final = [
    line.strip("| ").split(" | ") for line in PAGE.splitlines() if re.match(r"\| (?!promise |---)", line) is not None
]
"""The cells of each promise."""


def names_in(path: Path) -> set[str]:
    """The names of the tests in a file."""
    return {one.name for one in ast.parse(path.read_text("utf-8")).body if isinstance(one, ast.FunctionDef)}


def test_every_promise_names_a_test_that_exists() -> None:
    """As `tests/FILE.py::test_NAME`, so that it can be run as it stands there."""
    assert len(ROWS) > 30
    assert [row for row in ROWS if len(row) != 2 or not row[1].startswith("`tests/")] == []
    named = [found for _, tests in ROWS for found in tests.split(", ")]
    split = [re.fullmatch(r"`(tests/[\w/]+\.py)::(test_\w+)`", one) for one in named]
    assert [one for one, found in zip(named, split, strict=True) if found is None] == []
    places = [(ROOT / found[1], found[2]) for found in split if found is not None]
    assert [f"{path}::{name}" for path, name in places if not path.is_file() or name not in names_in(path)] == []


def test_every_threat_has_promises() -> None:
    """Under its own heading."""
    threats = re.split(r"^###? ", PAGE.partition("## What is at stake")[2], flags=re.MULTILINE)[1:-1]
    assert len(threats) == 7
    assert [part.splitlines()[0] for part in threats if "| promise | shown by |\n| --- | --- |\n| " not in part] == []
