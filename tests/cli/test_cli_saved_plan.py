"""A plan that is saved, reviewed and applied: only what was reviewed is done, and only where it was meant."""

import json
from collections.abc import Callable

import pytest

from tests.cli.shell import DEV, PROD, STAGING, THREE_ENVIRONMENTS, Api, Shell, pairs, spec_of, world_of_pg


def save(pipesync: Shell, spec: str, *flags: str) -> str:
    """Plan `spec` into saved.plan; its digest."""
    pipesync.write(spec)
    pipesync.ok("plan", "--out", "saved.plan", *flags)
    return str(json.loads(pipesync.read("saved.plan"))["digest"])


def test_a_saved_plan_is_applied_without_a_question(pipesync: Shell, api: Api) -> None:
    """The review was the answer; the spec is not read again."""
    save(pipesync, THREE_ENVIRONMENTS)
    pipesync.write("nonsense")
    result = pipesync.ok("apply", "saved.plan")
    assert result.out == "Apply complete! Resources: 2 added, 0 changed, 0 destroyed.\n"
    assert api.edges() == {STAGING: (DEV, 3), PROD: (STAGING, 7)}


def test_show_renders_a_saved_plan_as_plan_did(pipesync: Shell, api: Api) -> None:
    """In each format, from the file alone."""
    pipesync.write(THREE_ENVIRONMENTS)
    text = pipesync.ok("plan", "--out", "saved.plan").out
    api.forget_requests()
    assert pipesync.ok("show", "saved.plan").out == text
    assert pipesync.ok("show", "saved.plan", "--format", "json").out == pipesync.read("saved.plan")
    pipesync.ok("show", "saved.plan", "--report", "markdown=plan.md", "--report", "json=plan.json")
    assert pipesync.read("plan.json") == pipesync.read("saved.plan")
    assert PROD in pipesync.read("plan.md")
    assert api.requests() == []


def test_applied_twice_says_so(pipesync: Shell, api: Api) -> None:
    """The second run changes nothing, neither live nor in the state, and ends with 0."""
    save(pipesync, THREE_ENVIRONMENTS)
    pipesync.ok("apply", "saved.plan")
    state = pipesync.read()
    api.forget_requests()
    result = pipesync.ok("apply", "saved.plan")
    assert "This plan is already applied: nothing was left to do." in result.out
    assert (api.writes(), pipesync.read()) == ([], state)


def test_a_plan_carried_out_halfway_is_run_again(pipesync: Shell, api: Api) -> None:
    """What is done is skipped, what is due is made."""
    save(pipesync, THREE_ENVIRONMENTS)
    api.fault(method="POST", path="*/steps", skip=1, status=400, error_code="bad_request")
    assert pipesync("apply", "saved.plan").code == 1
    assert list(api.steps()) == [STAGING]
    result = pipesync.ok("apply", "saved.plan")
    assert "1 change had been made before this run." in result.out
    assert "Apply complete! Resources: 1 added, 0 changed, 0 destroyed." in result.out
    assert len(api.steps()) == 2


@pytest.mark.parametrize(
    ("disturb", "words"),
    [
        (lambda api: api.patch(STAGING, 20), f"{STAGING}: auto_validation_delay_days 3 → 20"),
        (lambda api: api.remove(STAGING), "→ no step"),
        (lambda api: api.insert(DEV, PROD, 9), f"{PROD}: no step → a step from {DEV}"),
    ],
    ids=["changed", "removed", "added"],
)
def test_a_stale_plan_names_what_moved(pipesync: Shell, api: Api, disturb: Callable[[Api], None], words: str) -> None:
    """Code 5, old → new, and nothing is written anywhere."""
    pipesync.apply(spec_of(f"{DEV} > {STAGING}, auto_validation_delay_days: 3"))
    save(pipesync, THREE_ENVIRONMENTS.replace("days: 3", "days: 5"))
    disturb(api)
    before, live = pipesync.files(), api.steps()
    api.forget_requests()
    result = pipesync("apply", "saved.plan")
    assert result.code == 5
    assert words in result.err
    assert "plan again" in result.err
    assert (api.writes(), pipesync.files(), api.steps()) == ([], before, live)


