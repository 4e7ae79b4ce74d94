"""When maintenance windows open: weekly, in UTC, or never."""

from datetime import UTC, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipesync.window import DAYS, Window

MONDAY = Window.parse("monday", "10:00:00")


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment of May 2026, which has its first Monday on the 4th."""
    return datetime(2026, 5, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "opening"),
    [
        (at(4, 9), at(4, 10)),
        (at(4, 10), at(4, 10)),
        (at(4, 10, 1), at(11, 10)),
        (at(3), at(4, 10)),
        (at(5), at(11, 10)),
        (datetime(2026, 5, 4, 12, 30, tzinfo=timezone(timedelta(hours=3))), at(4, 10)),
    ],
)
def test_a_window_opens_at_its_next_hour(after: datetime, opening: datetime) -> None:
    """The opening itself still counts; a minute later it is next week's."""
    assert MONDAY.next(after) == opening


def test_a_window_knows_its_last_opening() -> None:
    """At the opening it is that one, before it last week's."""
    assert MONDAY.last(at(11, 10)) == at(11, 10)
    assert MONDAY.last(at(11, 9)) == at(4, 10)


@pytest.mark.parametrize("window", [Window.parse("never", ""), Window.parse("monday", "10:00:00", enabled=False)])
def test_a_window_that_never_opens(window: Window) -> None:
    """Aiven's `never`, and a window that is switched off."""
    assert (window.never, window.next(at(4)), window.last(at(4)), str(window)) == (True, None, None, "never")


def test_a_window_reads_as_people_say_it() -> None:
    """A day, an hour, and that it is UTC."""
    assert str(MONDAY) == "monday 10:00 UTC"


@pytest.mark.parametrize(("dow", "clock"), [("mondays", "10:00:00"), ("monday", "25:00:00"), ("monday", ""), ("", "")])
def test_other_words_are_refused(dow: str, clock: str) -> None:
    """They are no window, and nobody guesses which was meant."""
    with pytest.raises(ValueError):  # noqa: PT011  Python's own words, which nobody sees
        Window.parse(dow, clock)


@given(st.sampled_from(DAYS), st.times(), st.timedeltas(timedelta(0), timedelta(days=36_500)))
def test_openings_are_a_week_apart(dow: str, clock: time, since: timedelta) -> None:
    """Whatever the window and the moment: the next opening is within a week, and the last one within a week before."""
    window, now = Window.parse(dow, f"{clock:%H:%M:%S}"), at(4) + since
    following, last = window.next(now), window.last(now)
    assert following is not None
    assert last is not None
    assert timedelta(0) <= following - now < timedelta(weeks=1)
    assert timedelta(0) <= now - last < timedelta(weeks=1)
