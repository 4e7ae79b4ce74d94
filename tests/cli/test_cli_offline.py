"""`pipesync plan --offline --base REF`: what a change of the spec means, by git alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.repository import Repository
from tests.cli.shell import Api, Result, Shell, spec_of

OFFLINE = ("plan", "--offline", "--base")


@pytest.fixture
def repository(pipesync: Shell) -> Repository:
    """The working directory as a repository without commits."""
    return Repository.new(pipesync.folder)


def plan_of(result: Result) -> dict[str, Any]:
    """The plan that was printed as JSON."""
    found: dict[str, Any] = json.loads(result.out)
    return found


def changes_of(result: Result) -> dict[str, str]:
    """Address → action."""
    return {change["address"]: change["action"] for change in plan_of(result)["changes"]}


def test_each_kind_of_change(pipesync: Shell, repository: Repository, api: Api) -> None:
    """A new step is created, another delay an update, another source a replace, a missing step a delete."""
    pipesync.write(spec_of("d/a > p/a", "d/b > p/b", "d/c > p/c", "d/e > p/e"))
    repository.commit()
    pipesync.write(spec_of("d/a > p/a", "d/b > p/b, auto_validation_delay_days: 9", "d/x > p/c", "d/n > p/n"))

    result = pipesync.ok(*OFFLINE, "main", "--format", "json")

    assert changes_of(result) == {"p/b": "update", "p/c": "replace", "p/e": "delete", "p/n": "create"}
    assert api.requests() == []
    assert sorted(path.name for path in pipesync.folder.iterdir()) == [".git", "pipesync.yaml"]


def test_needs_neither_token_nor_state(pipesync: Shell, repository: Repository) -> None:
    """Without a token, with an API that nobody answers at and an unreadable state, the plan is made."""
    pipesync.write(spec_of("d/a > p/a"))
    repository.commit()
    pipesync.write("this is no state", "pipesync.state.json")

    result = pipesync(*OFFLINE, "main", PIPESYNC_TOKEN="", PIPESYNC_API_URL="http://127.0.0.1:9")

    assert (result.code, result.err) == (0, "")
    assert result.out.endswith("\nNo changes. The steps are those of the spec that this one is compared with.\n")


@pytest.mark.parametrize("format_", ["text", "markdown", "github", "sarif", "junit"])
@pytest.mark.parametrize("edited", [True, False])
def test_says_what_it_is(pipesync: Shell, repository: Repository, format_: str, edited: bool) -> None:
    """Every rendering says what the spec was compared with, and that this is not what is live."""
    pipesync.write(spec_of("d/a > p/a"))
    commit = repository.commit()
    pipesync.write(spec_of("d/a > p/a", *(["d/b > p/b"] if edited else [])))

    out = pipesync.ok(*OFFLINE, "main", "--format", format_).out

    name = f"`{commit[:12]}`" if format_ == "markdown" else commit[:12]
    assert f"Compared with main ({name}), not with what is live: neither state nor API was read" in out


def test_is_recognised_in_json(pipesync: Shell, repository: Repository) -> None:
    """The JSON names the revision and its commit, and holds no step id, lineage or serial that nobody looked up."""
    pipesync.write(spec_of("d/a > p/a", "d/b > p/b"))
    base = repository.commit()
    pipesync.write(spec_of("d/c > p/a"))
    head = repository.commit()

    plan = plan_of(pipesync.ok(*OFFLINE, "HEAD^", "--format", "json"))

    assert plan["base"] == {"ref": "HEAD^", "commit": base}
    assert (plan["commit"], plan["lineage"], plan["serial"]) == (head, None, 0)
    assert plan["options"]["offline"] is True
    assert "step_id" not in json.dumps(plan["changes"])
    assert plan["lines_changed"] == {"lines": 2, "files": 1, "since": base}


def test_a_plan_with_what_is_live_has_no_base(pipesync: Shell, repository: Repository) -> None:
    """`base` is null in a real plan, also where --base says what to count lines from."""
    pipesync.write(spec_of())
    base = repository.commit()

    plan = plan_of(pipesync.ok("plan", "--base", "main", "--format", "json"))

    assert plan["base"] is None
    assert plan["options"]["offline"] is False
    assert plan["lines_changed"] == {"lines": 0, "files": 0, "since": base}


def test_is_never_applied(pipesync: Shell, repository: Repository, api: Api) -> None:
    """An offline plan that was written down can be shown, and is refused by apply before anything is read."""
    pipesync.write(spec_of("dev-project/pg-dev > prod-project/pg-prod"))
    repository.commit()
    pipesync.write(spec_of("staging-project/pg-staging > prod-project/pg-prod"))
    pipesync.ok(*OFFLINE, "main", "--report", "json=plan.json")

    shown = pipesync.ok("show", "plan.json")
    applied = pipesync("apply", "plan.json")

    assert shown.out.startswith("Compared with main (")
    assert applied.code == 3
    assert applied.err.startswith("Error: this plan compares the spec with main, not with what is live")
    assert "plan without --offline" in applied.err
    assert api.requests() == []


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--out", "plan.json"), "--report json=PATH"),
        (("--destroy",), "--destroy says nothing with --offline"),
        (("--adopt",), "--adopt says nothing with --offline"),
        (("--take-over", "p/a"), "--take-over says nothing with --offline"),
        (("--state", "elsewhere.json"), "--state says nothing with --offline"),
        (("--token-file", "token"), "--token-file says nothing with --offline"),
        (("--file", "-"), "--offline cannot compare standard input"),
    ],
)
def test_flags_without_a_meaning(pipesync: Shell, repository: Repository, flags: tuple[str, ...], said: str) -> None:
    """Flags about state, API or apply are usage errors, and not quietly without effect."""
    pipesync.write(spec_of("d/a > p/a"))
    repository.commit()

    result = pipesync(*OFFLINE, "main", *flags)

    assert result.code == 64
    assert said in result.err


def test_needs_a_base(pipesync: Shell, repository: Repository) -> None:
    """--offline alone is a usage error that says what is lacking."""
    pipesync.write(spec_of("d/a > p/a"))

    result = pipesync("plan", "--offline")

    assert result.code == 64
    assert "--offline needs --base REF" in result.err


def test_flags_that_shape(pipesync: Shell, repository: Repository) -> None:
    """--only, --exclude, --no-destroy and --detailed-exitcode mean what they mean for every plan."""
    pipesync.write(spec_of("d/a > p/a", "d/b > p/b"))
    repository.commit()
    pipesync.write(spec_of("d/c > p/c"))

    only = pipesync(*OFFLINE, "main", "--only", "p/a", "--detailed-exitcode", "--format", "json")
    rest = pipesync(*OFFLINE, "main", "--exclude", "p/*", "--detailed-exitcode")
    kept = pipesync(*OFFLINE, "main", "--no-destroy", "--format", "json")

    assert (only.code, changes_of(only)) == (2, {"p/a": "delete"})
    assert (rest.code, "Partial plan (--exclude p/*)" in rest.out) == (0, True)
    assert changes_of(kept) == {"p/c": "create"}
    assert [change["address"] for change in plan_of(kept)["kept"]] == ["p/a", "p/b"]


def test_protection(pipesync: Shell, repository: Repository) -> None:
    """The removal of a step that is protected in the base is refused, as a real plan would do, and rendered."""
    pipesync.write(spec_of("d/a > p/a, protect: true", "d/b > p/b"))
    repository.commit()
    pipesync.write(spec_of("d/b > p/b"))

    result = pipesync(*OFFLINE, "main")

    assert result.code == 3
    assert "Refused: p/a is protected and would be destroyed" in result.out
    assert result.err.startswith("Error: the plan is refused: p/a is protected")


def test_protection_alone(pipesync: Shell, repository: Repository) -> None:
    """A step that is protected from now on is an update without a call."""
    pipesync.write(spec_of("d/a > p/a"))
    repository.commit()
    pipesync.write(spec_of("d/a > p/a, protect: true"))

    result = pipesync.ok(*OFFLINE, "main")

    assert "# p/a will be updated in-place" in result.out
    assert "protect                    = false -> true" in result.out


def test_steps_handed_over(pipesync: Shell, repository: Repository) -> None:
    """`manage: false` makes a step forgotten; without it, it is taken up, with a word that live steps decide."""
    pipesync.write(spec_of("d/a > p/a", "d/b > p/b, manage: false", "d/c > p/c, manage: false"))
    repository.commit()
    pipesync.write(spec_of("d/a > p/a, manage: false", "d/x > p/b"))

    result = pipesync.ok(*OFFLINE, "main", "--format", "json")

    assert changes_of(result) == {"p/a": "forget", "p/b": "import"}
    plan = plan_of(result)
    assert [step["address"] for step in plan["unmanaged_by_spec"]] == ["p/a"]
    assert [step["address"] for step in plan["unmanaged"]] == ["p/c"]
    assert [(each["code"], each["address"]) for each in plan["warnings"]] == [("taken_up", "p/b")]


def test_another_organization(pipesync: Shell, repository: Repository) -> None:
    """A spec that moves to another organization is told: no state goes along."""
    pipesync.write(spec_of("d/a > p/a"))
    repository.commit()
    pipesync.write(spec_of("d/a > p/a", head="organization: orgother\n"))

    out = pipesync.ok(*OFFLINE, "main").out

    assert "the spec is of organization orgother here, and of organization org1a23f456789 in main" in out


def test_a_spec_that_is_new(pipesync: Shell, repository: Repository) -> None:
    """Where the base has no spec, every step is created."""
    pipesync.write("hello", "README.md")
    repository.commit()
    pipesync.write(spec_of("d/a > p/a"))

    assert changes_of(pipesync.ok(*OFFLINE, "main", "--format", "json")) == {"p/a": "create"}


def test_files_that_moved(pipesync: Shell, repository: Repository) -> None:
    """Steps that only stand in another file, under another name, are no change."""
    pipesync.write(spec_of("d/a > p/a"))
    pipesync.write(spec_of("d/b > p/b", head=""), "pipelines/eu/one.yaml")
    repository.commit()
    repository.git("mv", "pipelines/eu/one.yaml", "pipelines/two.yml")
    repository.git("mv", "pipesync.yaml", "pipesync.yml")

    plan = plan_of(pipesync.ok(*OFFLINE, "main", "--format", "json"))

    assert plan["changes"] == []
    assert (plan["lines_changed"]["lines"], plan["lines_changed"]["files"]) == (0, 0)


def test_the_same_set_of_files(pipesync: Shell, repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """--file names the same files and folders in the base, from wherever in the repository it is run."""
    pipesync.write(spec_of("d/a > p/a"), "teams/a/pipesync.yaml")
    pipesync.write(spec_of("d/b > p/b", head=""), "teams/a/pipelines/b.yaml")
    pipesync.write(spec_of("d/c > p/c", head=""), "teams/b/c.yaml")
    pipesync.write("not: [a, spec", "pipesync.yaml")
    repository.commit()
    pipesync.write(spec_of(head=""), "teams/a/pipelines/b.yaml")
    pipesync.write(spec_of(head=""), "teams/b/c.yaml")

    whole = pipesync.ok(*OFFLINE, "main", "-f", "teams/a", "-f", "teams/b/c.yaml", "--format", "json")
    monkeypatch.chdir(pipesync.folder / "teams" / "a")
    there = pipesync.ok(*OFFLINE, "main", "--format", "json")
    above = pipesync.ok(*OFFLINE, "main", "-f", ".", "-f", "../b/c.yaml", "--format", "json")
    absolute = pipesync.ok(*OFFLINE, "main", "-f", pipesync.folder / "teams/a", "--format", "json")

    assert changes_of(whole) == {"p/b": "delete", "p/c": "delete"}
    assert changes_of(there) == {"p/b": "delete"}
    assert changes_of(above) == changes_of(whole)
    assert changes_of(absolute) == changes_of(there)


def test_a_base_that_is_broken(pipesync: Shell, repository: Repository) -> None:
    """Problems of the base's spec are told with their place there."""
    pipesync.write("version: 1\nsteps:\n  - {sorce: d/a, destination: p/a}\n")
    repository.commit()
    pipesync.write(spec_of("d/a > p/a"))

    result = pipesync(*OFFLINE, "main")

    assert result.code == 1
    assert result.err.startswith("Error: the spec in main has ")
    assert "  main:pipesync.yaml:3:6: shape: " in result.err
    assert "compare with another commit (--base)" in result.err


