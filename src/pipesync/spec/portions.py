"""A large document in portions, so that a schema's errors can be had some at a time.

jsonschema-rs gathers every error before it gives the first one: 350,000 of them, which 1 MiB can hold, take 6 s and
800 MB. Of a portion there are at most as many as it has values.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

Path = tuple[str | int, ...]
Shifts = Mapping[Path, int]
"""For a list that was cut, by its path: how many of its items stand before the portion."""

MOST_VALUES: Final = 20_000
"""Values in a portion: at most 0.4 s and 50 MB of errors; a spec of 3,000 steps is one portion."""


def portions(value: Any, path: Path = ()) -> Iterator[tuple[Any, Shifts]]:
    """`value` in portions of its own shape; only `minItems` may be broken by one and not by the whole."""
    if _weight(value) <= MOST_VALUES:
        yield value, {}
    elif isinstance(value, list):
        for first, end in _runs(value):
            if end - first > 1:
                yield value[first:end], {path: first}
                continue
            for part, shifts in portions(value[first], (*path, first)):
                yield [part], {path: first, **shifts}
    else:
        yield from _of_mapping(value, path)


def _of_mapping(value: dict[str, Any], path: Path) -> Iterator[tuple[Any, Shifts]]:
    """Each portion of each heavy value, with the light values beside it and the other heavy ones emptied."""
    heavy = [key for key, child in value.items() if _weight(child) > MOST_VALUES] or list(value)[:1]
    emptied = {key: type(value[key])() for key in heavy}
    for key in heavy:
        for part, shifts in portions(value[key], (*path, key)):
            yield {**value, **emptied, key: part}, shifts


def _runs(items: list[Any]) -> Iterator[tuple[int, int]]:
    """Runs of neighbours that fit in a portion together; one that does not fit is a run by itself."""
    first, sum_so_far = 0, 0
    for index, item in enumerate(items):
        weight = _weight(item)
        if sum_so_far + weight > MOST_VALUES and index > first:
            yield first, index
            first, sum_so_far = index, 0
        sum_so_far += weight
    yield first, len(items)


def _weight(value: Any) -> int:
    """How many values `value` is and holds."""
    if isinstance(value, dict):
        return 1 + sum(map(_weight, value.values()))
    return 1 + sum(map(_weight, value)) if isinstance(value, list) else 1
