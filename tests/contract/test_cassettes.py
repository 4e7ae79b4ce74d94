"""The cassettes: each plays to its end without a network, holds no secret, and is what is recorded today."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from vcr.errors import CannotOverwriteExistingCassetteException

from pipesync.aiven.client import Client
from pipesync.model import ServiceRef
from tests.contract import cassette, record
from tests.contract.cast import Cast
from tests.contract.disguise import Disguise
from tests.contract.offline import block_network
from tests.contract.scenarios import FAN_OUT, SETS, Scenario
from tests.contract.scripted import payload
from tests.sandbox.running import running

FILES: Final = sorted(path for path in cassette.FOLDER.rglob("*") if path.suffix in {".yaml", ".json"})

SECRETS: Final = {
    "the sandbox's token": re.escape(record.TOKEN),
    "a password": "AVNS_|password",
    "an address to log in at": r"service_uri|://\w+:",
    "a header with a token": "authorization|bearer|aivenv1",
    "an e-mail address": r"[\w.+-]+@[\w-]+\.\w+",
}
"""Patterns, in any case."""


def recorded() -> Iterator[Any]:
    """Every scenario with its set's folder, as far as it was recorded."""
    for origin in ("sandbox", "aiven"):
        for dialect, scenarios in SETS.items():
            folder = cassette.FOLDER / origin / dialect
            for scenario in scenarios:
                if cassette.path_of(folder, scenario).exists():
                    yield pytest.param(scenario, folder, id=f"{origin}/{dialect}/{scenario.name}")


@pytest.fixture
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    block_network(monkeypatch)


@pytest.mark.usefixtures("_offline")
@pytest.mark.parametrize(("scenario", "folder"), list(recorded()))
def test_a_cassette_plays_to_its_end_without_a_network(scenario: Scenario, folder: Path) -> None:
    """The client makes of the recorded answers what it promises, and asks for each of them."""
    played = cassette.replay(scenario, folder)

    assert played.all_played


@pytest.mark.usefixtures("_offline")
def test_what_was_not_recorded_is_not_sent(tmp_path: Path) -> None:
    """A replay that asks for more than the cassette holds fails; nothing goes out."""
    (scenario,) = (one for one in SETS["flat"] if one.name == "services")
    cast = Cast.load(cassette.FOLDER / "sandbox" / "flat")
    Cast(cast.api_url, cast.organization, (ServiceRef("other", "pg"), *cast.services[1:])).save(tmp_path)
    recording = cassette.path_of(cassette.FOLDER / "sandbox" / "flat", scenario)
    (tmp_path / recording.name).write_bytes(recording.read_bytes())

    with pytest.raises(CannotOverwriteExistingCassetteException, match="/v1/project/other/service"):
        cassette.replay(scenario, tmp_path)


@pytest.mark.usefixtures("_offline")
def test_the_network_is_blocked() -> None:
    """Without a cassette the same client gets nowhere."""
    cast = Cast.load(cassette.FOLDER / "sandbox" / "flat")
    with cassette.connect(cast, "any") as transport, pytest.raises(AssertionError, match="network"):
        Client(transport, None).list_steps()


def test_recording_again_gives_the_same_cassettes(tmp_path: Path) -> None:
    """The committed cassettes are what `make cassettes` writes today: no more, no fewer, byte for byte."""
    assert record.main([], {}, tmp_path) == 0

    committed = cassette.FOLDER / "sandbox"
    assert contents(tmp_path / "sandbox") == contents(committed)


def contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()}


def test_lists_are_recorded_with_several_pages() -> None:
    """Both dialects' lists go on after their first page."""
    for dialect in SETS:
        text = (cassette.FOLDER / "sandbox" / dialect / "pages.yaml").read_text("utf-8")
        assert len(re.findall(r"uri: .*[?&]cursor=", text)) == FAN_OUT // 30


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(cassette.FOLDER)))
def test_a_cassette_holds_no_secret(path: Path) -> None:
    """No token, password, log-in or e-mail address."""
    text = path.read_text("utf-8")

    assert {name for name, secret in SECRETS.items() if re.search(secret, text, re.IGNORECASE)} == set()


def test_the_patterns_find_what_a_whole_answer_would_hold() -> None:
    """The sandbox's own answer about services holds what no cassette does."""
    with running() as sandbox:
        text = sandbox.http.get("/v1/project/dev-project/service").text

    assert {name for name, secret in SECRETS.items() if re.search(secret, text, re.IGNORECASE)} >= {
        "a password",
        "an address to log in at",
    }


def test_an_answer_is_reduced_to_what_is_read() -> None:
    """Of Aiven's answer about services a cassette keeps what the client reads of each, no address and no password."""
    cast = Cast("http://127.0.0.1", None, (ServiceRef("p", "pg-dev"), ServiceRef("p", "b"), ServiceRef("p", "c")))

    reduced = Disguise(cast, cast).reduced(payload("services"))
    read = {"service_name", "service_type", "state", "maintenance", "metadata"}
    assert [set(service) for service in reduced["services"]] == [read, read]
    assert [service["service_name"] for service in reduced["services"]] == ["pg-dev", "some-service-4"]
    assert reduced["services"][0]["metadata"] == {"pg_version": "16.4"}
    assert "EXAMPLE" not in str(reduced)
