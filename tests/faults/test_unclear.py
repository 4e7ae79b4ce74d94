"""Answers that leave it open whether a call had an effect: the run looks, goes on, and does nothing twice."""

from typing import Any, Final

import pytest

from tests.faults.kills.aftermath import put_right
from tests.faults.opening import opening
from tests.faults.plans import ORGANIZATION, PlanKind, Step, chain
from tests.faults.stage import Stage

ONE_OF_EACH: Final = PlanKind(
    "a create, an update, a replace and a delete",
    (*chain("pg-a", "dev", "eu"), *chain("pg-b", "dev", "us"), *chain("pg-c", "dev", "ap")),
    (*chain("pg-a", "stage", "eu"), Step("dev/pg-b", "us/pg-b", 2), *chain("pg-b", "dev", "stage")),
)
CALLS: Final = 5
"""Its write calls: a POST, a PATCH, a DELETE with its POST, and a DELETE."""

TROUBLES: Final[dict[str, dict[str, Any]]] = {
    "the request is lost": {"lose": "before"},
    "the answer is lost": {"lose": "after"},
    "the answer is cut off": {"truncate": 5},
    "too many requests": {"status": 429, "headers": {"Retry-After": "0"}},
    "an error of the server": {"status": 503},
    "an error of the server, and the effect": {"status": 500, "effect": True},
}


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=list(TROUBLES))
@pytest.mark.parametrize("skip", [0, 1], ids=["the first", "the second"])
def test_an_unclear_answer_changes_nothing_in_the_end(on: Stage, trouble: dict[str, Any], skip: int) -> None:
    """To the first or second call of each kind: all is done, once, and ours; no create was repeated blindly."""
    on.set(opening(on, ONE_OF_EACH))
    for method in ("POST", "PATCH", "DELETE"):
        on.fault(method=method, skip=skip, times=1, **trouble)
    ended = on.apply()
    assert on.faults_met() == 3 - skip  # there is one PATCH
    assert list(put_right(on, ONE_OF_EACH, ONE_OF_EACH.new, ended)) == []


@pytest.mark.parametrize("lose", ["before", "after"])
@pytest.mark.parametrize("number", range(CALLS))
def test_what_stays_unclear_is_read_by_the_next_plan(on: Stage, lose: str, number: int) -> None:
    """A call whose answer is lost, and nothing can be read any more: the run fails, and the next one puts it right."""
    on.set(opening(on, ONE_OF_EACH))
    on.fault(method="[!G]*", skip=number, times=1, lose=lose)
    on.fault(method="[!G]*", times=None, skip=number, status=403, error_code="permission_denied")
    on.fault(method="GET", path="*/steps", times=None, skip=1, status=403, error_code="permission_denied")
    failed = on.apply("--parallelism", "1")
    assert failed.code == 1
    on.no_faults()
    assert list(put_right(on, ONE_OF_EACH, ONE_OF_EACH.new, on.apply())) == []


def test_a_redirect_does_not_tell_that_nothing_was_done(on: Stage) -> None:
    """After the effect of each kind of call: nothing is taken for undone, nor later for done by somebody else."""
    on.set(opening(on, ONE_OF_EACH))
    on.fault(method="[!G]*", times=None, status=303, headers={"Location": "/elsewhere"}, effect=True)
    failed = on.apply()
    assert failed.code == 1
    state = on.state()
    assert state is not None
    assert {entry.address for entry in state.pending} == {"eu/pg-a", "us/pg-b", "ap/pg-c"}, failed
    on.no_faults()
    again = on.apply()
    assert list(put_right(on, ONE_OF_EACH, ONE_OF_EACH.new, again)) == []
    assert "removed outside" not in again.out


def test_an_empty_404_says_nothing_of_a_step(on: Stage) -> None:
    """A balancer's, in the account-wide dialect, whose codes are not known: the step is not taken for gone."""
    kind = PlanKind("a delete", chain("pg-a", "dev", "eu"), (), account_wide=True)
    on.set(opening(on, kind))
    on.fault(method="DELETE", status=404, body="", content_type="text/plain")
    failed = on.apply()
    assert failed.code == 1, failed
    assert list(on.edges()) == ["eu/pg-a"]
    state = on.state()
    assert state is not None
    assert [step.step.address for step in state.steps] == ["eu/pg-a"]
    assert list(put_right(on, kind, kind.new, on.apply())) == []


@pytest.mark.parametrize("key", ["data", "items"])
@pytest.mark.parametrize("command", ["status", "dump"])
def test_an_empty_list_that_may_be_of_anything_is_not_believed(on: Stage, key: str, command: str) -> None:
    """The organization's dialect is documented: that there are no steps is said under `steps`, or not at all."""
    on.set(opening(on, ONE_OF_EACH))
    on.fault(method="GET", path="*/steps", body=f'{{"{key}": []}}')
    told = on.run(command, "--organization", ORGANIZATION)
    assert (told.code, told.out) == (1, "")
    assert "it holds no list of upgrade steps" in told.err


@pytest.mark.parametrize("trouble", [{"lose": "after"}, {"status": 502, "effect": True}], ids=["lost", "failed"])
def test_a_refusal_says_nothing_of_the_attempt_before_it(on: Stage, trouble: dict[str, Any]) -> None:
    """A DELETE has its effect and no answer, and is refused when it is sent again: it stays in pending."""
    kind = PlanKind("a replace", chain("pg-a", "dev", "eu"), chain("pg-a", "stage", "eu"))
    on.set(opening(on, kind))
    on.fault(method="DELETE", **trouble)
    on.fault(method="DELETE", status=401, error_code="authentication_failed")
    failed = on.apply()
    assert failed.code == 1
    assert "perhaps replaced" in failed.out
    state = on.state()
    assert state is not None
    assert [entry.address for entry in state.pending] == ["eu/pg-a"]
    again = on.apply()
    assert list(put_right(on, kind, kind.new, again)) == []
    assert "removed outside" not in again.out
