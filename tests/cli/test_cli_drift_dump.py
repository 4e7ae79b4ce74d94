"""`pipesync drift` and `pipesync dump`: what is live, against the state and as a spec."""

import json

import pytest

from tests.cli.shell import (
    DEV,
    EVERY_STEP,
    ORGANIZATION,
    PROD,
    STAGING,
    THREE_ENVIRONMENTS,
    Api,
    Shell,
    pairs,
    spec_of,
    world_of_pg,
)


def test_drift_needs_no_spec_and_names_what_changed_outside(pipesync: Shell, api: Api) -> None:
    """A changed delay and a removed step; 2 with --detailed-exitcode, 0 without; nothing is written."""
    pipesync.apply(THREE_ENVIRONMENTS)
    (pipesync.folder / "pipesync.yaml").unlink()
    assert pipesync("drift", "--detailed-exitcode").code == 0
    api.patch(STAGING, 9)
    api.remove(PROD)
    state = pipesync.read()
    api.forget_requests()
    result = pipesync("drift", "--detailed-exitcode", "--report", "json=d.json", "--report", "markdown=d.md")
    assert (result.code, pipesync("drift").code) == (2, 0)
    assert "Drift: 2 of 2 recorded steps changed outside pipesync." in result.out
    reasons = {entry["address"]: entry["reason"] for entry in json.loads(pipesync.read("d.json"))["drift"]}
    assert reasons == {PROD: "removed_outside", STAGING: "changed_outside"}
    assert PROD in pipesync.read("d.md")
    assert (api.writes(), pipesync.read()) == ([], state)


def test_drift_without_a_state_lists_what_is_not_ours(pipesync: Shell, api: Api) -> None:
    """The organization must be given then: there is no state to take it from."""
    api.insert(DEV, PROD)
    report = json.loads(pipesync.ok("drift", "--organization", ORGANIZATION, "--format", "json").out)
    assert (report["lineage"], report["recorded"], report["drift"]) == (None, 0, [])
    assert [entry["address"] for entry in report["unmanaged"]] == [PROD]


def test_drift_uses_the_organization_of_the_state(pipesync: Shell, api: Api) -> None:
    """Another one given by hand is refused: the state is not about it."""
    pipesync.apply(THREE_ENVIRONMENTS)
    api.forget_requests()
    pipesync.ok("drift")
    assert api.requests() == [f"GET {EVERY_STEP}"]
    assert pipesync("drift", "--organization", "org9").code == 3


def test_dump_is_a_spec_that_plans_as_imports_only(pipesync: Shell, api: Api) -> None:
    """Applied with --adopt it changes nothing live, and then there is nothing left to do."""
    api.insert(DEV, STAGING, 3)
    api.insert(STAGING, PROD, 30)
    live = api.steps()
    pipesync.write(pipesync.ok("dump", "--organization", ORGANIZATION).out)
    plan = json.loads(pipesync.ok("plan", "--adopt", "--format", "json").out)
    assert {change["action"] for change in plan["changes"]} == {"import"}
    api.forget_requests()
    pipesync.ok("apply", "--adopt", "--yes")
    assert (api.writes(), api.steps()) == ([], live)
    assert pipesync("plan", "--detailed-exitcode").code == 0


ODD = ("no", "null", "1e100", "0x1F", "12_30", "-dash", "_", "y", "014")


@pytest.mark.parametrize(
    "world",
    [
        {
            "organization": "123",
            "services": [
                {"project": project, "names": [*ODD], "type": "pg"} for project in ("on", "1_000", "-", "0o17")
            ],
            "steps": [
                {"source": f"{source}/{name}", "destination": f"{destination}/{name}"}
                for source, destination in (("on", "1_000"), ("1_000", "-"), ("-", "0o17"))
                for name in ODD
            ],
            "limits": {"max_chain_steps": 3},
        }
    ],
    ids=["odd"],
)
def test_odd_names_and_longer_chains_survive_a_dump(pipesync: Shell, api: Api) -> None:
    """Names that YAML readers take for numbers, booleans or null, and chains above the default limit."""
    pipesync.ok("dump", "--organization", "123", "--out", "pipesync.yaml")
    plan = json.loads(pipesync.ok("plan", "--adopt", "--format", "json").out)
    assert plan["summary"]["import"] == len(plan["changes"]) == 27
    pipesync.ok("apply", "--adopt", "--yes")
    assert api.writes() == []
    assert pipesync("plan", "--detailed-exitcode").code == 0


