"""SARIF 2.1.0: notices as results at the spec's lines, fit for GitHub's code scanning.

OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0"; what GitHub reads of it, and how much, stands
in GitHub Docs, "SARIF support for code scanning".
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final
from urllib.parse import quote

from pipesync.render.escape import json_text, line, visible
from pipesync.render.machines.notices import Notice, Severity
from pipesync.render.machines.repository import Repository
from pipesync.render.machines.rulebook import entry

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"

SHOWN: Final = 5_000
"""Results of a run that GitHub keeps, by severity; it refuses a file of more than 25,000."""

SHORT: Final = 1_024
"""Characters of a rule's description that GitHub takes."""

_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTICE: "note"}

_MESSAGE: Final = str.maketrans({"\\": r"\\", "[": r"\[", "]": r"\]", "{": "{{", "}": "}}"})
"""Brackets without a backslash would be links (SARIF 2.1.0, 3.11.6), single braces placeholders (3.11.5)."""


def report(
    run: str,
    notices: Iterable[Notice],
    repository: Repository,
    *,
    file: str,
    version: str | None,
    properties: dict[str, str],
) -> str:
    """A log of one run. `file` is where a notice stands that the spec has no place for: GitHub takes none without."""
    told = sorted(notices, key=lambda notice: list(Severity).index(notice.severity))
    shown, left = told[:SHOWN], len(told[SHOWN:])
    severities: dict[str, Severity] = {}
    for notice in shown:
        severities.setdefault(notice.code, notice.severity)  # the gravest comes first
    driver = {"name": "pipesync", "rules": [_rule(code, severity) for code, severity in severities.items()]}
    parts = {
        "tool": {"driver": driver | ({} if version is None else {"version": visible(version)})},
        "automationDetails": {"id": f"pipesync/{run}/"},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": _left_out(left)}],
        "columnKind": "unicodeCodePoints",
        "properties": {key: visible(value) for key, value in properties.items()},
    }
    return _written(parts, _results(shown, list(severities), repository, file))


def _written(parts: dict[str, Any], results: Iterable[dict[str, Any]]) -> str:
    """The log with one part of the run, or one result, a line: json's own indenting is Python's, and slow."""
    lines = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in parts.items()]
    lines.append('"results": [\n' + ",\n".join(map(json.dumps, results)) + "\n]")
    head = f'{{"$schema": "{SCHEMA}", "version": "2.1.0", "runs": [{{'
    return json_text(head + "\n" + ",\n".join(lines) + "\n}]}\n")


def _left_out(left: int) -> list[dict[str, Any]]:
    return [{"level": "warning", "message": {"text": f"{left} more results were left out."}}] if left else []


def _rule(code: str, severity: Severity) -> dict[str, Any]:
    told = entry(code)
    return {
        "id": visible(code),
        "name": visible(code)[:255],  # GitHub's limit for names
        "shortDescription": {"text": _message(told.title)[:SHORT]},
        "fullDescription": {"text": _message(f"{told.title}. {told.help}")[:SHORT]},
        "help": {"text": _message(told.help)},
        "defaultConfiguration": {"level": _LEVELS[severity]},
        "properties": {"tags": ["upgrade-pipeline"]},
    }


def _results(
    notices: Iterable[Notice], codes: Sequence[str], repository: Repository, file: str
) -> Iterator[dict[str, Any]]:
    seen: Counter[str] = Counter()
    index = {code: number for number, code in enumerate(codes)}
    for notice in notices:
        mark = _mark(notice, repository)
        seen[mark] += 1
        yield {
            "ruleId": visible(notice.code),
            "ruleIndex": index[notice.code],
            "level": _LEVELS[notice.severity],
            "message": {"text": "\n".join(_message(sentence) for sentence in (notice.message, *notice.more))},
            "locations": [_location(notice, repository, file)],
            "partialFingerprints": {"primaryLocationLineHash": f"{mark}:{seen[mark]}"},
        }


def _mark(notice: Notice, repository: Repository) -> str:
    """The same for the same thing, wherever its line moves to: a step's address, or else the message and its file."""
    path = repository.path(notice.place.file) if notice.place is not None else None
    about = (notice.address,) if notice.address is not None else (path or "", notice.message)
    return hashlib.sha256(json.dumps([notice.code, *about]).encode("ascii")).hexdigest()[:16]


def _location(notice: Notice, repository: Repository, file: str) -> dict[str, Any]:
    place = notice.place
    if place is None:
        return _physical(repository.path(file) or file, {"startLine": 1})
    return _physical(repository.path(place.file) or place.file, {"startLine": place.line, "startColumn": place.column})


def _physical(path: str, region: dict[str, int]) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(path)}, "region": region}}


def _uri(path: str) -> str:
    """A relative reference, percent-encoded; a whole path lies outside of the repository, and is a file's address."""
    return ("file://" if path.startswith("/") else "") + quote(path, errors="surrogatepass")


def _message(text: str) -> str:
    return line(text).translate(_MESSAGE)
