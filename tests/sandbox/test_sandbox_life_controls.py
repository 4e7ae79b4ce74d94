"""The controls of the life: the clock, releases, the log, the overview, and the replay."""

from typing import Any

import pytest

from pipesync.sandbox import create_app, serve
from tests.sandbox.life import DEV, PROD, STAGING, living
from tests.sandbox.running import Running, client


def test_the_clock_follows_the_wall_clock_until_life_begins(sandbox: Running) -> None:
    """A validation is dated by it; from the first release on it stands, and only the control moves it."""
    assert sandbox.http.get("/_sandbox/clock").json() == {"now": "2026-05-04T12:30:00.000000Z", "stands": False}
    sandbox.http.post("/_sandbox/releases", json={"type": "pg", "version": "16.5"}).raise_for_status()
    sandbox.http.post("/_sandbox/clock", json={"advance": "1d12h"}).raise_for_status()

    assert sandbox.http.get("/_sandbox/clock").json() == {"now": "2026-05-06T00:30:00.000000Z", "stands": True}


def test_a_clock_that_nobody_moves_runs() -> None:
    """A sandbox that is merely served dates a validation by the real time."""
    with serve(create_app(), port=0) as server, client(server.url, "any") as http:
        times = [http.get("/_sandbox/clock").json()["now"] for _ in range(2)]

    assert times[0] < times[1]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "give `advance` (a length of time) or `to` (a moment)"),
        ({"advance": "1d", "to": "2026-06-01"}, "give `advance` (a length of time) or `to` (a moment)"),
        ({"advance": "soon"}, "'soon' is no length of time"),
        ({"advance": "-1d"}, "'-1d' is no length of time"),
        ({"advance": "9999w"}, "'9999w' is longer than 3650 days"),
        ({"to": "noon"}, "'noon' is no date or time"),
        ({"to": "2026-05-03"}, "2026-05-03T00:00:00.000000Z is earlier or too far ahead"),
        ({"to": "9999-12-31T23:59:59-14:00"}, "is no date or time"),
        ({"to": "9999-01-01"}, "is earlier or too far ahead"),
    ],
)
def test_a_clock_is_moved_forward_by_what_can_be_read(body: dict[str, Any], words: str) -> None:
    """Anything else is a 400, and the clock stands where it stood."""
    with living() as life:
        answer = life.here.http.post("/_sandbox/clock", json=body)

        assert (answer.status_code, words in answer.json()["message"]) == (400, True)
        assert life.here.http.get("/_sandbox/clock").json()["now"] == "2026-05-04T00:00:00.000000Z"


def test_moving_the_clock_tells_what_happened() -> None:
    """The entries of the log that came of it, and no others."""
    with living() as life:
        life.release("16.5")
        told = life.until("2026-05-06")
        nothing = life.until("2026-05-06")

        assert [(entry["at"], entry["kind"], entry["service"]) for entry in told] == [
            ("2026-05-05T10:00:00.000000Z", "update_started", DEV),
            ("2026-05-05T10:30:00.000000Z", "update_finished", DEV),
        ]
        assert nothing == []


def test_releases_are_listed_in_the_order_of_their_arrival() -> None:
    """With the moment of it; the same version again is a 409, a body that is none a 400."""
    with living() as life:
        life.release("16.5")
        life.until("2026-05-05")
        body = {"type": "kafka", "version": "3.9", "description": "Faster"}
        made = life.here.http.post("/_sandbox/releases", json=body)
        again = life.here.http.post("/_sandbox/releases", json=body)

        assert (made.status_code, again.status_code) == (201, 409)
        assert life.here.http.get("/_sandbox/releases").json()["releases"] == [
            {"type": "pg", "version": "16.5", "description": "", "arrived": "2026-05-04T00:00:00.000000Z"},
            {"type": "kafka", "version": "3.9", "description": "Faster", "arrived": "2026-05-05T00:00:00.000000Z"},
        ]
        assert life.here.http.post("/_sandbox/releases", json={"type": "pg"}).status_code == 400


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 10),
        ({"kind": "update_started"}, 3),
        ({"service": STAGING}, 3),
        ({"service": STAGING, "kind": "update_finished"}, 1),
        ({"since": "2026-05-05T10:30:00Z"}, 6),
        ({"until": "2026-05-05T10:00:00Z"}, 4),
        ({"since": "2026-05-05", "until": "2026-05-05T10:00:00Z"}, 1),
        ({"after": "5"}, 5),
    ],
)
def test_the_log_can_be_narrowed(query: dict[str, str], count: int) -> None:
    """By kind, service, time and place; together they all count."""
    with living() as life:
        life.step(DEV, STAGING)
        life.release("16.5")
        life.until("2026-05-16")

        assert len(life.log(**query)) == count


