"""A saved plan after the world has moved on: what it still does, what it does not do twice, and what stops it."""

import json
from collections.abc import Callable

import pytest

from tests.cli.shell import ORGANIZATION, Api, Shell, spec_of

TWO = {
    "organization": ORGANIZATION,
    "services": [
        {"project": "dev", "names": ["a", "b", "c"], "type": "pg"},
        {"project": "stg", "names": ["a", "b"], "type": "pg"},
    ],
}


@pytest.fixture
def world() -> object:
    return TWO


def save(pipesync: Shell, spec: str, *flags: str) -> None:
    """Plan `spec` into p.json."""
    pipesync.write(spec)
    pipesync.ok("plan", "--out", "p.json", *flags)


def rename(api: Api, service: str, name: str) -> None:
    """Aiven gives a service another name; its steps keep their ids."""
    api.call("POST", f"/_sandbox/services/{service}/rename", {"name": name}).raise_for_status()


def test_a_renamed_step_that_is_handed_over_is_forgotten_by_a_saved_plan(pipesync: Shell, api: Api) -> None:
    """`manage: false` under the new name: the plan can be shown and applied, and the next one has no changes."""
    pipesync.apply(spec_of("dev/a > stg/a"))
    rename(api, "stg/a", "a2")
    save(pipesync, spec_of("dev/a > stg/a2, manage: false"), "--only", "stg/a2")
    assert "# stg/a2 will be forgotten" in pipesync.ok("show", "p.json").out
    pipesync.ok("apply", "p.json")
    assert json.loads(pipesync.read())["steps"] == []
    assert pipesync("plan", "--detailed-exitcode").code == 0
    assert "already applied" in pipesync.ok("apply", "p.json").out
    assert list(api.steps()) == ["stg/a2"]


def test_a_replace_that_was_made_is_not_made_again(pipesync: Shell, api: Api) -> None:
    """Its new step was removed outside: that is neither before nor after, so the plan is stale."""
    pipesync.apply(spec_of("dev/a > stg/a", "dev/b > stg/b"))
    save(pipesync, spec_of("dev/c > stg/a", "dev/b > stg/b"))
    pipesync.ok("apply", "p.json")
    api.remove("stg/a")
    before = pipesync.files()
    api.forget_requests()
    result = pipesync("apply", "p.json")
    assert (result.code, "stg/a: a step from dev/a, 7 days" in result.err) == (5, True)
    assert (api.writes(), pipesync.files()) == ([], before)


@pytest.mark.parametrize(
    ("disturb", "words"),
    [
        (lambda api: rename(api, "stg/a", "a2"), "stg/a: destination stg/a → stg/a2"),
        (lambda api: rename(api, "dev/a", "a2"), "stg/a: source dev/a → dev/a2"),
    ],
    ids=["destination", "source"],
)
@pytest.mark.parametrize(
    "then",
    [("dev/a > stg/a, auto_validation_delay_days: 9",), ("dev/c > stg/a",), ()],
    ids=["update", "replace", "delete"],
)
def test_a_renamed_step_is_named_old_and_new(
    pipesync: Shell, api: Api, disturb: Callable[[Api], None], words: str, then: tuple[str, ...]
) -> None:
    """It is still there under its id: it has moved, is not gone, and is not forgotten."""
    pipesync.apply(spec_of("dev/a > stg/a", "dev/b > stg/b"))
    save(pipesync, spec_of("dev/b > stg/b", *then))
    disturb(api)
    before = pipesync.files()
    api.forget_requests()
    result = pipesync("apply", "p.json")
    assert (result.code, words in result.err) == (5, True), result.both
    assert (api.writes(), pipesync.files()) == ([], before)


def test_a_step_that_somebody_else_made_is_not_adopted_unasked(pipesync: Shell, api: Api) -> None:
    """Without a state the plan's step is live already: as in a fresh plan, that takes --adopt."""
    save(pipesync, spec_of("dev/a > stg/a", "dev/b > stg/b"))
    api.insert("dev/a", "stg/a")
    before = pipesync.files()
    api.forget_requests()
    result = pipesync("apply", "p.json", "--report", "json=r.json")
    assert (result.code, "--adopt" in result.err) == (3, True), result.both
    assert json.loads(pipesync.read("r.json"))["format"] == "pipesync.plan"
    (pipesync.folder / "r.json").unlink()
    assert (api.writes(), pipesync.files()) == ([], before)


def test_a_plan_made_with_adopt_takes_in_what_is_done(pipesync: Shell, api: Api) -> None:
    """The steps are live already: they go into the new state, and the next plan has no changes."""
    save(pipesync, spec_of("dev/a > stg/a", "dev/b > stg/b"), "--adopt")
    api.insert("dev/a", "stg/a")
    api.insert("dev/b", "stg/b")
    assert "already applied" in pipesync.ok("apply", "p.json").out
    assert pipesync("plan", "--detailed-exitcode").code == 0
    assert "already applied" in pipesync.ok("apply", "p.json").out


def test_a_plan_applied_twice_with_the_state_that_it_made_is_fine(pipesync: Shell, api: Api) -> None:
    """The state that it made holds what it did; where that state is lost, it is refused."""
    save(pipesync, spec_of("dev/a > stg/a"))
    pipesync.ok("apply", "p.json")
    assert "already applied" in pipesync.ok("apply", "p.json").out
    (pipesync.folder / "pipesync.state.json").unlink()
    assert pipesync("apply", "p.json").code == 3
    assert list(api.steps()) == ["stg/a"]


def test_expect_is_compared_before_anything_is_read(pipesync: Shell, api: Api) -> None:
    """The wrong plan is refused (3) even where it is stale (5); it is rendered, and the API is not asked."""
    pipesync.apply(spec_of("dev/a > stg/a"))
    save(pipesync, spec_of("dev/a > stg/a, auto_validation_delay_days: 9"))
    api.patch("stg/a", 20)
    api.forget_requests()
    for flags in (("--expect", "sha256:" + "0" * 64), ("--allow-destroy", "1")):
        result = pipesync("apply", "p.json", *flags, "--report", "json=r.json")
        assert (result.code, "# stg/a will be updated in-place" in result.out) == (3, True)
        assert pipesync.read("r.json") == pipesync.read("p.json")
    assert api.requests() == []
    assert pipesync("apply", "p.json", "--allow-destroy", "0").code == 5


@pytest.mark.parametrize("saved", [True, False], ids=["saved", "fresh"])
@pytest.mark.parametrize(
    ("spec", "left"),
    [(spec_of(), []), (spec_of("dev/b > stg/a, manage: false"), ["stg/a"])],
    ids=["delete", "hand over"],
)
def test_a_step_renamed_onto_the_address_of_one_that_is_gone(
    pipesync: Shell, api: Api, spec: str, left: list[str], *, saved: bool
) -> None:
    """The record of the one that is gone goes with it: the second plan has no changes."""
    pipesync.apply(spec_of("dev/a > stg/a", "dev/b > stg/b"))
    api.remove("stg/a")
    api.call("DELETE", "/_sandbox/services/stg/a").raise_for_status()
    rename(api, "stg/b", "a")
    save(pipesync, spec)
    number = str(json.loads(pipesync.read("p.json"))["brake"]["destroys"])
    pipesync.ok("apply", *(["p.json"] if saved else ["--yes"]), "--allow-destroy", number)
    assert list(api.steps()) == left
    assert json.loads(pipesync.read())["steps"] == []
    assert pipesync("plan", "--detailed-exitcode").code == 0
