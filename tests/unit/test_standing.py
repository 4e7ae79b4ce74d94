"""What a step waits for, row by row of the table in `pipesync.standing`."""

from datetime import UTC, datetime, time

import pytest

from pipesync.model import LiveStep, PendingUpdate, Service, ServiceRef, Validation
from pipesync.standing import Code, Standing, Unseen, standing
from pipesync.versions import Order, order
from pipesync.window import Window
from tests.unit.nouns import step

NOW = datetime(2026, 5, 6, 12, tzinfo=UTC)  # a Wednesday
SUNDAY = Window(6, time(3))
"""Opened last on 3 May, and opens next on 10 May."""
FRIDAY = Window(4, time(3))
UPDATE = PendingUpdate("Security fixes")


def service(
    version: str | None,
    *,
    window: Window | None = SUNDAY,
    state: str = "RUNNING",
    kind: str = "pg",
    updates: tuple[PendingUpdate, ...] = (),
) -> Service:
    return Service(ServiceRef("project", "pg"), kind, state, version, window, updates)


def stands(
    source: Service | Unseen,
    destination: Service | Unseen,
    validated: str | None = None,
    *,
    by: str | None = "ann",
    days: int = 7,
    shortest: int | None = None,
) -> Standing:
    """A step with a delay of `days`, last validated at `validated`, looked at on Wednesday, 6 May 2026, at noon."""
    last = None if validated is None else Validation(validated, by, "")
    live = LiveStep("id", step("dev/pg", "prod/pg", days), last)
    return standing(live, source, destination, NOW, shortest or days)


OLD, NEW = service("17.4", window=FRIDAY), service("17.5")
OFF = service("17.5", state="POWEROFF")


@pytest.mark.parametrize(
    ("source", "destination", "validated", "code"),
    [
        (OFF, OLD, None, Code.GATE_VOID),
        (OFF, Unseen("gone"), None, Code.GATE_VOID),
        (Unseen("gone"), OLD, None, Code.UNKNOWN),
        (NEW, Unseen("gone"), None, Code.UNKNOWN),
        (service(None), OLD, None, Code.UNKNOWN),
        (NEW, service(None), None, Code.UNKNOWN),
        (NEW, service("17.4", kind="kafka"), None, Code.UNKNOWN),
        (service("18.1"), OLD, None, Code.UNKNOWN),
        (service("17"), OLD, None, Code.UNKNOWN),
        (service("17.5-beta"), OLD, None, Code.UNKNOWN),
        (OLD, NEW, None, Code.AHEAD),
        (service("17.9"), service("17.10"), None, Code.AHEAD),
        (NEW, NEW, None, Code.UP_TO_DATE),
        (service("17.5", updates=(UPDATE,)), NEW, None, Code.SOURCE_NOT_UPDATED),
        (service("17.5", updates=(UPDATE,)), service("17.5", updates=(UPDATE,)), None, Code.SOURCE_NOT_UPDATED),
        (NEW, service("17.5", updates=(UPDATE,)), None, Code.UNKNOWN),
        (NEW, OLD, None, Code.WAITING_FOR_VALIDATION),
        (NEW, OLD, "2026-05-03T03:00:01Z", Code.WAITING_FOR_WINDOW),
        (NEW, OLD, "2026-05-03T02:59:59Z", Code.WAITING_FOR_EITHER),
        (NEW, OLD, "yesterday", Code.WAITING_FOR_EITHER),
        (service("17.5", window=None), OLD, "2026-05-06T11:00:00Z", Code.WAITING_FOR_EITHER),
        (service("17.5", window=Window(None)), OLD, "2026-05-06T11:00:00Z", Code.WAITING_FOR_EITHER),
    ],
    ids=[
        "source off", "source off, destination gone", "source gone", "destination gone", "source's version not shown",
        "destination's version not shown", "other types", "other majors", "less exact", "no number", "newer",
        "newer by number", "same", "update for the source", "update for both", "update for the destination alone",
        "never validated", "validated since the window", "validated before the window", "no time", "no window shown",
        "no window ever",
    ],
)  # fmt: skip
def test_every_row_of_the_table(
    source: Service | Unseen, destination: Service | Unseen, validated: str | None, code: Code
) -> None:
    """The first row that fits decides."""
    assert stands(source, destination, validated).code is code


def test_a_step_that_was_never_validated_names_both_bounds() -> None:
    """From now on, and by the last opening of the source's window (3 May) and the delay."""
    found = stands(NEW, OLD, days=7)
    assert found.words == (
        "waiting for validation, automatic at the earliest on 2026-05-06 12:00 UTC, "
        "at the latest on 2026-05-10 03:00 UTC if the source was updated in a window"
    )
    assert (found.automatic_from, found.automatic_by) == (NOW, datetime(2026, 5, 10, 3, tzinfo=UTC))


def test_the_last_validation_bounds_the_next_one_from_below() -> None:
    """What it was not of came later, and the shortest delay of the source's steps may end the wait for all."""
    before = "2026-05-02T12:00:00Z"
    assert stands(NEW, OLD, before, days=7).automatic_from == datetime(2026, 5, 9, 12, tzinfo=UTC)
    assert stands(NEW, OLD, before, days=7, shortest=5).automatic_from == datetime(2026, 5, 7, 12, tzinfo=UTC)
    assert stands(NEW, OLD, before, days=2).automatic_from == NOW


