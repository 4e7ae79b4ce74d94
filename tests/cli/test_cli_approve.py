"""`pipesync approve`: what it shows, what it asks, and what it refuses."""

import json
from typing import Any

import pytest

from tests.cli.approvals import EU, SPEC, US, VALIDATE, chain, last, world
from tests.cli.conftest import Start
from tests.cli.shell import DEV, STAGING, Api, Shell
from tests.cli.test_cli_approval import Typed, typed

__all__ = ["chain", "typed", "world"]  # fixtures


def test_an_approval_is_shown_and_recorded_for_every_destination(chain: Shell, api: Api) -> None:
    """What it releases is on standard error, its result on standard output, and one POST is sent."""
    result = chain.ok("approve", STAGING, "--yes", "--comment", "tested")
    assert result.out == f"Approved: version 16.5 of {STAGING}; released to {EU}, {US}.\n"
    assert f"To be approved: {STAGING}, version 16.5\n  state: RUNNING\n" in result.err
    assert "  waiting for it: no update\n  last validation: none\n  comment: tested\n" in result.err
    facts = "automatic after 14 days; pipeline orders; owner @acme/dba\n"
    assert f"  {US}: version unknown; no window: it is not updated automatically; powered off; {facts}" in result.err
    assert f"  {EU}: version 16.4; window sunday 03:00 UTC, next 20" in result.err
    assert "An approval cannot be undone." in result.err
    assert api.writes() == [VALIDATE]
    assert (last(api), last(api, US)) == (("ops@example.org", "tested"), ("ops@example.org", "tested"))
    assert last(api, STAGING) is None


def test_quiet_leaves_the_result(chain: Shell) -> None:
    """And nothing else."""
    result = chain.ok("approve", STAGING, "--auto-approve", "-q")
    assert (result.out.count("\n"), result.err) == (1, "")


def test_it_is_safe_to_repeat(chain: Shell, api: Api) -> None:
    """The second run shows the first one's validation, and ends with 0 as well."""
    chain.ok("approve", STAGING, "--yes", "--comment", "first")
    result = chain.ok("approve", STAGING, "--yes", "--if-version", "16.5")
    assert "Z by ops@example.org: first\n" in result.err
    assert (result.code, api.writes()) == (0, [VALIDATE] * 2)


def test_what_aiven_has_already_is_success(chain: Shell, api: Api) -> None:
    """Its own code for it, with whatever status."""
    api.fault(method="POST", path="*/upgrade-validation", status=409, error_code="upgrade_validation_already_exists")
    result = chain.ok("approve", STAGING, "--yes")
    assert result.out == f"Already approved: Aiven has a validation of version 16.5 of {STAGING}.\n"
    assert api.writes() == [VALIDATE]


def test_yes_is_the_only_word(chain: Shell, api: Api, typed: Typed) -> None:
    """Anything else is a refusal, code 3; after a yes the service is looked at once more."""
    code, shown = typed(b"y\n", "approve", STAGING)
    assert (code, api.writes()) == (3, [])
    assert "Error: the version was not approved, and nothing was sent" in shown
    api.forget_requests()
    code, shown = typed(b"yes\n", "approve", STAGING, "-q")
    assert (code, api.writes()) == (0, [VALIDATE])
    assert shown.index(f"{EU}: version 16.4") < shown.index("Only 'yes' will be accepted") < shown.index("Approved: ")
    assert api.requests()[-2:] == ["GET /v1/project/staging-project/service", VALIDATE]


def test_without_a_terminal_nothing_is_approved(chain: Shell, api: Api) -> None:
    """Code 3, and the flag that helps."""
    result = chain("approve", STAGING)
    assert (result.code, result.out, api.writes()) == (3, "", [])
    assert "Error: an approval needs a yes, and there is no terminal to ask at\n  add --yes" in result.err


@pytest.mark.parametrize("version", ["16.4", "16", "16.50", ""])
def test_another_version_is_refused(chain: Shell, api: Api, version: str) -> None:
    """Only the very version that was named is approved."""
    result = chain("approve", STAGING, "--yes", "--if-version", version)
    assert (result.code, api.writes()) == (3, [])
    assert f"Error: {STAGING} runs 16.5, not {version}" in result.err
    chain.ok("approve", STAGING, "--yes", "--if-version", "16.5")


def test_an_unknown_version_is_told_and_is_no_named_one(chain: Shell, api: Api) -> None:
    """It can be approved without --if-version only."""
    api.call("PUT", f"/_sandbox/services/{STAGING}", {"version": None})
    result = chain("approve", STAGING, "--yes", "--if-version", "16.5")
    assert (result.code, api.writes()) == (3, [])
    assert f"Aiven does not show which version {STAGING} runs" in result.err
    assert "Approved: version unknown of" in chain.ok("approve", STAGING, "--yes").out


def test_a_service_that_is_powered_off_is_refused(chain: Shell, api: Api) -> None:
    """Code 3, seen before anything is sent."""
    api.call("PUT", f"/_sandbox/services/{STAGING}", {"state": "POWEROFF"}).raise_for_status()
    result = chain("approve", STAGING, "--yes")
    assert (result.code, api.writes()) == (3, [])
    assert f"Error: {STAGING} is powered off" in result.err


