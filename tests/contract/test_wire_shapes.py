"""Every shape in which an answer may come reads as the same values; what cannot be read says which field."""

import copy
import itertools
from typing import Any

import pytest

from pipesync.aiven.wire import Organization, UnreadableError, organizations_of, services_of, step_of, steps_of
from pipesync.model import LiveStep, PendingUpdate, Service, ServiceRef, Validation
from pipesync.window import Window
from tests.contract.scripted import STEP, STEP_ID, payload, wire

LIVE = LiveStep(STEP_ID, STEP)
MONDAY = Window.parse("monday", "10:00:00")
UPDATE = PendingUpdate("This is a maintenance update", "2026-05-04T10:00:00Z", None, "2026-06-01T00:00:00Z")
ONLY_WORDS = PendingUpdate("only words")


def in_shape(suffix: str, id_key: str, wrapper: str | None) -> Any:
    """One step, with names, id and wrapping as told."""
    step = wire(suffix=suffix)
    step[id_key] = step.pop("step_id")
    return step if wrapper is None else {wrapper: step, "message": "ok"}


@pytest.mark.parametrize(
    ("suffix", "id_key", "wrapper"),
    list(itertools.product(["", "_name"], ["step_id", "id"], [None, "step", "upgrade_step", "whatever"])),
)
def test_a_step_in_every_shape(suffix: str, id_key: str, wrapper: str | None) -> None:
    """A step is the same bare or wrapped, with or without `_name`, with `step_id` or `id`."""
    assert step_of(in_shape(suffix, id_key, wrapper)) == LIVE


@pytest.mark.parametrize(
    ("suffix", "id_key", "key"),
    list(itertools.product(["", "_name"], ["step_id", "id"], [None, "steps", "upgrade_steps", "items", "whatever"])),
)
def test_a_list_in_every_shape(suffix: str, id_key: str, key: str | None) -> None:
    """A list is the same bare or under a key."""
    steps = [in_shape(suffix, id_key, None)]
    assert steps_of(steps if key is None else {key: steps, "errors": []}, bare=True).steps == (LIVE,)


@pytest.mark.parametrize("data", [[], {"steps": []}, {"upgrade_steps": []}, {"items": []}, {"steps": [], "next": None}])
def test_an_empty_list(data: Any) -> None:
    """No steps is an answer, where it is certainly the steps that are none."""
    assert steps_of(data, bare=True).steps == ()


@pytest.mark.parametrize("key", ["upgrade_steps", "items", "data"])
def test_an_empty_list_under_another_key_than_the_documented_one(key: str) -> None:
    """It could be a list of anything; one that holds steps is one of steps."""
    with pytest.raises(UnreadableError, match="no list of upgrade steps"):
        steps_of({key: []}, bare=False)
    assert steps_of({key: [wire()]}, bare=False).steps == (LIVE,)


@pytest.mark.parametrize(
    "data",
    [None, {}, "steps", 7, {"steps": None}, {"steps": {}}, {"projects": []}, {"message": "hello", "errors": []}],
)
def test_no_list_is_not_an_empty_list(data: Any) -> None:
    """Whatever holds no list of steps is unreadable, never "no steps"."""
    with pytest.raises(UnreadableError, match="no list of upgrade steps"):
        steps_of(data, bare=True)


@pytest.mark.parametrize(
    ("paging", "following", "total"),
    [
        ({}, None, None),
        ({"next": None, "total_count": None}, None, None),
        ({"next": "", "total_count": 1}, None, 1),
        ({"next": "abc"}, "abc", None),
        ({"next": 40, "first": None, "last": "x", "prev": ""}, "40", None),
    ],
)
def test_paging_keys(paging: dict[str, Any], following: str | None, total: int | None) -> None:
    """Paging keys may be absent, null or empty."""
    page = steps_of({"steps": [wire()], **paging}, bare=True)
    assert (page.next, page.total_count) == (following, total)


@pytest.mark.parametrize(
    ("validation", "read"),
    [
        (None, None),
        ({}, None),
        ("", None),
        ({"comment": "", "validated_at": "", "validated_by_user": ""}, None),
        ({"comment": None, "validated_at": None, "validated_by_user": None}, None),
        (
            {"comment": None, "validated_at": "2026-10-08T00:00:00Z", "validated_by_user": None},
            Validation("2026-10-08T00:00:00Z", None, ""),
        ),
        ({"validated_at": "2026-10-08T00:00:00Z", "more": 1}, Validation("2026-10-08T00:00:00Z", None, "")),
        (
            payload("organization-step-validated")["last_validation"],
            Validation("2026-10-01T08:15:30Z", "dba@example.com", "Tested and verified in development"),
        ),
        (
            payload("organization-step-validated-by-timer")["last_validation"],
            Validation("2026-10-08T00:00:00Z", None, ""),
        ),
    ],
)
def test_last_validation(validation: Any, read: Validation | None) -> None:
    """The last validation may be an object, null, or an object of nothing."""
    assert step_of({**wire(), "last_validation": validation}).last_validation == read


def test_last_validation_may_be_absent() -> None:
    """A step without the key has no validation."""
    step = wire()
    del step["last_validation"]
    assert step_of(step) == LIVE


