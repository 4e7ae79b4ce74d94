"""How many lines of a set of files changed: what a person would count who edited them.

A line that was edited counts once, as `git diff --numstat` would show it on both sides; of each hunk the larger side
counts. Files are bytes; a line feed, a carriage return or both end a line.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

_SMALL = 200 * 200
"""Pairs of lines in a stretch without any landmark that are compared one by one: below a millisecond's worth."""

_MOST_COMPARED = 25 * _SMALL
"""The same for all stretches together: a second's worth at the worst (measured), where whoever wrote the files wants
that it takes long. Beyond it each stretch is counted as a large one is.
"""

_MOST_PAIRS = 10_000
"""Pairs of a vanished and a new file that are looked at for a rename: a hundred of each, within tenths of a second."""

_SAME_FILE = 0.5
"""How much of a file is still there in its new place: git's own measure (`git diff -M`, 50 %)."""

Lines = Sequence[bytes]


class Changed(NamedTuple):
    """How many lines changed, in how many files; a file that was only renamed is none."""

    lines: int
    files: int


def changed(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Changed:
    """What changed between two sets of files, by name; one that was renamed is compared with what it was."""
    stayed = before.keys() & after.keys()
    gone = {name: before[name].splitlines(keepends=True) for name in before.keys() - stayed}
    new = {name: after[name].splitlines(keepends=True) for name in after.keys() - stayed}
    pairs = [
        (before[name].splitlines(keepends=True), after[name].splitlines(keepends=True))
        for name in stayed
        if before[name] != after[name]
    ]
    pairs += [(gone.pop(old), new.pop(now)) for old, now in _renamed(gone, new)]
    counts = [*_counts(pairs), *(len(lines) for lines in (*gone.values(), *new.values()))]
    return Changed(sum(counts), sum(number > 0 for number in counts))


def count(old: Lines, new: Lines) -> int:
    """Lines added or removed, of each hunk the larger number."""
    return _counts([(old, new)])[0]


def _counts(pairs: Iterable[tuple[Lines, Lines]]) -> list[int]:
    """The count of each pair of files."""
    files = [[_trimmed(*stretch) for stretch in _stretches(*pair)] for pair in pairs]
    sizes = (len(old) * len(new) for file in files for old, new in file)
    patient = sum(size for size in sizes if size <= _SMALL) <= _MOST_COMPARED
    return [sum(_hunk(*stretch, patient=patient) for stretch in file) for file in files]


def _renamed(gone: Mapping[str, Lines], new: Mapping[str, Lines]) -> list[tuple[str, str]]:
    """Pairs of a vanished file and the new one that it most probably is, each once."""
    if len(gone) * len(new) > _MOST_PAIRS:
        return []
    old_lines = {name: Counter(lines) for name, lines in gone.items()}
    new_lines = {name: Counter(lines) for name, lines in new.items()}
    alike = sorted(
        (-share, old, now)
        for old, had in old_lines.items()
        for now, has in new_lines.items()
        if (share := (had & has).total() / max(had.total(), has.total(), 1)) >= _SAME_FILE
    )
    pairs: list[tuple[str, str]] = []
    for _, old, now in alike:
        if all(old != one and now != other for one, other in pairs):
            pairs.append((old, now))
    return pairs


def _stretches(old: Lines, new: Lines) -> Iterator[tuple[Lines, Lines]]:
    """The stretches between lines that stand once in each file, in the same order: landmarks, as in patience diff."""
    olds, news = _unique(old), _unique(new)
    marks = [(-1, -1), *_rising([(at, news[line]) for line, at in olds.items() if line in news]), (len(old), len(new))]
    for (old_from, new_from), (old_to, new_to) in pairwise(marks):
        yield old[old_from + 1 : old_to], new[new_from + 1 : new_to]


def _unique(lines: Lines) -> dict[bytes, int]:
    counts = Counter(lines)
    return {line: at for at, line in enumerate(lines) if counts[line] == 1}


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of `pairs`, which rise in their first number, that rises in the second, too."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int | None] = []
    for index, (_, second) in enumerate(pairs):
        length = bisect_left(ends, second)
        before.append(last[length - 1] if length else None)
        if length == len(ends):
            ends.append(second)
            last.append(index)
        else:
            ends[length], last[length] = second, index
    chosen: list[tuple[int, int]] = []
    at = last[-1] if last else None
    while at is not None:
        chosen.append(pairs[at])
        at = before[at]
    return chosen[::-1]


def _trimmed(old: Lines, new: Lines) -> tuple[Lines, Lines]:
    """A stretch without what it begins and ends with alike: that is no change."""
    first = 0
    while first < min(len(old), len(new)) and old[first] == new[first]:
        first += 1
    last = 0
    while last < min(len(old), len(new)) - first and old[-1 - last] == new[-1 - last]:
        last += 1
    return old[first : len(old) - last], new[first : len(new) - last]


def _hunk(old: Lines, new: Lines, *, patient: bool) -> int:
    """Lines changed in a stretch that was trimmed; only a `patient` count compares them one by one."""
    if not (old and new):
        return len(old) + len(new)
    if not patient or len(old) * len(new) > _SMALL:
        common = (Counter(old) & Counter(new)).total()
        return max(len(old), len(new), common + 1) - common  # the order alone may differ
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return sum(
        max(old_to - old_from, new_to - new_from)
        for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes()
        if tag != "equal"
    )
