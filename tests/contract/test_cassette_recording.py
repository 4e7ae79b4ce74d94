"""Recording from somebody's account: nothing of it is shown, and it is left as it was."""

import re
from pathlib import Path
from typing import Any, Final

import pytest

from pipesync.errors import PipesyncError
from pipesync.model import ServiceRef
from tests.contract import cassette, record
from tests.contract.cast import FILE, Cast
from tests.contract.offline import block_network
from tests.contract.scenarios import SETS, Scenario
from tests.sandbox.running import Running, running

TOKEN: Final = "acme-secret-token"
ORGANIZATION: Final = "orgsecretacme"
FREE: Final = ("acme-secret-dev/orders", "acme-secret-test/orders", "acme-secret-prod/orders")
THEIRS: Final = ("acme-secret-lab/hub", "acme-secret-lab/spoke")

ACCOUNT: Final[dict[str, Any]] = {
    "organization": {"id": ORGANIZATION, "name": "Acme secret"},
    "services": [
        *({"project": name.partition("/")[0], "name": "orders", "type": "pg"} for name in FREE),
        {"project": "acme-secret-lab", "names": ["hub", "spoke"], "type": "pg"},
    ],
    "steps": [
        {
            "source": THEIRS[0],
            "destination": THEIRS[1],
            "last_validation": {
                "validated_at": "2026-05-04T12:30:00Z",
                "validated_by_user": "dba@acme.example",
                "comment": "checked by secret means",
            },
        }
    ],
    "tokens": [{"token": TOKEN}],
}
"""Three services, all of one name, are free for recording; two have an upgrade step between them."""


def named(sandbox: Running, organization: str | None, *names: str) -> Cast:
    first, second, third = map(ServiceRef.parse, names)
    return Cast(sandbox.url, organization, (first, second, third))


def live(sandbox: Running) -> list[str]:
    """The addresses of the steps that are there."""
    steps = sandbox.http.get("/v1/upgrade/step").raise_for_status().json()["steps"]
    return [f"{step['destination_project']}/{step['destination_service']}" for step in steps]


def recordable(dialect: str) -> list[Scenario]:
    return [scenario for scenario in SETS[dialect] if scenario.only_under is None]


@pytest.mark.parametrize(("dialect", "organization"), [("organization", ORGANIZATION), ("flat", None)])
def test_cassettes_show_nothing_of_the_account(
    dialect: str, organization: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names, ids, users and comments do not get into the cassettes, which play back all the same."""
    with running(ACCOUNT, token=TOKEN) as sandbox:
        assert record.from_aiven(tmp_path, named(sandbox, organization, *FREE), TOKEN) == 0
        assert live(sandbox) == [THEIRS[1]]

    made = {path.name: path.read_text("utf-8") for path in (tmp_path / dialect).iterdir()}
    assert set(made) == {FILE, *(f"{scenario.name}.yaml" for scenario in recordable(dialect))}
    assert {name for name, text in made.items() if re.search("secret|orders|spoke|dba", text, re.IGNORECASE)} == set()
    block_network(monkeypatch)
    for scenario in recordable(dialect):
        assert cassette.replay(scenario, tmp_path / dialect).all_played


def test_services_with_steps_are_not_touched(tmp_path: Path) -> None:
    """Services that have upgrade steps are refused before anything is written anywhere."""
    with running(ACCOUNT, token=TOKEN) as sandbox:
        with pytest.raises(PipesyncError, match="have upgrade steps already") as refused:
            record.from_aiven(tmp_path, named(sandbox, ORGANIZATION, *THEIRS, FREE[0]), TOKEN)

        assert refused.value.where == THEIRS[1]
        assert live(sandbox) == [THEIRS[1]]
    assert list(tmp_path.iterdir()) == []


def test_a_scenario_that_breaks_off_leaves_no_step_behind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What went wrong is told and not recorded, the others are, and the services are free again."""
    with running(ACCOUNT, token=TOKEN) as sandbox:
        sandbox.order_fault(method="DELETE", status=403)
        assert record.from_aiven(tmp_path, named(sandbox, ORGANIZATION, *FREE), TOKEN) == 1
        assert live(sandbox) == [THEIRS[1]]

    assert "not recorded: " in capsys.readouterr().err
    made = {path.stem for path in (tmp_path / "organization").glob("*.yaml")}
    assert made == {scenario.name for scenario in recordable("organization")} - {"life-of-a-chain"}


@pytest.mark.parametrize("services", ["", "p/a p/b", "p/a p/b p/a", "p/a p/b c"])
def test_recording_from_aiven_needs_three_services(
    services: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a token, or three different services, nothing is asked and nothing is written."""
    environment = {"PIPESYNC_TOKEN": "any", "PIPESYNC_RECORD_SERVICES": services}

    assert record.main(["--aiven"], environment, tmp_path) == 1
    assert "set PIPESYNC_TOKEN and PIPESYNC_RECORD_SERVICES" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_argument_is_a_usage_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is recorded by mistake."""
    assert record.main(["--avien"], {}, tmp_path) == 64
    assert "usage: " in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
