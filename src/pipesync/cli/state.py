"""`pipesync state`: look after the state. What the API has is never touched here."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from pipesync import render
from pipesync.cli import options
from pipesync.cli.exits import Exit
from pipesync.cli.layout import Group
from pipesync.cli.reading import locked, read_state
from pipesync.cli.terminal import Terminal
from pipesync.errors import RefusedError, StateError
from pipesync.render.escape import visible
from pipesync.state import RecordedStep, State
from pipesync.store import envelope
from pipesync.store.durable import MAX_BYTES
from pipesync.store.location import open_store
from pipesync.store.protocol import Store
from pipesync.store.statefile import read_state as parse_state


@click.group(cls=Group)
@options.common
def state() -> None:
    """Look after the state."""


@state.command("list")
@options.state
@options.common
@click.pass_context
def list_(context: click.Context, /, state_location: str) -> int:
    """The addresses of the recorded steps, a line each."""
    terminal = options.terminal(context)
    found = _existing(open_store(state_location, os.environ), terminal)
    terminal.data(render.addresses(found))
    return Exit.DONE


@state.command("show")
@click.argument("address")
@options.state
@options.common
@click.pass_context
def show(context: click.Context, /, address: str, state_location: str) -> int:
    """One recorded step."""
    terminal = options.terminal(context)
    store = open_store(state_location, os.environ)
    record = _recorded(_existing(store, terminal), address, store)
    terminal.data(render.render_step(record, color=terminal.coloured()))
    return Exit.DONE


@state.command("rm")
@click.argument("address")
@options.state
@options.lock_timeout
@options.common
@click.pass_context
def rm(context: click.Context, /, address: str, state_location: str, lock_timeout: float) -> int:
    """Forget one step; the live one stays as it is."""
    terminal = options.terminal(context)
    store = open_store(state_location, os.environ)
    with _locked(store, terminal, lock_timeout) as found:
        gone = _recorded(found, address, store)
        kept = tuple(record for record in found.steps if record is not gone)
        pending = tuple(entry for entry in found.pending if entry.address != address)
        store.write(found.next(steps=kept, pending=pending), replacing=found)
    terminal.say(f"Forgot {visible(address)}; the live step stays as it is.")
    return Exit.DONE


@state.command("pull")
@options.state
@options.common
@click.pass_context
def pull(context: click.Context, /, state_location: str) -> int:
    """Print the state as it is stored."""
    terminal = options.terminal(context)
    terminal.data(_existing(open_store(state_location, os.environ), terminal).to_json())
    return Exit.DONE


@state.command("push")
@click.argument("file", type=click.Path(path_type=Path))
@options.state
@options.lock_timeout
@options.force
@options.common
@click.pass_context
def push(context: click.Context, /, file: Path, state_location: str, lock_timeout: float, force: bool) -> int:
    """Make FILE the state; what was there is kept aside."""
    terminal = options.terminal(context)
    pushed = _read_file(file)
    store = open_store(state_location, os.environ)
    with locked(store, lock_timeout, terminal):
        damage: StateError | None = None
        try:
            before = store.read()
        except StateError as error:
            before, damage = None, error
        if before is not None:
            _check_same_set(pushed, before, file, store)
            if not force:
                _check_not_behind(pushed, before, file, store)
        serial = max(pushed.serial, before.serial if before else 0)
        store.overwrite(pushed.model_copy(update={"serial": serial}).next())
    if damage is not None:
        terminal.say(f"What was there is damaged and was kept aside: {damage.what}")
    terminal.say(f"{store.where} now holds {len(pushed.steps)} recorded steps.")
    return Exit.DONE


@state.command("unlock")
@click.argument("lock_id")
@options.state
@options.common
@click.pass_context
def unlock(context: click.Context, /, lock_id: str, state_location: str) -> int:
    """Remove a lock that a run left behind."""
    terminal = options.terminal(context)
    open_store(state_location, os.environ).unlock(lock_id)
    terminal.say("Unlocked.")
    return Exit.DONE


def _check_same_set(pushed: State, before: State, file: Path, store: Store) -> None:
    """RefusedError unless both are states of the same steps; one made without an organization may get one."""
    differ = (
        ("lineage", pushed.lineage, before.lineage),
        ("organization", pushed.organization, before.organization or pushed.organization),
        ("API address", pushed.api_url, before.api_url),
    )
    for what, new, old in differ:
        if new != old:
            raise RefusedError(
                f"{file} is of {what} {new or '(none)'}, the state at {store.where} of {old}",
                next="these are the states of two different sets; move the one that is there away first",
            )


def _check_not_behind(pushed: State, before: State, file: Path, store: Store) -> None:
    """RefusedError if the state that is there may know of steps that `pushed` does not.

    What a run keeps aside is its last word: of the same run and as new, what is there is a write of it that did arrive.
    """
    if (pushed.serial, pushed.last_apply) == (before.serial, before.last_apply) or pushed.serial > before.serial:
        return
    how = "older than" if pushed.serial < before.serial else "another state than"
    raise RefusedError(
        f"{file} (serial {pushed.serial}) is {how} the one at {store.where} (serial {before.serial})",
        next="What a run did that could not write its state, the runs after it have found: `pipesync plan` shows what "
        "is left. To go back all the same: --force",
    )


def _read_file(file: Path) -> State:
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise StateError(
            f"the file cannot be read: {error.strerror or error}",
            where=str(file),
            next="name a file that `pipesync state pull` wrote, or a backup",
        ) from None
    copied = envelope.opened(data).state  # an object of a shared store has its lock beside the state
    return parse_state(data if copied is None else copied, str(file))


def _existing(store: Store, terminal: Terminal) -> State:
    return _not_none(read_state(store, terminal), store)


def _not_none(found: State | None, store: Store) -> State:
    if found is None:
        raise StateError(
            "there is no state yet", where=store.where, next="`pipesync apply` makes one; --state names another place"
        )
    return found


@contextmanager
def _locked(store: Store, terminal: Terminal, timeout: float) -> Iterator[State]:
    _not_none(store.read(), store)  # without one there is nothing to lock, and no lock is left behind
    with locked(store, timeout, terminal):
        yield _not_none(read_state(store, terminal, locked_by_us=True), store)


def _recorded(found: State, address: str, store: Store) -> RecordedStep:
    for record in found.steps:
        if record.step.address == address:
            return record
    raise StateError(f"{address} is not in the state", where=store.where, next="`pipesync state list` prints what is")
