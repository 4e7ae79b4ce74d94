"""The log of the life: every deed is in it, and it is enough to build the sandbox again."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from pipesync.sandbox import default_world
from pipesync.sandbox.log import Entry
from pipesync.sandbox.names import Ref
from pipesync.sandbox.replay import replay
from tests.sandbox.life import DEV, PROD, STAGING, Life, living, world
from tests.sandbox.running import STEPS, noon, running


def everything(life: Life) -> None:
    """Each kind of deed once, and time for what comes of them."""
    http = life.here.http
    step, other = life.step(DEV, STAGING), life.step(STAGING, PROD)
    http.post("/_sandbox/steps", json={"source": PROD, "destination": "dev-project/gone"}).raise_for_status()
    life.release("16.5")
    life.until("2026-05-05T12:00:00Z")
    life.validate(DEV)
    life.start(STAGING).raise_for_status()
    http.patch(f"{STEPS}/{other}", json={"auto_validation_delay_days": 1}).raise_for_status()
    life.until("2026-05-12")
    life.release("16.6")
    life.control(PROD, "override").raise_for_status()
    life.control(STAGING, "recycle").raise_for_status()
    life.control(DEV, "power", on=False).raise_for_status()
    http.delete(f"{STEPS}/{step}").raise_for_status()
    http.put("/_sandbox/projects/new", json={"upgrade_pipelines": False}).raise_for_status()
    http.put("/_sandbox/services/new/pg-new", json={"type": "pg", "version": "16.6"}).raise_for_status()
    http.post("/_sandbox/services/new/pg-new/rename", json={"name": "pg-old"}).raise_for_status()
    http.post("/_sandbox/projects/new/rename", json={"name": "old"}).raise_for_status()
    http.delete("/_sandbox/services/old/pg-old").raise_for_status()
    life.until("2026-06-01")


def test_the_log_holds_every_deed_and_all_that_came_of_it() -> None:
    """In order; each kind that there is."""
    with living() as life:
        everything(life)
        kinds = [entry["kind"] for entry in life.log()]

    assert kinds[:9] == [
        *("step_created", "step_created", "step_inserted", "release", "clock"),
        *("update_started", "update_finished", "validated", "maintenance_started"),
    ]
    assert set(kinds[9:]) == {
        *("update_started", "update_finished", "validated_automatically", "clock", "release"),
        *("step_changed", "step_deleted", "override", "recycle", "power"),
        *("project_changed", "project_renamed", "service_changed", "service_renamed", "service_removed"),
    }


def test_a_replay_of_the_log_rebuilds_the_sandbox() -> None:
    """Nothing differs, whatever was done; the sandbox itself stays as it is."""
    with living() as life:
        everything(life)
        before = life.log()

        answer = life.here.http.post("/_sandbox/replay").raise_for_status().json()

        assert answer == {"entries": len(before), "differs": []}
        assert life.log() == before


def test_a_replay_before_life_begins() -> None:
    """Steps and validations that were dated by the wall clock are rebuilt, too."""
    steps = [{"source": STAGING, "destination": PROD}]
    with running({**world(steps=steps), "now": None}) as here:
        life = Life(here)
        life.step(DEV, STAGING)
        life.validate(DEV)
        here.http.delete(f"{STEPS}/{here.listed()[0]['step_id']}").raise_for_status()

        assert here.http.post("/_sandbox/replay").json() == {"entries": 3, "differs": []}
        assert {entry["at"] for entry in life.log()} == {noon().isoformat(timespec="microseconds")[:-6] + "Z"}


def test_what_is_done_at_the_same_time_is_done_one_after_the_other() -> None:
    """Forty requests from eight clients at once: each is in the log, and the log still rebuilds everything."""
    with living() as life, ThreadPoolExecutor(8) as clients:
        life.step(DEV, STAGING)

        def once(number: int) -> int:
            life.release(f"16.{number + 5}")
            life.here.http.post("/_sandbox/clock", json={"advance": "30h"}).raise_for_status()
            life.control(PROD, "power", on=bool(number % 2)).raise_for_status()
            return life.validate(DEV).status_code

        assert set(clients.map(once, range(10))) == {204}
        counts = Counter(entry["kind"] for entry in life.log())
        assert (counts["release"], counts["clock"], counts["validated"]) == (10, 10, 10)
        assert life.here.http.post("/_sandbox/replay").json()["differs"] == []


def test_every_entry_has_words() -> None:
    """Each kind in a sentence, or by its name; none of them says None."""
    with living() as life:
        everything(life)
        words = {entry["kind"]: entry["words"] for entry in life.log()}

    assert not [text for text in words.values() if "None" in text]
    assert words["clock"] == "time passes until 2026-06-01 00:00:00"
    assert words["service_renamed"] == "service renamed new/pg-new"
    assert words["validated"] == f"{DEV}: 16.5 is validated by sandbox@example.org: Tested"
    assert words["power"] == f"{DEV} is powered off"
    assert words["step_changed"] == f"the step to {PROD} has a delay of 1 day now"


NOW = datetime(2026, 5, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (Entry(1, NOW, "earthquake"), "unknown kind 'earthquake'"),
        (Entry(1, NOW, "earthquake", service=Ref("a", "b")), "unknown kind 'earthquake'"),
        (Entry(1, NOW, "earthquake", step_id="s"), "unknown kind 'earthquake'"),
        (Entry(1, NOW, "step_deleted", step_id="s"), "the log speaks of step s, which is not there"),
    ],
)
def test_a_log_of_another_world_is_refused(entry: Entry, words: str) -> None:
    """A replay says what it does not know."""
    with pytest.raises(ValueError, match=words):
        replay(default_world(), [entry])
