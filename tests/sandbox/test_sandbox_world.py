"""World files: what they may say, and what is said of a wrong one."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pipesync.sandbox import WorldError, default_world, load_world
from tests.sandbox.running import STEPS, running

MINIMAL = "organization: org1\nservices: [{project: p, names: [a, b], type: pg}]\n"


def load(tmp_path: Path, text: str) -> object:
    path = tmp_path / "world.yaml"
    path.write_text(text, encoding="utf-8")
    return load_world(path)


def test_the_default_world_is_the_documentations_example() -> None:
    """One organization, the three pg services of the documentation, two of other types, no steps."""
    world = default_world()

    services = [(group.project, name, group.type) for group in world.services for name in group.names]
    assert [org.id for org in world.organizations] == ["org1a23f456789"]
    assert services == [
        ("dev-project", "pg-dev", "pg"),
        ("staging-project", "pg-staging", "pg"),
        ("prod-project", "pg-prod", "pg"),
        ("dev-project", "kafka-dev", "kafka"),
        ("prod-project", "mysql-prod", "mysql"),
    ]
    assert world.steps == ()


def test_texts_stay_as_they_are_written(tmp_path: Path) -> None:
    """A project called `no`, a version `1.10` and a time are not read as a bool, a number and seconds."""
    path = tmp_path / "world.yaml"
    path.write_text(
        "organization: 014\n"
        "services:\n"
        "  - {project: no, name: on, type: pg, version: 1.10, maintenance: {time: 12:30:00, enabled: no}}\n"
    )
    world = load_world(path)

    (group,) = world.services
    assert (world.organizations[0].id, group.project, group.names, group.version) == (
        "014",
        "no",
        ("on",),
        "1.10",
    )
    assert (group.maintenance.time, group.maintenance.enabled) == ("12:30:00", False)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "a world is a map"),
        ("- a", "a world is a map"),
        ("organization: o\nservices: [", ":3:1: did not find expected node content"),
        ("organization: o\norganization: p", ":2:1: the key 'organization' stands twice"),
        ("a: &x 1\nb: *x", ":2: aliases are not allowed"),
        ("[" * 50_000, ":1: nested deeper than 64 levels"),
        ("organization: o\x07", "is not YAML"),
        ("services: []", "organizations: Field required"),
        ("organization: o\norganizations: [{id: o}]", "both `organization` and `organizations`"),
        ("organization: o\nservise: []", "servise: Extra inputs are not permitted"),
        (MINIMAL + "limits: {max_chain_steps: 0}", "limits.max_chain_steps: Input should be greater"),
        (MINIMAL + "steps: [{source: p/a, destination: p}]", "steps[0].destination: 'p' is not PROJECT/SERVICE"),
        (MINIMAL + "steps: [{source: p/a, destination: p/c}]", "a step names p/c, which is not listed"),
        (MINIMAL + "projects: [q]", "services of project p are listed, but not the project"),
        (
            MINIMAL + "projects: [{name: p, organization: other}]",
            "project p is of organization other, which is not listed",
        ),
        ("? [a]\n: b", ":1:3: a key is a list or a map"),
        (MINIMAL + "now: noon", "now: 'noon' is no date or time"),
        (MINIMAL + "now: 2999-01-01", "now: lies outside of the years 1970 to 2200"),
        (MINIMAL + "life: {siblings: none}", "life.siblings: Input should be 'own', 'shortest' or 'longest'"),
        (
            MINIMAL + "releases: [{type: pg, version: '16.5'}, {type: pg, version: '16.5'}]",
            "release pg 16.5 is listed twice",
        ),
        (MINIMAL + "projects: [p, p]", "project p is listed twice"),
        (MINIMAL + "tokens: [{token: s3cret}, {token: s3cret}]", "two entries of tokens hold the same token"),
        (
            "organization: o\nservices: [{project: p, names: [a, a], type: pg}]",
            "service p/a is listed twice",
        ),
        (
            "organization: o\nservices: [{project: p, name: a, names: [b], type: pg}]",
            "services[0]: has both `name` and `names`",
        ),
        ("organization: o\nservices: [{project: p, name: a}]", "services[0].type: Field required"),
        (
            "organization: o\nservices: [{project: p, name: a, type: pg, state: OFF}]",
            "services[0].state: Input should be 'RUNNING'",
        ),
        (
            "organization: o\nservices: [{project: p, name: a, type: pg, maintenance: {time: '3:00'}}]",
            "services[0].maintenance.time: String should match",
        ),
        (MINIMAL + "flat: {list: bare, paged: true}", "a bare list has no place for a cursor"),
    ],
)
def test_a_wrong_world_says_where_and_what(tmp_path: Path, text: str, words: str) -> None:
    """Each error names the file, the place in it and the reason."""
    with pytest.raises(WorldError) as caught:
        load(tmp_path, text)

    assert str(caught.value).startswith(str(tmp_path / "world.yaml"))
    assert words in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_all_problems_of_a_shape_are_listed(tmp_path: Path) -> None:
    """One run tells every misspelt or missing key."""
    with pytest.raises(WorldError) as caught:
        load(tmp_path, "organization: o\nservices: [{name: a, type: pg}, {project: p, name: b}]\nstep: []")

    assert str(caught.value).splitlines()[1:] == [
        "  services[0].project: Field required",
        "  services[1].type: Field required",
        "  step: Extra inputs are not permitted",
    ]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """Absent, a folder, or not text: the error is one sentence."""
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe\x00")

    for path, words in (
        (tmp_path / "absent", "No such file"),
        (tmp_path, "Is a directory"),
        (binary, "not UTF-8"),
    ):
        with pytest.raises(WorldError, match=words):
            load_world(path)


def test_a_database_keeps_its_data_over_a_restart(tmp_path: Path) -> None:
    """With a file, steps and changed services are there after a restart; memory alone forgets."""
    db = tmp_path / "sandbox.db"
    with running(db=db) as here:
        step = here.step("dev-project/pg-dev", "staging-project/pg-staging")
        here.http.put("/_sandbox/services/dev-project/pg-dev", json={"state": "POWEROFF"})
    with running(db=db) as here:
        assert here.listed() == [step]
        service = here.http.get("/v1/project/dev-project/service/pg-dev").json()["service"]
        assert service["state"] == "POWEROFF"
        assert here.http.delete(f"{STEPS}/{step['step_id']}").status_code == 204
    with running() as here:
        assert here.listed() == []


def test_a_database_of_another_world_is_not_taken_over(tmp_path: Path) -> None:
    """A file that began as another world, or is something else, is refused and left alone."""
    db, text = tmp_path / "sandbox.db", tmp_path / "notes.txt"
    text.write_text("not a database, but somebody's notes\n" * 50)
    with running(db=db) as here:
        here.step("dev-project/pg-dev", "staging-project/pg-staging")

    with pytest.raises(WorldError, match="began as another world"), running({"organization": "o"}, db=db):
        pass
    with pytest.raises(WorldError, match="cannot be used as a sandbox's database"), running(db=text):
        pass
    assert text.read_text().startswith("not a database")
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE accounts (id)")
    with pytest.raises(WorldError, match="not a sandbox's"), running(db=tmp_path / "other.db"):
        pass
    with running(db=db) as here:
        assert len(here.listed()) == 1


def test_a_database_of_an_older_sandbox_is_not_taken_over(tmp_path: Path) -> None:
    """One that knows no clock: the remedy is told."""
    with closing(sqlite3.connect(tmp_path / "old.db")) as old:
        old.execute("CREATE TABLE sandbox (world TEXT NOT NULL)")
    with pytest.raises(WorldError, match="delete it to begin anew"), running(db=tmp_path / "old.db"):
        pass
