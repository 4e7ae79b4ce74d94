"""A policy beside the spec: `validate` and `plan` judge by it, and refuse what breaches it."""

import json

import pytest
from cmarkgfm import github_flavored_markdown_to_html
from cmarkgfm.cmark import Options as CmarkOptions

from tests.cli.policies import LEAST, LONG, POLICY, SHORT, addresses, findings
from tests.cli.shell import DEV, PROD, STAGING, Api, Shell, pairs, spec_of, world_of_pg


@pytest.mark.parametrize("command", ["validate", "plan"])
def test_a_breach_is_told_with_both_places(pipesync: Shell, api: Api, command: str) -> None:
    """The policy's line and column and the spec's, what is wrong, and what to change; code 1."""
    pipesync.write(LEAST, POLICY)
    pipesync.write(spec_of(SHORT))
    result = pipesync(command)
    assert result.code == 1
    for words in (
        "prod-project/pg-prod waits 7 days; the policy asks for at least 14",
        "set auto_validation_delay_days of prod-project/pg-prod to 14 or more",
        "pipesync.policy.yaml:3:5",
        "pipesync.yaml:4",
    ):
        assert words in result.out
    assert api.writes() == []


@pytest.mark.parametrize("command", ["validate", "plan"])
def test_a_spec_that_keeps_the_policy_is_fine(pipesync: Shell, command: str) -> None:
    """Nothing is said of it, and the code is 0."""
    pipesync.write(LEAST, POLICY)
    pipesync.write(spec_of(LONG))
    result = pipesync.ok(command)
    assert not any(word in result.both for word in ("Error", "Warning", "policy.yaml:"))


@pytest.mark.parametrize("command", ["validate", "plan"])
def test_a_warning_is_told_and_lets_go_on(pipesync: Shell, command: str) -> None:
    """The rule's level says so."""
    pipesync.write(LEAST.replace("14}", "14, level: warning}"), POLICY)
    pipesync.write(spec_of(SHORT))
    assert "the policy asks for at least 14" in pipesync.ok(command).out


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
@pytest.mark.parametrize("command", ["validate", "plan"])
def test_every_rendering_tells_a_breach_once(pipesync: Shell, command: str, form: str) -> None:
    """A refused plan is rendered all the same, in each format; only --out is not written."""
    pipesync.write(LEAST, POLICY)
    pipesync.write(spec_of(SHORT))
    flags = ("--out", "plan.json") if command == "plan" else ()
    result = pipesync(command, "--format", form, *flags)
    assert (result.code, result.out.count("the policy asks for at least 14")) == (1, 1)
    assert not (pipesync.folder / "plan.json").exists()


def test_the_policy_is_named_or_lies_in_the_working_directory(pipesync: Shell) -> None:
    """`--policy` wins; a file that is named and missing is an error, so that a policy is not lost by a typing error."""
    pipesync.write(spec_of(SHORT))
    pipesync.write("version: 1\n", POLICY)
    pipesync.write(LEAST, "rules/strict.yaml")
    pipesync.ok("validate")
    assert "rules/strict.yaml:3:5" in pipesync("validate", "--policy", "rules/strict.yaml").out
    for command in ("validate", "plan", "apply"):
        result = pipesync(command, "--policy", "rules/none.yaml")
        assert (result.code, "rules/none.yaml:1:1: shape: there is no such file" in result.both) == (1, True)


def test_a_broken_policy_is_an_error_beside_a_broken_spec(pipesync: Shell) -> None:
    """All problems of both files come in one run."""
    pipesync.write("version: 1\nleast_delays: []\n", POLICY)
    pipesync.write("version: 1\nstepps: []\n")
    for command in ("validate", "plan", "apply"):
        result = pipesync(command)
        assert result.code == 1
        assert "pipesync.yaml:2:1: shape: unknown key 'stepps'" in result.both
        assert "pipesync.policy.yaml:2:1: shape: unknown key 'least_delays' in a policy file" in result.both


def test_no_report_is_written_over_the_policy(pipesync: Shell) -> None:
    """It is something that the command reads: wrong usage, and the file stays as it is."""
    pipesync.write(LEAST, POLICY)
    pipesync.write(spec_of(LONG))
    for command in ("validate", "plan", "apply"):
        assert pipesync(command, "--report", f"text={POLICY}").code == 64
    pipesync.write("version: 1\nstepps: []\n")
    assert pipesync("validate", "--report", f"text={POLICY}").code == 64
    assert pipesync.read(POLICY) == LEAST


