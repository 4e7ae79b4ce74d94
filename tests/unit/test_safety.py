"""What stands against a plan: refusals, errors by Aiven's rules, and warnings."""

import pytest

from pipesync.model import LiveStep, Spec
from pipesync.state import State
from tests.unit.nouns import (
    codes,
    decide,
    last_apply,
    live,
    ours,
    recording,
    services,
    spec,
    state,
    told,
    wanted,
)  # fmt: skip

GATE = live("dev/pg", "prod/pg")


@pytest.mark.parametrize("flag_in_state", [True, False])
def test_a_delete_is_judged_by_the_flag_in_the_state(flag_in_state: bool) -> None:
    """Removing the lines of the spec removes its `protect` too, so the state's word counts."""
    made = decide(spec(), [GATE], state(ours(GATE, protect=flag_in_state)))
    assert codes(made.refusals) == (["protected"] if flag_in_state else [])
    assert told(made) == [("delete", "prod/pg", "removed_from_spec")]


@pytest.mark.parametrize("flag_in_state", [True, False])
@pytest.mark.parametrize("flag_in_spec", [True, False])
def test_a_replace_is_judged_by_the_flag_in_the_spec(flag_in_state: bool, flag_in_spec: bool) -> None:
    """One diff can lift the protection and change the source, and shows both."""
    want = spec(wanted("stage/pg", "prod/pg", protect=flag_in_spec))
    made = decide(want, [GATE], state(ours(GATE, protect=flag_in_state)))
    (change,) = made.changes
    assert change.before is not None
    assert change.after is not None
    assert (change.before.protect, change.after.protect) == (flag_in_state, flag_in_spec)
    assert codes(made.refusals) == (["protected"] if flag_in_spec else [])


def test_a_conflict_says_both_ways_out() -> None:
    """Import the step as it is, or replace it on purpose; the flag does what it says."""
    want = spec(wanted("stage/pg", "prod/pg"))
    (refusal,) = decide(want, [GATE], recording()).refusals
    assert refusal.message == (
        "prod/pg already waits for dev/pg by a step that is not ours (id-prod/pg); "
        "the spec wants it to wait for stage/pg"
    )
    assert refusal.next == (
        "let the spec name dev/pg to import the step as it is, or replace it on purpose with --take-over prod/pg"
    )
    made = decide(want, [GATE], recording(), take_over=("prod/pg",))
    assert (made.refusals, told(made)) == ((), [("replace", "prod/pg", "new_in_spec")])


def test_imports_into_a_state_that_does_not_exist_need_a_word() -> None:
    """The state may simply be elsewhere; with --adopt, or into a state that exists, there is no question."""
    want = spec(wanted("dev/pg", "prod/pg"))
    (refusal,) = decide(want, [GATE]).refusals
    assert refusal.code == "adopt"
    assert refusal.message == "there is no state yet, and 1 live step would be imported into a new one"
    assert decide(want, [GATE], adopt=True).refusals == ()
    assert decide(want, [GATE], recording()).refusals == ()
    assert decide(want, []).refusals == ()


def test_a_set_that_lacks_files_says_so_first_when_steps_would_go() -> None:
    """The last apply read more files than this one: most likely one was forgotten."""
    known = state(ours(GATE), last=last_apply(files=("pipesync.yaml", "pipelines/orders.yaml")))
    made = decide(spec(files=("./pipesync.yaml",)), [GATE], known)
    assert made.warnings[0].code == "missing_files"
    assert made.warnings[0].message == (
        "the last apply also read pipelines/orders.yaml; this set lacks that, and 1 step would be destroyed"
    )


def test_a_smaller_set_that_removes_nothing_is_fine() -> None:
    """Files may be merged and renamed."""
    known = state(ours(GATE), last=last_apply(files=("pipesync.yaml", "pipelines/orders.yaml")))
    assert decide(spec(wanted("dev/pg", "prod/pg")), [GATE], known).warnings == ()


TOO_LONG = (live("a/pg", "b/pg"), live("b/pg", "c/pg"), live("c/pg", "d/pg"))


def test_unmanaged_steps_count_for_the_length_of_a_chain() -> None:
    """A create that makes the chain too long together with steps that are not ours is an error."""
    made = decide(spec(wanted("c/pg", "d/pg")), TOO_LONG[:2], recording())
    (error,) = made.errors
    assert (error.code, error.address) == ("chain_too_long", "d/pg")
    assert error.message == (
        "the chain a/pg → b/pg → c/pg → d/pg has 3 steps; allowed are 2 (limits.max_chain_steps, "
        "if your account allows more)"
    )
    assert str(error.origin) == "pipesync.yaml:5"


def as_they_are(steps: tuple[LiveStep, ...], days: int) -> Spec:
    return spec(*(wanted(str(at.step.source), at.step.address, days) for at in steps))


