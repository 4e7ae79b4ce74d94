"""Notices: what a machine is told of a plan, a spec, a drift report or an outcome, one by one, each with its place."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pipesync.model import Origin

STANDARD_INPUT: Final = "-"
"""What a spec that is no file is called."""


class Severity(StrEnum):
    """How much a notice matters, from what forbids to what is good to know; GitHub's words."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to be told. Its sentences have passed `escape` already; `code` and `place` may be foreign, and raw.

    `code` is a key of `rulebook`, or a finding's own; `message` one sentence, `more` those that go with it; `address`
    the step that it is about; `place` where the spec says so, if it does.
    """

    severity: Severity
    code: str
    message: str
    more: tuple[str, ...] = ()
    address: str | None = None
    place: "Origin | None" = None
