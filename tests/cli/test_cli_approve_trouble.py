"""`pipesync approve` where not all goes well: lost answers, narrow tokens, services that change, no spec."""

import signal
import threading

import pytest

from tests.cli.approvals import EU, SPEC, US, VALIDATE, chain, last, world
from tests.cli.conftest import Start
from tests.cli.shell import ORGANIZATION, PROD, STAGING, THREE_ENVIRONMENTS, Api, Shell, spec_of
from tests.cli.test_cli_approval import Typed, typed

__all__ = ["chain", "typed", "world"]  # fixtures


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


def test_ctrl_c_while_it_is_sent_says_what_is_not_known(start: Start, pipesync: Shell) -> None:
    """Code 130, and that to run it again does no harm."""
    main = threading.get_ident()

    def before(request: str) -> None:
        if request == VALIDATE:
            signal.pthread_kill(main, signal.SIGINT)

    api = start(None, before)
    pipesync.write(THREE_ENVIRONMENTS)
    pipesync.ok("apply", "--yes", PIPESYNC_API_URL=api.url)
    result = pipesync("approve", STAGING, "--yes", PIPESYNC_API_URL=api.url)
    assert (result.code, result.out) == (130, "")
    assert "Whether the approval was recorded is not known; to run the same command again does no harm." in result.err


@pytest.mark.parametrize(
    ("method", "words"), [("PUT", "was powered off in the meantime"), ("DELETE", "is not there any more")]
)
def test_a_service_that_goes_while_a_person_thinks_is_not_approved(
    start: Start, pipesync: Shell, typed: Typed, method: str, words: str
) -> None:
    """Powered off, or removed: code 3, and nothing is sent."""
    reads = 0

    def before(request: str) -> None:
        nonlocal reads
        reads += request == "GET /v1/project/staging-project/service"
        if reads == 3:  # the one after the question, as above
            reads += 1
            api.call(method, f"/_sandbox/services/{STAGING}", {"state": "POWEROFF"}).raise_for_status()

    api = start(None, before)
    pipesync.write(THREE_ENVIRONMENTS)
    pipesync.ok("apply", "--yes", PIPESYNC_API_URL=api.url)
    api.forget_requests()
    code, shown = typed(b"yes\n", "approve", STAGING, PIPESYNC_API_URL=api.url)
    assert (code, words in shown, api.writes()) == (3, True, [])


@pytest.mark.parametrize(
    "fault", [{"status": 500, "times": None}, {"status": 403, "error_code": "authentication_failed"}, {"status": 404}]
)
def test_a_list_that_fails_ends_it(chain: Shell, api: Api, no_waiting: None, fault: dict[str, object]) -> None:
    """Only a token that may not list is helped by the spec; any other trouble is an error, and nothing is sent."""
    api.fault(method="GET", path="*/upgrade-pipeline/steps", **fault)
    result = chain("approve", STAGING, "--yes")
    assert (result.code, result.out, api.writes()) == (1, "", [])
