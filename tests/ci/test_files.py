"""What can be said of the CI files without running them: least rights, pinned actions, pages that tell the truth."""

import re
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest
import yaml

from tests.ci.github import ROOT
from tests.ci.machine import Machine
from tests.cli.shell import THREE_ENVIRONMENTS, Api, Shell

ACTION: Final[Mapping[str, Any]] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
WORKFLOWS: Final = sorted((ROOT / "examples" / "ci" / ".github" / "workflows").glob("*.yml"))
DOCS: Final = ROOT / "docs"


def jobs() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every job of the example's workflows, as FILE:JOB."""
    for path in WORKFLOWS:
        for name, job in yaml.safe_load(path.read_text("utf-8"))["jobs"].items():
            yield f"{path.stem}:{name}", job


def test_the_page_tells_every_input_and_output() -> None:
    """As the action itself describes them, in its order."""
    page = (DOCS / "github.md").read_text("utf-8")
    inputs = [
        f"| `{name}` | {'`' + one['default'] + '`' if one['default'] else ''} | {one['description']} |"
        for name, one in ACTION["inputs"].items()
    ]
    outputs = [f"| `{name}` | {one['description']} |" for name, one in ACTION["outputs"].items()]
    assert [
        line for line in page.splitlines() if line.startswith("| `") and "contents:" not in line
    ] == inputs + outputs


def test_the_action_uses_what_it_takes() -> None:
    """Each input, and no other."""
    text = (ROOT / "action.yml").read_text("utf-8").partition("\nruns:")[2]
    assert set(re.findall(r"inputs\.([a-z-]+)", text)) == set(ACTION["inputs"])


def test_no_expression_stands_in_a_script() -> None:
    """It would be pasted in as text: what is given reaches a script through its environment alone."""
    steps = [*ACTION["runs"]["steps"], *(step for _, job in jobs() for step in job["steps"])]
    assert [step for step in steps if "${{" in step.get("run", "")] == []
    assert sum("run" in step for step in steps) >= 4


def test_no_job_runs_a_module_of_the_checkout() -> None:
    """`python -m pip` and `python -c` would: they look into the working directory first, and -I keeps them from it."""
    files = (*WORKFLOWS, *(ROOT / "ci").glob("*/*.*"), ROOT / "examples" / "ci" / ".gitlab-ci.yml", DOCS / "recipes.md")
    calls = [
        found for path in files for found in re.findall(r"python[0-9.]*\"? (?:-\w+ )*-[mc]\b", path.read_text("utf-8"))
    ]
    calls += re.findall(r"PYTHON:-python3\}\" (?:-\w+ )*-[mc]\b", (ROOT / "ci/github/install.sh").read_text("utf-8"))
    assert len(calls) > 8
    assert [call for call in calls if " -I " not in call] == []


def test_every_action_is_pinned_by_its_commit() -> None:
    """In the action, the workflows, and the pages."""
    texts = [
        path.read_text("utf-8") for path in (ROOT / "action.yml", *WORKFLOWS, *DOCS.glob("*.md"), ROOT / "README.md")
    ]
    used = [found for text in texts for found in re.findall(r"^\s*-? ?uses: (\S+)", text, re.MULTILINE)]
    assert len(used) > 10
    assert [one for one in used if not re.fullmatch(r"[a-z-]+/[a-z-]+@[0-9a-f]{40}", one)] == []


def test_jobs_have_the_rights_that_the_page_names() -> None:
    """Nothing at the workflow's level, and one job that may write: its comment."""
    assert [yaml.safe_load(path.read_text("utf-8"))["permissions"] for path in WORKFLOWS] == [{}] * len(WORKFLOWS)
    writing = {name: job["permissions"] for name, job in jobs() if job["permissions"] != {"contents": "read"}}
    assert writing == {"plan:plan": {"contents": "read", "pull-requests": "write"}}
    triggers = {
        path.stem: yaml.safe_load(path.read_text("utf-8"))[True] for path in WORKFLOWS
    }  # YAML 1.1 reads `on` so
    assert {name: set(on) for name, on in triggers.items()} == {
        "apply": {"push"},
        "approve-staging": {"schedule", "workflow_dispatch"},
        "drift": {"schedule", "workflow_dispatch"},
        "plan": {"pull_request"},
    }


