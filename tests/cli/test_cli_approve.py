"""`pipesync approve`: what it shows, what it refuses, and that a version is approved once."""

import json
from typing import Any

import pytest

from tests.cli.conftest import Start
from tests.cli.shell import DEV, ORGANIZATION, PROD, STAGING, THREE_ENVIRONMENTS, Api, Shell, spec_of
from tests.cli.test_cli_approval import Typed, typed

__all__ = ["typed"]  # a fixture

VALIDATE = "POST /v1/project/staging-project/service/pg-staging/upgrade-validation"
EU, US = "prod-project/pg-eu", "us-project/pg-us"


@pytest.fixture
def world() -> dict[str, Any]:
    """A chain whose last stage has two services, in two projects; tokens that see all, or the source's project only."""
    return {
        "organization": ORGANIZATION,
        "services": [
            {"project": "dev-project", "name": "pg-dev", "type": "pg", "version": "16.5"},
            {"project": "staging-project", "name": "pg-staging", "type": "pg", "version": "16.5"},
            {"project": "prod-project", "name": "pg-eu", "type": "pg", "version": "16.4"},
            {
                "project": "us-project",
                "name": "pg-us",
                "type": "pg",
                "state": "POWEROFF",
                "maintenance": {"dow": "never"},
            },
        ],
        "tokens": [
            {"token": "our-own-token", "user": "ops@example.org"},
            {"token": "someone-else"},
            {"token": "narrow", "user": "team@example.org", "read": [], "write": ["staging-*"]},
            {"token": "half", "user": "half@example.org", "read": ["prod-*"], "write": ["staging-*"]},
            {"token": "reads", "read": ["*"], "write": []},
        ],
    }


SPEC = f"""\
version: 1
organization: {ORGANIZATION}
pipelines:
  orders:
    owner: "@acme/dba"
    stages:
      - {DEV}
      - {{service: {STAGING}, auto_validation_delay_days: 3}}
      - services: [{EU}, {US}]
        auto_validation_delay_days: 14
"""


@pytest.fixture
def chain(pipesync: Shell, api: Api) -> Shell:
    """The command line where `SPEC` is applied."""
    pipesync.apply(SPEC)
    api.forget_requests()
    return pipesync


def last(api: Api, address: str = EU) -> Any:
    """The last validation of a step: who and with which comment; None if there is none."""
    found = api.steps()[address]["last_validation"]
    return found and (found["validated_by_user"], found["comment"])


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


def test_one_that_goes_off_after_the_look_is_refused_too(chain: Shell, api: Api) -> None:
    """Aiven's 409 has the same code as our own refusal, and its words."""
    code = "upgrade_step_validation_not_possible_due_to_service_state"
    api.fault(method="POST", path="*/upgrade-validation", status=409, error_code=code, message="It is off")
    result = chain("approve", STAGING, "--yes")
    assert (result.code, result.out, api.writes()) == (3, "", [VALIDATE])
    assert "Aiven says: It is off" in result.err
    assert "power it on" in result.err


def test_what_changes_while_a_person_thinks_is_not_approved(start: Start, pipesync: Shell, typed: Typed) -> None:
    """The answer was about what was shown."""
    reads = 0

    def before(request: str) -> None:
        nonlocal reads
        reads += request == "GET /v1/project/staging-project/service"
        if reads == 3:  # plan looked once, approve before the question: this is the one after it
            reads += 1
            api.call("PUT", f"/_sandbox/services/{STAGING}", {"version": "17.0"}).raise_for_status()

    api = start(None, before)
    pipesync.write(THREE_ENVIRONMENTS)
    pipesync.ok("apply", "--yes", PIPESYNC_API_URL=api.url)
    code, shown = typed(b"yes\n", "approve", STAGING, PIPESYNC_API_URL=api.url)
    assert code == 3
    assert f"{STAGING} ran 16.4 when its approval was decided on, and runs 17.0 now; it was not approved" in shown
    assert last(api, PROD) is None


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


@pytest.mark.parametrize("listed", [True, False], ids=["a short list", "no list"])
def test_a_token_of_the_source_alone_is_enough(chain: Shell, api: Api, listed: bool) -> None:
    """The destinations then come from the spec, and that they are not verified is said of each."""
    if not listed:
        api.fault(method="GET", path="*/upgrade-pipeline/steps", status=403, error_code="permission_denied")
    result = chain.ok("approve", STAGING, "--yes", "--if-version", "16.5", PIPESYNC_TOKEN="narrow")
    assert result.out == f"Approved: version 16.5 of {STAGING}; released to {EU}, {US}.\n"
    assert result.err.count("version and window unknown (") == 2
    assert result.err.count("; owner @acme/dba; from the spec, not verified\n") == 2
    assert (api.writes(), last(api)) == ([VALIDATE], ("team@example.org", ""))


def test_what_a_token_sees_is_verified_and_the_rest_is_not(chain: Shell) -> None:
    """One destination's project is readable, the other's is not."""
    result = chain.ok("approve", STAGING, "--yes", PIPESYNC_TOKEN="half")
    [eu, us] = [line for line in result.err.splitlines() if line.startswith(("  prod-", "  us-"))]
    assert "not verified" not in eu
    assert "from the spec, not verified" in us