def test_what_stands_already_is_a_warning_until_a_plan_touches_it(pipesync: Shell) -> None:
    """A policy that came later does not stop other people's changes."""
    pipesync.apply(spec_of(SHORT))
    pipesync.write(LEAST, POLICY)
    pipesync.write(spec_of(SHORT, f"{DEV} > {STAGING}"))
    found = findings(pipesync)
    assert (addresses(found["errors"]), addresses(found["warnings"])) == ([], [PROD])
    pipesync.write(spec_of(SHORT.replace(PROD, f"{PROD}, auto_validation_delay_days: 8")))
    assert addresses(findings(pipesync)["errors"]) == [PROD]


def test_an_import_takes_part(pipesync: Shell, api: Api) -> None:
    """What is taken into management has to keep the policy."""
    api.insert(DEV, PROD, 7)
    pipesync.write(LEAST, POLICY)
    pipesync.write(spec_of(SHORT))
    assert addresses(findings(pipesync, "--adopt")["errors"]) == [PROD]


def test_a_partial_plan_is_judged_on_the_whole(pipesync: Shell) -> None:
    """What --only leaves out is told as a warning: this plan does not do it, the set asks for it."""
    pipesync.write(LEAST, POLICY)
    pipesync.write(spec_of(SHORT, f"{DEV} > {STAGING}"))
    found = findings(pipesync, "--only", STAGING)
    assert (addresses(found["errors"]), addresses(found["warnings"])) == ([], [PROD])


def test_what_the_spec_mends_elsewhere_is_no_warning_of_a_partial_plan(pipesync: Shell) -> None:
    """The step is still too short live, but whoever reads the spec finds nothing to change."""
    pipesync.apply(spec_of(SHORT))
    pipesync.write(LEAST, POLICY)
    pipesync.write(spec_of(LONG, f"{DEV} > {STAGING}"))
    assert findings(pipesync, "--only", STAGING) == {"errors": [], "warnings": []}


def test_a_step_that_is_not_what_the_spec_says_has_no_place_in_it(pipesync: Shell, api: Api) -> None:
    """A step of somebody else stands in the way, and the spec's line is long enough."""
    api.insert(STAGING, PROD, 1)
    pipesync.write(LEAST, POLICY)
    pipesync.write(spec_of(LONG))
    (warning,) = findings(pipesync)["warnings"]
    assert (warning["code"], warning["origin"]) == ("policy_least_delay", None)
    assert warning["next"].endswith("to 14 or more, in the spec that manages the step")


def test_a_step_that_the_spec_leaves_alone_is_judged_as_it_is_live(pipesync: Shell, api: Api) -> None:
    """`manage: false` takes no part, so it is a warning; the spec's own delay means nothing then."""
    api.insert(DEV, PROD, 5)
    pipesync.write(LEAST, POLICY)
    pipesync.write(spec_of(f"{DEV} > {PROD}, manage: false"))
    pipesync.ok("validate")
    (warning,) = findings(pipesync)["warnings"]
    assert warning["message"] == "prod-project/pg-prod waits 5 days; the policy asks for at least 14"


def test_pairs_that_the_policy_does_not_list_are_refused(pipesync: Shell) -> None:
    """Production may wait for staging only."""
    pipesync.write(
        "version: 1\nallowed_pairs:\n  pairs:\n"
        "    - {source: dev-*, destination: staging-*}\n    - {source: staging-*, destination: prod-*}\n",
        POLICY,
    )
    pipesync.write(spec_of(f"{DEV} > {STAGING}", f"{STAGING} > {PROD}"))
    pipesync.ok("validate")
    pipesync.write(spec_of(SHORT))
    for command in ("validate", "plan"):
        result = pipesync(command)
        assert (result.code, "take a source in staging-*, or let the policy allow the pair" in result.out) == (1, True)