def test_a_plan_that_now_breaks_a_rule_is_stale(pipesync: Shell, api: Api) -> None:
    """Somebody else has made the chain longer since: with the plan's step it would be too long."""
    save(pipesync, spec_of(f"{DEV} > {STAGING}"))
    api.call("PUT", "/_sandbox/services/prod-project/pg-last", {"type": "pg"}).raise_for_status()
    api.insert(STAGING, PROD)
    api.insert(PROD, "prod-project/pg-last")
    result = pipesync("apply", "saved.plan")
    assert (result.code, "with the steps that are live now" in result.err) == (5, True)


def test_differences_elsewhere_are_noted_and_left_alone(pipesync: Shell, api: Api) -> None:
    """A step that is in nobody's plan appears: the plan is carried out, and says so."""
    save(pipesync, spec_of(f"{DEV} > {STAGING}"))
    api.insert("dev-project/kafka-dev", PROD)
    result = pipesync.ok("apply", "saved.plan", "--report", "json=o.json")
    assert json.loads(pipesync.read("o.json"))["notes"] == [
        f"{PROD} is not in this plan and has appeared or changed since"
    ]
    assert f"{PROD} is not in this plan" in result.out
    assert api.edges()[PROD] == ("dev-project/kafka-dev", 7)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"destination": "prod-project/pg-prod"', '"destination": "prod-project/pg-prid"'),
        ('"auto_validation_delay_days": 3', '"auto_validation_delay_days": 4'),
        ('"create": 2', '"create": 1'),
        ('"digest": "sha256:', '"digest": "sha256:0'),
        ('"format": "pipesync.plan"', '"format": "pipesync.state"'),
        ('"format_version": "1.0"', '"format_version": "2.0"'),
        ('"kept": []', '"kept": [], "extra": 1'),
        ("}\n", ""),
    ],
    ids=["address", "delay", "summary", "digest", "format", "newer", "unknown key", "torn"],
)
def test_a_plan_edited_by_hand_is_an_error(pipesync: Shell, api: Api, old: str, new: str) -> None:
    """Code 1 with the file's name; nothing is asked and nothing is written; show refuses it likewise."""
    save(pipesync, THREE_ENVIRONMENTS)
    text = pipesync.read("saved.plan")
    edited = new.join(text.rsplit(old, 1))
    assert edited != text
    pipesync.write(edited, "saved.plan")
    api.forget_requests()
    for command in ("apply", "show"):
        result = pipesync(command, "saved.plan")
        assert (result.code, result.out) == (1, "")
        assert result.err.startswith("Error: the plan ")
        assert "\n  saved.plan\n" in result.err
    assert (api.requests(), (pipesync.folder / "pipesync.state.json").exists()) == ([], False)


def test_a_plan_for_another_address_is_refused(pipesync: Shell, start: Callable[..., Api]) -> None:
    """Code 3, and the other API is not even asked."""
    save(pipesync, THREE_ENVIRONMENTS)
    other = start()
    result = pipesync("apply", "saved.plan", "--api-url", other.url)
    assert (result.code, "the plan was made for http://127.0.0.1" in result.err) == (3, True)
    assert other.requests() == []


def test_a_plan_of_another_state_is_refused(pipesync: Shell, api: Api) -> None:
    """Code 3 if the lineage is another one, there is none any more, or there is one now."""
    save(pipesync, THREE_ENVIRONMENTS)
    pipesync.apply(spec_of(f"{DEV} > {STAGING}"), "--state", "other.json")
    for state in ("other.json",):
        result = pipesync("apply", "saved.plan", "--state", state)
        assert (result.code, "of lineage none" in result.err) == (3, True)
    save(pipesync, spec_of(f"{DEV} > {STAGING}", f"{DEV} > {PROD}"), "--state", "other.json")
    result = pipesync("apply", "saved.plan", "--state", "missing.json")
    assert (result.code, "the state here is of lineage none" in result.err) == (3, True)
    assert list(api.steps()) == [STAGING]