def test_a_token_that_may_not_write_is_an_error_that_names_the_right(chain: Shell, api: Api) -> None:
    """Nothing is recorded."""
    result = chain("approve", STAGING, "--yes", PIPESYNC_TOKEN="reads")
    assert (result.code, last(api)) == (1, None)
    assert "must be allowed to write services in the project" in result.err


@pytest.mark.parametrize("spec", [SPEC, SPEC.replace(f"organization: {ORGANIZATION}\n", "")], ids=["org", "flat"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_answer_is_looked_for_before_anything_is_sent_again(
    pipesync: Shell, api: Api, no_waiting: None, spec: str, when: str
) -> None:
    """Lost after the effect: one POST. Lost before it: a look at steps and service, then a second one."""
    pipesync.apply(spec)
    api.forget_requests()
    api.fault(method="POST", path="*/upgrade?validation", lose=when)
    pipesync.ok("approve", STAGING, "--yes", "--comment", "run 7")
    asked = api.requests()
    posts = [place for place, request in enumerate(asked) if request.startswith("POST ")]
    steps = "/v1/upgrade/step" if spec != SPEC else f"/v1/organization/{ORGANIZATION}/upgrade-pipeline/steps"
    looks = [f"GET {steps}"] if when == "after" else [f"GET {steps}", "GET /v1/project/staging-project/service"]
    assert asked[posts[0] + 1 :][: len(looks)] == looks
    assert len(posts) == (1 if when == "after" else 2)
    assert last(api) == ("ops@example.org", "run 7")


def test_a_version_that_comes_between_two_attempts_is_not_approved(
    start: Start, pipesync: Shell, no_waiting: None
) -> None:
    """The first POST is lost; what the service runs by then was never shown."""

    def before(request: str) -> None:
        if request.startswith("POST ") and request.endswith("upgrade-validation"):
            api.call("PUT", f"/_sandbox/services/{STAGING}", {"version": "17.0"}).raise_for_status()

    api = start(None, before)
    pipesync.write(THREE_ENVIRONMENTS)
    pipesync.ok("apply", "--yes", PIPESYNC_API_URL=api.url)
    api.fault(method="POST", path="*/upgrade-validation", lose="before")
    result = pipesync("approve", STAGING, "--yes", PIPESYNC_API_URL=api.url)
    assert (result.code, last(api, PROD)) == (3, None)
    assert "runs 17.0 now; it was not approved" in result.err


def test_a_lost_answer_that_nobody_can_settle_is_an_error(chain: Shell, api: Api, no_waiting: None) -> None:
    """A token that sees no step does not send twice; it says that the outcome is unknown, and what to do."""
    api.fault(method="POST", path="*/upgrade-validation", lose="after")
    result = chain("approve", STAGING, "--yes", PIPESYNC_TOKEN="narrow")
    assert (result.code, result.out, api.writes()) == (1, "", [VALIDATE])
    assert "whether the approval was recorded is not known; run the same command again" in result.err
    chain.ok("approve", STAGING, "--yes", PIPESYNC_TOKEN="narrow")


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


def test_no_spec_no_approval(chain: Shell, api: Api) -> None:
    """Without one the error says what to do; --any needs none, with an organization or account-wide."""
    (chain.folder / "pipesync.yaml").unlink()
    result = chain("approve", STAGING, "--yes")
    assert (result.code, api.requests()) == (1, [])
    assert "there is no spec in this folder" in result.err
    assert "--any" in result.err
    chain.ok("approve", STAGING, "--yes", "--any", "--organization", ORGANIZATION)
    assert api.writes() == [VALIDATE]
    result = chain.ok("approve", STAGING, "--yes", "--any")
    assert api.writes() == [VALIDATE, VALIDATE.replace("-validation", "_validation")]
    assert "; automatic after 14 days; not in the spec\n" in result.err


def test_any_still_reads_a_spec_that_is_there(chain: Shell, api: Api) -> None:
    """Its organization is used, and its owners are shown; --file names another."""
    assert "owner @acme/dba" in chain.ok("approve", STAGING, "--yes", "--any").err
    chain.write(spec_of(f"{STAGING} > {EU}", head=""), "other.yaml")
    chain.ok("approve", STAGING, "--yes", "-f", "other.yaml")
    assert api.writes() == [VALIDATE, VALIDATE.replace("-validation", "_validation")]


@pytest.mark.parametrize(
    "args",
    [
        ("staging-project",),
        ("a/b/c",),
        ("/pg",),
        (),
        (STAGING, "--organization", ORGANIZATION),
        (STAGING, "--any", "--organization", ORGANIZATION, "-f", "pipesync.yaml"),
        (STAGING, "--comment", "\udcff"),
    ],
    ids=str,
)
def test_wrong_usage(chain: Shell, api: Api, args: tuple[str, ...]) -> None:
    """Code 64, and nothing is asked of the API."""
    result = chain("approve", "--yes", *args)
    assert (result.code, api.requests()) == (64, []), result.err


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
    api.fault(path="/v1/project/staging-project/service", body=json.dumps({"services": [service]}))
    shown = pipesync.ok("approve", STAGING, "--yes", PIPESYNC_API_URL=api.url).err
    assert "  state: REBUILDING\n  waiting for it: 3 updates: Minor \\x1b release " in shown
    assert "(at 2026-12-01T03:00:00Z, deadline 2026-12-09T00:00:00Z); Plain; without a description\n" in shown
