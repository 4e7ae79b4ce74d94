"""The brake: how much of what is recorded goes, and when that is too much to go unasked."""

import pytest

from pipesync.brake import Brake
from pipesync.policy.brake import BrakeNumbers
from tests.unit.nouns import decide, gates, live, ours, pending, recording, spec, state, step, told, wanted, wanting


@pytest.mark.parametrize(
    ("recorded", "removed", "engaged"),
    [
        (1, 1, False),
        (2, 1, False),
        (2, 2, True),
        (3, 3, True),
        (9, 8, False),
        (9, 9, True),
        (10, 3, False),
        (10, 4, True),
        (100, 29, False),
        (100, 30, False),
        (100, 31, True),
    ],
)
def test_the_brake_is_for_more_than_three_in_ten_or_for_all(recorded: int, removed: int, engaged: bool) -> None:
    """More than 30 % of at least 10 recorded steps, or all of at least 2; the warning tells the number to give."""
    steps = gates(recorded)
    made = decide(spec(*wanting(steps[removed:])), steps, recording(*steps))
    assert (made.brake.destroys, made.brake.recorded, made.brake.engaged) == (removed, recorded, engaged)
    advice = [finding.next for finding in made.warnings if finding.code == "brake"]
    assert advice == ([f"if that is meant, apply with --allow-destroy {removed}"] if engaged else [])


@pytest.mark.parametrize(
    ("numbers", "destroys", "recorded", "engaged"),
    [
        (BrakeNumbers(share_percent=0, of_at_least=1), 1, 100, True),
        (BrakeNumbers(share_percent=0, of_at_least=1), 0, 100, False),
        (BrakeNumbers(share_percent=50), 50, 100, False),
        (BrakeNumbers(share_percent=50), 51, 100, True),
        (BrakeNumbers(share_percent=100), 99, 100, False),
        (BrakeNumbers(share_percent=100), 100, 100, True),
        (BrakeNumbers(share_percent=100, all_of_at_least=101), 100, 100, False),
        (BrakeNumbers(of_at_least=101), 99, 100, False),
        (BrakeNumbers(all_of_at_least=1), 1, 1, True),
    ],
)
def test_the_brake_goes_by_the_numbers_of_a_policy(
    numbers: BrakeNumbers, destroys: int, recorded: int, engaged: bool
) -> None:
    """Tighter or looser, exactly at the number and not by a rounded share."""
    brake = Brake(destroys=destroys, recorded=recorded).judged_by(numbers)
    assert (brake.engaged, brake.numbers) == (engaged, numbers)


def test_the_brake_counts_deletes_replaces_and_what_was_found_gone() -> None:
    """One of each makes three; a step that --no-destroy keeps back does not count."""
    steps = gates(4)
    known, standing = recording(*steps), steps[1:]
    want = spec(*wanting(steps[:1]), wanted("dev/other", "prod/s1"), *wanting(steps[2:3]))
    assert decide(want, standing, known).brake.destroys == 3
    assert decide(want, standing, known, no_destroy=True).brake.destroys == 1


def test_the_brake_counts_a_step_that_was_made_again_once() -> None:
    """It is found gone, and the one in its place is taken over: one address, one step that goes."""
    steps = gates(2)
    again = live("dev/other", "prod/s0", step_id="id-again")
    made = decide(spec(*wanting(steps)), [again, steps[1]], recording(*steps), take_over=("prod/s0",))
    assert [change.action for change in made.changes] == ["replace"]
    assert (made.brake.destroys, made.brake.engaged) == (1, False)


def test_the_brake_counts_both_of_two_recorded_steps_at_one_address() -> None:
    """One is gone, and the other, renamed onto its address, is destroyed."""
    steps = gates(2)
    renamed = live("dev/other", "prod/s0", step_id=steps[1].step_id)
    made = decide(spec(), [renamed], recording(*steps))
    assert [change.action for change in made.changes] == ["delete"]
    assert (made.brake.destroys, made.brake.engaged) == (2, True)


def test_the_brake_counts_what_the_plan_is_about() -> None:
    """A partial plan counts the steps that it selects, against all that are recorded."""
    steps = gates(10)
    made = decide(spec(), steps, recording(*steps), only=("prod/s[0-3]",))
    assert (made.brake.destroys, made.brake.recorded, made.brake.engaged) == (4, 10, True)


def test_steps_that_a_killed_run_removed_do_not_engage_the_brake() -> None:
    """All recorded steps are gone, by our own deed that was agreed to."""
    steps = gates(2)
    known = state(
        *(ours(at) for at in steps),
        pending=[pending("replace", at, step("new/pg", at.step.address)) for at in steps],
    )
    made = decide(spec(*(wanted("new/pg", at.step.address) for at in steps)), [], known)
    assert told(made) == [("create", address, "left_by_interrupted_apply") for address in ("prod/s0", "prod/s1")]
    assert made.brake.destroys == 0