def test_a_spec_that_is_broken(pipesync: Shell, repository: Repository) -> None:
    """Aiven's rules are judged on the spec as it is here, with its own places."""
    pipesync.write(spec_of("d/a > p/a"))
    repository.commit()
    pipesync.write(spec_of("d/a > p/a", "p/a > d/a"))

    result = pipesync(*OFFLINE, "main")

    assert result.code == 1
    assert "pipesync.yaml:4:" in result.err
    assert "main:" not in result.err


def test_a_file_of_the_base_that_is_too_large(pipesync: Shell, repository: Repository) -> None:
    """The base's files may be as large as a spec may be, and not larger."""
    pipesync.write(spec_of("d/a > p/a") + "# " + "x" * (10 * 1024 * 1024))
    repository.commit()
    pipesync.write(spec_of("d/a > p/a"))

    result = pipesync(*OFFLINE, "main")

    assert result.code == 1
    assert "main:pipesync.yaml:1:1: shape: the file is larger than 10 MiB" in result.err


def test_a_branch_that_lacks_commits_of_the_base(pipesync: Shell, repository: Repository) -> None:
    """What the base has and the branch lacks shows as taken back; the plan says so first."""
    pipesync.write(spec_of("d/a > p/a"))
    repository.commit()
    repository.git("branch", "topic")
    pipesync.write(spec_of("d/a > p/a", "d/b > p/b"))
    repository.commit()
    repository.git("checkout", "--quiet", "topic")

    late = pipesync.ok(*OFFLINE, "main", "--format", "json")
    fork = pipesync.ok(*OFFLINE, repository.git("merge-base", "main", "topic"), "--format", "json")

    assert changes_of(late) == {"p/b": "delete"}
    assert [each["code"] for each in plan_of(late)["warnings"]] == ["stale_branch"]
    assert (changes_of(fork), plan_of(fork)["warnings"]) == ({}, [])


