"""`pipesync plan`: what is printed, saved and asked for, and what each flag that shapes a plan does."""

import json
from typing import Any

import jsonschema_rs
import pytest

from tests.cli.shell import DEV, PROD, STAGING, THREE_ENVIRONMENTS, Api, Shell, at_any_time, pairs, spec_of, world_of_pg


def planned(pipesync: Shell, *flags: str) -> dict[str, Any]:
    """The plan as data, and as the schema wants it."""
    plan: dict[str, Any] = json.loads(pipesync("plan", "--format", "json", *flags).out)
    jsonschema_rs.validator_for(json.loads(pipesync.ok("schema", "plan").out)).validate(plan)
    return plan


def changes(pipesync: Shell, *flags: str, group: str = "changes") -> list[tuple[str, str]]:
    return [(change["action"], change["address"]) for change in planned(pipesync, *flags)[group]]


def codes(plan: dict[str, Any], group: str) -> list[str]:
    return [finding["code"] for finding in plan[group]]


def test_a_plan_reads_and_never_writes(pipesync: Shell, api: Api) -> None:
    """Nothing is sent that could change anything, no state is made, nothing is locked."""
    pipesync.write(THREE_ENVIRONMENTS)
    result = pipesync.ok("plan")
    assert f"# {PROD} will be created" in result.out
    assert result.out.endswith("Plan: 2 to add, 0 to change, 0 to destroy.\n")
    assert api.writes() == []
    assert [path.name for path in pipesync.folder.iterdir()] == ["pipesync.yaml"]


def test_detailed_exitcode_tells_changes_from_none(pipesync: Shell) -> None:
    """2 with changes and 0 without, where plan alone says 0 both times."""
    pipesync.write(THREE_ENVIRONMENTS)
    assert pipesync("plan").code == 0
    assert pipesync("plan", "--detailed-exitcode").code == 2
    pipesync.ok("apply", "--yes")
    result = pipesync("plan", "--detailed-exitcode")
    assert (result.code, result.out) == (0, "No changes. Your infrastructure matches the configuration.\n")


def test_the_same_inputs_give_the_same_plan(pipesync: Shell) -> None:
    """Byte for byte, in every format; the time of reading, under `context`, aside."""
    pipesync.write(THREE_ENVIRONMENTS)
    for form in ("text", "json", "markdown"):
        once, again = (at_any_time(pipesync("plan", "--format", form).out) for _ in ("once", "again"))
        assert once == again


def test_reports_come_from_one_read(pipesync: Shell, api: Api) -> None:
    """Three renderings cost the requests of one, and are the same plan."""
    pipesync.write(THREE_ENVIRONMENTS)
    pipesync.ok("plan")
    once = api.requests()
    api.forget_requests()
    result = pipesync.ok("plan", "--format", "markdown", "--report", "json=plan.json", "--report", "text=plan.txt")
    assert sorted(api.requests()) == sorted(once)
    digest = json.loads(pipesync.read("plan.json"))["digest"]
    assert digest in pipesync.read("plan.txt")
    assert digest in result.out


def test_out_saves_what_format_json_prints(pipesync: Shell) -> None:
    """The saved plan is the JSON rendering, and the text names its file."""
    pipesync.write(THREE_ENVIRONMENTS)
    assert "Plan file: saved.plan" in pipesync.ok("plan", "--out", "saved.plan").out
    saved, again = json.loads(pipesync.read("saved.plan")), planned(pipesync)
    assert saved.pop("context").keys() == again.pop("context").keys()
    assert saved == again


def test_out_that_cannot_be_written_is_an_error(pipesync: Shell) -> None:
    """The path and a remedy are told; nothing half-written stays."""
    pipesync.write(THREE_ENVIRONMENTS)
    result = pipesync("plan", "--out", "no/such/saved.plan")
    assert result.code == 1
    assert "Error: the plan cannot be saved: No such file or directory\n  no/such/saved.plan\n" in result.err


