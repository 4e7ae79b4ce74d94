"""When an update gets from the first stage to each service: the earliest and the latest, and why not at all."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipesync.model import Service, ServiceRef, UpgradeStep
from pipesync.timeline import Bounds, Hindrance, Span, timeline
from pipesync.window import DAYS, Window
from tests.unit.nouns import step

DEV, STAGING, PROD = "dev/pg", "staging/pg", "prod/pg"

CHAIN = (step(DEV, STAGING, 3), step(STAGING, PROD, 7))
"""The documentation's closing example."""

MONDAY = Span.day(date(2026, 5, 4))

Words = str | None
"""`monday 03:00`, `never`, or None for one that is not known."""


def service(ref: str, window: Words, *, off: bool = False) -> Service:
    dow, _, clock = (window or "").partition(" ")
    opens = None if window is None else Window.parse(dow, f"{clock or '00:00'}:00")
    return Service(ServiceRef.parse(ref), "pg", "POWEROFF" if off else "RUNNING", window=opens)


def known(windows: Mapping[str, Words], off: Iterable[str] = ()) -> dict[str, dict[str, Service]]:
    found: dict[str, dict[str, Service]] = {}
    for ref, window in windows.items():
        there = service(ref, window, off=ref in set(off))
        found.setdefault(there.ref.project, {})[there.ref.service] = there
    return found


def told(found: Iterable[Bounds]) -> dict[str, tuple[str | None, str | None]]:
    """Address → earliest and latest, `05-07 03:00`."""
    return {str(each.ref): (written(each.earliest), written(each.latest)) for each in found}


def written(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment:%m-%d %H:%M}"


def chain(windows: Mapping[str, Words], off: Iterable[str] = (), start: Span = MONDAY) -> dict[str, Bounds]:
    return {str(each.ref): each for each in timeline(CHAIN, known(windows, off), start)}


def test_the_documentations_example_to_the_day() -> None:
    """3 days, then 7; windows on Mondays, Thursdays and Sundays: people bring production forward by a week."""
    windows = {DEV: "monday 03:00", STAGING: "thursday 03:00", PROD: "sunday 04:30"}
    assert told(chain(windows).values()) == {
        DEV: ("05-04 03:00", "05-04 03:00"),
        STAGING: ("05-07 03:00", "05-07 03:00"),
        PROD: ("05-10 04:30", "05-17 04:30"),
    }


@pytest.mark.parametrize(
    ("window", "bounds"),
    [
        ("thursday 03:00", ("05-07 03:00", "05-07 03:00")),
        ("thursday 02:59", ("05-07 02:59", "05-14 02:59")),
        ("monday 03:00", ("05-04 03:00", "05-11 03:00")),
        ("monday 02:59", ("05-11 02:59", "05-11 02:59")),
        (None, ("05-04 03:00", "05-14 03:00")),
    ],
)
def test_an_opening_at_the_very_moment_counts(window: Words, bounds: tuple[str, str]) -> None:
    """A minute earlier it is the next week's; a window that is not known opens at once, or within a week."""
    assert told(chain({DEV: "monday 03:00", STAGING: window}).values())[STAGING] == bounds


def test_the_first_stage_has_the_update_at_its_opening_on_that_day() -> None:
    """If its window opens on another day, or nobody knows when, the whole day is meant; a time is that time."""
    weekly = {STAGING: "thursday 03:00"}
    assert told(chain(weekly | {DEV: "monday 20:00"}).values())[DEV] == ("05-04 20:00", "05-04 20:00")
    for window in ("tuesday 20:00", "never", None):
        found = told(chain(weekly | {DEV: window}).values())
        assert found[DEV] == ("05-04 00:00", "05-04 23:59")
        assert found[STAGING] == ("05-07 03:00", "05-14 03:00")
    moment = datetime(2026, 5, 4, 1, tzinfo=UTC)
    assert told(chain(weekly | {DEV: "monday 20:00"}, start=Span(moment, moment)).values())[STAGING] == (
        "05-07 03:00",
        "05-07 03:00",
    )


def test_a_window_that_never_opens_lets_nothing_in_and_nothing_through() -> None:
    """There is no bound, and each service says whether the reason is its own or its source's."""
    found = chain({DEV: "monday 03:00", STAGING: "never", PROD: "sunday 04:30"})
    assert [each.hindrance for each in found.values()] == [None, Hindrance.WINDOW_NEVER, Hindrance.SOURCE]
    assert told(found.values())[PROD] == (None, None)


def test_the_gate_below_a_powered_off_service_is_void() -> None:
    """It gets nothing itself; what it would hold back may be there from the start, and is at the next opening."""
    windows = {DEV: "monday 03:00", STAGING: "thursday 03:00", PROD: "sunday 04:30"}
    found = chain(windows, off=[STAGING])
    assert (found[STAGING].hindrance, found[STAGING].void) == (Hindrance.POWERED_OFF, False)
    assert told(found.values())[PROD] == ("05-04 03:00", "05-10 04:30")
    assert (found[PROD].hindrance, found[PROD].void) == (None, True)