def test_names_of_all_kinds(pipesync: Shell, repository: Repository) -> None:
    """Spaces, quotes and letters of all scripts in the names of files and branches are nothing special."""
    name = "pipelines/ein Übungs-'\"$(x)`.yaml"
    pipesync.write(spec_of("d/a > p/a"))
    pipesync.write(spec_of("d/b > p/b", head=""), name)
    repository.commit()
    repository.git("branch", "größe/a'b")
    pipesync.write(spec_of(head=""), name)

    result = pipesync.ok(*OFFLINE, "größe/a'b", "--format", "json")

    assert changes_of(result) == {"p/b": "delete"}


def test_a_name_with_a_line_feed(pipesync: Shell, repository: Repository) -> None:
    """A file of the base whose name cannot be printed is told as one here would be, and cannot ask git for more."""
    pipesync.write(spec_of("d/a > p/a"))
    bad = pipesync.write(spec_of("d/b > p/b", head=""), "pipelines/a\nHEAD:x.yaml")
    repository.commit()
    bad.unlink()

    result = pipesync(*OFFLINE, "main")

    assert result.code == 1
    assert r"main:pipelines/a\nHEAD:x.yaml:1:1: shape: the file name 'pipelines/a\nHEAD:x.yaml' has" in result.err


def test_links(pipesync: Shell, repository: Repository) -> None:
    """A link to a file is read as the file that it led to; one out of the repository is told."""
    pipesync.write(spec_of("d/a > p/a"))
    pipesync.write(spec_of("d/b > p/b", head=""), "shared/b.txt")
    (pipesync.folder / "pipelines").mkdir()
    (pipesync.folder / "pipelines" / "b.yaml").symlink_to("../shared/b.txt")
    repository.commit()
    pipesync.write(spec_of(head=""), "shared/b.txt")
    inside = pipesync.ok(*OFFLINE, "main", "--format", "json")
    (pipesync.folder / "pipelines" / "b.yaml").unlink()
    (pipesync.folder / "pipelines" / "b.yaml").symlink_to("/etc/hostname")
    repository.commit()
    (pipesync.folder / "pipelines" / "b.yaml").unlink()

    outside = pipesync(*OFFLINE, "main")

    assert changes_of(inside) == {"p/b": "delete"}
    assert outside.code == 1
    assert "main:pipelines/b.yaml:1:1: shape: this is a link out of the repository" in outside.err


