"""A sandbox with a client of it, and runs of plan and apply against it whose state is a file."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx

from pipesync import preflight
from pipesync.aiven.client import Client
from pipesync.aiven.patience import Patience
from pipesync.aiven.token import Token
from pipesync.aiven.transport import Transport
from pipesync.apply import Progress, Run
from pipesync.drafting import Basis, draft
from pipesync.model import Spec
from pipesync.outcome import Outcome
from pipesync.ownership import settle
from pipesync.plan import Change, Options, Plan
from pipesync.planning import plan
from pipesync.recheck import Recheck, recheck
from pipesync.recording import Record
from pipesync.sandbox import create_app, serve, world_of
from pipesync.state import RecordedStep, State
from pipesync.store.local import LocalStore
from pipesync.workers import Interrupt
from tests.unit.nouns import ORGANIZATION, last_apply

STEPS = f"/v1/organization/{ORGANIZATION}/upgrade-pipeline/steps"

IMPATIENT = Patience(attempts=2, wait=lambda cancelled, _seconds: cancelled.is_set())
"""Retries once, and waits for nothing."""


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def quiet(_progress: Progress) -> None:
    """Nobody watches this run."""


@dataclass
class World:
    """One account, seen by us through `client`, by everybody else through `http`; our state is at `store`."""

    client: Client
    http: httpx.Client
    folder: Path
    clock: Clock = field(default_factory=Clock)

    @classmethod
    @contextmanager
    def on_a_socket(cls, folder: Path, world: dict[str, Any]) -> Iterator[Self]:
        with serve(create_app(world_of(world)), port=0) as server, cls._open(folder, server.url, None) as opened:
            yield opened

    @classmethod
    @contextmanager
    def in_process(cls, folder: Path, world: dict[str, Any]) -> Iterator[Self]:
        app = create_app(world_of(world))
        with cls._open(folder, "http://127.0.0.1", httpx.WSGITransport(app=app)) as opened:
            yield opened

    @classmethod
    @contextmanager
    def _open(cls, folder: Path, url: str, through: httpx.BaseTransport | None) -> Iterator[Self]:
        with (
            Transport(url, Token("ours", "a test"), patience=IMPATIENT, through=through) as transport,
            httpx.Client(
                base_url=url, transport=through, headers={"Authorization": "Bearer theirs"}, verify=False
            ) as http,
        ):
            yield cls(Client(transport, ORGANIZATION), http, folder)

    def reset(self) -> Self:
        """The world of the beginning, and no state."""
        self.http.post("/_sandbox/reset").raise_for_status()
        for path in self.folder.iterdir():
            path.unlink()
        self.clock.now = 0.0
        return self

    @property
    def store(self) -> LocalStore:
        return LocalStore(self.folder / "state.json")

    @property
    def state(self) -> State:
        """What is stored now."""
        found = self.store.read()
        assert found is not None
        return found

    def edges(self) -> dict[str, tuple[str, int]]:
        """The live steps: address → source and delay."""
        return {
            at.step.address: (str(at.step.source), at.step.auto_validation_delay_days)
            for at in self.client.list_steps()
        }

    def insert(self, source: str, destination: str, days: int = 7) -> None:
        """A step that somebody else makes."""
        body = {"source": source, "destination": destination, "auto_validation_delay_days": days}
        self.http.post("/_sandbox/steps", json=body).raise_for_status()

    def remove(self, address: str) -> None:
        """A step that somebody else removes."""
        (at,) = (at for at in self.client.list_steps() if at.step.address == address)
        self.http.delete(f"{STEPS}/{at.step_id}").raise_for_status()

    def fault(self, **rule: Any) -> None:
        self.http.post("/_sandbox/faults", json=rule).raise_for_status()

    def no_faults(self) -> None:
        self.http.delete("/_sandbox/faults").raise_for_status()

    def traffic(self) -> dict[str, Any]:
        """The sandbox's log of what was asked since the last `forget_traffic`."""
        log: dict[str, Any] = self.http.get("/_sandbox/requests").json()
        return log

    def forget_traffic(self) -> None:
        self.http.delete("/_sandbox/requests").raise_for_status()

    def writes(self) -> list[str]:
        """The methods of the writing requests in the log, in their order."""
        return [one["method"] for one in self.traffic()["requests"] if one["method"] != "GET"]

    def plan(self, spec: Spec, **options: Any) -> Plan:
        return self._plan(spec, **options)[0]

    def apply(self, spec: Spec, **more: Any) -> Outcome:
        """Plan and carry out; `more` are arguments of `run`."""
        options = more.pop("options", {})
        made, refreshed = self._plan(spec, **options)
        assert (made.errors, made.refusals) == ((), ())
        return self.run(made, refreshed=refreshed, **more)

    def saved(self, made: Plan, **more: Any) -> tuple[Recheck, Outcome]:
        """Carry out what is due of a saved plan."""
        checked = recheck(made, self.client.list_steps(), self.store.read())
        return checked, self.run(made, changes=tuple(checked.due), settled=checked.settled, **more)

    def run(
        self,
        made: Plan,
        *,
        changes: tuple[Change, ...] | None = None,
        settled: State | None = None,
        refreshed: tuple[RecordedStep, ...] = (),
        parallelism: int = 10,
        interrupt: Interrupt | None = None,
        report: Callable[[Progress], None] = quiet,
        fresh: Callable[[], bool] = lambda: True,
    ) -> Outcome:
        stored, live = self.store.read(), self.client.list_steps()
        found = settle(stored, live) if stored else State.new(made.organization, made.api_url)
        record = Record(
            self.store,
            stored=stored,
            settled=settled or found,
            refreshed=refreshed,
            last_apply=last_apply(made.digest, made.files),
            clock=self.clock,
        )
        todo = made.changes if changes is None else changes
        asked = interrupt or Interrupt()
        run = Run(
            self.client,
            record,
            parallelism=parallelism,
            interrupt=asked,
            report=report,
            fresh=fresh,
            clock=self.clock,
        )
        outcome = run.carry_out(todo, live, limit=made.limits.max_chain_steps, plan=made.digest)
        if run.unsaved is not None:
            raise run.unsaved
        return outcome

    def _plan(self, spec: Spec, **options: Any) -> tuple[Plan, tuple[RecordedStep, ...]]:
        state, live = self.store.read(), self.client.list_steps()
        known = preflight.confirm_gone(self.client, state, live)
        url = state.api_url if state else "http://127.0.0.1"
        decided = draft(Basis(spec, live, state, url, Options(**options), "0.1.0"))
        found = preflight.look_up(self.client, decided.looked_up, known)
        return plan(decided, found.known, found.unreadable), decided.refreshed


def pg(*names: str) -> dict[str, Any]:
    """A world of PostgreSQL services, written `project/service`."""
    return {
        "organization": ORGANIZATION,
        "services": [
            {"project": project, "name": name, "type": "pg"} for project, _, name in (n.partition("/") for n in names)
        ],
    }
