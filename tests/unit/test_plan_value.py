"""The plan as a value: its digest, its text, and its counts."""

import hashlib
import json
from typing import Any

import pytest

from pipesync.outcome import Outcome
from pipesync.plan import Brake, Place, Plan, Reason, Summary, digest
from pipesync.store.planfile import read_plan
from tests.unit.nouns import API_URL, ORGANIZATION, decide, live, recording, spec, values, wanted

STEPS = tuple(live("dev/pg", f"prod/{name}") for name in "abcd")


def example() -> Plan:
    """A create, an update, a replace and a delete."""
    want = spec(
        wanted("dev/pg", "prod/a", 9), wanted("new/pg", "prod/b"), wanted("dev/pg", "prod/c"),
        wanted("dev/pg", "prod/e", protect=True),
    )  # fmt: skip
    return decide(want, STEPS, recording(*STEPS))


def redigested(made: Plan, **changed: Any) -> str:
    """The digest of the plan with its first change altered."""
    first = made.changes[0].model_copy(update=changed)
    return digest(made.organization, made.api_url, (first, *made.changes[1:]))


@pytest.mark.parametrize(
    "changed",
    [
        {"reason": Reason.CHANGED_OUTSIDE},
        {"pipeline": "renamed"},
        {"owner": "someone else"},
        {"origin": Place(file="moved.yaml", line=99, column=1)},
    ],
    ids=lambda changed: str(next(iter(changed))),
)
def test_the_digest_does_not_change_with_what_only_explains(changed: dict[str, Any]) -> None:
    """A reviewer's word holds although lines moved or a pipeline got another name."""
    made = example()
    assert redigested(made, **changed) == made.digest


@pytest.mark.parametrize("changed", ["address", "before", "after"])
def test_the_digest_changes_with_what_is_agreed_to(changed: str) -> None:
    """Another step, another delay, another source: not the plan that was reviewed."""
    made = example()
    value: Any = "prod/other" if changed == "address" else values(live("other/pg", "prod/a"))
    assert redigested(made, **{changed: value}) != made.digest
    assert digest("org2", made.api_url, made.changes) != made.digest
    assert digest(made.organization, "https://elsewhere.example", made.changes) != made.digest
    assert digest(made.organization, made.api_url, made.changes[::-1]) != made.digest


def test_the_digest_can_be_checked_with_the_saved_file_alone() -> None:
    """SHA-256 over the canonical JSON of organization, address and each change's action, address, before, after."""
    file = json.loads(example().to_json())
    agreed = {
        "organization": ORGANIZATION,
        "api_url": API_URL,
        "changes": [
            {key: change[key] for key in ("action", "address", "before", "after")} for change in file["changes"]
        ],
    }
    canonical = json.dumps(agreed, sort_keys=True, separators=(",", ":")).encode()
    assert file["digest"] == "sha256:" + hashlib.sha256(canonical).hexdigest()


def test_context_and_the_version_are_outside_the_digest() -> None:
    """They move by themselves."""
    made = example()
    moved = made.model_copy(update={"context": {"read_at": "later"}, "pipesync_version": "9.9", "commit": "abc"})
    assert read_plan(moved.to_json().encode(), "a plan").digest == made.digest


def test_a_plan_comes_back_from_its_text_as_it_was() -> None:
    """Every change keeps its kind; the text of the copy is the same, byte for byte."""
    made = example()
    copy = read_plan(made.to_json().encode(), "a plan")
    assert copy == made
    assert copy.to_json() == made.to_json()
    assert [type(change) for change in copy.changes] == [type(change) for change in made.changes]


def test_the_text_says_first_what_it_is() -> None:
    """Format and version lead, the context comes last; a create has no before, and no step id yet."""
    file = json.loads(example().to_json())
    assert list(file)[:2] == ["format", "format_version"]
    assert list(file)[-2:] == ["digest", "context"]
    create = next(change for change in file["changes"] if change["action"] == "create")
    assert create["before"] is None
    assert create["after"] == {
        "source": "dev/pg", "destination": "prod/e", "auto_validation_delay_days": 7, "protect": True,
    }  # fmt: skip
    assert create["origin"] == {"file": "pipesync.yaml", "line": 5, "column": 9}
    delete = next(change for change in file["changes"] if change["action"] == "delete")
    assert (delete["after"], delete["before"]["step_id"]) == (None, "id-prod/d")


def test_the_summary_counts_what_the_changes_are() -> None:
    """And the steps that are as they should be."""
    assert example().summary == Summary(create=1, update=1, replace=1, delete=1, unchanged=1)
    assert json.loads(example().to_json())["summary"]["import"] == 0


@pytest.mark.parametrize("recorded", [10, 20, 70, 110, 1000])
def test_three_in_ten_exactly_do_not_engage_the_brake(recorded: int) -> None:
    """One more does, at any size."""
    assert not Brake(destroys=3 * recorded // 10, recorded=recorded).engaged
    assert Brake(destroys=3 * recorded // 10 + 1, recorded=recorded).engaged


def test_an_outcome_counts_as_terraform_does() -> None:
    """A replace is one added and one destroyed; an import counts if it changed the delay."""
    made = example()
    assert Outcome(plan=made.digest, done=made.changes).counts == (2, 1, 2)
    imports = decide(spec(wanted("dev/pg", "prod/a"), wanted("dev/pg", "prod/b", 9)), STEPS[:2], recording())
    assert Outcome(plan=imports.digest, done=imports.changes).counts == (0, 1, 0)
