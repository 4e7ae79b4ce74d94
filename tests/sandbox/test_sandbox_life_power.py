"""What goes past a gate and what does not: powered-off sources, replaced nodes, emergency overrides."""

import pytest

from tests.sandbox.life import DEV, PROD, STAGING, gated, living


def test_a_source_that_is_powered_off_validates_nothing_and_holds_nothing() -> None:
    """By hand it is a 409 with Aiven's code; its timer stands; its destination gets the newest in its window."""
    with living() as life:
        step = gated(life)
        life.control(DEV, "power", on=False).raise_for_status()
        refused = life.validate(DEV)
        life.until("2026-05-20")

        assert refused.status_code == 409
        assert refused.json()["errors"][0]["error_code"] == "upgrade_step_validation_not_possible_due_to_service_state"
        assert life.shown(step)["last_validation"] is None
        assert life.dated(kind="update_started", service=STAGING) == [("2026-05-07T10:00", "update_started", "16.5")]
        assert life.seen(STAGING)["gate"]["void"] is True


def test_powering_on_builds_new_nodes_of_what_is_allowed_and_the_gate_holds_again() -> None:
    """The source gets the newest at once, outside of its window; the destination waits again."""
    with living() as life:
        life.step(DEV, STAGING, 30)
        life.control(DEV, "power", on=False).raise_for_status()
        life.release("16.5")
        answer = life.control(DEV, "power", on=True).json()
        life.until("2026-05-08")

        assert (answer["state"], answer["update"]) == (
            "REBUILDING",
            {"version": "16.5", "done": "2026-05-04T00:30:00.000000Z"},
        )
        assert (life.version(DEV), life.version(STAGING)) == ("16.5", "16.4")


def test_a_service_that_is_off_gets_nothing_and_maintenance_in_progress_ends() -> None:
    """Its window passes; switched off in the middle it keeps the old version; maintenance by hand is a 409."""
    with living() as life:
        life.release("16.5")
        life.until("2026-05-05T10:10:00Z")
        life.control(DEV, "power", on=False).raise_for_status()
        life.control(DEV, "power", on=False).raise_for_status()
        life.until("2026-05-20")

        assert (life.version(DEV), life.service(DEV)["state"]) == ("16.4", "POWEROFF")
        assert life.updates(DEV) == [{"description": "Maintenance update to pg 16.5"}]
        assert life.start(DEV).status_code == 409
        assert [entry["detail"] for entry in life.log(kind="power")] == [{"on": False}]


def test_replaced_nodes_have_the_validated_version_where_there_is_a_gate() -> None:
    """And the newest release where there is none, at once."""
    with living() as life:
        gated(life)
        life.release("16.6")
        life.control(STAGING, "recycle").raise_for_status()
        life.control(PROD, "recycle").raise_for_status()
        life.until("2026-05-05T13:00:00Z")
        assert (life.version(STAGING), life.version(PROD)) == ("16.4", "16.6")
        life.validate(DEV)
        life.control(STAGING, "recycle").raise_for_status()
        life.until("2026-05-05T14:00:00Z")

        assert life.version(STAGING) == "16.5"


def test_an_override_goes_past_gate_and_window() -> None:
    """The destination is ahead of its gate then, and waits until that lets something newer through."""
    with living() as life:
        gated(life, days=30)
        life.control(STAGING, "override").raise_for_status()
        life.until("2026-05-05T13:00:00Z")
        gate = life.seen(STAGING)["gate"]

        assert life.version(STAGING) == "16.5"
        assert (gate["ahead"], gate["validated_version"], gate["void"]) == (True, "16.4", False)
        life.control(STAGING, "recycle").raise_for_status()
        assert life.version(STAGING) == "16.5"


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("16.9", "There is no release 16.9 for"),
        ("16.4", "There is no release 16.4 for"),
        ("17.0", "16.4; 17.0 is another major version"),
        ("16.5", "runs 16.5; 16.5 is not newer"),
    ],
)
def test_an_override_needs_a_newer_release(version: str, words: str) -> None:
    """Anything else is a 409 that says why, and changes nothing."""
    with living() as life:
        life.release("16.5")
        life.release("17.0", "pg")
        if version == "16.5":
            life.until("2026-05-06")
        before = life.log()
        answer = life.control(DEV, "override", version=version)

        assert (answer.status_code, words in answer.json()["message"]) == (409, True)
        assert life.log() == before


def test_what_is_in_maintenance_or_off_cannot_be_replaced_or_overridden() -> None:
    """409, with the reason; a service that does not exist is a 404."""
    with living() as life:
        life.release("16.5")
        life.control(DEV, "override").raise_for_status()
        life.control(PROD, "power", on=False).raise_for_status()

        for what in ("override", "recycle"):
            assert life.control(DEV, what).json()["message"] == f"Maintenance of {DEV} is in progress"
            assert life.control(PROD, what).json()["message"] == f"Service {PROD} is powered off"
            assert life.control("dev-project/nobody", what).status_code == 404
