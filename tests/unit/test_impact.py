"""What a plan says each change means for the gate of its destination."""

from dataclasses import replace

import pytest

from pipesync.context import effects
from pipesync.model import LiveStep, PendingUpdate, Service, ServiceRef, Spec, Validation
from pipesync.plan import Plan
from pipesync.state import State
from pipesync.window import Window
from tests.unit.nouns import decide, live, ours, recording, spec, state, wanted

LAST = Validation("2026-11-20T08:00:00Z", "dba@example.com", "load test passed")


def messages(made: Plan, address: str = "prod/pg") -> list[str]:
    """What the plan says of a change: what follows from the steps, then what moves by itself."""
    change = next(each for each in (*made.changes, *made.kept) if each.address == address)
    return [effect.message for effect in (*change.impact, *effects(made.context, address))]


GATE = live("dev/pg", "prod/pg", 14)


@pytest.mark.parametrize(
    ("want", "are", "known", "meant"),
    [
        (spec(wanted("dev/pg", "prod/pg")), [], None, ["prod/pg gains a gate"]),
        (spec(), [GATE], recording(GATE), ["prod/pg loses its gate", "the validations of the old step are dropped"]),
        (
            spec(wanted("stage/pg", "prod/pg", 14)),
            [GATE],
            recording(GATE),
            [
                "prod/pg waits for stage/pg instead of dev/pg",
                "the validations of the old step are dropped",
                "what is already validated on stage/pg may reach prod/pg at once",
            ],
        ),
        (
            spec(wanted("dev/pg", "prod/pg", 1)),
            [GATE],
            recording(GATE),
            ["the delay of prod/pg gets shorter: 1 day instead of 14"],
        ),
        (
            spec(wanted("dev/pg", "prod/pg", 21)),
            [GATE],
            None,
            ["the delay of prod/pg gets longer: 21 days instead of 14"],
        ),
        (
            spec(wanted("dev/pg", "prod/pg", 14)),
            [GATE],
            state(ours(GATE, protect=True)),
            ["prod/pg is no longer protected"],
        ),
        (spec(wanted("dev/pg", "prod/pg", 14)), [GATE], None, []),
        (spec(wanted("dev/pg", "prod/pg", manage=False)), [GATE], recording(GATE), []),
        (
            spec(wanted("dev/pg", "prod/pg", manage=False)),
            [GATE],
            state(ours(GATE, protect=True)),
            ["prod/pg is no longer protected"],
        ),
        (spec(wanted("dev/pg", "prod/pg", manage=False)), [], state(ours(GATE, protect=True)), []),
    ],
    ids=[
        "create",
        "delete",
        "replace",
        "shorter",
        "import, longer",
        "protection",
        "import",
        "forget",
        "forget, protection",
        "forget, gone",
    ],
)
def test_each_change_says_what_it_means(want: Spec, are: list[LiveStep], known: State | None, meant: list[str]) -> None:
    """In a person's words, address by address; a change that leaves a gate as it is says nothing."""
    assert messages(decide(want, are, known, adopt=True)) == meant


def test_a_change_that_is_kept_back_says_so_too() -> None:
    """What --no-destroy leaves out is told with what it would mean."""
    made = decide(spec(), [GATE], recording(GATE), no_destroy=True)
    assert messages(made)[0] == "prod/pg loses its gate"


def test_a_chain_longer_than_any_that_is_live_may_be_refused() -> None:
    """Told where it gets longer, above or below; one step alone is no long chain, nor is what stands elsewhere."""
    below = live("stage/pg", "prod/pg")
    longer = "the chain through {} gets 2 steps long, longer than any that is live: the account may refuse it"
    want = spec(wanted("dev/pg", "stage/pg"), wanted("stage/pg", "prod/pg"), wanted("dev/x", "prod/x"))
    made = decide(want, [below], recording(below))
    assert longer.format("stage/pg") in messages(made, "stage/pg")
    assert messages(made, "prod/x") == ["prod/x gains a gate"]
    elsewhere = [live("dev/y", "stage/y"), live("stage/y", "prod/y"), below]
    assert messages(decide(want, elsewhere, recording(below)), "stage/pg") == ["stage/pg gains a gate"]


def test_a_circle_that_is_refused_has_no_length() -> None:
    """What Aiven's rules forbid is an error of the plan, and the rest of it is told all the same."""
    made = decide(spec(wanted("prod/pg", "dev/pg"), wanted("dev/pg", "prod/pg")), [])
    assert [error.code for error in made.errors] == ["cycle"]
    assert "prod/pg gains a gate" in messages(made)


