"""Which files a set of specs consists of, and what is in them."""
# Names stay as the user wrote them, and pathlib rewrites them.
# ruff: noqa: PTH112, PTH114, PTH118

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO, Final

from pipesync.model import Origin
from pipesync.spec.findings import Findings
from pipesync.spec.text import MOST_BYTES
from pipesync.spec.wording import printable, shown_name

STANDARD_INPUT: Final = "-"
MAIN_NAMES: Final = ("pipesync.yaml", "pipesync.yml")
PIPELINES_FOLDER: Final = "pipelines"
SUFFIXES: Final = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class SpecFile:
    """A file as it was named, and at most one byte more than is allowed of its content."""

    name: str
    content: bytes


def gather(paths: Sequence[str], stdin: BinaryIO | None, findings: Findings) -> list[SpecFile]:
    """The files that `paths` name, in order, each once; without `paths`, those of the working directory."""
    found: dict[object, SpecFile] = {}
    for name in _names(paths or (".",), findings):
        if not _is_printable(name, findings):
            continue
        identity: object = name if name == STANDARD_INPUT else os.path.realpath(name)
        if identity not in found:
            content = _read_stdin(stdin, findings) if name == STANDARD_INPUT else _read(name, "--file", findings)
            if content is not None:
                found[identity] = SpecFile(name, content)
    return list(found.values())


def one(name: str, flag: str, findings: Findings) -> SpecFile | None:
    """The one file that `flag` names; None, and a finding, if it cannot be read."""
    content = _read(name, flag, findings) if _is_printable(name, findings) else None
    return None if content is None else SpecFile(name, content)


def is_spec_here() -> bool:
    """Whether the working directory holds a spec, good or bad."""
    findings = Findings()
    main = any(os.path.lexists(name) for name in MAIN_NAMES)
    return main or bool(_pipeline_files(PIPELINES_FOLDER, findings)) or len(findings) > 0


def _names(paths: Sequence[str], findings: Findings) -> Iterator[str]:
    for path in paths:
        if path != STANDARD_INPUT and os.path.isdir(path):
            yield from _folder(path, findings)
        else:
            yield path


def _folder(folder: str, findings: Findings) -> Iterator[str]:
    """The main file of a folder, then its pipeline files in the order of their paths."""
    inside = "" if folder in {".", "./"} else folder
    main = [name for name in MAIN_NAMES if os.path.lexists(os.path.join(inside, name))]
    if len(main) > 1:
        _find(findings, os.path.join(inside, main[1]), f"the folder holds {main[0]} too; keep one of them")
    names = [os.path.join(inside, name) for name in main[:1]]
    names += _pipeline_files(os.path.join(inside, PIPELINES_FOLDER), findings)
    if not names:
        words = f"there is no {MAIN_NAMES[0]} in this folder, and no file in {PIPELINES_FOLDER}/; name one with --file"
        _find(findings, folder, words)
    yield from names


def _pipeline_files(start: str, findings: Findings) -> list[str]:
    """The YAML files in `start`; like a shell's glob without hidden names, and without following links to folders."""
    found: list[str] = []
    if not os.path.lexists(start):
        return found

    def unreadable(error: OSError) -> None:
        _find(findings, str(error.filename), _trouble(error))

    for at, folders, names in os.walk(start, onerror=unreadable):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for folder in (os.path.join(at, name) for name in folders):
            if os.path.islink(folder):
                _find(
                    findings, folder, "this is a link to a folder, which is not followed; name the folder with --file"
                )
        candidates = [name for name in (*names, *folders) if name.endswith(SUFFIXES) and not name.startswith(".")]
        found += (os.path.join(at, name) for name in candidates)
    return sorted(found, key=lambda name: PurePath(name).parts)


def _is_printable(name: str, findings: Findings) -> bool:
    if not name.isprintable():
        words = f"the file name {shown_name(name)} has characters that cannot be printed; rename the file"
        _find(findings, name, words)
    return name.isprintable()


def _find(findings: Findings, name: str, message: str) -> None:
    findings.add(Origin(printable(name), 1, 1), message)


def _read(name: str, flag: str, findings: Findings) -> bytes | None:
    try:
        # Without O_NONBLOCK, opening a named pipe would wait for a writer.
        descriptor = os.open(name, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            mode = os.fstat(descriptor).st_mode
            if stat.S_ISREG(mode):
                with open(descriptor, "rb", closefd=False) as file:
                    return file.read(MOST_BYTES + 1)
        finally:
            os.close(descriptor)
    except OSError as error:
        _find(findings, name, _trouble(error, flag))
        return None
    if stat.S_ISDIR(mode):
        _find(findings, name, "this is a folder, where a file was expected; rename it")
    else:
        advice = "; pipe it in with '--file -'" if flag == "--file" else ""
        _find(findings, name, f"this is not a regular file{advice}")
    return None


def _read_stdin(stdin: BinaryIO | None, findings: Findings) -> bytes | None:
    if stdin is None:
        _find(findings, STANDARD_INPUT, "there is no standard input to read; name a file with --file")
        return None
    return stdin.read(MOST_BYTES + 1)


def _trouble(error: OSError, flag: str = "--file") -> str:
    if isinstance(error, FileNotFoundError):
        return f"there is no such file or folder; check the path after {flag}"
    return f"this cannot be read: {error.strerror}"
