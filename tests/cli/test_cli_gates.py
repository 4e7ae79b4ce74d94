"""A replace that does not come about says what stands now: nothing, perhaps something, or somebody else's step."""

import json

import pytest

from tests.cli.conftest import Start
from tests.cli.shell import DEV, EVERY_STEP, PROD, STAGING, Api, Shell, spec_of

OLD, NEW = spec_of(f"{DEV} > {PROD}"), spec_of(f"{STAGING} > {PROD}")
POST = {"method": "POST", "path": EVERY_STEP}


def test_both_refusals_are_told(pipesync: Shell, api: Api) -> None:
    """Aiven's words for the new step, and those for the old one, which could not be made again either."""
    pipesync.apply(OLD)
    pipesync.write(NEW)
    api.fault(**POST, status=403, message="not the new one")
    api.fault(**POST, status=403, message="nor the old one")
    result = pipesync("apply", "--yes", "--report", "json=o.json", "--report", "markdown=o.md")
    assert result.code == 1
    assert f"GATE LOST: {PROD}\n" in result.out
    assert "Message: not the new one\n" in result.out
    assert "The old step again: nor the old one\n" in result.out
    (failure,) = json.loads(pipesync.read("o.json"))["failed"]
    assert (failure["message"], failure["restore"], failure["gate_lost"]) == (
        "not the new one",
        "nor the old one",
        True,
    )
    assert "the old step again: `nor the old one`" in pipesync.read("o.md")


def test_a_gate_of_which_nobody_knows_is_not_said_to_be_lost(pipesync: Shell, api: Api, no_waiting: None) -> None:
    """The answer is lost and the steps cannot be listed: the new step may stand, and here it does."""
    pipesync.apply(OLD)
    pipesync.write(NEW)
    api.fault(**POST, lose="after")
    api.fault(method="GET", path=EVERY_STEP, skip=1, times=None, status=503)
    result = pipesync("apply", "--yes")
    assert result.code == 1
    assert f"GATE PERHAPS LOST: {PROD}\n" in result.out
    assert "whether the new one or the old one was created is unknown" in result.out
    api.no_faults()
    assert api.edges() == {PROD: (STAGING, 7)}
    assert "No changes." in pipesync.ok("plan").out


@pytest.mark.parametrize("later", [("--only", STAGING), ()], ids=["by a run for others", "by a refusal"])
def test_a_step_that_our_run_deleted_is_never_said_to_be_removed_outside(
    pipesync: Shell, api: Api, no_waiting: None, later: tuple[str, ...]
) -> None:
    """A replace ends between its halves; the run after it leaves that step as it is, and the one after that knows."""
    pipesync.apply(OLD)
    pipesync.write(NEW)
    api.fault(**POST, lose="before")
    api.fault(method="GET", path=EVERY_STEP, skip=1, times=None, status=503)
    assert "GATE PERHAPS LOST" in pipesync("apply", "--yes").out
    api.no_faults()
    assert api.edges() == {}
    pipesync.write(spec_of(f"{DEV} > {STAGING}", f"{STAGING} > {PROD}"))
    if not later:
        api.fault(**POST, times=None, status=403, message="not the new one")
    pipesync("apply", "--yes", *later)
    api.no_faults()
    plan = pipesync.ok("plan").out
    assert f"{PROD} will be created" in plan
    assert "outside" not in plan
    assert "recorded steps" not in plan


@pytest.mark.parametrize("posts", [1, 2], ids=["before the new step", "before the old step again"])
def test_a_gate_that_somebody_else_put_there_is_no_lost_gate(
    pipesync: Shell, start: Start, monkeypatch: pytest.MonkeyPatch, posts: int
) -> None:
    """While the place was free, another step was made there: that is told, and ours is no longer recorded."""
    seen: list[str] = []

    def between(request: str) -> None:
        if request == f"POST {EVERY_STEP}":
            seen.append(request)
            if len(seen) == posts:
                taken.insert("dev-project/pg-other", PROD)

    pg = [("dev-project", "pg-dev"), ("staging-project", "pg-staging"), ("prod-project", "pg-prod")]
    services = [
        {"project": project, "name": name, "type": "pg"} for project, name in [*pg, ("dev-project", "pg-other")]
    ]
    taken = start({"organization": "org1a23f456789", "services": services}, between)
    monkeypatch.setenv("PIPESYNC_API_URL", taken.url)
    taken.insert(DEV, PROD)
    pipesync.write(OLD)
    pipesync.ok("apply", "--yes", "--adopt")
    if posts == 2:
        taken.fault(**POST, status=403, message="not the new one")
    pipesync.write(NEW)
    result = pipesync("apply", "--yes", "--report", "json=o.json")
    assert result.code == 1
    assert "LOST" not in result.out
    assert "the old step is gone, and a step of somebody else stands in its place" in result.out
    (failure,) = json.loads(pipesync.read("o.json"))["failed"]
    assert (failure["taken"], failure["gate_lost"]) == (True, False)
    assert taken.edges() == {PROD: ("dev-project/pg-other", 7)}
    assert json.loads(pipesync.read())["steps"] == []
    assert "already has another source" in pipesync("plan").both or pipesync("plan").code == 3
