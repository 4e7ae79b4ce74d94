"""Terraform's sentences, to the letter."""

import re

import pytest

from pipesync.model import ServiceRef
from pipesync.outcome import Failure, NotAttempted, Outcome
from pipesync.plan import (
    Brake,
    Change,
    Create,
    Delete,
    Finding,
    Forget,
    Import,
    Options,
    Plan,
    PlanLimits,
    Reason,
    Replace,
    Summary,
    Update,
)  # fmt: skip
from pipesync.plan import digest as plan_digest
from pipesync.render import render_outcome, render_plan
from pipesync.render.words import shifts
from pipesync.render.words.sentences import reach
from pipesync.shift import Days, Shift
from pipesync.state import StepValues

API = "https://api.aiven.io"
DIGEST = plan_digest(None, API, ())
ADDRESS = "prod/pg"


def step(source: str = "dev", days: int = 7, *, protect: bool = False) -> StepValues:
    return StepValues(
        source=ServiceRef(source, "pg"),
        destination=ServiceRef("prod", "pg"),
        auto_validation_delay_days=days,
        protect=protect,
    )


CREATE = Create(address=ADDRESS, reason=Reason.NEW_IN_SPEC, after=step())
IMPORT = Import(address=ADDRESS, reason=Reason.NEW_IN_SPEC, before=step(), after=step())
IMPORT_WITH_DELAY = Import(address=ADDRESS, reason=Reason.NEW_IN_SPEC, before=step(), after=step(days=8))
UPDATE = Update(address=ADDRESS, reason=Reason.SPEC_CHANGED, before=step(), after=step(days=8))
PROTECT = Update(address=ADDRESS, reason=Reason.SPEC_CHANGED, before=step(), after=step(protect=True))
REPLACE = Replace(address=ADDRESS, reason=Reason.SPEC_CHANGED, before=step(), after=step("staging"))
DELETE = Delete(address=ADDRESS, reason=Reason.REMOVED_FROM_SPEC, before=step())
FORGET = Forget(address=ADDRESS, reason=Reason.REMOVED_FROM_SPEC, before=step())


def plan(*changes: Change, brake: Brake | None = None, refusals: tuple[Finding, ...] = ()) -> Plan:
    return Plan(
        pipesync_version="0.1.0",
        organization=None,
        api_url=API,
        lineage=None,
        serial=0,
        spec=None,
        commit=None,
        options=Options(),
        limits=PlanLimits(max_chain_steps=2, max_auto_validation_delay_days=30),
        changes=changes,
        brake=brake or Brake(),
        refusals=refusals,
        summary=Summary.of(changes, 0),
        digest=plan_digest(None, API, changes),
    )


def failure(change: Change, *, gate_lost: bool = False, restored: bool = False, unclear: bool = False) -> Failure:
    return Failure(
        change=change,
        operation="POST /v1/upgrade/step",
        status=None if unclear else 409,
        error_code="upgrade_step_exists",
        message="Step exists",
        gate_lost=gate_lost,
        restored=restored,
        unclear=unclear,
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (CREATE, "# prod/pg will be created"),
        (UPDATE, "# prod/pg will be updated in-place"),
        (DELETE, "# prod/pg will be destroyed"),
        (REPLACE, "# prod/pg must be replaced"),
        (IMPORT, "# prod/pg will be imported"),
        (FORGET, "# prod/pg will be forgotten"),
    ],
)
def test_each_change_has_terraforms_sentence_on_a_line_of_its_own(change: Change, sentence: str) -> None:
    """Tools that read Terraform's logs find the changes of ours."""
    assert f"\n  {sentence}\n" in render_plan(plan(change), "text")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ((), "No changes. Your infrastructure matches the configuration."),
        ((CREATE, CREATE), "Plan: 2 to add, 0 to change, 0 to destroy."),
        ((UPDATE,), "Plan: 0 to add, 1 to change, 0 to destroy."),
        ((PROTECT,), "Plan: 0 to add, 1 to change, 0 to destroy."),
        ((DELETE,), "Plan: 0 to add, 0 to change, 1 to destroy."),
        ((REPLACE,), "Plan: 1 to add, 0 to change, 1 to destroy."),
        ((IMPORT,), "Plan: 1 to import, 0 to add, 0 to change, 0 to destroy."),
        ((IMPORT_WITH_DELAY,), "Plan: 1 to import, 0 to add, 1 to change, 0 to destroy."),
        ((FORGET,), "Plan: 0 to add, 0 to change, 0 to destroy, 1 to forget."),
        (
            (CREATE, IMPORT, IMPORT_WITH_DELAY, UPDATE, PROTECT, REPLACE, DELETE, FORGET),
            "Plan: 2 to import, 2 to add, 3 to change, 2 to destroy, 1 to forget.",
        ),
    ],
)
def test_a_plan_ends_with_terraforms_sentence(changes: tuple[Change, ...], sentence: str) -> None:
    """The last line of the text is the sentence, and so is the Markdown's heading."""
    assert render_plan(plan(*changes), "text").splitlines()[-1] == sentence
    assert render_plan(plan(*changes), "markdown").splitlines()[2] == f"## {sentence}"


