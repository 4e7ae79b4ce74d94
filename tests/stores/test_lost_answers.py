"""Answers that get lost on the way: of the lock, of a write, of the unlock; before and after they had their effect."""

from collections.abc import Callable, Iterator

import pytest

from pipesync.state import State
from pipesync.store import objects, postgres
from tests.stored_states import FIRST, SECOND
from tests.stores.conftest import MakeGround
from tests.stores.kinds import AZURE, S3, SHARED, Ground
from tests.stores.runs import info
from tests.stores.wire import HANGS, HTTP_ONLY, Fault, Script, Wire, wire

OPERATIONS = {"lock": 1, "first write": 2, "second write": 3, "unlock": 4}
"""Which of a run's writes of the state's object is which."""

CASES = [
    (kind, fault)
    for kind in SHARED
    for fault in Fault
    if kind in {S3, AZURE} or fault not in HTTP_ONLY
]  # fmt: skip


@pytest.fixture(params=CASES, ids=lambda case: f"{case[0]}-{case[1]}")
def case(request: pytest.FixtureRequest, ground_of: MakeGround) -> tuple[Ground, Fault]:
    kind, fault = request.param
    return ground_of(kind), fault


@pytest.fixture
def line(case: tuple[Ground, Fault], monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    """A wire to the engine; a request that hangs is given up after 1 s instead of 20."""
    ground, fault = case
    if fault in HANGS:
        monkeypatch.setattr(objects, "REQUEST_SECONDS", 1)
        monkeypatch.setattr(postgres, "CALL_SECONDS", 1)
    assert ground.engine is not None
    with wire(ground.engine.port) as made:
        for name, value in ground.engine.through(made.port).items():
            monkeypatch.setenv(name, value)
        yield made


@pytest.mark.parametrize("before", [None, FIRST], ids=["new", "old"])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_lost_answer_leaves_no_lock_and_loses_no_write(
    case: tuple[Ground, Fault], line: Wire, operation: str, before: State | None
) -> None:
    """The run goes on as if nothing had been: it is not locked out by itself, and what it wrote is there once."""
    ground, fault = case
    go_through(ground, line, Script(fault, writes_of(ground), OPERATIONS[operation]), before)


@pytest.mark.parametrize("number", [1, 2])
def test_a_lost_read_is_read_again(case: tuple[Ground, Fault], line: Wire, number: int) -> None:
    """Of the lock that may be there, and of the state."""
    ground, fault = case
    go_through(ground, line, Script(fault, reads_of(ground), number), FIRST)


def go_through(ground: Ground, line: Wire, script: Script, before: State | None) -> None:
    """A whole run on `line`, and the one after it; all that they promise holds."""
    assert ground.engine is not None
    there = Ground(ground.kind, ground.location.replace(f":{ground.engine.port}/", f":{line.port}/"), ground.engine)
    store = there.open()
    if before is not None:
        store.write(before, replacing=None)
    line.follow(script)
    with store.lock(info(), 0) as hold:
        assert store.read() == before
        store.write(SECOND, replacing=before)
        third = SECOND.next(pending=())
        store.write(third, replacing=SECOND)
    assert hold.left_behind() is None
    assert (store.read(), store.holder()) == (third, None)
    assert script.seen >= script.number, "the fault was not met"
    with there.open().lock(info("next"), 0) as hold:
        assert hold.taken_from is None


def writes_of(ground: Ground) -> Callable[[bytes], bool]:
    """What a write of the state's own object looks like on the wire; the probe's and the backup's have longer names."""
    if "#" in ground.location:
        return lambda data: b"UPDATE pipesync_state SET" in data or b"DO NOTHING" in data
    return lambda data: data.startswith(b"PUT ") and key_of(ground) in data


def reads_of(ground: Ground) -> Callable[[bytes], bool]:
    if "#" in ground.location:
        return lambda data: b"FROM pipesync_state WHERE" in data
    return lambda data: data.startswith(b"GET ") and key_of(ground) in data


def key_of(ground: Ground) -> bytes:
    return ground.location.rpartition("//")[2].partition("/")[2].encode() + b" HTTP"
