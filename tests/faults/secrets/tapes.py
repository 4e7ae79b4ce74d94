"""Conversations with the API on tape, while it tells in headers and cookies what it was sent."""

from typing import Final

from pipesync.model import ServiceRef
from tests.contract import cassette
from tests.contract.cast import Cast
from tests.contract.scenarios import SETS
from tests.faults.figures import Figures
from tests.faults.forks import Ended
from tests.faults.plans import ORGANIZATION
from tests.faults.secrets import canaries
from tests.faults.secrets.room import Room

_SERVICES: Final = (ServiceRef("dev", "pg-c"), ServiceRef("stage", "pg-c"), ServiceRef("eu", "pg-c"))


def record(on: Room, figures: Figures) -> None:
    """Every scenario that needs no world of its own; its file is looked through like any other."""
    real = Cast(on.api.url, ORGANIZATION, _SERVICES)
    folder = on.there / "cassettes"
    for scenario in SETS["organization"]:
        if scenario.only_under is None and scenario.token is None and scenario.organization is None:
            on.reset()
            folder.mkdir()
            cassette.record(scenario, folder, real, real, canaries.TOKEN)
            assert cassette.path_of(folder, scenario).is_file()
            on.look(f"a tape of {scenario.name}", Ended(0, "", ""), figures)
