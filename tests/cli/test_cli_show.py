"""`pipesync show` as a drawer: of a spec, the live steps, a saved plan and the state."""

import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest

from tests.cli.shell import DEV, ORGANIZATION, PROD, STAGING, THREE_ENVIRONMENTS, Api, Shell, environment
from tests.cli.standings import insert, put

TREE = f"{DEV}\n└─→ {STAGING}  3 days\n    └─→ {PROD}  7 days\n"


def test_a_spec_is_drawn_without_an_api(pipesync: Shell) -> None:
    """Text, Markdown, Mermaid and SVG of one read; no token is needed, and nothing is asked of Aiven."""
    pipesync.write(THREE_ENVIRONMENTS)
    reports = ("--report", "svg=p.svg", "--report", "mermaid=p.mmd", "--report", "markdown=p.md")
    shown = pipesync.ok("show", "-f", ".", *reports, PIPESYNC_TOKEN="", PIPESYNC_API_URL="http://127.0.0.1:9")
    assert shown.out == f"# pipeline postgres\n{TREE}\n1 pipeline, 2 upgrade steps.\n"
    assert pipesync.read("p.mmd").startswith("flowchart LR\n")
    assert pipesync.read("p.mmd") in pipesync.read("p.md")
    assert ET.fromstring(pipesync.read("p.svg")).tag == "{http://www.w3.org/2000/svg}svg"
    assert pipesync.ok("show", "-f", "pipesync.yaml", "--format", "mermaid").out == pipesync.read("p.mmd")


def test_what_is_live_is_drawn_with_its_powers(pipesync: Shell, api: Api) -> None:
    """The spec in the working directory names the pipelines; with --organization, none is read."""
    insert(api, DEV, STAGING)
    put(api, DEV, state="POWEROFF")
    pipesync.write(THREE_ENVIRONMENTS)
    tree = f"{DEV} (powered off)\n└─→ {STAGING}  7 days\n"
    named = pipesync.ok("show", "--live").out
    assert named == f"# pipeline postgres\n{tree}\n1 pipeline, 1 upgrade step, 1 service powered off.\n"
    bare = pipesync.ok("show", "--live", "--organization", ORGANIZATION).out
    assert bare == f"{tree}\n1 tree, 1 upgrade step, 1 service powered off.\n"
    assert f'["{DEV} #40;powered off#41;"]' in pipesync.ok("show", "--live", "--format", "mermaid").out


def test_a_project_that_cannot_be_read_is_told(pipesync: Shell, api: Api) -> None:
    """The tree is drawn all the same; what is powered off there, is not known."""
    insert(api, DEV, STAGING)
    api.fault(method="GET", path="*staging-project*", status=403, message="no", times=9)
    shown = pipesync.ok("show", "--live", "--organization", ORGANIZATION)
    assert f"└─→ {STAGING}" in shown.out
    assert "Warning: project staging-project cannot be read: " in shown.err


def test_nothing_live_is_no_error(pipesync: Shell) -> None:
    """An account without pipelines has an empty picture."""
    assert pipesync.ok("show", "--live", "--organization", ORGANIZATION).out == "0 upgrade steps.\n"


def test_a_plan_is_drawn_now_and_later(pipesync: Shell) -> None:
    """`plan --format`, `plan --report` and `show` of the saved plan draw the same."""
    pipesync.write(THREE_ENVIRONMENTS)
    drawn = pipesync.ok("plan", "--format", "mermaid", "--report", "svg=plan.svg", "--out", "saved.plan").out
    assert drawn.count("==>") == 2
    assert pipesync.ok("show", "saved.plan", "--format", "mermaid").out == drawn
    assert pipesync.ok("show", "saved.plan", "--format", "svg").out == pipesync.read("plan.svg")