def test_published_payloads() -> None:
    """The published shapes read as they are meant."""
    page = steps_of(payload("organization-steps"), bare=True)
    assert [str(live.step.destination) for live in page.steps] == ["staging-project/pg-staging", "prod-project/pg-prod"]
    assert (page.next, page.total_count) == (None, 2)
    assert step_of(payload("organization-step")) == LIVE
    assert organizations_of(payload("organizations")) == (Organization("org1a23f456789", "Acme"),)
    assert services_of(payload("services"), "dev-project") == {
        "pg-dev": Service(ServiceRef("dev-project", "pg-dev"), "pg", "RUNNING", "16.4", MONDAY, (UPDATE,)),
        "kafka-dev": Service(ServiceRef("dev-project", "kafka-dev"), "kafka", "POWEROFF", None, MONDAY),
    }


@pytest.mark.parametrize(
    ("odd", "window", "updates"),
    [
        ({}, None, ()),
        ({"maintenance": None}, None, ()),
        ({"maintenance": "S3CRET"}, None, ()),
        ({"maintenance": {"dow": "never", "time": "10:00:00", "updates": None}}, Window(None), ()),
        ({"maintenance": {"dow": "monday", "time": "10:00:00", "enabled": False}}, Window(None), ()),
        ({"maintenance": {"dow": "someday", "time": "10:00:00"}}, None, ()),
        ({"maintenance": {"dow": "monday", "time": None}}, None, ()),
        ({"maintenance": {"updates": [{"description": "only words"}, {}]}}, None, (ONLY_WORDS, PendingUpdate())),
        ({"maintenance": {"updates": [{"start_at": 5}]}, "metadata": "S3CRET"}, None, (PendingUpdate(),)),
        ({"maintenance": {"updates": {"S3CRET": 1}}, "metadata": {"pg_version": 16}}, None, ()),
    ],
)
def test_services_without_the_usual_maintenance(
    odd: dict[str, Any], window: Window | None, updates: tuple[PendingUpdate, ...]
) -> None:
    """What no rule needs may be absent or odd: it is unknown then, and the service is read all the same."""
    service = {"service_name": "pg", "service_type": "pg", "state": "RUNNING", **odd}
    assert services_of({"services": [service]}, "p") == {
        "pg": Service(ServiceRef("p", "pg"), "pg", "RUNNING", None, window, updates)
    }


def test_names_are_never_refused() -> None:
    """Names from the API may hold anything, and stay as they are."""
    odd = wire()
    odd["destination_service_name"] = "a/b %\x1b[31m\u202e" + "x" * 5000
    assert step_of(odd).step.destination.service == odd["destination_service_name"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"step_id": None}, "steps[1].step_id is not as expected"),
        ({"step_id": ""}, "steps[1].step_id is not as expected"),
        ({"destination_service_name": ...}, "steps[1].destination_service_name is missing"),
        ({"source_project_name": 5}, "steps[1].source_project_name is not as expected"),
        ({"source_project_name": ""}, "steps[1].source_project_name is not as expected"),
        ({"auto_validation_delay_days": ...}, "steps[1].auto_validation_delay_days is missing"),
        ({"auto_validation_delay_days": None}, "steps[1].auto_validation_delay_days is not as expected"),
        ({"auto_validation_delay_days": "S3CRET"}, "steps[1].auto_validation_delay_days is not as expected"),
        ({"auto_validation_delay_days": True}, "steps[1].auto_validation_delay_days is not as expected"),
        ({"last_validation": {"comment": ["S3CRET"]}}, "steps[1].last_validation.comment is not as expected"),
        ({"last_validation": "S3CRET"}, "steps[1].last_validation is not as expected"),
    ],
)
def test_unreadable_fields_are_named(change: dict[str, Any], words: str) -> None:
    """What is wrong is named by its place; what it holds is not repeated, not even in what the error came from."""
    bad = copy.deepcopy(wire(step_id="other"))
    bad.update(change)
    bad = {key: value for key, value in bad.items() if value is not ...}
    with pytest.raises(UnreadableError) as caught:
        steps_of({"steps": [wire(), bad]}, bare=True)
    assert words in str(caught.value)
    assert "S3CRET" not in str(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize("data", [None, [], "x", 5])
def test_no_step(data: Any) -> None:
    """An answer that is no object holds no step."""
    with pytest.raises(UnreadableError, match="no upgrade step"):
        step_of(data)


def test_several_unreadable_fields_are_counted() -> None:
    """The first is named, the others are counted."""
    with pytest.raises(UnreadableError, match=r"the step\.step_id is missing, and 5 more like it"):
        step_of({})


@pytest.mark.parametrize("data", [None, [], {}, {"services": None}, {"services": [{"service_name": "x"}]}])
def test_unreadable_services(data: Any) -> None:
    """An answer without services says so."""
    with pytest.raises(UnreadableError, match="services"):
        services_of(data, "p")


def test_the_organization_dialect_lists_in_an_object() -> None:
    """Its answer is documented: a bare list is something else, and an empty one must not read as "no steps"."""
    with pytest.raises(UnreadableError, match="no list of upgrade steps"):
        steps_of([], bare=False)