def test_names_that_no_spec_can_hold_are_left_out_visibly(pipesync: Shell, api: Api) -> None:
    """A slash, a control character, Markdown: as a comment, on one line, and the rest still loads."""
    api.call("PUT", "/_sandbox/services/dev-project/x%2Fy%0A**z**%1B%5B0m", {"type": "pg"}).raise_for_status()
    api.insert(DEV, "dev-project/x%2Fy\n**z**\x1b[0m")
    api.insert(DEV, STAGING)
    text = pipesync.ok("dump", "--organization", ORGANIZATION).out
    [comment] = [line for line in text.splitlines() if line.startswith("#")]
    assert "\x1b" not in text
    assert "left out" in comment
    pipesync.write(text)
    plan = json.loads(pipesync.ok("plan", "--adopt", "--format", "json").out)
    assert [change["address"] for change in plan["changes"]] == [STAGING]
    assert len(plan["unmanaged"]) == 1
    for form in ("text", "markdown"):
        assert "\x1b" not in pipesync.ok("plan", "--adopt", "--format", form).out


@pytest.mark.parametrize("world", [world_of_pg(4)], ids=["4"])
def test_only_and_exclude_of_dump_match_addresses(pipesync: Shell, api: Api) -> None:
    """Globs, both at once; --out writes a file and prints nothing."""
    for number in range(4):
        api.insert(f"dev/pg-{number}", f"prod/pg-{number}")
    result = pipesync.ok(
        "dump", "--organization", ORGANIZATION, "--only", "prod/pg-[012]", "--exclude", "*-1", "--out", "some.yaml"
    )
    assert result.out == ""
    assert pipesync.read("some.yaml") == spec_dumped("prod/pg-0", "prod/pg-2")


def spec_dumped(*addresses: str) -> str:
    lines = ["version: 1", f"organization: {ORGANIZATION}", "steps:"]
    for address in addresses:
        lines += [f"  - source: {address.replace('prod', 'dev')}", f"    destination: {address}"]
        lines.append("    auto_validation_delay_days: 7")
    return "\n".join(lines) + "\n"


def test_dump_of_nothing_is_a_valid_spec(pipesync: Shell) -> None:
    """An empty one, which plans no changes."""
    pipesync.write(pipesync.ok("dump", "--organization", ORGANIZATION).out)
    assert pipesync("plan", "--detailed-exitcode").code == 0


@pytest.mark.parametrize("command", ["dump", "drift"])
@pytest.mark.parametrize("organization", ["", "a b", "..", "a/b", "a\x1b[31m", "o" * 37])
def test_an_organization_that_no_spec_can_hold_is_wrong_usage(
    pipesync: Shell, api: Api, command: str, organization: str
) -> None:
    """An empty one is a variable that is not set, and no reason to ask the account-wide API."""
    result = pipesync(command, "--organization", organization)
    assert (result.code, result.out, api.requests()) == (64, "", [])
    assert "is no organization id, such as org1a23f456789" in result.err


def test_drift_says_that_there_is_no_state(pipesync: Shell) -> None:
    """A mistyped --state would find no drift for ever."""
    result = pipesync.ok("drift", "--state", "elsewhere.json")
    assert "Warning: there is no state at elsewhere.json" in result.err


@pytest.mark.parametrize("world", [world_of_pg(2)], ids=["2"])
def test_dump_without_an_organization_is_account_wide(pipesync: Shell, api: Api) -> None:
    """The other dialect, and a spec without the line."""
    api.insert("dev/pg-0", "prod/pg-0")
    text = pipesync.ok("dump").out
    assert api.requests() == ["GET /v1/upgrade/step"]
    assert "organization" not in text
    pipesync.write(text)
    assert pipesync("plan", "--adopt").out.endswith("Plan: 1 to import, 0 to add, 0 to change, 0 to destroy.\n")
    assert pipesync.apply(spec_of(*pairs(2), head=""), "--adopt").code == 0