def test_the_text_of_a_plan_has_its_trees_before_the_last_sentence(pipesync: Shell) -> None:
    """With what stays beside what changes."""
    pipesync.apply(THREE_ENVIRONMENTS)
    pipesync.write(THREE_ENVIRONMENTS.replace("days: 3", "days: 5"))
    out = pipesync.ok("plan").out
    tree = f"# pipeline postgres\n{DEV}\n└─→ {STAGING}  ~ 3 -> 5 days\n    └─→ {PROD}  7 days\n"
    assert f"\n\nHow the pipelines change:\n\n{tree}\n" in out
    assert out.endswith("Plan: 0 to add, 1 to change, 0 to destroy.\n")


def test_the_state_is_drawn(pipesync: Shell) -> None:
    """Its text stays as it is; the drawings are those of its steps."""
    pipesync.apply(THREE_ENVIRONMENTS)
    assert pipesync.ok("show").out.endswith("2 upgrade steps recorded.\n")
    assert pipesync.ok("show", "--format", "mermaid").out.count("-->") == 2
    assert "<svg" in pipesync.ok("show", "--format", "svg").out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("saved.plan", "--live"), "give one of them"),
        (("saved.plan", "-f", "."), "give one of them"),
        (("--organization", ORGANIZATION), "add --live"),
        (("--live", "-f", ".", "--organization", ORGANIZATION), "a spec (--file) names its own organization"),
        (("-f", ".", "--format", "json"), "pipesync validate --format json"),
        (("--live", "--report", "json=x.json"), "pipesync status --format json"),
        (("-f", "pipesync.yaml", "--report", "svg=pipesync.yaml"), "it is in use here"),
    ],
)
def test_what_does_not_go_together_is_told(pipesync: Shell, arguments: tuple[str, ...], words: str) -> None:
    """A usage error that says which words to use."""
    pipesync.write(THREE_ENVIRONMENTS)
    result = pipesync("show", *arguments)
    assert result.code == 64
    assert words in result.err
    assert pipesync.read("pipesync.yaml") == THREE_ENVIRONMENTS


def test_a_spec_with_mistakes_is_not_drawn(pipesync: Shell) -> None:
    """The problems are told as `validate` tells them."""
    pipesync.write(THREE_ENVIRONMENTS.replace("stages", "stagse"))
    result = pipesync("show", "-f", ".", "--format", "svg")
    assert (result.code, result.out) == (1, "")
    assert "did you mean 'stages'?" in result.err


@pytest.mark.parametrize("form", ["html", "markdown", "junit"])
def test_a_document_is_utf_8_whatever_the_locale(pipesync: Shell, api: Api, form: str) -> None:
    """It is what a report's file holds: a page whose style were spelled out in part would be shown without any."""
    pipesync.write(THREE_ENVIRONMENTS.replace("postgres:", "größe:"))
    pipesync.ok("plan", "--out", "saved.plan")
    command = [sys.executable, "-m", "pipesync", "show", "saved.plan", "--format", form, "--report", f"{form}=report"]
    env = {**environment(api), "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run(command, check=True, capture_output=True, env=env, cwd=pipesync.folder)
    assert done.stdout.decode("utf-8") == pipesync.read("report")


def test_a_stream_without_lines_gets_ascii(pipesync: Shell, api: Api) -> None:
    """Trees of plain arrows, and an SVG that any encoding can hold."""
    pipesync.write(THREE_ENVIRONMENTS.replace("postgres:", "größe:"))

    def shown(encoding: str, *args: str) -> str:
        command = [sys.executable, "-m", "pipesync", *args]
        env = {**environment(api), "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
        done = subprocess.run(command, check=True, capture_output=True, env=env, cwd=pipesync.folder)
        return done.stdout.decode(encoding)

    for command in (("show", "-f", "."), ("plan",)):
        assert f"\n+-> {STAGING}  " in shown("ascii", *command)
        assert f"\n└─→ {STAGING}  " in shown("utf-8", *command)
        assert f"\n+-> {STAGING}  " in pipesync.ok(*command, LC_ALL="C").out
        assert f"\n└─→ {STAGING}  " in pipesync.ok(*command, LC_ALL="C.UTF-8").out
    drawing = shown("ascii", "show", "-f", ".", "--format", "svg")
    assert drawing == shown("utf-8", "show", "-f", ".", "--format", "svg")
    assert "größe" in "".join(ET.fromstring(drawing).itertext())
