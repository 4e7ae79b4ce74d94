"""The state's text: what it looks like, and which texts are refused."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from pipesync.errors import StateError
from pipesync.model import LiveStep, ServiceRef, UpgradeStep
from pipesync.state import LastApply, PendingChange, RecordedStep, State, StepValues
from pipesync.store.statefile import NewerStateError, read_state

DEV, STAGING, PROD = (ServiceRef(f"{stage}-project", f"pg-{stage}") for stage in ("dev", "staging", "prod"))

STATE = State(
    serial=4,
    lineage="b6a4dd4c-2b7b-4f1c-8a43-5f0a4a7b2f10",
    write_id="0f8d8a3e-9f4b-4c62-9a5f-5b1de6a0f7c1",
    organization="org1a23f456789",
    api_url="https://api.aiven.io",
    steps=(
        RecordedStep.of(LiveStep("step-2", UpgradeStep(STAGING, PROD, 14)), protect=True, pipeline="orders"),
        RecordedStep.of(LiveStep("step-1", UpgradeStep(DEV, ServiceRef("a/b", "ä"), 7)), protect=False, pipeline=None),
    ),
    pending=(
        PendingChange(action="create", before=None, after=StepValues.of(UpgradeStep(DEV, STAGING, 7), protect=False)),
    ),
    last_apply=LastApply(
        plan="sha256:" + "a" * 64,
        spec=None,
        files=("pipesync.yaml",),
        commit=None,
        at="2026-11-01T10:00:00Z",
        by="ada",
    ),
)

TEXT = """\
{
  "format": "pipesync.state",
  "format_version": "1.0",
  "serial": 4,
  "lineage": "b6a4dd4c-2b7b-4f1c-8a43-5f0a4a7b2f10",
  "write_id": "0f8d8a3e-9f4b-4c62-9a5f-5b1de6a0f7c1",
  "organization": "org1a23f456789",
  "api_url": "https://api.aiven.io",
  "steps": [
    {
      "step_id": "step-1",
      "source": "dev-project/pg-dev",
      "destination": "a%2Fb/\\u00e4",
      "auto_validation_delay_days": 7,
      "protect": false,
      "pipeline": null
    },
    {
      "step_id": "step-2",
      "source": "staging-project/pg-staging",
      "destination": "prod-project/pg-prod",
      "auto_validation_delay_days": 14,
      "protect": true,
      "pipeline": "orders"
    }
  ],
  "pending": [
    {
      "action": "create",
      "before": null,
      "after": {
        "source": "dev-project/pg-dev",
        "destination": "staging-project/pg-staging",
        "auto_validation_delay_days": 7,
        "protect": false
      },
      "pipeline": null
    }
  ],
  "last_apply": {
    "plan": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "spec": null,
    "files": [
      "pipesync.yaml"
    ],
    "commit": null,
    "at": "2026-11-01T10:00:00Z",
    "by": "ada"
  }
}
"""


def edited(change: Callable[[dict[str, Any]], object]) -> bytes:
    """TEXT after `change` had its data."""
    data = json.loads(TEXT)
    change(data)
    return json.dumps(data).encode()


def refusal(text: bytes) -> str:
    """What read_state says of `text`."""
    with pytest.raises(StateError) as caught:
        read_state(text, "the/state.json")
    assert caught.value.where == "the/state.json"
    assert caught.value.next is not None
    return caught.value.what


def test_the_text_of_a_state() -> None:
    """Keys in the contract's order, two spaces, steps by address, plain ASCII, a line feed at the end."""
    assert STATE.to_json() == TEXT


def test_the_text_is_read_back() -> None:
    """Reading gives the value that was written, whatever the order of its steps was."""
    state = read_state(TEXT.encode(), "state")
    assert state == STATE.model_copy(update={"steps": tuple(reversed(STATE.steps))})
    assert state.to_json() == TEXT


def test_a_recorded_step_is_the_live_step_that_it_was() -> None:
    """Recording keeps id, names and delay, and lists steps by their addresses."""
    live = LiveStep("step-2", UpgradeStep(STAGING, PROD, 14))
    recorded = STATE.steps[0]
    assert recorded.step == live.step
    assert recorded.values == StepValues.of_live(live, protect=True)
    assert (recorded.values.step, recorded.values.ends) == (live.step, (STAGING, PROD))


def test_the_next_write_is_another_write() -> None:
    """The serial grows by one, the write_id is fresh, the lineage stays."""
    after = STATE.next(pending=())
    assert (after.serial, after.lineage, after.pending) == (5, STATE.lineage, ())
    assert after.write_id != STATE.write_id


