"""A saved plan, later: what it says of the rest, and whether it is for this state at all."""

from dataclasses import replace

import pytest

from pipesync.errors import RefusedError
from pipesync.model import LiveStep
from pipesync.plan import Plan
from pipesync.recheck import Recheck, check_origin, recheck
from pipesync.state import State
from tests.unit.nouns import (
    API_URL,
    OTHER_DIGEST,
    decide,
    last_apply,
    live,
    recording,
    spec,
    state,
    wanted,
)  # fmt: skip

OLD = live("dev/pg", "prod/pg")
CREATE, UPDATE = spec(wanted("dev/pg", "prod/pg")), spec(wanted("dev/pg", "prod/pg", 9))
NONE, OURS = recording(), recording(OLD)


def notes(made: Plan, now: list[LiveStep], known: State) -> list[str]:
    checked: Recheck = recheck(made, tuple(now), known)
    return checked.notes


def test_differences_elsewhere_are_noted() -> None:
    """They are told, and never acted on."""
    mine, gone, free, odd = (live("dev/pg", f"x/{name}") for name in ("mine", "gone", "free", "odd"))
    known = recording(mine, gone)
    want = spec(wanted("dev/pg", "x/mine"), wanted("dev/pg", "x/gone"), wanted("dev/pg", "prod/pg"))
    made = decide(want, [mine, gone, free, odd], known)
    now = [live("dev/pg", "x/mine", 8), live("dev/pg", "x/free", 8), live("dev/pg", "x/more")]
    assert notes(made, now, known) == [
        "x/gone is not in this plan and has been removed outside since",
        "x/mine is not in this plan and has been changed outside since",
        "x/free is not in this plan and has appeared or changed since",
        "x/more is not in this plan and has appeared or changed since",
        "x/odd is not in this plan and is gone",
    ]


def test_what_stands_still_is_not_noted() -> None:
    """Neither steps that are not ours, nor those left alone by the spec, kept back, or adrift already."""
    free, hands_off, kept, adrift = (live("dev/pg", f"x/{name}") for name in ("free", "off", "kept", "adrift"))
    known = recording(kept, live("dev/pg", "x/adrift", 3))
    want = spec(
        wanted("dev/pg", "x/off", manage=False), wanted("dev/pg", "x/adrift"), wanted("dev/pg", "prod/pg"),
        wanted("new/pg", "x/foreign"),
    )  # fmt: skip
    steps = [free, hands_off, kept, adrift, live("dev/pg", "x/foreign")]
    made = decide(want, steps, known, no_destroy=True, take_over=("x/foreign",))
    assert [change.address for change in made.kept] == ["x/foreign", "x/kept"]
    assert notes(made, steps, known) == []


def test_a_partial_plan_does_not_call_new_what_it_left_out() -> None:
    """It does not know how the rest was."""
    want = spec(wanted("dev/pg", "x/other"), wanted("dev/pg", "prod/pg"))
    made = decide(want, [live("dev/pg", "x/other")], NONE, only=("prod/*",))
    assert notes(made, [live("dev/pg", "x/other")], NONE) == []


@pytest.mark.parametrize(
    ("known", "url", "words"),
    [
        (OURS, "https://elsewhere.example", "the plan was made for https://api.aiven.io, not for https://elsewhere"),
        (OURS.model_copy(update={"lineage": "lineage-2"}), API_URL, "lineage lineage-1; the state here is of lineage"),
        (None, API_URL, "the plan was made with a state of lineage lineage-1; the state here is of lineage none"),
    ],
    ids=["another address", "another lineage", "no state"],
)
def test_a_plan_for_another_place_is_refused(known: State | None, url: str, words: str) -> None:
    """Its changes were decided on what another state says is ours."""
    with pytest.raises(RefusedError) as refused:
        check_origin(decide(UPDATE, [OLD], OURS), known, url)
    assert words in refused.value.what


def test_a_plan_made_without_a_state_fits_the_state_that_it_made() -> None:
    """And no other."""
    made = decide(CREATE, [])
    check_origin(made, None, API_URL)
    check_origin(made, state(last=last_apply(made.digest)), API_URL)
    with pytest.raises(RefusedError, match="lineage none"):
        check_origin(made, state(last=last_apply(OTHER_DIGEST)), API_URL)
    with pytest.raises(RefusedError, match="lineage none"):
        check_origin(made, state(), API_URL)


def test_a_later_serial_of_the_same_state_is_fine() -> None:
    """Each change is judged by itself, not by what else has been written since."""
    made = decide(UPDATE, [OLD], OURS)
    later = OURS.model_copy(update={"serial": 9})
    check_origin(made, later, API_URL)
    assert recheck(made, (replace(OLD),), later).due == list(made.changes)


def test_a_done_change_takes_no_record_of_a_step_that_goes_by_another_name() -> None:
    """The service of one step was renamed to the old name of the other's: each record is of the step with its id."""
    known = recording(live("dev/a", "x/a", step_id="1"), live("dev/b", "x/b", step_id="2"))
    other = live("dev/a", "x/c", step_id="1")
    made = decide(spec(), [other, live("dev/b", "x/a", step_id="2")], known, only=("x/a",))
    checked = recheck(made, (other,), known)
    assert [change.action for change in checked.done] == ["delete"]
    assert checked.settled is not None
    assert [record.step_id for record in checked.settled.steps] == ["1"]
