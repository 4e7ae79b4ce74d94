"""Trouble on order: rules that make the sandbox answer wrongly, late, in part, or not at all."""

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from http import HTTPStatus
from typing import Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from pipesync.sandbox.refusal import error_body


class Answer(NamedTuple):
    """An HTTP answer, complete: status line, headers, body."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes


class Fault(BaseModel):
    """One rule: which requests (after the first `skip`, `times` of them or all), and what happens to them.

    `method` and `path` are globs; the path is the percent-encoded one, without the query.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: str = "*"
    path: str = "*"
    times: int | None = Field(default=1, ge=1)
    skip: int = Field(default=0, ge=0)
    status: int | None = Field(default=None, ge=200, le=599)
    error_code: str | None = None
    message: str = "The sandbox was told to answer like this"
    headers: dict[str, str] = {}
    body: str | None = None
    content_type: str = "application/json"
    effect: bool = False
    lose: Literal["before", "after"] | None = None
    truncate: int | None = Field(default=None, ge=1)
    latency_ms: float = Field(default=0, ge=0)

    @field_validator("headers")
    @classmethod
    def _one_line_each(cls, headers: dict[str, str]) -> dict[str, str]:
        if any(set("\r\n") & set(name + value) for name, value in headers.items()):
            raise ValueError("a header is one line")
        return headers

    @model_validator(mode="after")
    def _does_one_thing(self) -> Self:
        answers = self.status is not None or self.body is not None
        deeds = answers + (self.lose is not None) + (self.truncate is not None)
        if deeds > 1 or not (deeds or self.latency_ms):
            raise ValueError("give one of status (or body), lose, truncate; or latency_ms alone")
        if self.effect and not answers:
            raise ValueError("effect goes with status or body; lose says before or after itself")
        return self

    @property
    def replaces_answer(self) -> bool:
        return self.status is not None or self.body is not None

    @property
    def prevents_effect(self) -> bool:
        """Whether the request must not be carried out."""
        return self.lose == "before" or (self.replaces_answer and not self.effect)

    def answer(self) -> Answer:
        status = HTTPStatus(self.status or HTTPStatus.OK)
        body = self.body
        if body is None:
            body = json.dumps(error_body(self.message, status, self.error_code))
        content = body.encode()
        headers = {"Content-Type": self.content_type, **self.headers, "Content-Length": str(len(content))}
        return Answer(f"{status.value} {status.phrase}", list(headers.items()), content)


@dataclass(slots=True)
class _Rule:
    fault: Fault
    seen: int = 0
    fired: int = 0

    def fires(self, method: str, path: str) -> bool:
        fault = self.fault
        if not (fnmatchcase(method, fault.method) and fnmatchcase(path, fault.path)):
            return False
        self.seen += 1
        if self.seen <= fault.skip or (fault.times is not None and self.fired >= fault.times):
            return False
        self.fired += 1
        return True


class Faults:
    """The rules in force, in the order they came, and a latency for every request."""

    def __init__(self, latency_ms: float = 0) -> None:
        self.latency_ms = latency_ms
        self._rules: list[_Rule] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._rules.append(_Rule(fault))

    def clear(self) -> None:
        with self._lock:
            self._rules.clear()

    def fire(self, method: str, path: str) -> Fault | None:
        """The first rule that this request meets; at most one happens to a request."""
        with self._lock:
            return next((rule.fault for rule in self._rules if rule.fires(method, path)), None)

    def described(self) -> Sequence[dict[str, object]]:
        with self._lock:
            return [
                {**rule.fault.model_dump(exclude_defaults=True), "seen": rule.seen, "fired": rule.fired}
                for rule in self._rules
            ]
