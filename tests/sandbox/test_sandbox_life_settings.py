"""Where Aiven's behaviour is unknown, a world says which of two readings holds."""

import pytest

from tests.sandbox.life import DEV, PROD, STAGING, Life, living, world
from tests.sandbox.running import STEPS


def update_development(life: Life) -> None:
    """Development gets 16.5, and has it on Tuesday 10:30."""
    life.release("16.5")
    life.until("2026-05-05T12:00:00Z")


def automatic(life: Life) -> list[tuple[str, str, str]]:
    """The automatic validations: day, version, destination."""
    return [
        (entry["at"][:10], entry["version"], entry["detail"]["destination"])
        for entry in life.log(kind="validated_automatically")
    ]


@pytest.mark.parametrize(
    ("siblings", "staging", "production"),
    [
        ("own", "2026-05-07", "2026-05-14"),
        ("shortest", "2026-05-07", "2026-05-07"),
        ("longest", "2026-05-14", "2026-05-14"),
    ],
)
def test_siblings_with_different_delays(siblings: str, staging: str, production: str) -> None:
    """Each has its own, or the shortest or the longest one counts for all of them."""
    with living(siblings=siblings) as life:
        life.step(DEV, STAGING, 2)
        life.step(DEV, PROD, 9)
        update_development(life)
        life.until("2026-06-01")

        assert automatic(life) == [(staging, "16.5", STAGING), (production, "16.5", PROD)]


@pytest.mark.parametrize(
    ("newer_update", "expected"),
    [
        ("restarts", [("2026-05-22", "16.6", STAGING)]),
        ("continues", [("2026-05-15", "16.5", STAGING), ("2026-05-22", "16.6", STAGING)]),
    ],
)
def test_an_update_before_the_last_one_is_validated(newer_update: str, expected: list[tuple[str, str, str]]) -> None:
    """The timer starts anew for what runs now, or each version has its own."""
    with living(newer_update=newer_update) as life:
        life.step(DEV, STAGING, 10)
        update_development(life)
        life.release("16.6")
        life.until("2026-06-01")

        assert automatic(life) == expected


@pytest.mark.parametrize(("delay_change", "day"), [("keeps_start", "2026-05-09"), ("restarts", "2026-05-11")])
def test_a_delay_that_is_changed_under_way(delay_change: str, day: str) -> None:
    """It counts from the update all the same, or from the change; what has passed then validates at once."""
    with living(delay_change=delay_change) as life:
        step = life.step(DEV, STAGING, 30)
        update_development(life)
        life.until("2026-05-09T12:00:00Z")
        life.here.http.patch(f"{STEPS}/{step}", json={"auto_validation_delay_days": 2}).raise_for_status()
        at_once = automatic(life)
        life.until("2026-06-01")

        assert automatic(life) == [(day, "16.5", STAGING)]
        assert (at_once != []) is (delay_change == "keeps_start")


@pytest.mark.parametrize(("new_step", "day"), [("from_update", "2026-05-20"), ("from_creation", "2026-05-23")])
def test_a_step_that_is_made_after_the_update(new_step: str, day: str) -> None:
    """The delay counts from the update, and may have passed; or from the step's creation."""
    with living(new_step=new_step) as life:
        life.here.http.put(f"/_sandbox/services/{STAGING}", json={"maintenance": {"dow": "never"}}).raise_for_status()
        update_development(life)
        life.until("2026-05-20T12:00:00Z")
        life.step(DEV, STAGING, 3)
        life.until("2026-06-01")

        assert automatic(life) == [(day, "16.5", STAGING)]


@pytest.mark.parametrize(("initial_version", "version"), [("destination", "16.4"), ("source", "16.5")])
def test_the_first_version_of_a_new_step(initial_version: str, version: str) -> None:
    """What its destination runs; or what its source has validated for another destination."""
    with living(initial_version=initial_version) as life:
        life.step(DEV, STAGING, 30)
        update_development(life)
        life.validate(DEV)
        life.step(DEV, PROD, 30)

        assert life.seen(PROD)["gate"]["validated_version"] == version


def test_held_updates_can_be_hidden() -> None:
    """Then a destination shows none until it is validated."""
    with living(held_updates="hidden") as life:
        life.step(DEV, STAGING, 30)
        update_development(life)
        before = life.updates(STAGING)
        life.validate(DEV)

        assert (before, len(life.updates(STAGING))) == ([], 1)


def test_maintenance_by_hand_can_go_past_the_gate() -> None:
    """With `free` the newest release starts, validated or not."""
    with living(maintenance_start="free") as life:
        life.step(DEV, STAGING, 30)
        update_development(life)
        life.start(STAGING).raise_for_status()
        life.until("2026-05-06")

        assert life.version(STAGING) == "16.5"


def test_maintenance_can_take_no_time() -> None:
    """Then it is over when it begins; also an override at the very moment at which a window opens."""
    with living(maintenance_minutes=0) as life:
        life.step(DEV, STAGING, 30)
        life.release("16.5")
        life.release("16.6")
        life.until("2026-05-07T10:00:00Z")
        life.control(STAGING, "override", version="16.5").raise_for_status()

        assert (life.version(DEV), life.version(STAGING)) == ("16.6", "16.5")
        assert life.service(STAGING)["state"] == "RUNNING"


def test_a_world_may_begin_with_releases_and_with_what_a_step_lets_through() -> None:
    """Services that lack the releases get them; a step lets through what the world says."""
    releases = [{"type": "pg", "version": "16.5"}, {"type": "pg", "version": "16.6", "description": "Security fixes"}]
    step = {"source": DEV, "destination": STAGING, "validated_version": "16.5", "auto_validation_delay_days": 30}
    with living(world(releases=releases, steps=[step])) as life:
        assert [update["description"] for update in life.updates(DEV)] == [
            "Maintenance update to pg 16.5",
            "Security fixes",
        ]
        life.until("2026-05-08")

        assert (life.version(DEV), life.version(STAGING)) == ("16.6", "16.5")