@pytest.mark.parametrize(
    ("known", "want"),
    [
        (recording(), spec()),
        (recording(*TOO_LONG), as_they_are(TOO_LONG, 9)),
        (recording(), as_they_are(TOO_LONG, 7)),
    ],
    ids=["not ours", "updated", "imported"],
)
def test_what_is_there_already_is_a_warning(known: State, want: Spec) -> None:
    """Aiven has let it be; no create or replace of this plan takes part in it."""
    made = decide(want, TOO_LONG, known)
    assert (codes(made.errors), codes(made.warnings)) == ([], ["chain_too_long"])


def test_a_take_over_takes_part_in_what_it_breaks() -> None:
    """A replace of a foreign step is judged like any replace."""
    want = spec(wanted("c/pg", "x/pg"))
    made = decide(want, [*TOO_LONG[:2], live("dev/pg", "x/pg")], recording(), take_over=("x/pg",))
    assert codes(made.errors) == ["chain_too_long"]


def test_a_cycle_with_a_step_that_is_not_ours_is_an_error() -> None:
    """Neither end alone shows it."""
    (error,) = decide(spec(wanted("prod/pg", "dev/pg")), [GATE], recording()).errors
    assert (error.code, error.message[:7]) == ("cycle", "a cycle")


@pytest.mark.parametrize(
    ("name", "gone"), [("dev/pg", "prod/pg"), ("prod/pg", "dev/pg")], ids=["destination", "source"]
)
def test_a_create_whose_service_is_gone_says_which_lines_to_remove(name: str, gone: str) -> None:
    """Aiven removed the step with its service; the spec still asks for it."""
    there = services(name, "dev/other", "prod/other")
    made = decide(spec(wanted("dev/pg", "prod/pg", line=12)), [], recording(GATE), there=there)
    (error,) = made.errors
    assert (error.code, error.message) == ("service_missing", f"there is no service {gone}")
    assert error.next == "remove these lines (pipesync.yaml:12), or create the service first"


def test_an_unchanged_step_whose_service_is_gone_says_which_lines_to_remove() -> None:
    """No create takes part, so it is a warning; the lines are told all the same."""
    want = spec(wanted("dev/pg", "prod/pg", line=12), wanted("dev/pg", "prod/new", line=13))
    made = decide(want, [GATE], recording(GATE), there=services("dev/pg", "prod/new"))
    assert made.errors == ()
    (warning,) = made.warnings
    assert (warning.code, warning.address) == ("service_missing", "prod/pg")
    assert warning.next == "remove these lines (pipesync.yaml:12), or create the service first"


def test_a_missing_service_of_an_unmanaged_step_names_no_lines() -> None:
    """There are none to remove."""
    want = spec(wanted("dev/pg", "prod/new"))
    (warning,) = decide(want, [GATE], recording(), there=services("dev/pg", "prod/new")).warnings
    assert (warning.code, warning.address, warning.next) == ("service_missing", "prod/pg", None)


@pytest.mark.parametrize(
    ("source", "destination", "code"),
    [("pg", "kafka", "type_mismatch"), ("mysql", "mysql", "type_unsupported"), ("pg", "pg", None)],
)
def test_both_ends_must_be_of_one_supported_type(source: str, destination: str, code: str | None) -> None:
    """A create between other services is an error before any call is made."""
    there = {**services("dev/db", kind=source), **services("prod/db", kind=destination)}
    made = decide(spec(wanted("dev/db", "prod/db")), [], there=there)
    assert set(codes(made.errors)) == ({code} if code else set())


def test_a_project_that_cannot_be_read_is_a_warning() -> None:
    """The plan goes on: Aiven will say no itself if the service is not there."""
    made = decide(
        spec(wanted("dev/pg", "prod/pg")), [], there=services("dev/pg"), unreadable={"prod": "no permission (403)"}
    )
    assert (made.errors, codes(made.warnings)) == ((), ["project_unreadable"])
    assert made.warnings[0].message == (
        "the services of project prod could not be read, so they were not checked: no permission (403)"
    )


def test_only_the_services_of_chains_that_change_are_judged() -> None:
    """A mismatch elsewhere has been there for long, and is nobody's business in this plan."""
    there = {**services("dev/a", "prod/a", "dev/pg"), **services("x/pg", kind="kafka")}
    odd = live("dev/pg", "x/pg")
    made = decide(spec(wanted("dev/a", "prod/a")), [odd], recording(), there=there)
    assert (made.errors, made.warnings) == ((), ())


def test_a_delay_beyond_the_limit_counts_where_it_is_made() -> None:
    """A live step of someone else's with a longer delay is a warning, a create an error."""
    far = live("dev/pg", "far/pg", 60)
    made = decide(spec(wanted("dev/pg", "prod/pg", 31)), [far], recording())
    assert [(finding.code, finding.address) for finding in (*made.errors, *made.warnings)] == [
        ("delay_out_of_range", "prod/pg"), ("delay_out_of_range", "far/pg"),
    ]  # fmt: skip
