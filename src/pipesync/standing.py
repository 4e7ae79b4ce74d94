"""What an upgrade step waits for, as far as it follows from what Aiven shows.

Aiven shows what both services run, their windows, the updates that wait, and when the step was last validated. It
shows neither which version that validation was of nor when the source was updated. The first row that fits decides:

| what is seen | code |
| --- | --- |
| the source is powered off | gate_void |
| a service, or what it runs, is not seen; types differ | unknown |
| versions without numbers, of other majors, or one less exact than the other | unknown |
| the destination is newer than its source | ahead |
| same version, updates wait for the source | source_not_updated |
| same version, updates wait for the destination alone | unknown: the version does not show them |
| same version, no updates | up_to_date |
| older than the source, never validated | waiting_for_validation |
| older, and what the source received at its last window's opening was validated | waiting_for_window |
| older, validated before that, or it is unknown when that was | waiting_for_validation_or_window |

A person validates what the source runs at that moment. A timer validates what the source received its delay earlier:
an update that came in between waits for its own timer.

Two facts bound the day of an automatic validation. What was received up to the last validation (a timer's: its delay
before that) is validated, so the update came later: with the shortest delay D of all steps of that source, nothing is
validated by a timer before then + D, nor in the past. And an update that came in a window came at the last opening or
before: the timer runs out by that opening + the step's own delay. An update started by hand, or forced by Aiven, does
not show; nor does a delay that was changed since.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from pipesync.model import LiveStep, Service
from pipesync.versions import Order, order


class Code(StrEnum):
    """What a step waits for."""

    UP_TO_DATE = "up_to_date"
    SOURCE_NOT_UPDATED = "source_not_updated"
    WAITING_FOR_VALIDATION = "waiting_for_validation"
    WAITING_FOR_EITHER = "waiting_for_validation_or_window"
    WAITING_FOR_WINDOW = "waiting_for_window"
    GATE_VOID = "gate_void"
    AHEAD = "ahead"
    NOT_LIVE = "not_live"
    UNKNOWN = "unknown"


PERSONAL: Final = frozenset({Code.WAITING_FOR_VALIDATION, Code.WAITING_FOR_EITHER})
"""What a person can end by validating."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """A service of which nothing is known, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What a step waits for: in a word, in a sentence, and each reason; with the dates that follow."""

    code: Code
    words: str
    because: tuple[str, ...] = ()
    automatic_from: datetime | None = None
    automatic_by: datetime | None = None
    window_on: datetime | None = None


NOT_LIVE: Final = Standing(Code.NOT_LIVE, "in the spec, and not live: nothing holds updates back here")


def standing(
    live: LiveStep, source: Service | Unseen, destination: Service | Unseen, now: datetime, shortest_days: int
) -> Standing:
    """Where `live` stands; `shortest_days` is the shortest delay of all steps with its source."""
    if isinstance(source, Service) and source.powered_off:
        return Standing(
            Code.GATE_VOID,
            "gate void: source powered off",
            ("a source that is off gets no updates and cannot be validated: its destination updates regardless",),
        )
    for end, at in (("source", source), ("destination", destination)):
        if isinstance(at, Unseen):
            return _unknown(f"the {end} is not seen: {at.reason}")
    assert isinstance(source, Service)
    assert isinstance(destination, Service)
    missing = _missing(source, destination)
    if missing is not None:
        return _unknown(missing)
    match order(source.version or "", destination.version or ""):
        case Order.AHEAD:
            reason = f"it runs {destination.version}, its source {source.version}"
            return Standing(Code.AHEAD, "ahead of its gate: override or a powered-off source", (reason,))
        case Order.BEHIND:
            return _Behind(live, source, destination, now, shortest_days).standing()
        case _:
            return _same(source, destination)


def _missing(source: Service, destination: Service) -> str | None:
    """Which fact is missing for a comparison of what the two run."""
    if source.service_type != destination.service_type:
        return "source and destination are of different types"
    if source.version is None or destination.version is None:
        return f"Aiven does not show what the {'destination' if source.version else 'source'} runs"
    if order(source.version, destination.version) is Order.INCOMPARABLE:
        runs = f"the source runs {source.version}, the destination {destination.version}"
        return f"the versions cannot be compared: {runs}"
    return None


def instant(text: str) -> datetime | None:
    """A time as the API writes it (RFC 3339; UTC where it names no zone); None if it cannot be read."""
    try:
        read = datetime.fromisoformat(text)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def shown(at: datetime) -> str:
    """`2026-05-04 12:30 UTC`."""
    return f"{at.year:04}-{at:%m-%d %H:%M} UTC"


def _unknown(missing: str) -> Standing:
    return Standing(Code.UNKNOWN, f"unknown: {missing}")


def _same(source: Service, destination: Service) -> Standing:
    same = f"both run {source.version}"
    if source.updates:
        return Standing(Code.SOURCE_NOT_UPDATED, "source not updated yet", (same, "updates wait for the source"))
    if destination.updates:
        return _unknown("both run the same version, and an update that it does not show waits for the destination")
    return Standing(Code.UP_TO_DATE, "up to date: runs what its source runs", (same, "no update waits"))


@dataclass(frozen=True, slots=True)
class _Behind:
    """A destination that runs an older version than its source."""

    live: LiveStep
    source: Service
    destination: Service
    now: datetime
    shortest_days: int

    def standing(self) -> Standing:
        validation = self.live.last_validation
        at = None if validation is None else instant(validation.at)
        reach = self._reach(at)
        code, reason = self._code(reach)
        because = (
            f"it runs {self.destination.version}, its source {self.source.version}",
            reason,
            *self._passed_by(code, at),
        )
        first, by, automatic = self._automatic(reach)
        on, window = self._window()
        skew = ""
        if at is not None and at > self.now:
            skew = f"; the last validation lies in the future ({shown(at)}): this clock or Aiven's is wrong"
        if code is Code.WAITING_FOR_WINDOW:
            return Standing(code, f"validated, {window}{skew}", because, window_on=on)
        if code is Code.WAITING_FOR_VALIDATION:
            return Standing(code, f"waiting for validation, {automatic}{skew}", because, first, by)
        words = (
            f"waiting for validation ({automatic}), or validated and {window}: "
            f"Aiven does not tell which version was validated{skew}"
        )
        return Standing(code, words, because, first, by, on)

    def _reach(self, at: datetime | None) -> datetime | None:
        """Up to when what the source received is validated; `at` is the time of the last validation."""
        last = self.live.last_validation
        if at is None or last is None or last.by is not None:
            return at
        return _later(at, -self.live.step.auto_validation_delay_days)

    def _code(self, reach: datetime | None) -> tuple[Code, str]:
        """What it waits for, and why; what the source received up to `reach` is validated."""
        last = self.live.last_validation
        if last is None:
            return Code.WAITING_FOR_VALIDATION, "nothing was validated since the step was made"
        if reach is None:
            return Code.WAITING_FOR_EITHER, "the time of the last validation cannot be read"
        window = self.source.window
        opening = None if window is None else window.last(self.now)
        if opening is None:
            why = "Aiven does not show the source's window" if window is None else "the source's window never opens"
            return Code.WAITING_FOR_EITHER, f"{why}: it may have been updated since the last validation"
        by_timer = last.by is None
        if reach < opening or (reach == opening and not by_timer):  # a person at that moment may have seen the old one
            since = f"the source's window opened on {shown(opening)}, after the last validation"
            if by_timer:
                since = (
                    f"a timer validated what was received its delay earlier, and the window opened on {shown(opening)}"
                )
            return Code.WAITING_FOR_EITHER, f"{since}: it may have been updated since"
        later = f"the last validation is later than the source's last window ({shown(opening)})"
        if by_timer:
            later = f"a timer validated what was received in the source's last window ({shown(opening)}) or later"
        return Code.WAITING_FOR_WINDOW, f"{later}; an update by hand since then would not show"

    def _passed_by(self, code: Code, at: datetime | None) -> tuple[str, ...]:
        """What speaks for a validation of less than the source runs now; it is no proof, for a window may be missed."""
        window = self.destination.window
        opening = None if window is None else window.last(self.now)
        if code is not Code.WAITING_FOR_EITHER or opening is None or at is None or at >= opening:
            return ()
        return (f"its own window opened on {shown(opening)}, after the last validation, and did not bring it up",)

    def _automatic(self, reach: datetime | None) -> tuple[datetime, datetime | None, str]:
        """The bounds of an automatic validation, and in words; what was received up to `reach` is validated."""
        after = None if reach is None else _later(reach, self.shortest_days)
        first = self.now if after is None else max(self.now, after)
        opening = None if self.source.window is None else self.source.window.last(self.now)
        by = None if opening is None else _later(opening, self.live.step.auto_validation_delay_days)
        words = f"automatic at the earliest on {shown(first)}"
        if by is None or by < first:
            return first, None, f"{words}, at the latest: unknown"
        return first, by, f"{words}, at the latest on {shown(by)} if the source was updated in a window"

    def _window(self) -> tuple[datetime | None, str]:
        """When the destination's window opens, and in words."""
        window = self.destination.window
        if self.destination.powered_off:
            return None, "waits to be powered on"
        if window is None:
            return None, "waits for the window, which Aiven does not show"
        on = window.next(self.now)
        if on is None:
            return None, "waits for a window, which never opens: start it by hand"
        return on, f"waits for the window on {shown(on)}"


def _later(at: datetime, days: int) -> datetime | None:
    """`days` after `at`; None past the end of the calendar."""
    try:
        return at + timedelta(days=days)
    except OverflowError:
        return None
