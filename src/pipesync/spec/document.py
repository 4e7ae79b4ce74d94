"""The data of one spec file, and the place of every key and value in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipesync.model import Origin
from pipesync.spec.text import Text

Container = dict[str, Any] | list[Any]


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data (dict, list, str, int, bool, None); places are kept beside them, by container and key.

    What a spec cannot hold (a real number, an alias) is None in `data`; `unheld` has its text, by its offset.
    `keys` and `values` hold the offsets of a container's parts, by the container's `id`: `data` keeps each
    container alive, and an empty one has no entry.
    """

    text: Text
    data: Any
    start: int
    unheld: Mapping[int, str]
    keys: Mapping[int, Mapping[str, int]]
    values: Mapping[int, Mapping[str, int] | list[int]]

    def key_origin(self, mapping: dict[str, Any], key: str) -> Origin:
        """Where a key of one of the document's mappings stands."""
        return self.text.origin(self.keys[id(mapping)][key])

    def value_offset(self, container: Container, key: str | int) -> int:
        """The offset of a value in one of the document's containers."""
        return self.values[id(container)][key]  # type: ignore[index]  # a str for a dict, an int for a list

    def value_origin(self, container: Container, key: str | int) -> Origin:
        return self.text.origin(self.value_offset(container, key))