def test_only_and_exclude_choose_by_pipeline_and_address(pipesync: Shell) -> None:
    """Globs over both names; the plan records that it is partial, and says so."""
    pipesync.write(THREE_ENVIRONMENTS)
    assert changes(pipesync, "--only", "staging-*") == [("create", STAGING)]
    assert changes(pipesync, "--only", "postgres") == [("create", PROD), ("create", STAGING)]
    assert changes(pipesync, "--only", "post*", "--exclude", "prod-project/*") == [("create", STAGING)]
    assert changes(pipesync, "--exclude", PROD, "--exclude", STAGING) == []
    plan = planned(pipesync, "--only", "staging-*")
    assert plan["options"]["only"] == ["staging-*"]
    assert codes(plan, "warnings") == ["partial"]
    assert "Partial plan" in pipesync("plan", "--only", "staging-*").out


def test_a_pattern_that_matches_nothing_is_told(pipesync: Shell) -> None:
    """Most likely it is misspelt."""
    pipesync.write(THREE_ENVIRONMENTS)
    plan = planned(pipesync, "--only", "postgers")
    assert "no_match" in codes(plan, "warnings")


def test_rules_are_checked_on_the_whole_for_a_partial_plan(pipesync: Shell, api: Api) -> None:
    """What `--only` leaves out still counts: here it would make the chain too long."""
    api.insert(STAGING, PROD)
    pipesync.write(spec_of(f"{DEV} > {STAGING}", f"{PROD} > dev-project/kafka-dev"))
    assert pipesync("plan", "--only", STAGING).code == 1
    assert codes(planned(pipesync, "--only", STAGING), "errors") == ["chain_too_long"]


def test_destroy_plans_the_removal_of_everything_recorded(pipesync: Shell) -> None:
    """The spec's steps stay unmentioned otherwise, and so do steps that are not ours."""
    pipesync.apply(THREE_ENVIRONMENTS)
    assert changes(pipesync) == []
    assert changes(pipesync, "--destroy") == [("delete", PROD), ("delete", STAGING)]
    assert planned(pipesync, "--destroy")["options"]["destroy"] is True


def test_no_destroy_keeps_deletes_and_replaces_back(pipesync: Shell) -> None:
    """They are listed under `kept` and are no changes."""
    pipesync.apply(THREE_ENVIRONMENTS)
    pipesync.write(spec_of(f"{DEV} > {PROD}"))
    assert changes(pipesync) == [("replace", PROD), ("delete", STAGING)]
    assert changes(pipesync, "--no-destroy") == []
    assert changes(pipesync, "--no-destroy", group="kept") == [("replace", PROD), ("delete", STAGING)]
    result = pipesync("plan", "--no-destroy", "--detailed-exitcode")
    assert (result.code, "Kept back by --no-destroy" in result.out) == (0, True)


def test_imports_into_a_new_state_need_adopt(pipesync: Shell, api: Api) -> None:
    """Code 3 and no saved plan without `--adopt`: the state may simply be elsewhere."""
    api.insert(DEV, STAGING, days=3)
    pipesync.write(THREE_ENVIRONMENTS)
    result = pipesync("plan", "--out", "saved.plan", "--report", "json=plan.json", "--report", "markdown=plan.md")
    assert result.code == 3
    assert "Refused: there is no state yet, and 1 live step would be imported into a new one" in result.out
    assert codes(json.loads(pipesync.read("plan.json")), "refusals") == ["adopt"]
    assert "there is no state yet" in pipesync.read("plan.md")
    assert not (pipesync.folder / "saved.plan").exists()
    assert changes(pipesync, "--adopt") == [("create", PROD), ("import", STAGING)]
    assert pipesync("plan", "--adopt", "--out", "saved.plan").code == 0


def test_a_conflict_is_refused_unless_taken_over(pipesync: Shell, api: Api) -> None:
    """A live step that is not ours, with another source, is replaced by `--take-over ADDRESS` alone."""
    api.insert("dev-project/kafka-dev", PROD)
    pipesync.write(spec_of(f"{DEV} > {PROD}"))
    refused = pipesync("plan")
    assert refused.code == 3
    assert f"{PROD} already waits for dev-project/kafka-dev by a step that is not ours" in refused.out
    assert changes(pipesync, "--take-over", PROD) == [("replace", PROD)]
    assert pipesync("plan", "--take-over", PROD).code == 0
    assert "no_match" in codes(planned(pipesync, "--take-over", "a/b"), "warnings")


