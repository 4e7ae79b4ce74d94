"""What git adds to a plan with what is live: a branch that is stale, and how many lines of the spec changed."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from pipesync.git.commit import NEAR
from tests.cli.repository import Repository
from tests.cli.shell import DEV, PROD, STAGING, Shell, spec_of

TWO = spec_of(f"{DEV} > {STAGING}", f"{STAGING} > {PROD}")
EDITED = spec_of(f"{DEV} > {STAGING}, auto_validation_delay_days: 3", f"{STAGING} > {PROD}")


@pytest.fixture
def repository(pipesync: Shell) -> Repository:
    """The working directory as a repository, with a spec of two steps that was committed and applied."""
    made = Repository.new(pipesync.folder)
    pipesync.write(TWO)
    made.commit()
    pipesync.apply(TWO)
    return made


def planned(pipesync: Shell, *flags: str | Path, **env: str) -> dict[str, Any]:
    """The plan that is made now."""
    found: dict[str, Any] = json.loads(pipesync.ok("plan", "--format", "json", *flags, **env).out)
    return found


def codes(plan: dict[str, Any]) -> list[str]:
    return [warning["code"] for warning in plan["warnings"]]


def behind(pipesync: Shell, repository: Repository) -> str:
    """The main branch goes on and is applied, and a branch from before that is checked out; the commit last applied."""
    repository.git("branch", "topic")
    pipesync.write(EDITED)
    applied = repository.commit()
    pipesync.apply(EDITED)
    repository.git("checkout", "--quiet", "topic")
    return applied


def test_the_commit_last_applied(pipesync: Shell, repository: Repository) -> None:
    """From the very commit that was applied nothing is said, and no line has changed."""
    plan = planned(pipesync)

    head = repository.git("rev-parse", "HEAD")
    assert (plan["commit"], codes(plan)) == (head, [])
    assert plan["lines_changed"] == {"lines": 0, "files": 0, "since": head}


def test_a_branch_that_goes_on(pipesync: Shell, repository: Repository) -> None:
    """From a later commit nothing is said, and the lines since the commit last applied are counted."""
    base = repository.git("rev-parse", "HEAD")
    pipesync.write(EDITED)
    repository.commit()
    repository.commit()

    plan = planned(pipesync)

    assert codes(plan) == []
    assert plan["lines_changed"] == {"lines": 1, "files": 1, "since": base}


def test_a_long_way(pipesync: Shell, repository: Repository) -> None:
    """However many commits came after the one last applied, it is found; and missed if it is not among them."""
    repository.git("branch", "topic")
    repository.grow(NEAR + 20)
    late = codes(planned(pipesync))
    pipesync.write(EDITED)
    repository.commit()
    pipesync.apply(EDITED)
    repository.grow(NEAR + 20, "topic")
    repository.git("checkout", "--quiet", "topic")

    assert (late, codes(planned(pipesync))) == ([], ["stale_branch"])


def test_a_stale_branch(pipesync: Shell, repository: Repository) -> None:
    """A branch that lacks the commit last applied would take back what came with it: a warning, and what to do."""
    applied = behind(pipesync, repository)

    plan = planned(pipesync)
    text = pipesync.ok("plan").out

    assert codes(plan) == ["stale_branch"]
    assert f"Warning: this checkout lacks commit {applied[:12]}, which was applied last" in text
    assert f"Next: merge commit {applied[:12]}, or rebase onto it, and plan again" in text


def test_a_stale_branch_that_was_merged(pipesync: Shell, repository: Repository) -> None:
    """What the warning advises ends it."""
    applied = behind(pipesync, repository)
    pipesync.write("more", "README.md")
    repository.commit()
    repository.git("merge", "--quiet", "--message", "merge", applied)

    assert codes(planned(pipesync)) == []


def test_a_stale_branch_without_the_commit(pipesync: Shell, repository: Repository, tmp_path: Path) -> None:
    """A complete clone that does not even know the commit last applied lacks it."""
    clone = repository.clone(tmp_path / "clone")
    applied = behind(pipesync, repository)
    pipesync.patch.chdir(clone.folder)

    plan = planned(pipesync, "--state", pipesync.folder / "pipesync.state.json")

    assert codes(plan) == ["stale_branch"]
    assert applied[:12] in plan["warnings"][0]["message"]
    assert plan["lines_changed"] is None


def test_apply_from_a_stale_branch(pipesync: Shell, repository: Repository) -> None:
    """Apply shows the warning with the plan that it asks about."""
    applied = behind(pipesync, repository)

    result = pipesync("apply")

    assert result.code == 3  # nobody said yes
    assert f"Warning: this checkout lacks commit {applied[:12]}" in result.out


def test_a_saved_plan_of_a_stale_branch(pipesync: Shell, repository: Repository) -> None:
    """A saved plan says the same when it is applied, if the other commit was applied after it was made."""
    repository.git("checkout", "--quiet", "-b", "topic")
    pipesync.write(spec_of(f"{DEV} > {STAGING}", f"{STAGING} > {PROD}, auto_validation_delay_days: 9"))
    repository.commit()
    pipesync.ok("plan", "--out", pipesync.folder.parent / "plan.json")
    repository.git("checkout", "--quiet", "main")
    pipesync.write(EDITED)
    applied = repository.commit()
    pipesync.apply(EDITED)

    result = pipesync.ok("apply", pipesync.folder.parent / "plan.json")
    again = pipesync.ok("apply", pipesync.folder.parent / "plan.json")

    assert f"Warning: this checkout lacks commit {applied[:12]}, which was applied last" in result.err
    assert "Warning" not in again.err  # it is the one that was applied last by now


def test_a_saved_plan_without_a_checkout(pipesync: Shell, repository: Repository, tmp_path: Path) -> None:
    """Where a job has the plan and no checkout, it is carried out without a word of branches."""
    pipesync.write(EDITED)
    repository.commit()
    pipesync.ok("plan", "--out", tmp_path / "plan.json")
    pipesync.apply(TWO)
    (tmp_path / "elsewhere").mkdir()
    pipesync.patch.chdir(tmp_path / "elsewhere")

    result = pipesync.ok("apply", tmp_path / "plan.json", "--state", pipesync.folder / "pipesync.state.json")

    assert "Warning" not in result.err


def test_a_shallow_clone(pipesync: Shell, repository: Repository, tmp_path: Path) -> None:
    """Where the history is not here it cannot be told, which is said with the way to get it; that way helps."""
    repository.commit()
    repository.commit()
    clone = repository.clone(tmp_path / "clone", "--depth=1")
    pipesync.patch.chdir(clone.folder)
    state = ("--state", pipesync.folder / "pipesync.state.json")

    shallow = planned(pipesync, *state)
    clone.git("fetch", "--quiet", "--unshallow")
    whole = planned(pipesync, *state)

    assert codes(shallow) == ["history_unknown"]
    assert "git fetch --unshallow" in shallow["warnings"][0]["next"]
    assert shallow["lines_changed"] == {
        "lines": 0,
        "files": 0,
        "since": repository.git("rev-parse", "HEAD~2"),
    }
    assert codes(whole) == []


def test_a_shallow_clone_of_the_commit_itself(pipesync: Shell, repository: Repository, tmp_path: Path) -> None:
    """A shallow clone of the commit last applied, or of the one right after it, is none to warn of."""
    same = repository.clone(tmp_path / "same", "--depth=1")
    repository.commit()
    after = repository.clone(tmp_path / "after", "--depth=1")
    state = ("--state", pipesync.folder / "pipesync.state.json")

    found = []
    for clone in (same, after):
        pipesync.patch.chdir(clone.folder)
        found.append(codes(planned(pipesync, *state)))

    assert found == [[], []]


def test_ci_without_git(pipesync: Shell, repository: Repository, tmp_path: Path) -> None:
    """In an image without git, the commit is the one that CI names; whether it is stale cannot be told."""
    applied = repository.git("rev-parse", "HEAD")
    (tmp_path / "bin").mkdir()
    ci = {"PATH": str(tmp_path / "bin")}

    same = planned(pipesync, **ci, CI_COMMIT_SHA=applied)
    other = planned(pipesync, **ci, CI_COMMIT_SHA="f" * 40)
    unnamed = planned(pipesync, **ci)

    assert (same["commit"], codes(same)) == (applied, [])
    assert (other["commit"], codes(other), other["lines_changed"]) == ("f" * 40, ["history_unknown"], None)
    assert (unnamed["commit"], codes(unnamed)) == (None, [])


def test_a_commit_of_another_kind(pipesync: Shell, repository: Repository) -> None:
    """A state that names what is no commit's name (another system's number) is met with a word, not with git."""
    state = json.loads(pipesync.read())
    state["last_apply"]["commit"] = "--all; r4711"
    pipesync.write(json.dumps(state), "pipesync.state.json")
    pipesync.write(EDITED)

    plan = planned(pipesync)

    assert codes(plan) == ["history_unknown"]
    assert plan["lines_changed"] is None


def test_lines_since_a_base(pipesync: Shell, repository: Repository) -> None:
    """--base says from where lines are counted, in all files of the set, with those that are new and gone."""
    pipesync.write(spec_of(head=""), "pipelines/old.yaml")
    base = repository.commit()
    (pipesync.folder / "pipelines" / "old.yaml").unlink()
    pipesync.write("version: 1\n# one\n# two\n# three\n# four\n", "pipelines/new.yaml")
    pipesync.write(EDITED)
    repository.commit()

    plan = planned(pipesync, "--base", "HEAD^")

    assert plan["lines_changed"] == {"lines": 1 + 2 + 5, "files": 3, "since": base}
    assert pipesync("plan", "--base", "gone").err.startswith("Error: there is no commit gone in this clone")


def test_lines_of_a_spec_that_was_broken(pipesync: Shell, repository: Repository) -> None:
    """Lines can be counted from a commit whose spec was no spec."""
    pipesync.write("version: 1\nnonsense: [\n")
    repository.commit()
    pipesync.write(TWO)

    assert planned(pipesync, "--base", "HEAD")["lines_changed"]["files"] == 1


def test_standard_input_has_no_past(pipesync: Shell, repository: Repository) -> None:
    """A spec that is piped in is in no commit: its lines are not counted."""
    result = pipesync.fed(EDITED.encode(), "plan", "-f", "-", "--format", "json")

    assert json.loads(result.out)["lines_changed"] is None


def test_no_state_no_lines(pipesync: Shell) -> None:
    """Before the first apply there is nothing to count from."""
    Repository.new(pipesync.folder).commit()
    pipesync.write(TWO)

    assert planned(pipesync)["lines_changed"] is None


def test_how_often_git_is_run(pipesync: Shell, repository: Repository, tmp_path: Path) -> None:
    """A plan with nothing new runs git once, to learn the commit; one from a later commit twice."""
    log = tmp_path / "log"
    wrapper = tmp_path / "bin" / "git"
    wrapper.parent.mkdir()
    real = next(path for each in os.environ["PATH"].split(":") if (path := Path(each) / "git").exists())
    wrapper.write_text(f'#!/bin/sh\necho run >> {log}\nexec {real} "$@"\n', "utf-8")
    wrapper.chmod(0o755)
    watched = f"{wrapper.parent}:{os.environ['PATH']}"

    planned(pipesync, PATH=watched)
    same = log.read_text("utf-8").count("run")
    log.unlink()
    pipesync.write(EDITED)
    repository.commit()
    planned(pipesync, PATH=watched)
    later = log.read_text("utf-8").count("run")

    assert (same, later) == (1, 2)
