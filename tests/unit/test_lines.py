"""How many lines changed: as a person counts who edited them, and as git does."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipesync.lines import Changed, changed, count

STEPS = [f"  - {{source: d/{n}, destination: p/{n}}}\n".encode() for n in range(20)]
TEXTS = st.lists(st.sampled_from([b"a\n", b"b\n", b"    stages:\n", *STEPS[:5]]), max_size=30)


def test_an_edited_line() -> None:
    """A line that was edited is one, though a diff shows it twice."""
    assert count(STEPS, [*STEPS[:7], b"  - edited\n", *STEPS[8:]]) == 1


def test_a_line_feed_at_the_end() -> None:
    """A last line that got its line feed has changed."""
    assert changed({"a": b"x\ny"}, {"a": b"x\ny\n"}) == Changed(1, 1)


def test_places_apart() -> None:
    """Each place counts by itself: two lines gone here and two new ones there are four."""
    assert count(STEPS, [*STEPS[2:], b"new\n", b"more\n"]) == 4


def test_a_file_that_was_renamed() -> None:
    """A file under a new name has not changed, and only its edited line if it has."""
    text = b"".join(STEPS)
    edited = text.replace(b"d/7,", b"d/x,")
    assert changed({"a": text, "c": b"1\n2\n"}, {"b": text, "c": b"1\n2\n"}) == Changed(0, 0)
    assert changed({"a": text}, {"b": edited}) == Changed(1, 1)
    assert changed({"a": text}, {"b": b"another\n"}) == Changed(21, 2)


def test_two_files_that_were_renamed() -> None:
    """Each vanished file goes with the new one that it is most alike."""
    one, two = b"".join(STEPS), b"".join(STEPS[:15]) + b"last\n"
    assert changed({"a": one, "b": two}, {"x": two, "y": one}) == Changed(0, 0)


def test_many_files_that_were_renamed() -> None:
    """Beyond a hundred vanished and new files each, renames are not looked for."""
    before = {f"old{n}": b"%d\n" % n for n in range(101)}
    after = {f"new{n}": b"%d\n" % n for n in range(101)}
    assert changed(before, after) == Changed(202, 202)


@pytest.mark.parametrize("blank", [b"x\n", b"\n"])
def test_a_large_file_without_landmarks(blank: bytes) -> None:
    """A stretch of many lines that are all alike is counted by how many of each there are."""
    assert count([blank] * 500 + [b"a\n"] * 2 + [blank], [b"a\n"] * 2 + [blank] * 400 + [b"b\n"] * 2) == 101


def test_many_stretches_without_landmarks() -> None:
    """So many that to compare line by line would take minutes: they are counted by how many of each line there are."""
    marks = [b"%d\n" % n for n in range(200)]
    old = b"".join(mark + b"a\nb\n" * 60 for mark in marks)
    new = b"".join(mark + b"b\na\n" * 60 for mark in marks)
    assert changed({"x": old[:2000]}, {"x": new[:2000]}).lines > 1  # each b at the end moved to the beginning
    assert changed({"x": old}, {"x": new}) == Changed(200, 1)


@given(TEXTS, TEXTS)
def test_bounds(old: list[bytes], new: list[bytes]) -> None:
    """No change is none, and any is at least what the lengths differ by and at most all lines."""
    assert count(old, old) == 0
    assert abs(len(old) - len(new)) <= count(old, new) <= len(old) + len(new)
    assert (count(old, new) == 0) == (old == new)


@given(st.permutations(STEPS), st.lists(st.tuples(st.sampled_from("+-~"), st.integers(0, 17)), max_size=4))
def test_as_git_counts(
    tmp_path_factory: pytest.TempPathFactory, old: list[bytes], edits: list[tuple[str, int]]
) -> None:
    """Edits of a spec come to what `git diff` shows, the larger side of each hunk."""
    new = list(old)
    for number, (edit, at) in enumerate(edits):
        if edit != "+":
            del new[at : at + 1]
        if edit != "-":
            new.insert(at, b"new %d\n" % number)
    folder = tmp_path_factory.mktemp("diff", numbered=True)
    assert count(old, new) == _by_git(folder, old, new)


def _by_git(folder: Path, old: list[bytes], new: list[bytes]) -> int:
    """The sum over the hunks of `git diff -U0`."""
    (folder / "old").write_bytes(b"".join(old))
    (folder / "new").write_bytes(b"".join(new))
    said = subprocess.run(
        ["git", "diff", "--no-index", "--no-color", "-U0", "old", "new"], cwd=folder, capture_output=True, check=False
    )
    hunks = said.stdout.split(b"\n@@ ")[1:]
    sides = [[sum(line.startswith(sign) for line in hunk.split(b"\n")[1:]) for sign in (b"+", b"-")] for hunk in hunks]
    return sum(map(max, sides))
