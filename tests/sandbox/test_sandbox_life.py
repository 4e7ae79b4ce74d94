"""The life of services: windows, gates, timers, power and overrides, seen through Aiven's calls."""

from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.life import DEV, PROD, STAGING, gated, living, world
from tests.sandbox.running import STEPS


def test_the_closing_example_of_the_documentation_to_the_day() -> None:
    """Nobody validates: development on Tuesday, 3 days, staging on Thursday, 7 days, production on Sunday."""
    with living() as life:
        life.step(DEV, STAGING, 3)
        life.step(STAGING, PROD, 7)
        life.release("16.5")
        life.until("2026-06-01")

        assert life.dated(kind="update_finished") == [
            ("2026-05-05T10:30", "update_finished", "16.5"),
            ("2026-05-14T10:30", "update_finished", "16.5"),
            ("2026-05-24T10:30", "update_finished", "16.5"),
        ]
        assert life.dated(kind="validated_automatically") == [
            ("2026-05-08T10:30", "validated_automatically", "16.5"),
            ("2026-05-21T10:30", "validated_automatically", "16.5"),
        ]


def test_a_service_without_a_source_takes_the_newest_release_in_its_window() -> None:
    """Not before it opens, and of several that wait the newest."""
    with living() as life:
        life.release("16.5")
        life.release("16.6")
        life.until("2026-05-05T09:59:59Z")
        assert life.version(DEV) == "16.4"
        life.until("2026-05-05T10:30:00Z")

        assert life.version(DEV) == "16.6"
        assert life.dated(service=DEV) == [
            ("2026-05-05T10:00", "update_started", "16.6"),
            ("2026-05-05T10:30", "update_finished", "16.6"),
        ]


@pytest.mark.parametrize("window", [{"dow": "never"}, {"enabled": False}])
def test_a_window_that_never_opens_brings_nothing(window: dict[str, Any]) -> None:
    """The update waits, and has no date; started by hand it comes."""
    with living() as life:
        life.here.http.put(f"/_sandbox/services/{DEV}", json={"maintenance": window}).raise_for_status()
        life.release("16.5")
        life.until("2026-12-31")

        assert life.version(DEV) == "16.4"
        assert life.updates(DEV) == [{"description": "Maintenance update to pg 16.5"}]
        assert life.start(DEV).json() == {"message": "maintenance started"}
        life.until("2026-12-31T01:00:00Z")
        assert life.version(DEV) == "16.5"


def test_maintenance_takes_its_time() -> None:
    """The service is REBUILDING and runs the old version until it is over; the update is no longer to come."""
    with living() as life:
        life.release("16.5")
        life.until("2026-05-05T10:10:00Z")
        during = life.service(DEV)
        life.until("2026-05-05T10:30:00Z")

        assert (during["state"], during["metadata"], during["maintenance"]["updates"]) == (
            "REBUILDING",
            {"pg_version": "16.4"},
            [],
        )
        assert life.service(DEV)["state"] == "RUNNING"


def test_a_release_is_for_its_type_and_its_major_version_alone() -> None:
    """Kafka does not get PostgreSQL's, 15 does not get 16's, and what is not known to run gets none."""
    with living(world({PROD: "15.8"})) as life:
        life.here.http.put(f"/_sandbox/services/{DEV}", json={"version": None}).raise_for_status()
        life.release("16.5")
        life.release("4.0", "kafka")
        life.until("2026-06-01")

        assert (life.version(STAGING), life.version(PROD)) == ("16.5", "15.8")
        assert life.service(DEV)["metadata"] == {}


def test_one_validation_counts_for_all_destinations_and_starts_nothing() -> None:
    """Both steps show it; each destination waits for its own window."""
    with living() as life:
        steps = [life.step(DEV, STAGING, 30), life.step(DEV, PROD, 30)]
        life.release("16.5")
        life.until("2026-05-05T12:00:00Z")
        assert life.validate(DEV).status_code == 204

        expected = {
            "comment": "Tested",
            "validated_at": "2026-05-05T12:00:00.000000Z",
            "validated_by_user": "sandbox@example.org",
        }
        assert [life.shown(step)["last_validation"] for step in steps] == [expected, expected]
        assert (life.version(STAGING), life.version(PROD)) == ("16.4", "16.4")
        life.until("2026-05-11")
        assert life.dated(kind="update_started", service=STAGING) == [("2026-05-07T10:00", "update_started", "16.5")]
        assert life.dated(kind="update_started", service=PROD) == [("2026-05-10T10:00", "update_started", "16.5")]