def test_with_everything_above_off_production_is_not_protected() -> None:
    """As the documentation warns: from the start, whatever the delays; a powered-off one gets nothing all the same."""
    found = chain({DEV: None, STAGING: None, PROD: None}, off=[DEV, STAGING])
    assert told(found.values()) == {DEV: (None, None), STAGING: (None, None), PROD: ("05-04 00:00", "05-11 23:59")}


def test_steps_in_a_circle_have_no_bounds() -> None:
    """Neither they nor what hangs below them; other pipelines are forecast all the same."""
    circle = (step("a/x", "b/x"), step("b/x", "a/x"), step("b/x", "c/x"))
    found = {str(each.ref): each for each in timeline((*circle, *CHAIN), {}, MONDAY)}
    assert {ref for ref, each in found.items() if each.hindrance is Hindrance.CYCLE} == {"a/x", "b/x", "c/x"}
    assert found[PROD].earliest == MONDAY.first


def test_a_fan_out_is_told_tree_by_tree() -> None:
    """Each first stage, then what is below it, depth first, in the order of the steps."""
    steps = (step("z/b", "y/b"), step("a/a", "b/a"), step("b/a", "c/a"), step("a/a", "b/b"))
    found = timeline(steps, {}, MONDAY)
    assert [(str(each.ref), each.stage, str(each.root)) for each in found] == [
        ("z/b", 1, "z/b"),
        ("y/b", 2, "z/b"),
        ("a/a", 1, "a/a"),
        ("b/a", 2, "a/a"),
        ("c/a", 3, "a/a"),
        ("b/b", 2, "a/a"),
    ]


@pytest.mark.parametrize("days", [10**7, 10**30])
def test_a_delay_beyond_the_calendar_has_no_latest_day(days: int) -> None:
    """A live delay may be any number: the earliest is there, and nothing breaks."""
    (_, found) = timeline([step(DEV, PROD, days)], known({PROD: "sunday 04:30"}), MONDAY)
    assert told([found]) == {PROD: ("05-10 04:30", None)}


windows = (
    st.none()
    | st.just(Window(None))
    | st.builds(Window, st.integers(0, 6), st.times().map(lambda t: t.replace(microsecond=0)))
)
days = st.integers(1, 40)


@st.composite
def forests(draw: st.DrawFn) -> tuple[list[UpgradeStep], dict[str, dict[str, Service]]]:
    """Up to eight services, each under an earlier one or none, with any windows, some powered off, some unknown."""
    refs = [ServiceRef("p", str(number)) for number in range(draw(st.integers(2, 8)))]
    steps = [
        UpgradeStep(refs[draw(st.integers(0, number - 1))], ref, draw(days))
        for number, ref in enumerate(refs)
        if number and draw(st.integers(0, 4))
    ]
    states = st.sampled_from(["RUNNING", "RUNNING", "RUNNING", "REBUILDING", "POWEROFF"])
    there = {ref.service: Service(ref, "pg", draw(states), window=draw(windows)) for ref in refs if draw(st.booleans())}
    return steps, {"p": there}


starts = st.dates(date(2000, 1, 1), date(2100, 1, 1)).map(Span.day)


@given(forests(), starts)
def test_bounds_are_in_order_along_every_path(
    forest: tuple[list[UpgradeStep], dict[str, dict[str, Service]]], start: Span
) -> None:
    """Earliest before latest; below its source unless the gate is void; and never without a reason if not at all."""
    found = {each.ref: each for each in timeline(*forest, start)}
    assert found.keys() == {ref for each in forest[0] for ref in (each.source, each.destination)}
    for each in found.values():
        assert (each.earliest is None) == (each.latest is None) == (each.hindrance is not None)
        if each.earliest is None or each.latest is None:
            continue
        assert start.first <= each.earliest <= each.latest
        if each.window is not None and each.step is not None and not each.void:
            assert each.window.next(each.earliest) == each.earliest
        if each.step is not None and not each.void:
            source = found[each.step.source]
            assert source.earliest is not None
            assert source.latest is not None
            assert source.earliest <= each.earliest
            assert source.latest < each.latest


@given(forests(), starts, st.data())
def test_a_longer_delay_makes_nothing_earlier(
    forest: tuple[list[UpgradeStep], dict[str, dict[str, Service]]], start: Span, data: st.DataObject
) -> None:
    """One delay raised: no earliest moves, no latest comes before what it was, and nobody gets or loses bounds."""
    steps, services = forest
    if not steps:
        return
    at = data.draw(st.integers(0, len(steps) - 1))
    slow = steps[at]
    raised = UpgradeStep(slow.source, slow.destination, slow.auto_validation_delay_days + data.draw(days))
    before = timeline(steps, services, start)
    after = timeline([*steps[:at], raised, *steps[at + 1 :]], services, start)
    for old, new in zip(before, after, strict=True):
        assert (old.ref, old.earliest, old.hindrance) == (new.ref, new.earliest, new.hindrance)
        assert (old.latest or start.first) <= (new.latest or start.first)


def test_days_of_the_week_are_those_of_windows() -> None:
    """Every weekday's window brings the update on that weekday."""
    for number, dow in enumerate(DAYS):
        found = chain({DEV: "monday 03:00", STAGING: f"{dow} 03:00"})[STAGING]
        assert found.earliest is not None
        assert found.earliest.weekday() == number