def test_a_plan_without_anything_to_say_is_one_line() -> None:
    """Nothing to change, nothing to read."""
    sentence = "No changes. Your infrastructure matches the configuration.\n"
    assert render_plan(plan(), "text") == sentence


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_a_refused_plan_without_changes_does_not_claim_that_all_is_well(form: str) -> None:
    """A conflict leaves nothing to change, and yet the infrastructure does not match."""
    refused = plan(refusals=(Finding(code="conflict", address=ADDRESS, message="not ours"),))
    rendered = render_plan(refused, form)
    assert "Plan: 0 to add, 0 to change, 0 to destroy." in rendered
    assert "No changes." not in rendered
    assert "This plan is refused, with 1 refusal: apply does none of it." in rendered


@pytest.mark.parametrize("change", [PROTECT, IMPORT, FORGET])
@pytest.mark.parametrize("form", ["text", "markdown"])
def test_a_change_without_a_call_is_shown_as_such(change: Change, form: str) -> None:
    """A reader sees which changes reach Aiven."""
    assert "state only: no call is made" in render_plan(plan(change), form)


@pytest.mark.parametrize("change", [CREATE, UPDATE, IMPORT_WITH_DELAY, REPLACE, DELETE])
def test_a_change_with_a_call_is_not(change: Change) -> None:
    """What reaches Aiven never claims otherwise."""
    assert "no call is made" not in render_plan(plan(change), "text")


@pytest.mark.parametrize(
    ("brake", "words"),
    [
        (Brake(destroys=4, recorded=10), "4 of 10 recorded steps would go; apply needs --allow-destroy 4"),
        (Brake(destroys=3, recorded=10), "3 of 10 recorded steps would go (--allow-destroy is not needed; if given"),
        (
            Brake(destroys=4, recorded=10, share_percent=50),
            "4 of 10 recorded steps would go (by the policy's numbers --allow-destroy is not needed; if given",
        ),
        (Brake(destroys=1), "1 step would go, with 0 recorded (--allow-destroy is not needed; if given"),
        (Brake(destroys=1, recorded=1), "1 of 1 recorded step would go (--allow-destroy is not needed; if given"),
    ],
)
def test_the_number_for_the_brake_is_always_shown(brake: Brake, words: str) -> None:
    """`--allow-destroy` must be the number that the plan shows, so the plan shows it."""
    changes = (DELETE,) * brake.destroys
    assert words in render_plan(plan(*changes, brake=brake), "text")
    assert words.replace("--allow-destroy", "`--allow-destroy`") in render_plan(plan(*changes, brake=brake), "markdown")


def test_steps_that_were_found_gone_are_not_said_to_go() -> None:
    """The brake counts them as well, though this plan does nothing to them but to make them again."""
    words = "2 of 5 recorded steps would go or are gone already (--allow-destroy is not needed; if given, it must be 2)"
    assert words in render_plan(plan(CREATE, DELETE, brake=Brake(destroys=2, recorded=5)), "text")


def test_an_older_plan_says_nothing_of_all_steps() -> None:
    """It does not tell how many there are."""
    assert reach(plan(CREATE)) == ("1 step created.",)


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_nothing_that_goes_means_no_word_of_the_brake(form: str) -> None:
    """A plan that destroys nothing does not speak of it."""
    assert "--allow-destroy" not in render_plan(plan(CREATE, brake=Brake(recorded=10)), form)


def test_text_shows_the_destructive_last_and_markdown_shows_it_first() -> None:
    """A terminal shows the end of a text, a page its beginning."""
    mixed = plan(DELETE, CREATE)
    text = render_plan(mixed, "text")
    assert text.index("will be created") < text.index("will be destroyed")
    markdown = render_plan(mixed, "markdown")
    assert markdown.index("**destroy**") < markdown.index("**create**")


