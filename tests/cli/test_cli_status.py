"""`pipesync status`: what each step waits for, read from a sandbox: what runs, windows, power, validations."""

import json

from tests.cli.shell import DEV, ORGANIZATION, PROD, STAGING, THREE_ENVIRONMENTS, Api, Shell, spec_of
from tests.cli.standings import OF_THE_ORGANIZATION, chain, codes, day, gates, insert, put, validate


def test_an_update_on_its_way_is_followed_through(pipesync: Shell, api: Api) -> None:
    """Waiting for validation, validated by a person, taken; then the same a stage below. 2 while a person can act."""
    pipesync.apply(THREE_ENVIRONMENTS)
    chain(api, "17.5", "17.4", "17.4")
    assert codes(pipesync) == {STAGING: "waiting_for_validation", PROD: "up_to_date"}
    assert pipesync("status", "--detailed-exitcode").code == 2
    validate(api, DEV, "tested by hand")
    result = pipesync.ok("status", "--detailed-exitcode")
    assert codes(pipesync)[STAGING] == "waiting_for_window"
    assert "tested by hand" in result.out
    assert "by a person" in result.out
    put(api, STAGING, version="17.5")
    assert codes(pipesync) == {STAGING: "up_to_date", PROD: "waiting_for_validation"}


def test_a_powered_off_source_voids_the_gate_and_an_override_is_ahead(pipesync: Shell, api: Api) -> None:
    """Whatever the versions say of the first; the second runs what its source does not."""
    pipesync.apply(THREE_ENVIRONMENTS)
    chain(api, "17.5", "17.4", "17.6")
    put(api, DEV, state="POWEROFF")
    assert codes(pipesync) == {STAGING: "gate_void", PROD: "ahead"}
    out = pipesync.ok("status").out
    assert "gate void: source powered off" in out
    assert "ahead of its gate: override or a powered-off source" in out


def test_a_validation_older_than_the_window_may_be_of_an_older_version(pipesync: Shell, api: Api) -> None:
    """Aiven does not tell which version was validated: both dates are named, and a person is asked for."""
    insert(api, DEV, PROD, day(-14))
    chain(api, "17.5", "17.4", "17.4")
    gate = gates(pipesync, *OF_THE_ORGANIZATION)[PROD]
    assert gate["waits_for"] == "waiting_for_validation_or_window"
    assert (gate["automatic_by"][:10], gate["window_on"][:10]) == (f"{day(2):%Y-%m-%d}", f"{day(2):%Y-%m-%d}")
    assert pipesync("status", *OF_THE_ORGANIZATION, "--detailed-exitcode").code == 2


def test_users_are_named_only_when_asked_for(pipesync: Shell, api: Api) -> None:
    """A person or the timer is told always, who it was with --show-users."""
    insert(api, DEV, PROD)
    validate(api, DEV, "")
    last = api.steps()[PROD]["last_validation"]
    for form in ("text", "json", "markdown"):
        shown = pipesync.ok("status", *OF_THE_ORGANIZATION, "--format", form).out
        named = pipesync.ok("status", *OF_THE_ORGANIZATION, "--format", form, "--show-users").out
        assert (last["validated_by_user"] in shown, last["validated_by_user"] in named) == (False, True)


def test_without_a_spec_all_live_steps_are_shown(pipesync: Shell, api: Api) -> None:
    """With --organization, also beside a spec; with a spec, its pipelines, and how many steps are outside."""
    insert(api, DEV, STAGING)
    assert list(codes(pipesync, *OF_THE_ORGANIZATION)) == [STAGING]
    pipesync.write(spec_of(f"{STAGING} > {PROD}"))
    assert codes(pipesync) == {STAGING: "up_to_date", PROD: "not_live"}
    pipesync.write(f"version: 1\norganization: {ORGANIZATION}\npipelines: {{}}\n")
    assert codes(pipesync) == {}
    assert "1 live step outside the spec is left out" in pipesync.ok("status").out
    assert list(codes(pipesync, *OF_THE_ORGANIZATION)) == [STAGING]


def test_without_spec_and_organization_it_is_account_wide(pipesync: Shell, api: Api) -> None:
    """The flat API is asked."""
    insert(api, DEV, PROD)
    api.forget_requests()
    assert list(codes(pipesync)) == [PROD]
    assert "GET /v1/upgrade/step" in api.requests()


def test_the_spec_names_pipelines_and_owners_and_selects(pipesync: Shell, api: Api) -> None:
    """--only and --exclude take pipelines and addresses."""
    pipesync.apply(THREE_ENVIRONMENTS.replace("    stages", '    owner: "@acme/dba"\n    stages'))
    assert "# pipeline postgres, owner @acme/dba" in pipesync.ok("status").out
    assert list(codes(pipesync, "--only", "post*")) == [STAGING, PROD]
    assert list(codes(pipesync, "--only", PROD)) == [PROD]
    assert list(codes(pipesync, "--exclude", "prod*")) == [STAGING]
    nothing = pipesync.ok("status", "--only", "nothing")
    assert nothing.out == "No upgrade steps.\n"
    assert "Warning: nothing matches no pipeline and no address\n" in nothing.err
    assert "Warning" not in pipesync.ok("status", "--only", PROD).err


def test_a_live_step_that_the_spec_says_otherwise_is_marked(pipesync: Shell, api: Api) -> None:
    """What is live is shown."""
    pipesync.apply(THREE_ENVIRONMENTS)
    api.patch(STAGING, 9)
    assert [gate["differs_from_spec"] for gate in gates(pipesync).values()] == [True, False]
    assert "delay 9 days" in pipesync.ok("status").out
    assert "the spec says otherwise" in pipesync.ok("status").out


def test_an_address_is_explained_with_the_whole_chain_above_it(pipesync: Shell, api: Api) -> None:
    """Each gate, each window, each reason; services beside and below stay out."""
    pipesync.apply(THREE_ENVIRONMENTS)
    chain(api, "17.5", "17.4", "17.4")
    out = pipesync.ok("status", PROD).out
    assert [line for line in out.splitlines() if "pg-" in line and "window" in line] == [
        line for line in out.splitlines() if any(service in line for service in (DEV, STAGING, PROD))
    ]
    assert "it runs 17.4, its source 17.5" in out
    assert out.count("next window: ") == 3
    assert list(codes(pipesync, STAGING)) == [STAGING]
    assert "no source: nothing holds updates back here" in pipesync.ok("status", DEV).out


def test_reports_and_formats_come_from_one_read(pipesync: Shell, api: Api) -> None:
    """Text on standard output, and files beside."""
    pipesync.apply(THREE_ENVIRONMENTS)
    api.forget_requests()
    out = pipesync.ok("status", "--report", "json=s.json", "--report", "markdown=s.md").out
    assert len(api.requests()) == 4
    assert "└─→ " in out
    assert json.loads(pipesync.read("s.json"))["format"] == "pipesync.status"
    assert pipesync.read("s.md").startswith("<!-- pipesync:status -->\n")