def test_each_job_has_one_token_at_most() -> None:
    """The one that writes stands behind the environment, and a fork has none."""
    tokens = {name: set(re.findall(r"secrets\.(\w+)", str(job))) for name, job in jobs()}
    assert tokens == {
        "apply:apply": {"AIVEN_APPLY_TOKEN"},
        "apply:plan": {"AIVEN_PLAN_TOKEN"},
        "approve-staging:approve": {"AIVEN_APPROVE_TOKEN"},
        "drift:drift": {"AIVEN_PLAN_TOKEN"},
        "plan:fork": set(),
        "plan:plan": {"AIVEN_PLAN_TOKEN"},
    }
    assert {name for name, job in jobs() if job.get("environment") == "production"} == {"apply:apply"}


def test_every_file_of_the_example_has_owners() -> None:
    """And every path of CODEOWNERS is there."""
    folder = ROOT / "examples" / "ci"
    lines = (folder / ".github" / "CODEOWNERS").read_text("utf-8").splitlines()
    owned = [line.split() for line in lines if line and not line.startswith("#")]
    assert owned[0][0] == "*"
    assert [path for path, *_ in owned[1:] if not (folder / path.lstrip("/")).exists()] == []
    assert [path for path, *owners in owned if not owners or not all(one.startswith("@acme/") for one in owners)] == []
    specs = {f"/pipelines/{path.name}" for path in (folder / "pipelines").iterdir()}
    assert specs == {path for path, *_ in owned if path.startswith("/pipelines/")}


INSTRUCTIONS: Final = [
    re.sub(r"\s*\\\n\s*", " ", line).split(maxsplit=1)
    for line in re.findall(r"^[A-Z]+ (?:.*\\\n)*.*$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
]
"""Name and rest of each instruction, with lines that go on put together."""


def test_the_image_is_built_from_what_is_there() -> None:
    """What the Dockerfile copies exists, and .dockerignore lets it through, and nothing else."""
    copied = {
        name for what, rest in INSTRUCTIONS if what == "COPY" and "--from" not in rest for name in rest.split()[:-1]
    }
    assert [name for name in copied if not (ROOT / name).exists()] == []
    let_through = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line[:1] == "!"}
    assert let_through == copied


def test_the_image_runs_without_root() -> None:
    """With pinned versions, by a command that takes its words as they are."""
    stages = [place for place, (what, _) in enumerate(INSTRUCTIONS) if what == "FROM"]
    last = {what: rest for what, rest in INSTRUCTIONS[stages[-1] :]}  # noqa: C416
    assert (last["USER"], last["ENTRYPOINT"]) == ("10001", '["pipesync"]')
    installs = [rest for what, rest in INSTRUCTIONS if what == "RUN" and "pip install" in rest]
    assert installs
    assert all("--constraint constraints.txt" in rest for rest in installs)


HOOKS: Final = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}


def test_the_hooks_are_those_of_the_page() -> None:
    """And of the example."""
    page = (DOCS / "ci.md").read_text("utf-8")
    example = yaml.safe_load((ROOT / "examples" / "ci" / ".pre-commit-config.yaml").read_text("utf-8"))
    assert re.findall(r"^\| `(pipesync-[a-z-]+)` \|", page, re.MULTILINE) == list(HOOKS)
    assert [hook["id"] for hook in example["repos"][0]["hooks"]] == list(HOOKS)


@pytest.mark.parametrize(
    ("path", "concerned"),
    [
        ("pipesync.yaml", True),
        ("pipesync.yml", True),
        ("pipesync.policy.yaml", True),
        ("pipelines/orders.yaml", True),
        ("eu/pipelines/team/orders.yml", True),
        ("mypipesync.yaml", False),
        ("pipelines/README.md", False),
        ("docs/pipesync.yaml.md", False),
    ],
)
def test_the_hooks_run_for_files_of_a_spec(path: str, concerned: bool) -> None:
    """And for no others."""
    assert [bool(re.search(hook["files"], path)) for hook in HOOKS.values()] == [concerned] * len(HOOKS)


def test_the_hooks_look_at_the_working_tree(pipesync: Shell, api: Api) -> None:
    """One says what is wrong, the other one what changes; Aiven is not asked."""
    pipesync.write(THREE_ENVIRONMENTS)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "one"]):
        subprocess.run([*git, *words], cwd=pipesync.folder, check=True)
    pipesync.write(THREE_ENVIRONMENTS.replace("days: 3", "days: 5"))
    run = Machine(pipesync, api).run

    validated = run(HOOKS["pipesync-validate"]["entry"], {})
    assert (validated.code, "2 upgrade steps" in validated.log) == (0, True)
    planned = run(HOOKS["pipesync-plan-offline"]["entry"], {})
    assert planned.code == 0
    assert "Plan: 0 to add, 1 to change, 0 to destroy." in planned.log
    pipesync.write("version: 1\npipelins: {}\n")
    assert run(HOOKS["pipesync-validate"]["entry"], {}).code == 1
    assert api.requests() == []