def test_destroy_and_no_destroy_exclude_each_other(pipesync: Shell, api: Api) -> None:
    """That is wrong usage, told before anything is read."""
    result = pipesync("plan", "--destroy", "--no-destroy")
    assert (result.code, api.requests()) == (64, [])
    assert "--destroy and --no-destroy exclude each other" in result.err


def test_manage_false_is_forgotten_and_always_listed(pipesync: Shell, api: Api) -> None:
    """The live step stays as it is, and every later plan says that it is left alone."""
    pipesync.apply(THREE_ENVIRONMENTS)
    before = api.edges()
    hands_off = THREE_ENVIRONMENTS.replace("prod-project/pg-prod", "{service: prod-project/pg-prod, manage: false}")
    pipesync.write(hands_off)
    assert changes(pipesync) == [("forget", PROD)]
    pipesync.ok("apply", "--yes")
    assert api.edges() == before
    plan = planned(pipesync)
    assert (plan["changes"], [one["address"] for one in plan["unmanaged_by_spec"]]) == ([], [PROD])
    assert "Left alone, as the spec says (manage: false)" in pipesync.ok("plan").out


def test_aivens_rename_is_told_with_the_line_to_change(pipesync: Shell, api: Api) -> None:
    """A spec that still holds the old name is an error with the new one; the new name is then an import."""
    pipesync.apply(spec_of(f"{DEV} > {PROD}"))
    api.call("POST", f"/_sandbox/services/{PROD}/rename", {"name": "pg-main"}).raise_for_status()
    result = pipesync("plan")
    assert result.code == 1
    assert f"{PROD} is now prod-project/pg-main" in result.out
    assert "write the new name in the spec (pipesync.yaml:4)" in result.out
    pipesync.write(spec_of(f"{DEV} > prod-project/pg-main"))
    plan = planned(pipesync)
    assert [(c["action"], c["address"], c["reason"]) for c in plan["changes"]] == [
        ("import", "prod-project/pg-main", "renamed_outside")
    ]
    assert api.writes()[-1].startswith("POST /v1")


def test_a_missing_file_of_the_set_is_told_first(pipesync: Shell) -> None:
    """The state knows which files made it; steps that go because one is missing are announced as such."""
    pipesync.write(spec_of(f"{DEV} > {STAGING}"))
    pipesync.write(f"version: 1\nsteps:\n- {{source: {STAGING}, destination: {PROD}}}\n", "pipelines/prod.yaml")
    pipesync.ok("apply", "--yes")
    result = pipesync("plan", "-f", "pipesync.yaml")
    assert (
        "the last apply also read pipelines/prod.yaml; this set lacks that, and 1 step would be destroyed" in result.out
    )
    assert result.out.index("pipelines/prod.yaml") < result.out.index("will be destroyed")


def test_a_service_that_is_gone_is_an_error_with_its_lines(pipesync: Shell) -> None:
    """The plan names the lines to remove, and is not saved."""
    pipesync.write(spec_of(f"{DEV} > prod-project/pg-gone"))
    result = pipesync("plan", "--out", "saved.plan")
    assert (result.code, (pipesync.folder / "saved.plan").exists()) == (1, False)
    assert "remove these lines (pipesync.yaml:4)" in result.out


@pytest.mark.parametrize("world", [world_of_pg(12)], ids=["12"])
def test_plan_warns_of_the_brake(pipesync: Shell) -> None:
    """It names the number that apply wants to hear, and is not refused itself."""
    pipesync.apply(spec_of(*pairs(12)))
    pipesync.write(spec_of(*pairs(8)))
    result = pipesync("plan")
    assert (result.code, "apply needs --allow-destroy 4" in result.out) == (0, True)
    assert codes(planned(pipesync), "warnings") == ["brake"]


def test_a_step_moves_bounds_as_far_when_it_goes_as_when_it_came(pipesync: Shell) -> None:
    """Services that lose their gate are looked up as well as those that gain one."""
    pipesync.write(THREE_ENVIRONMENTS)
    made = planned(pipesync)["context"]["forecast"]
    pipesync.apply(THREE_ENVIRONMENTS)
    gone = planned(pipesync, "--destroy")["context"]["forecast"]
    assert {at: (shift["before"], shift["after"]) for at, shift in gone.items()} == {
        at: (shift["after"], shift["before"]) for at, shift in made.items()
    }
