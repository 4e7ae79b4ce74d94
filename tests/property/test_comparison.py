"""Laws of an offline plan: it leads from one spec to the other, and is what a real plan would be after the first."""

from hypothesis import given
from hypothesis import strategies as st

from pipesync.comparison import compare
from pipesync.drafting import Basis, draft
from pipesync.model import DesiredStep, LiveStep, Spec
from pipesync.plan import Base, Forget, Import, Options, Plan
from pipesync.planning import plan
from pipesync.state import RecordedStep, State
from pipesync.store.planfile import read_plan
from tests.unit.nouns import spec, wanted

URL = "https://api.aiven.io"


@st.composite
def specs(draw: st.DrawFn) -> Spec:
    """Gates from one of two sources to some of five destinations, protected and left alone here and there."""
    destinations = draw(st.lists(st.sampled_from(["p/a", "p/b", "p/c", "p/d", "p/e"]), unique=True))
    found = [
        wanted(
            draw(st.sampled_from(["d/x", "d/y"])),
            destination,
            draw(st.sampled_from([3, 7])),
            protect=draw(st.booleans()),
            manage=draw(st.integers(0, 4)) > 0,
        )
        for destination in destinations
    ]
    return spec(*found)


def compared(after: Spec, before: Spec) -> Plan:
    return compare(
        after,
        before,
        base=Base(ref="main", commit="a" * 40),
        options=Options(offline=True),
        api_url=URL,
        version="0.1.0",
    )


def managed(found: Spec) -> dict[str, DesiredStep]:
    return {step.step.address: step for step in found.steps if step.manage}


@given(specs())
def test_the_same_spec_is_no_change(found: Spec) -> None:
    """Compared with itself, a spec changes nothing, refuses nothing and warns of nothing."""
    made = compared(found, found)
    assert (made.changes, made.refusals, made.errors, made.warnings) == ((), (), (), ())


@given(specs(), specs())
def test_it_leads_from_one_to_the_other(before: Spec, after: Spec) -> None:
    """Carried out on what the base manages, the changes give what the spec manages; none is a conflict."""
    steps = {address: step.step for address, step in managed(before).items()}
    made = compared(after, before)
    for change in made.changes:
        if change.after is None:
            del steps[change.address]
        else:
            steps[change.address] = change.after.step
    assert steps == {address: step.step for address, step in managed(after).items()}
    assert {refusal.code for refusal in made.refusals} <= {"protected"}


@given(specs(), specs())
def test_it_is_what_a_real_plan_would_be(before: Spec, after: Spec) -> None:
    """After an apply of all of the base, a plan with what is live has the same changes, but for what was left alone."""
    live = tuple(LiveStep(f"id-{address}", step.step) for address, step in managed(before).items())
    recorded = tuple(
        RecordedStep.of(at, protect=managed(before)[at.step.address].protect, pipeline="orders") for at in live
    )
    state = State.new(after.organization, URL).model_copy(update={"steps": recorded})
    real = plan(draft(Basis(after, live, state, URL, Options(), "0.1.0")), {}, {})
    alone = {step.step.address for step in before.steps if not step.manage}

    def told(made: Plan) -> list[tuple[str, str]]:
        return [(change.action, change.address) for change in made.changes if change.address not in alone]

    made = compared(after, before)
    assert told(made) == told(real)
    assert {change.address for change in made.changes if isinstance(change, Import)} == alone & managed(after).keys()
    assert {refusal.address for refusal in made.refusals} == {refusal.address for refusal in real.refusals}


@given(specs(), specs())
def test_it_can_be_written_down(before: Spec, after: Spec) -> None:
    """It is read again as it was written, holds no step id, and a forget is of what the spec leaves alone."""
    made = compared(after, before)
    assert read_plan(made.to_json().encode(), "plan.json") == made
    assert '"step_id"' not in made.to_json()
    alone = {step.step.address for step in after.steps if not step.manage}
    assert {change.address for change in made.changes if isinstance(change, Forget)} <= alone