def test_the_log_of_one_step() -> None:
    """What was done to it, and its automatic validations."""
    with living() as life:
        step = life.step(DEV, STAGING)
        life.step(DEV, PROD)
        life.release("16.5")
        life.until("2026-05-16")

        assert [entry["kind"] for entry in life.log(step_id=step)] == ["step_created", "validated_automatically"]


@pytest.mark.parametrize("query", [{"after": "x"}, {"since": "noon"}, {"service": "pg-dev"}])
def test_a_filter_that_cannot_be_read_is_refused(query: dict[str, str]) -> None:
    """400, with the reason."""
    with living() as life:
        assert life.here.http.get("/_sandbox/log", params=query).status_code == 400


def test_the_overview_shows_sources_before_their_destinations() -> None:
    """Each service once, with how deep it stands in its tree; also in a circle, which only a control can make."""
    with living() as life:
        life.step(STAGING, DEV)
        life.here.http.post("/_sandbox/steps", json={"source": DEV, "destination": PROD}).raise_for_status()
        services = life.here.http.get("/_sandbox/life").json()["services"]
        assert [(found["depth"], found["service"]) for found in services] == [(0, STAGING), (1, DEV), (2, PROD)]

        life.here.http.post("/_sandbox/steps", json={"source": PROD, "destination": STAGING}).raise_for_status()
        services = life.here.http.get("/_sandbox/life").json()["services"]
        assert [(found["depth"], found["service"]) for found in services] == [(0, DEV), (1, PROD), (2, STAGING)]


def test_the_overview_says_what_a_destination_waits_for() -> None:
    """Its gate, the timer, what is held, and when its window opens."""
    with living() as life:
        step = life.step(DEV, STAGING, 3)
        life.release("16.5")
        life.until("2026-05-05T12:00:00Z")

        assert life.seen(STAGING) == {
            "depth": 1,
            "service": STAGING,
            "type": "pg",
            "state": "RUNNING",
            "version": "16.4",
            "update": None,
            "pending": ["16.5"],
            "held": ["16.5"],
            "allowed": None,
            "window": {"dow": "thursday", "time": "10:00:00", "enabled": True},
            "next_opening": "2026-05-07T10:00:00.000000Z",
            "gate": {
                "step_id": step,
                "source": DEV,
                "source_version": "16.5",
                "source_state": "RUNNING",
                "auto_validation_delay_days": 3,
                "validated_version": "16.4",
                "last_validation": None,
                "void": False,
                "ahead": False,
                "timers": [{"version": "16.5", "due": "2026-05-08T10:30:00.000000Z"}],
            },
            "destinations": [],
        }


def test_a_reset_begins_the_life_anew() -> None:
    """Releases, log and clock are as at the start."""
    with living() as life:
        life.step(DEV, STAGING)
        life.release("16.5")
        life.until("2026-06-01")
        life.here.http.post("/_sandbox/reset").raise_for_status()

        seen = life.here.http.get("/_sandbox/life").json()
        assert (seen["now"], seen["releases"], life.log()) == ("2026-05-04T00:00:00.000000Z", [], [])
        assert [service["version"] for service in seen["services"]] == ["16.4", "16.4", "16.4"]


def test_a_service_whose_version_is_put_there_has_received_it_now() -> None:
    """A timer counts from then; maintenance in progress is over."""
    with living() as life:
        life.step(DEV, STAGING, 2)
        life.release("16.5")
        life.until("2026-05-05T10:10:00Z")
        life.here.http.put(f"/_sandbox/services/{DEV}", json={"version": "16.5", "state": "RUNNING"})
        life.until("2026-05-07T12:00:00Z")

        assert life.dated(kind="validated_automatically") == [("2026-05-07T10:10", "validated_automatically", "16.5")]
        assert life.log(kind="update_finished", service=DEV) == []
