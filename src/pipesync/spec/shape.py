"""Judges a document by the JSON Schema, in words for people, and takes what is wrong out of its data.

So whatever reads the data next sees valid values only, and one run can also find what is wrong beyond the shape.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

from pipesync.model import Origin
from pipesync.spec.document import Document
from pipesync.spec.faults import NOT_ALLOWED, SPEC, Fault, Kind, batches, value_at
from pipesync.spec.findings import Findings
from pipesync.spec.portions import Path
from pipesync.spec.wording import shown, shown_name, shown_number

_DISPENSABLE: Final = frozenset(
    {"$schema", "description", "owner", "auto_validation_delay_days", "protect", "manage", "organization"}
)
"""Keys whose value may be taken out without the rest losing its meaning."""


_OTHER_FORM: Final = {
    ("Stage", "project"): ("service", "stages name projects where the pipeline has 'services'"),
    ("Project stage", "service"): ("project", "stages name projects where the pipeline has 'services'"),
}
"""By the title of a part and a key of the other kind of pipeline: what belongs there, and why."""


def judge(document: Document, findings: Findings) -> frozenset[str | int] | None:
    """Take what is wrong out of the document's data.

    Returns the top-level keys that lost something; None if nothing in the data can be relied on.
    """
    faults = report(document, SPEC, findings)
    if findings.is_full or not isinstance(document.data, dict):
        return None
    for fault in faults:
        with suppress(LookupError, TypeError):  # it went with something around it
            _take_out(fault, document.data)
    return frozenset(fault.path[0] for fault in faults if fault.path)


def report(document: Document, kind: Kind, findings: Findings) -> list[Fault]:
    """Report every fault of a document of this kind, until `findings` are full; those that were reported."""
    faults: list[Fault] = []
    for batch in batches(kind, document.data):
        whole = [fault for fault in batch if not _is_of_portion(fault, document.data)]
        _report(whole, document, findings)
        faults += whole
        if findings.is_full:
            break
    return faults


def _is_of_portion(fault: Fault, data: Any) -> bool:
    """Whether a list was only too short because it was cut."""
    return fault.keyword == "minItems" and len(value_at(data, fault.path)) >= fault.part["minItems"]


def _report(faults: list[Fault], document: Document, findings: Findings) -> None:
    """Put faults into words: unknown keys first, since one of them may be what seems to be missing."""
    meant: dict[Path, set[str]] = {}
    for fault in sorted(faults, key=lambda fault: fault.keyword != "additionalProperties"):
        if fault.keyword == "additionalProperties":
            meant[fault.path] = _report_unknown_keys(fault, document, findings)
        elif fault.path[2:3] == ("stages",) and "service" in meant.get(fault.path[:2], set()):
            continue  # 'services' is misspelt, so the stages were judged as those of the other kind of pipeline
        elif fault.keyword != "required":
            _add(findings, _origin(fault, document), _words(fault, document))
        elif not meant.get(fault.path, set()).intersection(map(_singular, _missing(fault, document))):
            _add(findings, _origin(fault, document), _words_for_missing(fault, document))


def _report_unknown_keys(fault: Fault, document: Document, findings: Findings) -> set[str]:
    """Report each unknown key; the keys that were probably meant, in the singular."""
    mapping = value_at(document.data, fault.path)
    known = list(fault.part.get("properties", {}))
    meant: set[str] = set()
    for key in _unknown_keys(fault, mapping):
        if findings.is_full:
            break
        other, words = _OTHER_FORM.get((fault.title, _singular(key)), (None, ""))
        guess = other or findings.suggestion(key, known)
        if guess is not None:
            meant.add(_singular(guess))
            words = words or f"did you mean {guess!r}?"
        _add(findings, document.key_origin(mapping, key), _words_for_unknown(key, words, known, fault))
    return meant


def _add(findings: Findings, origin: Origin, message: str) -> None:
    """Add a problem, unless it is the echo of one that was found at this place already."""
    if not findings.has_at(origin):
        findings.add(origin, message)


def _origin(fault: Fault, document: Document) -> Origin:
    if not fault.path:
        return document.text.origin(document.start)
    parent, key = value_at(document.data, fault.path[:-1]), fault.path[-1]
    return document.key_origin(parent, str(key)) if fault.keyword == NOT_ALLOWED else document.value_origin(parent, key)


def _words(fault: Fault, document: Document) -> str:
    value = value_at(document.data, fault.path)
    if fault.keyword == NOT_ALLOWED:
        key = str(fault.path[-1])
        return f"{_noun(fault)} has either {key!r} or '{key}s', not both"
    if fault.keyword == "maxProperties":
        return f"{fault.part['errorMessage']}, not {len(value)}"
    return f"{fault.part['errorMessage']}, not {_shown(value, fault.path, document)}"


def _shown(value: Any, path: Path, document: Document) -> str:
    """`value` in words; a number that the data cannot hold as it stands in the file."""
    offset = document.value_offset(value_at(document.data, path[:-1]), path[-1]) if path else document.start
    if offset in document.unheld:
        return shown_number(document.unheld[offset])
    is_optional = path and isinstance(path[-1], str) and path[-1] != "version"
    return "null; a key that is not meant is left out" if value is None and is_optional else shown(value)


def _words_for_missing(fault: Fault, document: Document) -> str:
    has_plural = "properties" not in fault.part  # forms.either says what is required in a part of its own
    names = [f"'{key}' or '{key}s'" if has_plural else f"'{key}'" for key in _missing(fault, document)]
    return f"{_noun(fault)} needs {' and '.join(names)}"


def _words_for_unknown(key: str, hint: str, known: list[str], fault: Fault) -> str:
    if not known:
        return f"{fault.part['errorMessage']}, not {shown_name(key)}"
    return f"unknown key {shown_name(key)} in {_noun(fault)}; {hint or 'known are ' + ', '.join(known)}"


def _missing(fault: Fault, document: Document) -> list[str]:
    mapping = value_at(document.data, fault.path)
    return [key for key in fault.part["required"] if key not in mapping]


def _unknown_keys(fault: Fault, mapping: dict[str, Any]) -> Iterator[str]:
    patterns = [re.compile(pattern) for pattern in fault.part.get("patternProperties", ())]
    known = fault.part.get("properties", {})
    return (key for key in mapping if key not in known and not any(p.fullmatch(key) for p in patterns))


def _singular(key: str) -> str:
    return key.removesuffix("s")


def _noun(fault: Fault) -> str:
    """What the part of the schema describes: "a stage", "limits"."""
    noun = fault.title.lower()
    return noun if noun.endswith("s") else f"a {noun}"


def _take_out(fault: Fault, data: dict[str, Any]) -> None:
    """Take the smallest thing that can be missed, and that holds the fault, out of the data."""
    match fault.path:
        case path if fault.keyword == "additionalProperties":
            mapping = value_at(data, path)
            for key in list(_unknown_keys(fault, mapping)):
                del mapping[key]
        case (*path, str(key)) if key in _DISPENSABLE:
            del value_at(data, tuple(path))[key]
        case ("pipelines", name, *_):
            del data["pipelines"][name]
        case ("steps", int(index), *_):
            data["steps"][index] = None
        case (key, *_):
            del data[key]
