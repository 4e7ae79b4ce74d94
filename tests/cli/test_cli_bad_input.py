"""Whatever a user or a network hands in: an error that names the place, the right code, and nothing half-written."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.cli.shell import DEV, EVERY_STEP, ORGANIZATION, PROD, STAGING, THREE_ENVIRONMENTS, Api, Shell, spec_of

COMMANDS = (("validate",), ("plan",), ("apply", "--yes"))

CHAIN = spec_of(f"{DEV} > {STAGING}", f"{STAGING} > {PROD}")


def delay(value: str) -> str:
    return spec_of(f"{DEV} > {STAGING}, auto_validation_delay_days: {value}")


def service(name: str) -> str:
    return f"version: 1\nsteps:\n  - source: {DEV}\n    destination: {name}\n"


@dataclass(frozen=True)
class Bad:
    """A spec, the place that must be named, and words that must be said."""

    spec: str | bytes
    place: str
    words: str = ""


SPECS = {
    "empty": Bad("", "pipesync.yaml:1:1"),
    "only a comment": Bad("# nothing\n", "pipesync.yaml:"),
    "binary": Bad(b"\x00\x01\x02", "pipesync.yaml:1:1", "U+0000"),
    "not UTF-8": Bad(b"version: 1\nsteps: [\xff]\n", "pipesync.yaml:2:9", "not UTF-8"),
    "UTF-16": Bad("version: 1\n".encode("utf-16"), "pipesync.yaml:1:1", "it looks like UTF-16"),
    "huge": Bad("#" * (10 * 1024 * 1024 + 1), "pipesync.yaml:1:1", "larger than 10 MiB"),
    "deeply nested": Bad("[" * 100_000, "pipesync.yaml:1:65", "more than 64 lists"),
    "deeply nested blocks": Bad("- " * 70, "pipesync.yaml:1:129", "more than 64 lists"),
    "not YAML": Bad("version: 1\nsteps: [}\n", "pipesync.yaml:2:9", "not YAML"),
    "a tab": Bad("version: 1\nsteps:\n\t- a\n", "pipesync.yaml:3:1"),
    "a list": Bad("- 1\n", "pipesync.yaml:1:1"),
    "two documents": Bad(f"{CHAIN}---\n{CHAIN}", "pipesync.yaml:6:1", "document"),
    "duplicate key": Bad("version: 1\nversion: 1\n", "pipesync.yaml:2:1", "'version'"),
    "anchor": Bad("version: 1\nsteps: &a []\n", "pipesync.yaml:2:8", "anchor"),
    "alias": Bad("version: 1\nsteps: *a\n", "pipesync.yaml:2:8"),
    "merge key": Bad("version: 1\nlimits: {<<: {max_chain_steps: 3}}\n", "pipesync.yaml:2:10"),
    "tag": Bad("version: !!int 1\n", "pipesync.yaml:1:10", "tag"),
    "unknown key": Bad("version: 1\nstepps: []\n", "pipesync.yaml:2:1", "did you mean 'steps'?"),
    "no version": Bad("steps: []\n", "pipesync.yaml:1:1", "'version'"),
    "another version": Bad("version: 2\n", "pipesync.yaml:1:10"),
    "wrong type": Bad("version: 1\nsteps: 7\n", "pipesync.yaml:2:8"),
    "null": Bad("version: 1\norganization: null\n", "pipesync.yaml:2:15", "not null"),
    "delay 0": Bad(delay("0"), "pipesync.yaml:4:", "not 0"),
    "delay -1": Bad(delay("-1"), "pipesync.yaml:4:", "not -1"),
    "delay 31": Bad(delay("31"), "pipesync.yaml:4:", "31"),
    "delay 7.5": Bad(delay("7.5"), "pipesync.yaml:4:", "not 7.5"),
    "delay 7.0": Bad(delay("7.0"), "pipesync.yaml:4:", "not 7.0"),
    "delay text": Bad(delay('"7"'), "pipesync.yaml:4:", 'not "7"'),
    "delay true": Bad(delay("true"), "pipesync.yaml:4:", "not true"),
    "delay null": Bad(delay("null"), "pipesync.yaml:4:", "not null"),
    "delay huge": Bad(delay("9" * 5000), "pipesync.yaml:4:"),
    "limit 0": Bad("version: 1\nlimits: {max_chain_steps: 0}\n", "pipesync.yaml:2:27"),
    "a service twice": Bad(spec_of(f"{DEV} > {PROD}", f"{STAGING} > {PROD}"), "pipesync.yaml:5:", "pipesync.yaml:4:"),
    "a cycle": Bad(spec_of(f"{DEV} > {PROD}", f"{PROD} > {DEV}"), "pipesync.yaml:", "cycle"),
    "itself": Bad(spec_of(f"{DEV} > {DEV}"), "pipesync.yaml:4:"),
    "a chain too long": Bad(
        spec_of(f"{DEV} > {STAGING}", f"{STAGING} > {PROD}", f"{PROD} > prod-project/pg-last"),
        "pipesync.yaml:6:",
        "chain",
    ),
    "a slash too many": Bad(service("a/b/c"), "pipesync.yaml:4:18"),
    "no slash": Bad(service("prod"), "pipesync.yaml:4:18"),
    "a control character": Bad(service('"prod/x\\e[31m"'), "pipesync.yaml:4:18"),
    "a line feed": Bad(service('"prod/x\\n::error::y"'), "pipesync.yaml:4:18"),
    "Markdown": Bad(service('"prod/[x](http://example.org)"'), "pipesync.yaml:4:18"),
    "a long name": Bad(service(f"prod/{'x' * 65}"), "pipesync.yaml:4:18"),
    "another script": Bad(service("prod/pg-Ж"), "pipesync.yaml:4:18"),
    "two sources": Bad(
        "version: 1\npipelines:\n  a:\n    stages:\n    - p/x\n    - [p/y, p/z]\n    - p/w\n", "pipesync.yaml:6:7"
    ),
}


def unharmed(pipesync: Shell, api: Api, *command: str, code: int = 1) -> str:
    """What `command` says, which must fail with `code`, leave every file as it is and change nothing live."""
    before, live = pipesync.files(), api.steps()
    api.forget_requests()
    result = pipesync(*command)
    assert result.code == code
    assert "Traceback" not in result.both
    assert all(character.isprintable() or character == "\n" for character in result.both)
    assert "\n::" not in result.both
    assert (api.writes(), pipesync.files(), api.steps()) == ([], before, live)
    return result.both


@pytest.mark.parametrize("bad", SPECS.values(), ids=SPECS.keys())
def test_a_spec_of_no_use_names_its_place(pipesync: Shell, api: Api, bad: Bad) -> None:
    """validate, plan and apply alike: code 1, file:line:column, and no request at all."""
    pipesync.apply(CHAIN)
    pipesync.write(bad.spec)
    for command in COMMANDS:
        said = unharmed(pipesync, api, *command)
        assert bad.place in said
        assert bad.words in said
    assert api.requests() == [f"GET {EVERY_STEP}"]  # asked by `unharmed` itself


@dataclass(frozen=True)
class Trouble:
    """What is done to a folder with a state and a saved plan, the code that follows, and what must be said."""

    make: Callable[[Shell, Api], Any]
    words: tuple[str, ...]
    code: int = 1
    command: tuple[str, ...] = ("apply", "--yes")
    env: dict[str, str] = field(default_factory=dict)


def unreadable(pipesync: Shell, _api: Api) -> None:
    (pipesync.folder / "pipesync.yaml").unlink()
    (pipesync.folder / "pipesync.yaml").mkdir()


def answers(**fault: Any) -> Callable[[Shell, Api], None]:
    return lambda _pipesync, api: api.fault(method="GET", path=EVERY_STEP, times=None, **fault)


def replaced(name: str, old: str, new: str) -> Callable[[Shell, Api], Any]:
    return lambda pipesync, _api: pipesync.write(pipesync.read(name).replace(old, new), name)


STATE = "pipesync.state.json"

TROUBLES = {
    "a folder for a spec": Trouble(unreadable, ("pipesync.yaml:1:1", "this is a folder")),
    "a spec that is missing": Trouble(
        lambda _pipesync, _api: None, ("no.yaml:1:1", "no such file"), command=("plan", "-f", "no.yaml")
    ),
    "a chain too long with unmanaged steps": Trouble(
        lambda _, api: api.insert("dev-project/pg-first", DEV), ("has 3 steps", PROD)
    ),
    "an empty state": Trouble(lambda pipesync, _: pipesync.write("", STATE), (STATE, "is empty")),
    "a torn state": Trouble(lambda pipesync, _: pipesync.write(pipesync.read(STATE)[:99], STATE), (STATE, "is torn")),
    "a foreign state": Trouble(replaced(STATE, ORGANIZATION, "org2"), (STATE, "organization org2's"), code=3),
    "a state's folder": Trouble(
        lambda pipesync, _: (pipesync.folder / "d").mkdir(), ("d", "it is not a file"), command=("plan", "--state", "d")
    ),
    "an edited plan": Trouble(
        replaced("saved.plan", '"auto_validation_delay_days": 3', '"auto_validation_delay_days": 4'),
        ("saved.plan", "was changed after it was made"),
        command=("apply", "saved.plan"),
    ),
    "no token": Trouble(
        lambda pipesync, _: pipesync.patch.delenv("PIPESYNC_TOKEN"), ("there is no Aiven token", "PIPESYNC_TOKEN")
    ),
    "a refused token": Trouble(answers(status=403, message="no"), ("403", "the variable PIPESYNC_TOKEN", EVERY_STEP)),
    "a proxy's page": Trouble(answers(status=200, body="<html>", content_type="text/html"), ("a web page", EVERY_STEP)),
    "truncated JSON": Trouble(answers(truncate=9), ("no usable answer", EVERY_STEP)),
    "an empty list": Trouble(answers(status=200, body='{"steps": []}'), ("the list of upgrade steps lacks",)),
}


@pytest.fixture
def world() -> dict[str, Any]:
    return {
        "organization": ORGANIZATION,
        "services": [
            {"project": "dev-project", "names": ["pg-dev", "pg-first"], "type": "pg"},
            {"project": "staging-project", "name": "pg-staging", "type": "pg"},
            {"project": "prod-project", "name": "pg-prod", "type": "pg"},
        ],
    }


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES.keys())
def test_trouble_is_named_and_nothing_is_lost(pipesync: Shell, api: Api, no_waiting: None, trouble: Trouble) -> None:
    """State, plan, token and answers of no use: the code, the place, the folder as it was, nothing sent."""
    pipesync.apply(spec_of(f"{DEV} > {STAGING}"))
    pipesync.write(THREE_ENVIRONMENTS)
    pipesync.ok("plan", "--out", "saved.plan")
    trouble.make(pipesync, api)
    said = unharmed_by(pipesync, api, trouble)
    for words in trouble.words:
        assert words in said


def unharmed_by(pipesync: Shell, api: Api, trouble: Trouble) -> str:
    """As `unharmed`; the live steps are not compared, because the answers may be the trouble."""
    before = pipesync.files()
    api.forget_requests()
    result = pipesync(*trouble.command)
    assert (result.code, "Traceback" in result.both) == (trouble.code, False)
    assert (api.writes(), pipesync.files()) == ([], before)
    return result.both


def test_standard_input_of_no_use_names_its_place(pipesync: Shell, api: Api) -> None:
    """`-` is its name."""
    result = pipesync.fed(b"version: 1\nsteps: [\xff]\n", "plan", "-f", "-")
    assert (result.code, "-:2:9: shape: the file is not UTF-8" in result.err) == (1, True)
    assert api.requests() == []


def test_every_problem_of_every_file_comes_in_one_run(pipesync: Shell) -> None:
    """Three files, a problem each, and JSON that has them all."""
    pipesync.write("version: 1\nx: 1\n")
    pipesync.write("version: 2\n", "pipelines/a.yaml")
    pipesync.write(b"\xff", "pipelines/b.yml")
    result = pipesync("validate", "--format", "json")
    places = [problem["origin"]["file"] for problem in json.loads(result.out)["problems"]]
    assert places == ["pipelines/a.yaml", "pipelines/b.yml", "pipesync.yaml"]