def test_links_in_a_ring(pipesync: Shell, repository: Repository) -> None:
    """Links that lead to each other end in an error, not in a hang."""
    pipesync.write(spec_of("d/a > p/a"))
    (pipesync.folder / "pipelines").mkdir()
    one, two = pipesync.folder / "pipelines" / "one.yaml", pipesync.folder / "pipelines" / "two.yaml"
    one.symlink_to("two.yaml")
    two.symlink_to("one.yaml")
    repository.commit()
    one.unlink()
    two.unlink()

    result = pipesync(*OFFLINE, "main")

    assert result.code == 1
    assert "main:pipelines/one.yaml:1:1: shape: this is a link out of the repository" in result.err


def test_a_submodule(pipesync: Shell, repository: Repository, tmp_path: Path) -> None:
    """A folder of the set that is a submodule in the base cannot be read from this repository, and that is said."""
    (tmp_path / "other").mkdir()
    other = Repository.new(tmp_path / "other")
    other.commit()
    pipesync.write(spec_of("d/a > p/a"))
    repository.git("submodule", "--quiet", "add", f"file://{other.folder}", "pipelines/team")
    repository.commit()

    result = pipesync(*OFFLINE, "main")

    assert result.code == 1
    assert "main:pipelines/team:1:1: shape: this is in a submodule" in result.err


