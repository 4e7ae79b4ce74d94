"""What `pipesync validate` says of a set of files, and what is wrong with that."""

import io
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipesync.cli.main import run
from pipesync.cli.terminal import Terminal
from tests.faults.hung import HungError, in_time
from tests.faults.specs.sound import POLICY

PROBLEM: Final = re.compile(r"(?P<file>.+?):(?P<line>[1-9]\d*):(?P<column>[1-9]\d*): (shape|rule|policy)( \w+)?: \S.*")
"""A line of the text that tells of a problem."""

MOST_SECONDS: Final = 20
"""A verdict on a few kilobytes that takes this long never comes."""


@dataclass(frozen=True)
class Place:
    """Where a problem is; `column` 0 is any of the line."""

    file: str
    line: int
    column: int = 0

    def is_at(self, other: "Place") -> bool:
        """Whether this is a place that `other` says, which may be vague."""
        return self == other or (not other.column and (self.file, self.line) == (other.file, other.line))


@dataclass(frozen=True)
class Said:
    """The answer to a command line, and the places of the problems in its text; None for a line without one."""

    code: int
    out: str
    err: str

    @property
    def places(self) -> list[Place | None]:
        told = [PROBLEM.fullmatch(line) for line in self.out.partition("\n\n")[0].split("\n")]
        return [found and Place(found["file"], int(found["line"]), int(found["column"])) for found in told]


class Folder:
    """A folder with the files that are to be judged."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._there: dict[str, bytes] = {}

    def hold(self, files: Mapping[str, bytes]) -> None:
        """Make the folder's files these; what is there already is not written again."""
        for name in self._there.keys() - files.keys():
            (self._root / name).unlink()
        for name, content in files.items():
            if self._there.get(name) != content:
                path = self._root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        self._there = dict(files)

    def validate(self, form: str = "text") -> Said:
        """The verdict; a place's file is the name in the folder. Any exception is the program's."""
        policy = ["--policy", str(self._root / POLICY)] if POLICY in self._there else []
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err), in_time(MOST_SECONDS):
            code = run(["validate", "--file", str(self._root), *policy, "--format", form], Terminal())
        return Said(code, *(text.getvalue().replace(f"{self._root}/", "") for text in (out, err)))

    def reaches(self, place: Place) -> bool:
        """Whether the place is in one of the files."""
        content = self._there.get(place.file, b"").decode("utf-8", "replace").removeprefix("\ufeff")
        lines = re.split("\r\n|\r|\n", content)
        return place.line <= len(lines) and place.column <= len(lines[place.line - 1]) + 1


def troubles(
    folder: Folder, *, refused: bool, at: Place | None = None, also_json: bool = False
) -> Iterator[tuple[str, str]]:
    """What is wrong with the verdict on a folder: `refused` must it be, and the place `at` be among the problems'."""
    try:
        said = folder.validate()
        data = folder.validate("json") if also_json else None
    except HungError:
        yield "hung", ""
        return
    except Exception as error:  # noqa: BLE001  whatever it is, it is what must not be
        yield "crashed", repr(error)
        return
    if said.code == 0 and not refused:
        return
    if said.code != 1:
        yield "wrong code", f"{said.code}, {said.err}"
        return
    yield from _misplaced(folder, said, at)
    if data is not None:
        yield from _otherwise_told(said, data)


def _misplaced(folder: Folder, said: Said, at: Place | None) -> Iterator[tuple[str, str]]:
    places = said.places
    for place, line in zip(places, said.out.split("\n"), strict=False):
        if place is None or not folder.reaches(place):
            yield "without a place", line
    if at is not None and not any(place.is_at(at) for place in places if place):
        yield "misplaced", f"nothing at {at}: {said.out}"
    if "Traceback" in said.err or not said.err.startswith("Error: "):
        yield "no word", said.err


def _otherwise_told(said: Said, data: Said) -> Iterator[tuple[str, str]]:
    told = json.loads(data.out)
    origins = [one["origin"] for one in (*told["problems"], *told["remarks"])]
    places = [Place(origin["file"], origin["line"], origin["column"]) for origin in origins]
    if data.code != said.code or told["valid"] or places != said.places:
        yield "otherwise in JSON", data.out
