"""The examples work, and their READMEs show what happens: every command is run, every line shown is looked for."""

import json
import re
import shlex
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from pipesync.sandbox import load_world
from pipesync.spec.load import load
from tests.cli.conftest import Start
from tests.cli.shell import Api, Shell

EXAMPLES: Final = Path(__file__).parents[2] / "examples"

STEPS: Final = {
    "account-wide": 3,
    "adopting": 3,
    "ci": 6,
    "fan-out": 8,
    "organization": 300,
    "policy": 4,
    "three-environments": 2,
}
"""How many upgrade steps each example manages in the end."""

STORIES: Final = "stories"
"""The folder that holds no spec; see test_cli_stories.py."""


@dataclass(frozen=True)
class Command:
    """A command of a README, and the lines shown after it; `…` stands for any lines."""

    words: tuple[str, ...]
    shown: tuple[str, ...]


def commands(readme: Path) -> Iterator[Command]:
    text = readme.read_text("utf-8")
    for block in re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for entry in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, *shown = entry.splitlines()
            yield Command(tuple(shlex.split(line)), tuple(shown))


@dataclass
class Session:
    """Carries out a README's commands in a copy of its folder, the way a shell would."""

    shell: Shell
    start: Start
    api: Api
    code: int = 0
    last: str = ""

    def run(self, command: Command) -> None:
        """Runs one; what is shown after it must be what it prints on standard output."""
        assert self.code == 0 or command.words == ("echo", "$?"), f"{self.last} failed, and nothing says so"
        self.last = " ".join(command.words)
        said = self._said(command.words)
        if command.shown:
            assert shows(command.shown, said), f"{self.last}\n{said}"

    def _said(self, words: Sequence[str]) -> str:
        said = ""
        match words:
            case ["pipesync", "sandbox", "serve", "--world", world, "&"]:
                self.api = self.start(load_world(self.shell.folder / world).model_dump())
            case ["pipesync", "sandbox", "serve", "&"]:
                pass  # the one that every test here has
            case ["export", "PIPESYNC_API_URL=http://127.0.0.1:8765", "PIPESYNC_TOKEN=any"]:
                pass  # the test's own address and token stand in for them
            case ["echo", "$?"]:
                said, self.code = f"{self.code}\n", 0
            case ["rm", path]:
                (self.shell.folder / path).unlink()
            case ["pipesync", *arguments, ">", path]:
                self.shell.write(self.pipesync(*arguments), path)
            case ["pipesync", *arguments]:
                said = self.pipesync(*arguments)
            case _:
                raise AssertionError(f"a README has a command that this test does not know: {words}")
        return said

    def pipesync(self, *arguments: str) -> str:
        result = self.shell(*arguments, PIPESYNC_API_URL=self.api.url)
        self.code = result.code
        return result.out


def shows(shown: Sequence[str], said: str) -> bool:
    """Whether `shown` is `said`, but for the lines left out at each `…`."""
    *before, last = "".join(f"{line}\n" for line in shown).split("…\n")
    if not before:
        return said == last
    place = len(before[0]) if said.startswith(before[0]) else -1
    for piece in before[1:]:
        place = -1 if place < 0 or (found := said.find(piece, place)) < 0 else found + len(piece)
    return place >= 0 and said[place:].endswith(last)


@pytest.mark.parametrize("name", STEPS)
def test_an_example_does_what_its_readme_shows(name: str, pipesync: Shell, start: Start, api: Api) -> None:
    """Validated, planned and applied as its README says, its steps are live and recorded, and nothing is left to do."""
    shutil.copytree(EXAMPLES / name, pipesync.folder, dirs_exist_ok=True)
    session = Session(pipesync, start, api)

    listed = list(commands(EXAMPLES / name / "README.md"))
    for command in listed:
        session.run(command)

    recorded = [step["destination"] for step in json.loads(pipesync.read())["steps"]]
    assert len(recorded) == STEPS[name]
    assert set(recorded) <= set(session.api.edges())
    main_job = [command for command in listed if command.words[1] in {"validate", "plan", "apply"}]
    applied = next(place for place, command in enumerate(main_job) if command.words[1] == "apply")
    assert {command.words[1] for command in main_job[:applied]} == {"validate", "plan"}
    assert main_job[applied + 1].words == ("pipesync", "plan")
    assert main_job[applied + 1].shown[-1] == "No changes. Your infrastructure matches the configuration."


@pytest.mark.parametrize(
    ("shown", "fits"),
    [
        ("a\nb\nc\n", True),
        ("…\nc\n", True),
        ("a\n…\n", True),
        ("a\n…\nc\n", True),
        ("…\nb\n…\n", True),
        ("a\nb\n", False),
        ("…\nb\n", False),
        ("b\n…\n", False),
        ("…\nb\n…\na\n…\n", False),
        ("…\nd\n…\nc\n", False),
        ("…\nb\n…\nb\nc\n", False),
    ],
)
def test_what_a_readme_leaves_out_is_marked(shown: str, fits: bool) -> None:
    """Lines are left out where `…` stands and nowhere else."""
    assert shows(shown.splitlines(), "a\nb\nc\n") is fits


def test_the_index_lists_every_example() -> None:
    """Each folder of examples/ is in its README and in this test."""
    folders = {path.name for path in EXAMPLES.iterdir() if path.is_dir()}
    index = (EXAMPLES / "README.md").read_text("utf-8")

    assert folders == {*STEPS, STORIES}
    assert {name for name in folders if f"[{name}]({name})" not in index} == set()


def test_the_organization_is_as_large_as_it_says() -> None:
    """400 services in 60 projects, all of them in a pipeline, and no chain longer than two steps."""
    world = load_world(EXAMPLES / "organization" / "world.yaml")
    services = {f"{group.project}/{name}" for group in world.services for name in group.names}
    spec = load([str(EXAMPLES / "organization")])
    sources = {str(one.step.destination): str(one.step.source) for one in spec.steps}

    assert (len(services), len(world.all_projects())) == (400, 60)
    assert {*sources, *sources.values()} == services
    assert spec.limits.max_chain_steps == 2
    assert not [source for source in sources.values() if sources.get(sources.get(source, "")) is not None]


SPECS: Final = sorted(
    path
    for path in EXAMPLES.rglob("*.yaml")
    if path.name != "world.yaml" and path.parent.name != STORIES and "/." not in str(path.relative_to(EXAMPLES.parent))
)


@pytest.mark.parametrize("path", SPECS, ids=lambda path: str(path.relative_to(EXAMPLES)))
def test_an_editor_finds_the_schema(path: Path) -> None:
    """The first line of each spec, and of each policy, names the committed JSON Schema."""
    first, _, _ = path.read_text("utf-8").partition("\n")
    schema = first.removeprefix("# yaml-language-server: $schema=")
    kind = "policy" if path.name == "pipesync.policy.yaml" else "pipeline-spec"

    assert (path.parent / schema).resolve() == EXAMPLES.parent / "schemas" / f"{kind}.v1.schema.json"
    assert (path.parent / schema).exists()