@pytest.mark.parametrize(
    ("source", "days"), [(service("17.5", window=None), 7), (service("17.5", window=Window(None)), 7), (NEW, 2)],
    ids=["window not shown", "window never", "the timer of the last window has run out"],
)  # fmt: skip
def test_where_nothing_bounds_the_latest_day_it_is_unknown(source: Service, days: int) -> None:
    """No date is made up."""
    found = stands(source, OLD, days=days)
    assert (found.automatic_by, found.words.rpartition(", ")[2]) == (None, "at the latest: unknown")


@pytest.mark.parametrize(
    ("destination", "words", "on"),
    [
        (OLD, "validated, waits for the window on 2026-05-08 03:00 UTC", datetime(2026, 5, 8, 3, tzinfo=UTC)),
        (service("17.4", window=None), "validated, waits for the window, which Aiven does not show", None),
        (
            service("17.4", window=Window(None)),
            "validated, waits for a window, which never opens: start it by hand",
            None,
        ),
        (service("17.4", state="POWEROFF"), "validated, waits to be powered on", None),
    ],
    ids=["a window", "not shown", "never", "powered off"],
)
def test_a_validated_version_waits_for_the_destination(destination: Service, words: str, on: datetime | None) -> None:
    """Its next window, or why no day can be named."""
    found = stands(NEW, destination, "2026-05-05T00:00:00Z")
    assert (found.words, found.window_on) == (words, on)


def test_what_cannot_be_decided_names_both_dates() -> None:
    """Aiven does not tell which version was validated: the timer's bounds, and the window."""
    found = stands(NEW, OLD, "2026-04-30T00:00:00Z")
    assert "Aiven does not tell which version was validated" in found.words
    assert (found.automatic_from, found.automatic_by, found.window_on) == (
        datetime(2026, 5, 7, tzinfo=UTC),
        datetime(2026, 5, 10, 3, tzinfo=UTC),
        datetime(2026, 5, 8, 3, tzinfo=UTC),
    )


OPENING = "2026-05-03T03:00:00Z"
"""When the source's window opened last."""


@pytest.mark.parametrize(
    ("validated", "by", "days", "code"),
    [
        (OPENING, "ann", 7, Code.WAITING_FOR_EITHER),
        ("2026-05-03T03:00:01Z", "ann", 7, Code.WAITING_FOR_WINDOW),
        ("2026-05-05T12:00:00Z", None, 7, Code.WAITING_FOR_EITHER),
        ("2026-05-05T02:59:59Z", None, 2, Code.WAITING_FOR_EITHER),
        ("2026-05-05T03:00:00Z", None, 2, Code.WAITING_FOR_WINDOW),
        ("2026-05-05T03:00:00Z", None, 10**12, Code.WAITING_FOR_EITHER),
    ],
    ids=[
        "at the opening",
        "just after",
        "a timer of before",
        "a second before",
        "the update's own timer",
        "no such day",
    ],
)
def test_a_timer_validates_what_came_its_delay_earlier(validated: str, by: str | None, days: int, code: Code) -> None:
    """An update that the source received in between is not validated by it; a person's word is for what runs then."""
    assert stands(NEW, OLD, validated, by=by, days=days).code is code


def test_the_next_timer_may_run_out_sooner_than_a_delay_after_the_last() -> None:
    """An update received just before a timer ran out is validated just a few days later."""
    assert stands(NEW, OLD, "2026-05-05T12:00:00Z", by=None).automatic_from == NOW
    assert stands(NEW, OLD, "2026-05-02T12:00:00Z").automatic_from == datetime(2026, 5, 9, 12, tzinfo=UTC)


def test_a_window_that_passed_by_is_told() -> None:
    """It speaks for a validation of an older version; one that has not opened since says nothing."""
    passed = "its own window opened on 2026-05-01 03:00 UTC, after the last validation, and did not bring it up"
    assert passed in stands(NEW, OLD, "2026-04-30T00:00:00Z").because
    assert passed not in stands(NEW, OLD, "2026-05-02T00:00:00Z").because


@pytest.mark.parametrize("at", ["2026-05-06T15:00:00+02:00", "9999-12-31T23:59:59Z"], ids=["an hour", "the last day"])
def test_a_validation_in_the_future_is_said_to_be_one(at: str) -> None:
    """Clocks differ; the last one of the calendar has no day after it."""
    found = stands(NEW, OLD, at, days=10**12)
    assert found.code is Code.WAITING_FOR_WINDOW
    assert "the last validation lies in the future" in found.words


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+23:00", "", "9999-12-31T23:59:59-23:00", "٢٠٢٦"])
def test_times_that_cannot_be_read_are_no_times(at: str) -> None:
    """Whatever stands there, the answer is that it cannot be told."""
    assert stands(NEW, OLD, at).code is Code.WAITING_FOR_EITHER


@pytest.mark.parametrize(
    ("source", "destination", "expected"),
    [
        ("17.10", "17.9", Order.BEHIND),
        ("8.1.2", "8.1", Order.INCOMPARABLE),
        ("8.1", "8.1.2", Order.INCOMPARABLE),
        ("3.08", "3.8", Order.SAME),
        ("9" * 5000, "9" * 4999, Order.INCOMPARABLE),
        ("x", "x", Order.SAME),
        ("١٧.٥", "17.4", Order.INCOMPARABLE),
    ],
)
def test_versions_are_compared_by_their_numbers(source: str, destination: str, expected: Order) -> None:
    """Part by part; what is no number, or may be several, is compared with nothing but itself."""
    assert order(source, destination) is expected