def test_a_plan_for_another_organization_is_refused(pipesync: Shell, api: Api) -> None:
    """The state that is there is another organization's."""
    pipesync.apply(spec_of(f"{DEV} > {STAGING}"))
    save(pipesync, spec_of(f"{DEV} > {STAGING}", f"{DEV} > {PROD}"))
    state = json.loads(pipesync.read())
    pipesync.write(json.dumps({**state, "organization": "org9z"}), "pipesync.state.json")
    result = pipesync("apply", "saved.plan")
    assert (result.code, "the state is organization org9z's" in result.err) == (3, True)
    assert list(api.steps()) == [STAGING]


def test_expect_and_allow_destroy_hold_for_a_saved_plan_too(pipesync: Shell, api: Api) -> None:
    """A refused one is shown, which a saved plan is not otherwise."""
    pipesync.apply(THREE_ENVIRONMENTS)
    digest = save(pipesync, THREE_ENVIRONMENTS, "--destroy")
    refused = pipesync("apply", "saved.plan", "--report", "json=r.json")
    assert (refused.code, "the brake: 2 of 2 recorded steps" in refused.err) == (3, True)
    assert "Plan: 0 to add, 0 to change, 2 to destroy." in refused.out
    assert json.loads(pipesync.read("r.json"))["digest"] == digest
    wrong = pipesync("apply", "saved.plan", "--allow-destroy", "2", "--expect", "sha256:" + "0" * 64)
    assert (wrong.code, len(api.steps())) == (3, 2)
    pipesync.ok("apply", "saved.plan", "--allow-destroy", "2", "--expect", digest)
    assert api.steps() == {}


@pytest.mark.parametrize(
    "flags",
    [
        ("-f", "x.yaml"),
        ("--only", "x"),
        ("--exclude", "x"),
        ("--destroy",),
        ("--no-destroy",),
        ("--adopt",),
        ("--take-over", "a/b"),
    ],
    ids=lambda flags: flags[0],
)
def test_a_saved_plan_takes_no_flag_that_shapes_one(pipesync: Shell, api: Api, flags: tuple[str, ...]) -> None:
    """It was decided when the plan was made: wrong usage, by name."""
    save(pipesync, THREE_ENVIRONMENTS)
    api.forget_requests()
    result = pipesync("apply", "saved.plan", *flags)
    name = flags[0].replace("-f", "--file") if flags[0] == "-f" else flags[0]
    assert (result.code, f"{name} cannot be given with a saved plan" in result.err) == (64, True)
    assert api.requests() == []


@pytest.mark.parametrize("world", [world_of_pg(3)], ids=["3"])
def test_a_partial_plan_is_saved_as_such(pipesync: Shell, api: Api) -> None:
    """Its options are in the file, and apply does that part and no more."""
    save(pipesync, spec_of(*pairs(3)), "--only", "prod/pg-1")
    assert json.loads(pipesync.read("saved.plan"))["options"]["only"] == ["prod/pg-1"]
    pipesync.ok("apply", "saved.plan")
    assert list(api.steps()) == ["prod/pg-1"]


def test_a_replace_that_lost_its_second_half_is_finished(pipesync: Shell, api: Api) -> None:
    """The old step's DELETE came through, POST and the way back did not: the same plan again creates the new one."""
    pipesync.apply(spec_of(f"{DEV} > {PROD}", f"{DEV} > {STAGING}"))
    save(pipesync, spec_of(f"{STAGING} > {PROD}", f"{DEV} > {STAGING}"))
    api.fault(method="POST", path="*/steps", times=2, status=403, error_code="permission_denied")
    failed = pipesync("apply", "saved.plan", "--report", "json=o.json")
    assert failed.code == 1
    assert json.loads(pipesync.read("o.json"))["failed"][0]["gate_lost"] is True
    assert "updates reach the destination without waiting for any source" in failed.out
    assert list(api.steps()) == [STAGING]
    pipesync.ok("apply", "saved.plan")
    assert api.edges() == {STAGING: (DEV, 7), PROD: (STAGING, 7)}


def test_a_missing_plan_file_is_an_error(pipesync: Shell) -> None:
    """With its name and how to make one."""
    for command in ("apply", "show"):
        result = pipesync(command, "no.plan")
        assert result.code == 1
        assert result.err == (
            "Error: the plan cannot be read: No such file or directory\n"
            "  no.plan\n"
            "  Make a new plan: pipesync plan --out FILE.\n"
        )