@pytest.mark.parametrize(
    ("done", "sentence"),
    [
        ((), "Apply complete! Resources: 0 added, 0 changed, 0 destroyed."),
        ((CREATE,), "Apply complete! Resources: 1 added, 0 changed, 0 destroyed."),
        ((CREATE, UPDATE, PROTECT, DELETE), "Apply complete! Resources: 1 added, 2 changed, 1 destroyed."),
        ((REPLACE,), "Apply complete! Resources: 1 added, 0 changed, 1 destroyed."),
        ((IMPORT, IMPORT_WITH_DELAY, FORGET), "Apply complete! Resources: 0 added, 1 changed, 0 destroyed."),
    ],
)
def test_a_complete_run_ends_with_terraforms_sentence(done: tuple[Change, ...], sentence: str) -> None:
    """The last line of the text is the sentence, and so is the Markdown's heading."""
    outcome = Outcome(plan=DIGEST, done=done)
    assert render_outcome(outcome, "text").splitlines()[-1] == sentence
    assert render_outcome(outcome, "markdown").splitlines()[2] == f"## {sentence}"


@pytest.mark.parametrize(
    ("done", "line"),
    [((IMPORT,), "1 imported."), ((FORGET,), "1 forgotten."), ((IMPORT, FORGET), "1 imported, 1 forgotten.")],
)
def test_what_terraforms_sentence_leaves_out_stands_before_it(done: tuple[Change, ...], line: str) -> None:
    """Imports and forgotten steps have a line of their own."""
    assert render_outcome(Outcome(plan=DIGEST, done=done), "text").splitlines()[0] == line


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome(plan=DIGEST, done=(CREATE,), failed=(failure(UPDATE),)),
        Outcome(plan=DIGEST, done=(CREATE,), not_attempted=(NotAttempted(change=UPDATE, reason="stopped"),)),
        Outcome(plan=DIGEST, done=(CREATE,), interrupted=True),
    ],
)
@pytest.mark.parametrize("form", ["text", "markdown"])
def test_an_incomplete_run_never_says_complete(outcome: Outcome, form: str) -> None:
    """A log that holds `Apply complete!` is of a run that was."""
    rendered = render_outcome(outcome, form)
    assert "Apply complete!" not in rendered
    assert "Apply incomplete. Resources: 1 added, 0 changed, 0 destroyed." in rendered


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_a_plan_that_was_carried_out_before_is_already_applied(form: str) -> None:
    """A second apply of one plan says why it did nothing."""
    rendered = render_outcome(Outcome(plan=DIGEST, already_done=(CREATE,)), form)
    assert "already applied" in rendered
    assert "Apply complete! Resources: 0 added, 0 changed, 0 destroyed." in rendered


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_a_lost_gate_comes_before_everything_else(form: str) -> None:
    """A destination that nothing holds back is the first thing a reader sees."""
    rendered = render_outcome(Outcome(plan=DIGEST, done=(CREATE,), failed=(failure(REPLACE, gate_lost=True),)), form)
    lost = re.search(r"gate lost", rendered, re.IGNORECASE)
    assert lost is not None
    assert lost.start() < rendered.index("Failed (1)")
    assert "without waiting for any source" in rendered


@pytest.mark.parametrize("form", ["text", "markdown"])
@pytest.mark.parametrize(
    ("failed", "words"),
    [
        (failure(REPLACE, restored=True), "the old step was created again; its validations are lost"),
        (failure(CREATE, unclear=True), "whether the call had an effect is unknown"),
        (failure(CREATE), "Step exists"),
        (failure(CREATE), "POST /v1/upgrade/step: HTTP 409, upgrade_step_exists"),
        (failure(CREATE, unclear=True), "POST /v1/upgrade/step: no answer, upgrade_step_exists"),
    ],
)
def test_a_failure_tells_what_aiven_said_and_what_is_left(form: str, failed: Failure, words: str) -> None:
    """The API's own words, its status and code, and the state of the destination."""
    assert words in render_outcome(Outcome(plan=DIGEST, failed=(failed,)), form)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (Days(0, 14), Days(3, 14), "earliest 3 days later"),
        (Days(0, 14), Days(0, 7), "latest 7 days earlier"),
        (Days(0, 14), Days(1, 15), "1 day later"),
        (Days(3, 14), Days(0, 21), "earliest 3 days earlier, latest 7 days later"),
        (Days(3, 14), Days(None, None), ""),
        (Days(None, None), Days(3, None), ""),
        (Days(3, None), Days(4, 9), "earliest 1 day later"),
    ],
)
def test_how_far_a_bound_moves_is_told(before: Days, after: Days, expected: str) -> None:
    """The two ends in one where they move alike; nothing where there is no bound to count from."""
    assert shifts.moves(Shift(before, after)) == expected
