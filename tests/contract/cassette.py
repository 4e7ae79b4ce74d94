"""Scenarios on tape: a cassette is recorded from whatever answers, and replayed with nothing but the file."""

from pathlib import Path
from typing import Any, Final

import vcr

from pipesync.aiven.client import Client
from pipesync.aiven.patience import Patience
from pipesync.aiven.token import Token
from pipesync.aiven.transport import Transport
from tests.contract.cast import Cast
from tests.contract.disguise import Disguise
from tests.contract.scenarios import Scenario

FOLDER: Final = Path(__file__).parents[2] / "cassettes"

_MATCH_ON: Final = ("method", "scheme", "host", "port", "path", "query", "body")
"""vcr leaves out the body unless told; two creates would be one."""

_REPLAY_TOKEN: Final = "replayed"

AT_ONCE: Final = Patience(jitter=lambda _: 0.0)
"""Between two attempts a sandbox or a cassette needs no rest."""


def path_of(folder: Path, scenario: Scenario) -> Path:
    return folder / f"{scenario.name}.yaml"


def record(scenario: Scenario, folder: Path, real: Cast, shown: Cast, token: str, patience: Patience = AT_ONCE) -> None:
    """Plays `scenario` against the API of `real`; the cassette shows `shown`, and is there only if all went well."""
    path = path_of(folder, scenario)
    path.unlink(missing_ok=True)
    disguise = Disguise(real, shown, Token(token, "a scenario").scrub)
    tape = vcr.use_cassette(
        str(path),
        record_mode="all",
        match_on=_MATCH_ON,
        decode_compressed_response=True,
        before_record_request=disguise.request,
        before_record_response=disguise.response,
        record_on_exception=False,
    )
    with tape:
        _play(scenario, real, token, patience)


def replay(scenario: Scenario, folder: Path) -> Any:
    """Plays `scenario` from its file; the cassette, for what became of it."""
    tape = vcr.use_cassette(str(path_of(folder, scenario)), record_mode="none", match_on=_MATCH_ON)
    with tape as cassette:
        _play(scenario, Cast.load(folder), _REPLAY_TOKEN, AT_ONCE)
    return cassette


def connect(real: Cast, token: str, patience: Patience = AT_ONCE) -> Transport:
    """A transport to the API of `real`; it makes one call at a time, so that they are recorded in order."""
    return Transport(real.api_url, Token(token, "a scenario"), parallelism=1, patience=patience)


def _play(scenario: Scenario, cast: Cast, token: str, patience: Patience) -> None:
    with connect(cast, scenario.token or token, patience) as transport:
        scenario.play(Client(transport, scenario.organization or cast.organization), cast)