def test_a_timer_validates_by_no_user() -> None:
    """The step shows when, and that nobody did."""
    with living() as life:
        step = gated(life, days=2)
        life.until("2026-05-08")

        assert life.shown(step)["last_validation"] == {
            "comment": "",
            "validated_at": "2026-05-07T10:30:00.000000Z",
            "validated_by_user": None,
        }


def test_a_validation_is_of_what_runs_now() -> None:
    """Validated before its window, the source's old version is; the destination still waits for the new one."""
    with living() as life:
        life.step(DEV, STAGING, 30)
        life.release("16.5")
        life.validate(DEV)
        life.until("2026-05-08")

        assert life.dated(kind="validated") == [("2026-05-04T00:00", "validated", "16.4")]
        assert (life.version(DEV), life.version(STAGING)) == ("16.5", "16.4")


def test_deleting_a_step_deletes_its_validations_and_frees_the_destination() -> None:
    """Validated or not, the destination takes the newest in its next window; a new step has no validation."""
    with living() as life:
        step = gated(life)
        life.validate(DEV)
        life.release("16.6")
        life.here.http.delete(f"{STEPS}/{step}").raise_for_status()
        life.until("2026-05-08")

        assert life.version(STAGING) == "16.6"
        assert life.shown(life.step(DEV, STAGING))["last_validation"] is None


def test_a_new_step_lets_through_what_its_destination_runs_or_is_getting() -> None:
    """Also in the middle of maintenance: that version is finished and counts as validated."""
    with living() as life:
        life.release("16.5")
        life.until("2026-05-07T10:10:00Z")
        life.step(DEV, STAGING, 30)
        life.step(DEV, PROD, 30)

        assert life.seen(STAGING)["gate"]["validated_version"] == "16.5"
        assert life.seen(PROD)["gate"]["validated_version"] == "16.4"
        life.until("2026-05-11")
        assert (life.version(STAGING), life.version(PROD)) == ("16.5", "16.4")


def test_updates_are_listed_with_what_is_known_of_their_dates() -> None:
    """Allowed: when the window opens. Held: not before the timer, if one runs; else nothing is known."""
    with living() as life:
        life.step(STAGING, PROD)
        gated(life)

        words = "Maintenance update to pg 16.5"
        assert life.updates(DEV) == []
        assert life.updates(STAGING) == [{"description": words, "start_after": "2026-05-08T10:30:00.000000Z"}]
        assert life.updates(PROD) == [{"description": words}]
        life.validate(DEV)
        assert life.updates(STAGING) == [{"description": words, "start_at": "2026-05-07T10:00:00.000000Z"}]
        listed = life.here.http.get("/v1/project/staging-project/service").json()["services"]
        assert [service["maintenance"]["updates"] for service in listed] == [life.updates(STAGING)]


def test_maintenance_by_hand_stays_within_the_gate() -> None:
    """Nothing is pending for a destination until it is validated; then it starts outside of the window."""
    with living() as life:
        gated(life)
        held = life.start(STAGING)
        life.validate(DEV)
        started = life.start(STAGING)

        assert held.json() == {"message": "service is up to date, maintenance not required"}
        assert started.json() == {"message": "maintenance started"}
        assert life.service(STAGING)["state"] == "REBUILDING"
        assert life.start(STAGING).json() == held.json()


def test_a_destination_that_runs_an_older_version_gets_what_its_source_has() -> None:
    """Also without any release: the version that runs on the source is validated like another."""
    with living(world({STAGING: "16.3"})) as life:
        life.step(DEV, STAGING, 3)
        assert life.updates(STAGING) == []
        life.until("2026-05-07T09:00:00Z")

        assert life.updates(STAGING) == [
            {"description": "Maintenance update to pg 16.4", "start_at": "2026-05-07T10:00:00.000000Z"}
        ]
        life.until("2026-05-08")
        assert life.version(STAGING) == "16.4"


def test_the_life_survives_a_restart(tmp_path: Path) -> None:
    """The clock, the releases, maintenance in progress, the log: all as before, and time goes on."""
    with living(db=tmp_path / "s.db") as life:
        life.step(DEV, STAGING, 3)
        life.release("16.5")
        life.until("2026-05-05T10:10:00Z")
        seen, entries = life.here.http.get("/_sandbox/life").json(), life.log()
    with living(db=tmp_path / "s.db") as life:
        assert (life.here.http.get("/_sandbox/life").json(), life.log()) == (seen, entries)
        life.until("2026-05-15")
        assert (life.version(DEV), life.version(STAGING)) == ("16.5", "16.5")