@pytest.mark.parametrize("named", ["pipelines/a.yaml", "./pipelines/../pipelines/a.yaml", "{here}/pipelines/a.yaml"])
@pytest.mark.parametrize("command", ["validate", "plan"])
def test_a_file_may_name_what_its_scope_allows(pipesync: Shell, command: str, named: str) -> None:
    """By its path from the working directory, however it is named on the command line."""
    pipesync.write("version: 1\nscope:\n  - {files: pipelines/a.yaml, destinations: staging-*}\n", POLICY)
    path = named.format(here=pipesync.folder)
    pipesync.write(spec_of(f"{DEV} > {STAGING}"), "pipelines/a.yaml")
    pipesync.ok(command, "-f", path)
    pipesync.write(spec_of(SHORT), "pipelines/a.yaml")
    result = pipesync(command, "-f", path)
    assert (result.code, "may not name prod-project/pg-prod" in result.out) == (1, True)


def test_standard_input_has_a_scope_of_its_own(pipesync: Shell) -> None:
    """Its path is `-`."""
    pipesync.write("version: 1\nscope:\n  - {files: '-', destinations: staging-*}\n", POLICY)
    assert pipesync.fed(spec_of(f"{DEV} > {STAGING}").encode(), "validate", "-f", "-").code == 0
    result = pipesync.fed(spec_of(SHORT).encode(), "validate", "-f", "-")
    assert (result.code, "- may not name prod-project/pg-prod" in result.out) == (1, True)


def test_a_link_is_judged_as_the_file_it_leads_to(pipesync: Shell) -> None:
    """A name in a team's folder does not widen what another file may do."""
    pipesync.write("version: 1\nscope:\n  - {files: 'pipelines/*', destinations: '*'}\n", POLICY)
    target = pipesync.write(spec_of(SHORT), "elsewhere/b.yaml")
    (pipesync.folder / "pipelines").mkdir()
    (pipesync.folder / "pipelines" / "b.yaml").symlink_to(target)
    assert "no scope of the policy is about this file" in pipesync("validate").out


@pytest.mark.parametrize("world", [world_of_pg(12)], ids=["12"])
def test_the_policy_holds_the_brakes_numbers(pipesync: Shell) -> None:
    """Tighter than by default, or looser; the plan shows by which ones it was judged."""
    pipesync.apply(spec_of(*pairs(12)))
    pipesync.write(spec_of(*pairs(10)))
    assert "Brake: " not in pipesync.ok("plan").out
    pipesync.write("version: 1\nbrake: {share_percent: 10}\n", POLICY)
    assert "Brake: 2 of 12 recorded steps would go; apply needs --allow-destroy 2" in pipesync.ok("plan").out
    assert pipesync("apply", "--auto-approve").code == 3
    brake = json.loads(pipesync("plan", "--format", "json").out)["brake"]
    assert brake == {"destroys": 2, "recorded": 12, "share_percent": 10, "of_at_least": 10, "all_of_at_least": 2}
    pipesync.write("version: 1\nbrake: {share_percent: 100, all_of_at_least: 13}\n", POLICY)
    pipesync.write(spec_of())
    pipesync.ok("apply", "--auto-approve")


def test_the_plan_records_the_policy(pipesync: Shell) -> None:
    """Its file and the digest of its content; a plan without one says null."""
    pipesync.write(spec_of(LONG))
    assert json.loads(pipesync.ok("plan", "--format", "json").out)["policy"] is None
    pipesync.write(LEAST, POLICY)
    recorded = json.loads(pipesync.ok("plan", "--format", "json").out)["policy"]
    assert (recorded["file"], recorded["digest"][:7]) == (POLICY, "sha256:")


def test_the_schema_is_printed(pipesync: Shell) -> None:
    """`pipesync schema policy`, for editors."""
    printed = json.loads(pipesync.ok("schema", "policy").out)
    assert (printed["title"], printed["additionalProperties"]) == ("Policy file", False)


def test_hostile_words_of_a_policy_break_nothing(pipesync: Shell) -> None:
    """A file's pattern is shown in messages, as text and nothing else."""
    pipesync.write('version: 1\nscope:\n  - {files: "::error::x|<b>`", destinations: "*"}\n', POLICY)
    pipesync.write(spec_of(SHORT))
    html = github_flavored_markdown_to_html(pipesync("plan", "--format", "markdown").out, CmarkOptions.CMARK_OPT_UNSAFE)
    assert ("<b>" in html, "&lt;b&gt;" in html) == (False, True)
    assert not any(line.lstrip().startswith("::") for line in pipesync("plan").out.splitlines())
