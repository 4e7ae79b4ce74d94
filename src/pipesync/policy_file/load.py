"""Loads a policy file: a Policy, or every problem there is, each with its place."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pipesync.errors import PolicyError
from pipesync.model import Origin
from pipesync.policy.brake import BrakeNumbers
from pipesync.policy.globs import Pattern
from pipesync.policy.rules import (
    AllowedPairs,
    LeastDelay,
    Level,
    Policy,
    RequiredGate,
    Scope,
    Scopes,
)
from pipesync.policy_file import schema
from pipesync.spec.document import Document
from pipesync.spec.faults import Kind
from pipesync.spec.files import one
from pipesync.spec.findings import Findings
from pipesync.spec.shape import report
from pipesync.spec.yaml12 import read

FLAG: Final = "--policy"

_KIND: Final = Kind(schema.document)


def load(path: Path) -> Policy:
    """The policy in `path`; PolicyError with every problem of it. It is read as a spec is, hardening and limits."""
    findings = Findings()
    file = one(str(path), FLAG, findings)
    document = None if file is None else read(file.name, file.content, findings)
    if document is not None:
        report(document, _KIND, findings)
    if len(findings):
        raise PolicyError(findings.listed())
    assert file is not None, "a file that cannot be read is a finding"
    assert document is not None, "so is one that has no document"
    return _Reading(document).policy(f"sha256:{hashlib.sha256(file.content).hexdigest()}")


@dataclass(frozen=True, slots=True)
class _Reading:
    """A document whose shape is sound."""

    document: Document

    def policy(self, digest: str) -> Policy:
        data = self.document.data
        return Policy(
            self.document.text.file,
            digest,
            tuple(
                LeastDelay(_patterns(rule["destinations"]), rule["auto_validation_delay_days"], _level(rule), origin)
                for rule, origin in self._rules("least_delay")
            ),
            tuple(
                RequiredGate(
                    _globs(rule["projects"]),
                    _globs(rule.get("services", "*")),
                    _patterns(rule.get("except", [])),
                    _level(rule),
                    origin,
                )
                for rule, origin in self._rules("require_gate")
            ),
            self._allowed_pairs(),
            self._scopes(),
            BrakeNumbers(**data.get("brake", {})),
        )

    def _rules(self, key: str) -> Iterator[tuple[dict[str, Any], Origin]]:
        """The rules of a list, each with its place."""
        listed = self.document.data.get(key, [])
        return ((rule, self.document.value_origin(listed, index)) for index, rule in enumerate(listed))

    def _key(self, key: str) -> Origin:
        return self.document.key_origin(self.document.data, key)

    def _allowed_pairs(self) -> AllowedPairs | None:
        rule = self.document.data.get("allowed_pairs")
        if rule is None:
            return None
        pairs = tuple((pair["source"], pair["destination"]) for pair in rule["pairs"])
        return AllowedPairs(pairs, _level(rule), self._key("allowed_pairs"))

    def _scopes(self) -> Scopes | None:
        if "scope" not in self.document.data:
            return None
        scopes = tuple(
            Scope(_globs(rule["files"]), _patterns(rule["destinations"]), _level(rule), origin)
            for rule, origin in self._rules("scope")
        )
        return Scopes(scopes, self._key("scope"))


def _globs(value: str | list[str]) -> tuple[str, ...]:
    """One text, or a list of them; each once."""
    return (value,) if isinstance(value, str) else tuple(dict.fromkeys(value))


def _patterns(value: str | list[str]) -> tuple[Pattern, ...]:
    return tuple(map(Pattern.parse, _globs(value)))


def _level(rule: dict[str, Any]) -> Level:
    return Level(rule.get("level", Level.ERROR))