def test_no_part_of_a_state_passes_for_a_state() -> None:
    """Cut anywhere, a state is refused: half a list of steps would look like steps to add again."""
    answers = [refusal(TEXT[:cut].encode()) for cut in range(len(TEXT) - 1)]
    assert answers[0] == "the state is empty"
    assert {answer.partition(":")[0] for answer in answers[1:]} == {"the state is torn or not JSON"}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (b"", "is empty"),
        (b" \n\t", "is empty"),
        (b"\0\0\0\0", "is torn or not JSON: Expecting value at 1:1"),
        (b"\xff\xfe{}", "is not UTF-8 text (byte 0)"),
        (TEXT.encode("utf-16"), "is not UTF-8 text (byte 0)"),
        (TEXT.encode() * 2, "is torn or not JSON: Extra data at 51:1"),
        (b"[" * 100_000, "is nested too deeply"),
        (b'{"a":' * 100_000, "is nested too deeply"),
        (b"null", "is some other JSON, not a pipesync state"),
        (b"[]", "is some other JSON, not a pipesync state"),
        (b'{"format": 1}', "is some other JSON, not a pipesync state"),
        (b'{"format": "pipesync.plan"}', "is a saved plan, not a pipesync state"),
        (
            b'{"version": 4, "terraform_version": "1.11.4", "serial": 3, "lineage": "x", "resources": []}',
            "is a Terraform or OpenTofu state, not a pipesync state",
        ),
        (b'{"format": "pipesync.state"}', "has no readable format_version (null)"),
        (b'{"format": "pipesync.state", "format_version": 1.0}', "has no readable format_version (1.0)"),
        (b'{"format": "pipesync.state", "format_version": "1.0\\n"}', 'has no readable format_version ("1.0\\n")'),
        (TEXT.replace('"serial": 4', '"serial": NaN').encode(), "holds NaN, which is not JSON"),
        (TEXT.replace('"serial": 4', '"serial": -Infinity').encode(), "holds -Infinity, which is not JSON"),
        (TEXT.replace('"serial": 4', '"serial": ' + "4" * 5000).encode(), "holds a number that is too long"),
        (TEXT.replace('"serial": 4', '"serial": 4, "serial": 5').encode(), 'has the key "serial" twice in one object'),
        (TEXT.replace('"protect": true', '"protect": true, "protect": false').encode(), 'the key "protect" twice'),
        (TEXT.replace("dev-project/pg-dev", "dev/\\ud800", 1).encode(), "does not hold what it should: the document"),
    ],
)
def test_a_text_that_is_no_state_is_refused(text: bytes, what: str) -> None:
    """Empty, torn, foreign and ambiguous texts: each is told by its own words."""
    assert what in refusal(text)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda data: data.pop("steps"), "steps: Field required"),
        (lambda data: data.update(steps=None), "steps: Input should be a valid array"),
        (lambda data: data.update(serial="4"), "serial: Input should be a valid integer"),
        (lambda data: data.update(serial=-1), "serial: Input should be greater than or equal to 0"),
        (lambda data: data.update(extra=1), "extra: Extra inputs are not permitted"),
        (lambda data: data.update({"\n": 1}), '"\\n": Extra inputs are not permitted'),
        (lambda data: data["steps"][1].update(step_id=""), "steps.1.step_id: String should have at least 1 character"),
        (lambda data: data["steps"][1].update(step_id=2), "steps.1.step_id: Input should be a valid string"),
        (lambda data: data["steps"][1].update(protect=1), "steps.1.protect: Input should be a valid boolean"),
        (lambda data: data["steps"][0].update(source="pg"), "'pg' is not PROJECT/SERVICE"),
        (lambda data: data["steps"][0].update(source=["p", "s"]), "steps.0.source"),
        (lambda data: data["steps"][0].update(auto_validation_delay_days=7.0), "steps.0.auto_validation_delay_days"),
        (lambda data: data["steps"][0].update(auto_validation_delay_days=True), "steps.0.auto_validation_delay_days"),
        (lambda data: data["pending"][0].update(action="rename"), "pending.0.action: Input should be 'create', "),
        (lambda data: data["last_apply"].update(plan="sha256:1"), "last_apply.plan: String should match pattern"),
        (lambda data: data.update(steps=[1] * 5), "; and 2 more"),
        (lambda data: data.update(format_version="0.9"), "format_version: String should match pattern"),
        (lambda data: data["steps"][1].update(step_id="step-1"), "records the step id step-1 twice"),
        (
            lambda data: data["steps"][0].update(destination="prod-project/pg-prod"),
            "records the destination prod-project/pg-prod twice",
        ),
    ],
)
def test_a_state_with_a_wrong_value_is_refused(change: Callable[[dict[str, Any]], object], what: str) -> None:
    """A missing key, an unknown one, another type, or two steps of one identity: the place inside is named."""
    assert what in refusal(edited(change))


@pytest.mark.parametrize("version", ["1.1", "1.10", "2.0", "999999.0"])
def test_a_newer_format_is_not_guessed_at(version: str) -> None:
    """A state keeps what is ours: a reader that would drop what it does not know may not touch it."""
    text = edited(lambda data: data.update(format_version=version, steps="something new"))
    with pytest.raises(NewerStateError) as caught:
        read_state(text, "state")
    assert caught.value.what == (
        f"the state was written by a newer pipesync, in format {version}; this one reads up to 1.0"
    )
    assert caught.value.next == "Upgrade pipesync. The state was left as it is."
