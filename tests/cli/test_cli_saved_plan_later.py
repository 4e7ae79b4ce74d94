"""A saved plan after the world has moved on: what it still does, what it does not do twice, and what stops it."""

import json

import pytest

from tests.cli.shell import ORGANIZATION, Api, Shell, spec_of

TWO = {
    "organization": ORGANIZATION,
    "services": [
        {"project": "dev", "names": ["a", "b", "c"], "type": "pg"},
        {"project": "stg", "names": ["a", "b"], "type": "pg"},
    ],
}


@pytest.fixture
def world() -> object:
    return TWO


def save(pipesync: Shell, spec: str, *flags: str) -> None:
    """Plan `spec` into p.json."""
    pipesync.write(spec)
    pipesync.ok("plan", "--out", "p.json", *flags)


def rename(api: Api, service: str, name: str) -> None:
    """Aiven gives a service another name; its steps keep their ids."""
    api.call("POST", f"/_sandbox/services/{service}/rename", {"name": name}).raise_for_status()


def test_a_renamed_step_that_is_handed_over_is_forgotten_by_a_saved_plan(pipesync: Shell, api: Api) -> None:
    """`manage: false` under the new name: the plan can be shown and applied, and the next one has no changes."""
    pipesync.apply(spec_of("dev/a > stg/a"))
    rename(api, "stg/a", "a2")
    save(pipesync, spec_of("dev/a > stg/a2, manage: false"), "--only", "stg/a2")
    assert "# stg/a2 will be forgotten" in pipesync.ok("show", "p.json").out
    pipesync.ok("apply", "p.json")
    assert json.loads(pipesync.read())["steps"] == []
    assert pipesync("plan", "--detailed-exitcode").code == 0
    assert "already applied" in pipesync.ok("apply", "p.json").out
    assert list(api.steps()) == ["stg/a2"]
