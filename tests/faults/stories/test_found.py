"""What stories have found, each told once more by itself."""

from tests.faults.fate import Point
from tests.faults.plans import PLANS, chain
from tests.faults.stage import Scene, Stage

KIND = PLANS[0]
HIDDEN = "eu"


def test_what_a_killed_run_made_is_not_forgotten_because_a_token_does_not_see_it(on: Stage) -> None:
    """Code 1, nothing is sent, and the pending stays: a run that sees everything finds the step, and it is ours."""
    on.set(Scene((), {}), HIDDEN)
    on.write(KIND.text(chain("pg-a", "dev", HIDDEN)))
    assert on.apply(at=Point("effect", 1)).killed
    narrow = on.apply(narrow=True)
    assert narrow.code == 1
    assert f"project {HIDDEN} are not in the list, and whether they are gone cannot be told" in narrow.err
    assert not [request for request in on.gate.requests if request.writes]
    assert on.apply().code == 0
    assert not [request for request in on.gate.requests if request.writes]
    state = on.state()
    assert state is not None
    assert {step.step.address: step.step_id for step in state.steps} == on.ids()