def test_a_folder_that_is_a_submodule(pipesync: Shell, repository: Repository, tmp_path: Path) -> None:
    """The same for the folder of pipelines itself, and for files in a submodule that --file names."""
    (tmp_path / "other").mkdir()
    other = Repository.new(tmp_path / "other")
    (other.folder / "b.yaml").write_text(spec_of("d/b > p/b", head=""), "utf-8")
    other.commit()
    pipesync.write(spec_of("d/a > p/a"))
    repository.git("submodule", "--quiet", "add", f"file://{other.folder}", "pipelines")
    repository.commit()

    whole = pipesync(*OFFLINE, "main")
    named = pipesync(*OFFLINE, "main", "-f", "pipesync.yaml", "-f", "pipelines/b.yaml")

    assert (whole.code, named.code) == (1, 1)
    assert "main:pipelines:1:1: shape: this is in a submodule" in whole.err
    assert "main:pipelines/b.yaml:1:1: shape: this is in a submodule" in named.err


def test_the_rules_for_folders(pipesync: Shell, repository: Repository) -> None:
    """What is wrong with a folder of the base is told as for one here: two main files, a link to a folder."""
    pipesync.write(spec_of("d/a > p/a"))
    second = pipesync.write(spec_of("d/a > p/a"), "pipesync.yml")
    pipesync.write(spec_of("d/b > p/b", head=""), "elsewhere/b.yaml")
    (pipesync.folder / "pipelines").mkdir()
    link = pipesync.folder / "pipelines" / "link"
    link.symlink_to("../elsewhere")
    repository.commit()
    second.unlink()
    link.unlink()

    err = pipesync(*OFFLINE, "main").err

    assert "main:pipesync.yml:1:1: shape: the folder holds pipesync.yaml too; keep one of them" in err
    assert "main:pipelines/link:1:1: shape: this is a link to a folder, which is not followed" in err