def test_only_what_the_spec_names_is_approved(chain: Shell, api: Api) -> None:
    """A stranger, a misspelt name and a mere destination are refused, each in its own words."""
    api.call("PUT", "/_sandbox/services/dev-project/pg-x", {"type": "pg"}).raise_for_status()
    api.insert("dev-project/pg-x", "prod-project/pg-y")
    for address, words in (
        ("dev-project/pg-x", "dev-project/pg-x is not in the spec"),
        ("dev-project/pg-dve", "dev-project/pg-dve is not in the spec"),
        (EU, f"{EU} is the source of no step in the spec, only a destination"),
    ):
        result = chain("approve", address, "--yes")
        assert (result.code, words in result.err, api.requests()) == (3, True, []), result.err
    assert (
        "prod-project/pg-y: version and window unknown (Aiven lists no such service); automatic after 7 days; not"
        in (chain.ok("approve", "dev-project/pg-x", "--yes", "--any").err)
    )


def test_a_service_without_steps_is_refused_with_any_too(chain: Shell, api: Api) -> None:
    """Nothing waits for it; and steps that are only in the spec are to be applied first."""
    assert chain("approve", EU, "--yes", "--any").code == 3
    api.remove(EU)
    api.remove(US)
    result = chain("approve", STAGING, "--yes")
    assert (result.code, last(api, STAGING)) == (3, None)
    assert "the spec's steps are not live yet: `pipesync plan` shows what apply would do" in result.err


def test_a_service_that_is_not_there_is_an_error(chain: Shell, api: Api) -> None:
    """As is a project that the token may not read."""
    result = chain("approve", "dev-project/none", "--yes", "--any")
    assert (result.code, "there is no service none in project dev-project" in result.err) == (1, True)
    result = chain("approve", DEV, "--yes", PIPESYNC_TOKEN="narrow")
    assert (result.code, "project dev-project cannot be read" in result.err, api.writes()) == (1, True, [])


def test_steps_that_are_not_in_the_spec_are_released_and_named(chain: Shell, api: Api) -> None:
    """One validation is for all destinations, whoever made their steps; one that is not live yet is none."""
    api.remove(US)
    api.call("PUT", "/_sandbox/services/dev-project/pg-qa", {"type": "pg"}).raise_for_status()
    api.insert(STAGING, "dev-project/pg-qa", 1)
    result = chain.ok("approve", STAGING, "--yes")
    assert result.out.endswith(f"released to dev-project/pg-qa, {EU}.\n")
    assert "automatic after 1 day; not in the spec\n" in result.err


def test_the_comment_is_the_ci_run_unless_it_is_given(chain: Shell, api: Api) -> None:
    """An empty one is a comment that was given: none."""
    run = {"CI_JOB_URL": "https://ci.example.org/7"}
    for flags, comment in ((("--comment", "mine"), "mine"), (("--comment", ""), ""), ((), "https://ci.example.org/7")):
        chain.ok("approve", STAGING, "--yes", *flags, **run)
        assert last(api) == ("ops@example.org", comment)


def test_nothing_foreign_is_printed_raw(chain: Shell, api: Api) -> None:
    """A comment goes to Aiven as it is, and to a terminal spelled out; so do versions and owners."""
    chain.write(SPEC.replace("@acme/dba", "a\\e[31mb"))
    api.call("PUT", f"/_sandbox/services/{STAGING}", {"version": "\x1b[2J::add-mask::"}).raise_for_status()
    first = chain.ok("approve", STAGING, "--yes", "--comment", "x\x1b]0;y\n::error::")
    again = chain.ok("approve", STAGING, "--yes")
    assert last(api) == ("ops@example.org", "")
    assert "\x1b" not in first.both + again.both
    assert "comment: x\\x1b]0;y\\n::error::" in first.err


def test_updates_that_wait_are_shown(start: Start, pipesync: Shell, world: Any) -> None:
    """With their dates, as far as Aiven has them; one may hold nothing but a description, or not even that."""
    api = start(world)
    update = {
        "description": "Minor \x1b release",
        "start_at": "2026-12-01T03:00:00Z",
        "deadline": "2026-12-09T00:00:00Z",
    }
    service = {
        "service_name": "pg-staging",
        "service_type": "pg",
        "state": "REBUILDING",
        "maintenance": {"dow": "monday", "time": "03:00:00", "updates": [update, {"description": "Plain"}, {}]},
    }
    pipesync.write(SPEC)
    pipesync.ok("apply", "--yes", PIPESYNC_API_URL=api.url)
    bare = {"service_name": "pg-eu", "service_type": "pg", "state": "RUNNING"}
    api.fault(path="/v1/project/staging-project/service", body=json.dumps({"services": [service]}))
    api.fault(path="/v1/project/prod-project/service", body=json.dumps({"services": [bare]}))
    shown = pipesync.ok("approve", STAGING, "--yes", PIPESYNC_API_URL=api.url).err
    assert "  state: REBUILDING\n  waiting for it: 3 updates: Minor \\x1b release " in shown
    assert "(at 2026-12-01T03:00:00Z, deadline 2026-12-09T00:00:00Z); Plain; without a description\n" in shown
    assert f"  {EU}: version unknown; window unknown; automatic after 14 days; " in shown
