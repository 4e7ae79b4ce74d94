"""What a plan tells of things that move by themselves: outside its digest, and outside what is compared."""

from dataclasses import replace

from pipesync.model import Service, ServiceRef, Validation
from tests.unit.nouns import decide, live, recording, services, spec, wanted

BY_HAND = Validation("2026-05-04T12:30:00Z", "dba@example.com", "tested")


def test_the_last_validation_that_a_replace_takes_along_is_told_without_its_user() -> None:
    """A person or a timer, when, and the comment; that of a step which stays is not told."""
    gate = replace(live("dev/pg", "prod/pg"), last_validation=BY_HAND)
    stays = replace(live("dev/pg", "far/pg"), last_validation=BY_HAND)
    made = decide(
        spec(wanted("stage/pg", "prod/pg"), wanted("dev/pg", "far/pg")), [gate, stays], recording(gate, stays)
    )
    assert made.context["last_validations"] == {
        "prod/pg": {"validated_at": "2026-05-04T12:30:00Z", "automatic": False, "comment": "tested"}
    }
    assert "dba@example.com" not in made.to_json()


def test_powered_off_services_of_the_chains_that_change_are_told() -> None:
    """A source that is off makes the gate below it void."""
    there = services("dev/pg", "prod/pg") | {
        "dev": {"pg": Service(ServiceRef("dev", "pg"), "pg", "POWEROFF")},
        "lab": {"pg": Service(ServiceRef("lab", "pg"), "pg", "POWEROFF")},
    }
    made = decide(spec(wanted("dev/pg", "prod/pg")), [], there=there)
    assert made.context["powered_off"] == ["dev/pg"]


def test_what_moves_by_itself_does_not_change_the_digest() -> None:
    """Two plans of the same changes are the same to a reviewer."""
    gate = live("dev/pg", "prod/pg")
    want = spec(wanted("stage/pg", "prod/pg"))
    plain = decide(want, [gate], recording(gate))
    validated = decide(want, [replace(gate, last_validation=BY_HAND)], recording(gate))
    assert plain.context != validated.context
    assert plain.digest == validated.digest
    assert plain.model_copy(update={"context": {}}) == validated.model_copy(update={"context": {}})
