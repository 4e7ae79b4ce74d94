"""Policy files: what they say, and every problem of the hostile ones with its place."""

import json
import os
from pathlib import Path

import jsonschema_rs
import pytest

from pipesync.errors import PolicyError
from pipesync.policy.brake import BrakeNumbers
from pipesync.policy.globs import Pattern
from pipesync.policy.rules import Level
from pipesync.policy_file.load import load
from pipesync.spec.yaml12 import MOST_DEPTH

EVERY_RULE = """\
version: 1
least_delay:
  - destinations: ["*-prod", "eu/pg-*"]
    auto_validation_delay_days: 14
require_gate:
  - projects: prod
    except: [prod/scratch]
    level: warning
allowed_pairs:
  pairs:
    - {source: "*-dev", destination: "*-staging"}
scope:
  - {files: "pipelines/orders/*", destinations: ["*/pg-orders"]}
  - {files: ["*"], destinations: [], level: warning}
brake: {share_percent: 50}
"""

DESTINATIONS = "destinations must be PROJECT or PROJECT/SERVICE, names or patterns: one, or a list of 1 to 100"


def problems(folder: Path, content: str | bytes) -> list[str]:
    """`line:column: message` of each problem."""
    path = folder / "policy.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(PolicyError) as caught:
        load(path)
    return [f"{one.origin.line}:{one.origin.column}: {one.message}" for one in caught.value.problems]


def test_a_policy_holds_its_rules_with_their_places(tmp_path: Path) -> None:
    """One text is a list of one; what is left out has its default."""
    path = tmp_path / "policy.yaml"
    path.write_text(EVERY_RULE)
    policy = load(path)
    (delay,), (gate,) = policy.least_delays, policy.required_gates
    assert policy.allowed_pairs is not None
    assert policy.scopes is not None
    assert delay.destinations == (Pattern("*-prod"), Pattern("eu", "pg-*"))
    assert (delay.days, delay.level, delay.origin.line) == (14, Level.ERROR, 3)
    assert (gate.projects, gate.services, gate.level) == (("prod",), ("*",), Level.WARNING)
    assert (policy.allowed_pairs.pairs, policy.allowed_pairs.origin.line) == ((("*-dev", "*-staging"),), 9)
    assert [(scope.files, scope.origin.line) for scope in policy.scopes.scopes] == [
        (("pipelines/orders/*",), 13),
        (("*",), 14),
    ]
    assert policy.brake == BrakeNumbers(50, 10, 2)


def test_an_empty_policy_is_one(tmp_path: Path) -> None:
    """It states its version, and nothing else is asked for."""
    path = tmp_path / "policy.yaml"
    path.write_text("version: 1\n")
    assert (load(path).least_delays, load(path).brake) == ((), BrakeNumbers())


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", ["1:1: the file is empty; it starts with 'version: 1'"]),
        ("{}", ["1:1: a policy file needs 'version'"]),
        ("- 1", ["1:1: a policy file must be a mapping of keys to values, not a list of 1"]),
        ("version: 2", ["1:10: version must be 1, the only version of this format, not 2"]),
        (
            "version: 1\nleast_delays: []",
            ["2:1: unknown key 'least_delays' in a policy file; did you mean 'least_delay'?"],
        ),
        (
            "version: 1\nversion: 1",
            ["2:1: the key 'version' stands here twice; the first one is at {file}:1:1"],
        ),
        ("version: &a 1", ["1:10: anchors are not allowed; remove '&a'"]),
        ("version: 1\nbrake: *a", ["2:8: aliases are not allowed; write out what 'a' stands for"]),
        ("version: 1\nbrake: {<<: {}}", ["2:9: merge keys are not allowed; write the keys out"]),
        ("version: !!int 1", ["1:10: tags are not allowed; remove 'tag:yaml.org,2002:int'"]),
        ("version: 1\n---\nversion: 1", ["2:1: a second document starts here; a file holds one"]),
        (
            "version: 1\nscope: {}",
            ["2:8: scope must be a list of at most 1,000 rules, not a mapping"],
        ),
        (
            "version: 1\nbrake: {share_percent: 101}",
            ["2:24: share_percent must be a whole number, 0 to 100, not 101"],
        ),
        (
            "version: 1\nbrake: {share_percent: 30.0}",
            ["2:24: share_percent must be a whole number, 0 to 100, not 30.0"],
        ),
        (
            "version: 1\nbrake:",
            ["2:7: brake must be a mapping, not null; a key that is not meant is left out"],
        ),
        (
            "version: 1\nleast_delay: [{destinations: a/b/c, auto_validation_delay_days: 0, level: no}]",
            [
                f'2:30: {DESTINATIONS}, not "a/b/c"',
                "2:65: auto_validation_delay_days must be a whole number of days, at least 1, not 0",
                '2:75: level must be error or warning, not "no"',
            ],
        ),
        (
            "version: 1\nleast_delay: [{destinations: [p, 7]}]",
            [
                "2:15: a delay rule needs 'auto_validation_delay_days'",
                "2:34: each of destinations must be of PROJECT or PROJECT/SERVICE, names or patterns, not 7",
            ],
        ),
        (
            'version: 1\nscope: [{files: "a\\u001bb", destinations: "*"}]',
            ['2:17: files must be paths or patterns: one, or a list of 1 to 100, not "a\\x1bb"'],
        ),
        (
            "version: 1\nbrake: " + "[" * 100,
            [f"2:{8 + MOST_DEPTH - 1}: more than 64 lists and mappings stand in each other here"],
        ),
        (b"version: 1\n# \xff", ["2:3: the file is not UTF-8: the byte 0xff has no meaning here; save it as UTF-8"]),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, str | bytes) else "",
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, content: str | bytes, expected: list[str]) -> None:
    """All problems of a file in one run, as of a spec."""
    found = problems(tmp_path, content)
    assert found == [line.replace("{file}", str(tmp_path / "policy.yaml")) for line in expected]


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    """The limit is the one of specs, 10 MiB."""
    (found,) = problems(tmp_path, b"version: 1\n" + b"#" * 10 * 1024 * 1024)
    assert found.startswith("1:1: the file is larger than 10 MiB")


def test_too_many_problems_are_counted(tmp_path: Path) -> None:
    """A file that is made to have a million of them does not keep anybody busy."""
    found = problems(tmp_path, "version: 1\nleast_delay:\n" + "- {destinations: 7}\n" * 3000)
    assert len(found) == 1001
    assert "more problems from here on" in found[-1]


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe"])
def test_what_is_no_file_is_told(tmp_path: Path, kind: str) -> None:
    """A pipe is not waited for."""
    path = tmp_path / "policy.yaml"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    with pytest.raises(PolicyError) as caught:
        load(path)
    words = {
        "missing": "there is no such file or folder; check the path after --policy",
        "folder": "this is a folder, where a file was expected; rename it",
        "pipe": "this is not a regular file",
    }
    assert [one.message for one in caught.value.problems] == [words[kind]]


def test_the_published_schema_says_the_same() -> None:
    """An editor takes what is read, and refuses what is refused."""
    import yaml

    text = (Path(__file__).parents[2] / "schemas" / "policy.v1.schema.json").read_text("utf-8")
    validator = jsonschema_rs.Draft202012Validator(json.loads(text))
    assert validator.is_valid(yaml.safe_load(EVERY_RULE))
    assert not validator.is_valid({"version": 1, "least_delay": [{"destinations": "*"}]})
    assert not validator.is_valid({"version": 1, "brakes": {}})
