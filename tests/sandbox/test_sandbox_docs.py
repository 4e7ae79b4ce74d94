"""docs/sandbox.md says what the sandbox does."""

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from pipesync.sandbox import World, create_app, load_story, load_world, play
from pipesync.sandbox.faults import Fault
from pipesync.sandbox.refusal import CHOSEN
from pipesync.sandbox.story import Story
from tests.sandbox.running import running

DOCS = Path(__file__).parents[2] / "docs" / "sandbox.md"
TEXT = DOCS.read_text(encoding="utf-8")


def block(language: str) -> str:
    (text,) = re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    return str(text)


def test_the_example_world_is_one(tmp_path: Path) -> None:
    """The documented world file loads and serves what it lists."""
    path = tmp_path / "world.yaml"
    path.write_text(block("yaml"), encoding="utf-8")
    world = load_world(path)

    with running(world.model_dump(), token="team-token") as here:
        assert here.pairs() == [("dev-project/pg-orders", "prod-project/pg-orders")]
        assert here.http.get("/v1/project/prod-project/service/pg-users").status_code == 200
        assert here.create("dev-project/pg-users", "prod-project/pg-users").status_code == 403


def test_the_example_leaves_the_settings_at_their_defaults(tmp_path: Path) -> None:
    """What the documentation calls the defaults are the defaults."""
    path = tmp_path / "world.yaml"
    path.write_text(block("yaml"), encoding="utf-8")
    world, plain = load_world(path), World(organizations=[{"id": "o"}])

    for name in ("flat", "paging", "unreadable", "latency_ms", "life"):
        assert getattr(world, name) == getattr(plain, name)


def keys(model: type[BaseModel]) -> set[str]:
    """Every key of a model and of the models inside it."""
    found: set[str] = set()
    definitions: dict[str, Any] = model.model_json_schema()
    for part in (definitions, *definitions.get("$defs", {}).values()):
        found |= set(part.get("properties", {}))
    return found


def test_the_example_story_is_one(tmp_path: Path) -> None:
    """The documented story plays to its end on the default world."""
    text = block("yml").replace("world: world.yaml", "")
    (tmp_path / "story.yaml").write_text(text, encoding="utf-8")

    *_, last = play(load_story(tmp_path / "story.yaml"))

    assert last == "The story is over: 13 events, 6 expectations met."


@pytest.mark.parametrize("model", [World, Fault, Story])
def test_every_key_is_documented(model: type[BaseModel]) -> None:
    """Each key of a world file, and of a fault, is in the documentation."""
    assert {key for key in keys(model) if not re.search(rf"\b{key}\b", TEXT)} == set()


def documented_calls() -> set[str]:
    """Each method with each path that shares a table cell with it."""
    return {
        f"{method} {path}"
        for line in TEXT.splitlines()
        if line.startswith("|")
        for cell in line.split("|")
        for method in re.findall(r"\b(?:GET|POST|PUT|PATCH|DELETE)\b", cell)
        for path in re.findall(r"/(?:v1|_sandbox)/[^` ?]*", cell)
    }


def test_every_route_is_documented() -> None:
    """Each path and method that the sandbox answers is in the tables."""
    answered = {
        f"{method} {re.sub('<name:([a-z_]+)>', lambda match: match[1].upper(), rule.rule)}".replace(
            "ORGANIZATION", "ORG"
        )
        for rule in create_app().url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule != "/"
    }

    assert answered - documented_calls() == set()


@pytest.mark.parametrize(("code", "status"), CHOSEN.items())
def test_every_chosen_status_is_documented(code: str, status: int) -> None:
    """Each status that Aiven does not document stands in the table of choices."""
    assert f"| `{code}` | {int(status)} |" in TEXT