def known_service(name: str, state: str = "RUNNING", **more: object) -> dict[str, dict[str, Service]]:
    ref = ServiceRef.parse(name)
    return {ref.project: {ref.service: Service(ref, "pg", state, **more)}}  # type: ignore[arg-type]


@pytest.mark.parametrize("want", [wanted("stage/pg", "prod/pg"), wanted("stage/pg", "prod/pg", 30)])
def test_a_source_that_is_powered_off_makes_the_gate_void(want: object) -> None:
    """For a new gate, and for one that stays."""
    old = live("stage/pg", "prod/pg")
    for are in ([], [old]):
        made = decide(spec(want), are, recording(old) if are else None, there=known_service("stage/pg", "POWEROFF"))  # type: ignore[arg-type]
        void = "stage/pg is powered off, so the gate of prod/pg is void: updates reach it all the same"
        assert [message for change in made.changes for message in messages(made) if message == void] == [
            void for _ in made.changes
        ]


@pytest.mark.parametrize(
    ("by", "show", "words"),
    [
        ("dba@example.com", False, "by a person"),
        ("dba@example.com", True, "by dba@example.com"),
        (None, True, "by a timer"),
    ],
)
def test_the_validation_that_is_lost_is_told(by: str | None, show: bool, words: str) -> None:
    """Who or what, when, and the comment; the user's name on demand only."""
    gate = replace(GATE, last_validation=replace(LAST, by=by))
    made = decide(spec(), [gate], recording(gate), show_users=show)
    assert messages(made)[-1] == f"the last validation was made {words}, 2026-11-20T08:00:00Z: load test passed"
    assert ("dba@example.com" in made.to_json()) == (show and by is not None)


def test_a_long_comment_fills_no_page() -> None:
    """Whoever validates may write one; all of it stands in the context."""
    gate = replace(GATE, last_validation=replace(LAST, comment="x" * 100_000))
    made = decide(spec(), [gate], recording(gate))
    assert messages(made)[-1] == f"the last validation was made by a person, 2026-11-20T08:00:00Z: {'x' * 240} …"
    assert made.context["last_validations"]["prod/pg"]["comment"] == "x" * 100_000


@pytest.mark.parametrize(
    ("waiting", "last"), [(4, "1 more update waits for prod/pg"), (9, "6 more updates wait for prod/pg")]
)
def test_many_updates_fill_no_page(waiting: int, last: str) -> None:
    """Three are told one by one, without all of a long description."""
    there = known_service("prod/pg", updates=(PendingUpdate("x" * 1000),) * waiting)
    told = messages(decide(spec(), [GATE], recording(GATE), there=there))[-4:]
    assert told == [*[f"an update waits for prod/pg: {'x' * 240} …"] * 3, last]


@pytest.mark.parametrize(
    ("now", "near"),
    [
        ("2026-11-28T12:00:00Z", None),
        ("2026-11-29T02:59:59Z", None),
        ("2026-11-29T03:00:00Z", "2026-11-30 03:00 UTC"),
        ("2026-11-30T03:00:00Z", "2026-11-30 03:00 UTC"),
        ("2026-12-01T03:00:00Z", "2026-11-30 03:00 UTC"),
        ("2026-12-01T03:00:01Z", None),
    ],
)
def test_a_gate_that_falls_close_to_the_window_of_its_destination_is_told(now: str, near: str | None) -> None:
    """A day before an opening and a day after it; 30 November 2026 is a Monday."""
    there = known_service("prod/pg", window=Window.parse("monday", "03:00:00"))
    made = decide(spec(), [GATE], recording(GATE), there=there, read_at=now)
    said = [message for message in messages(made) if "window" in message]
    expected = f"this is within 24 hours of the maintenance window of prod/pg, {near}"
    assert said == ([] if near is None else [expected])


def test_an_update_that_waits_for_the_destination_is_told() -> None:
    """With Aiven's description of it, if there is one."""
    there = known_service("prod/pg", updates=(PendingUpdate("Upgrade to 16.5"), PendingUpdate()))
    made = decide(spec(wanted("stage/pg", "prod/pg", 14)), [GATE], recording(GATE), there=there)
    assert messages(made)[-2:] == ["an update waits for prod/pg: Upgrade to 16.5", "an update waits for prod/pg"]


def test_what_moves_by_itself_is_told_of_no_change_where_it_means_nothing() -> None:
    """A window and a waiting update do not matter to a gate that is new."""
    there = known_service("prod/pg", window=Window.parse("monday", "03:00:00"), updates=(PendingUpdate("x"),))
    made = decide(spec(wanted("dev/pg", "prod/pg")), [], there=there, read_at="2026-11-30T03:00:00Z")
    assert messages(made) == ["prod/pg gains a gate"]