def test_files_that_are_no_part_of_a_set(pipesync: Shell, repository: Repository) -> None:
    """Hidden files and folders, and files that are no YAML, are not read in the base either."""
    pipesync.write(spec_of("d/a > p/a"))
    for name in ("pipelines/.hidden.yaml", "pipelines/.git-ish/x.yaml", "pipelines/notes.txt"):
        pipesync.write("no: [spec", name)
    repository.commit()

    assert changes_of(pipesync.ok(*OFFLINE, "main", "--format", "json")) == {}


def test_a_file_that_was_named_twice(pipesync: Shell, repository: Repository) -> None:
    """A file that is named twice, or by a link, is one file, in the base as here."""
    pipesync.write(spec_of("d/a > p/a"))
    (pipesync.folder / "other.yaml").symlink_to("pipesync.yaml")
    repository.commit()

    result = pipesync.ok(*OFFLINE, "main", "-f", "pipesync.yaml", "-f", "./pipesync.yaml", "-f", "other.yaml")

    assert "No changes." in result.out


@pytest.mark.parametrize("target", ["../../../beyond.yaml", "pipesync.yaml/below", "gone.yaml"])
def test_links_that_lead_nowhere(pipesync: Shell, repository: Repository, target: str) -> None:
    """A link of the base that led out of the repository is told; one to nothing is a file that was not there."""
    pipesync.write(spec_of("d/a > p/a"))
    link = pipesync.folder / "other.yaml"
    link.symlink_to(target)
    repository.commit()
    link.unlink()
    pipesync.write(spec_of("d/b > p/b", head=""), "other.yaml")

    result = pipesync(*OFFLINE, "main", "-f", "pipesync.yaml", "-f", "other.yaml", "--format", "json")

    if target.startswith(".."):
        assert result.code == 1
        assert "main:other.yaml:1:1: shape: this is a link out of the repository" in result.err
    else:
        assert changes_of(result) == {"p/b": "create"}


def test_a_file_that_was_a_folder(pipesync: Shell, repository: Repository) -> None:
    """What was a folder, and is a file now, is read as the folder that it was."""
    pipesync.write(spec_of("d/a > p/a"), "team/pipesync.yaml")
    repository.commit()
    (pipesync.folder / "team" / "pipesync.yaml").unlink()
    (pipesync.folder / "team").rmdir()
    pipesync.write(spec_of("d/b > p/a"), "team")

    assert changes_of(pipesync.ok(*OFFLINE, "main", "-f", "team", "--format", "json")) == {"p/a": "replace"}


def test_a_policy(pipesync: Shell, repository: Repository, api: Api) -> None:
    """The policy judges what changes, and says what it cannot check without the API."""
    pipesync.write(spec_of("d/a > p/a"))
    repository.commit()
    pipesync.write(spec_of("d/a > p/a", "d/b > p/b"))
    pipesync.write(
        "version: 1\n"
        "least_delay:\n  - {destinations: p, auto_validation_delay_days: 14}\n"
        "require_gate:\n  - {projects: p}\n",
        "pipesync.policy.yaml",
    )

    result = pipesync(*OFFLINE, "main", "--format", "json")

    plan = plan_of(result)
    assert result.code == 1
    assert [(each["code"], each["address"]) for each in plan["errors"]] == [("policy_least_delay", "p/b")]
    assert "policy_unchecked" in [each["code"] for each in plan["warnings"]]
    assert api.requests() == []
