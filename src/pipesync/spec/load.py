"""Loads a set of spec files: a Spec, or every problem there is, each with its place."""

import hashlib
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import BinaryIO, Final

from pipesync.model import Limits, Spec
from pipesync.spec import verdict
from pipesync.spec.desired import desired_steps
from pipesync.spec.document import Document
from pipesync.spec.files import SpecFile, gather
from pipesync.spec.findings import Findings
from pipesync.spec.settings import Defaults
from pipesync.spec.shape import judge
from pipesync.spec.yaml12 import read

_UNLIMITED: Final = Limits(sys.maxsize, sys.maxsize)
"""What is judged by when the limits may stand where nothing could be read."""


def load(paths: Sequence[str], *, stdin: BinaryIO | None = None) -> Spec:
    """The spec in these files, folders and `-` (standard input); without any, the working directory's.

    Every problem of every file is found in one run and raised as SpecError: of `shape`, and Aiven's `rule`s for all
    steps that could be made out. Places name files as `paths` do.

    The digest is SHA-256 over the files' contents in the order of loading, each after its length as eight bytes,
    big-endian. It does not depend on where the files are, or on their names.
    """
    findings = Findings()
    return spec_of(gather(paths, stdin, findings), findings)


def spec_of(files: Sequence[SpecFile], findings: Findings) -> Spec:
    """The spec in files that were read already; SpecError as for `load`, with the `findings` so far."""
    documents, are_limits_known = _documents(files, findings)
    with_organization = _only_one("organization", documents, findings)
    organization = with_organization.data["organization"] if with_organization else None
    with_limits = _only_one("limits", documents, findings)
    limits = Limits.of(organization) if are_limits_known else _UNLIMITED
    if with_limits is not None:
        limits = replace(limits, **with_limits.data["limits"])
    defaults = Defaults(_only_one("defaults", documents, findings), findings)
    steps = desired_steps(documents, defaults, findings)
    verdict.judge(steps, limits, findings)
    findings.settle()
    return Spec(organization, limits, steps, tuple(file.name for file in files), _digest(files))


def _documents(files: Sequence[SpecFile], findings: Findings) -> tuple[list[Document], bool]:
    """The documents whose data can be relied on, and whether limits that stand in none of them stand nowhere."""
    documents: list[Document] = []
    are_limits_known = not len(findings)
    for file in files:
        document = read(file.name, file.content, findings)
        lost = None if document is None else judge(document, findings)
        if document is None or lost is None:
            are_limits_known = False
        else:
            documents.append(document)
            are_limits_known = are_limits_known and lost.isdisjoint({"limits", "organization"})
    return documents, are_limits_known


def _only_one(key: str, documents: Iterable[Document], findings: Findings) -> Document | None:
    """The document that holds `key`; any further one is a finding."""
    only: Document | None = None
    for document in documents:
        if key not in document.data:
            continue
        if only is None:
            only = document
        else:
            place = only.key_origin(only.data, key)
            words = f"{key!r} may stand in one file of the set only, and stands at {place} already"
            findings.add(document.key_origin(document.data, key), words)
    return only


def _digest(files: Iterable[SpecFile]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(len(file.content).to_bytes(8, "big"))
        digest.update(file.content)
    return f"sha256:{digest.hexdigest()}"
