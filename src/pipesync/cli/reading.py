"""What commands read: the spec, the state, the live steps; and the plan that follows from them."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipesync.cli.reaching import Api
from pipesync.cli.terminal import Terminal
from pipesync.model import ByProject, LiveStep, Spec

if TYPE_CHECKING:
    import threading

    from pipesync.aiven.client import Client
    from pipesync.cli.history import Named
    from pipesync.compliance import AppliedPolicy
    from pipesync.drafting import Draft
    from pipesync.plan import Options, Plan
    from pipesync.state import State
    from pipesync.store.protocol import Hold, Store


def load_spec(files: tuple[str, ...]) -> Spec:
    """The set of spec files; SpecError with every problem."""
    from pipesync.spec.load import load

    return load(files, stdin=sys.stdin.buffer if "-" in files and sys.stdin is not None else None)


def spec_if_any(files: tuple[str, ...], organization: str | None) -> Spec | None:
    """The spec that is named, else the working directory's, if there is one and no other steps are asked for."""
    from pipesync.spec.files import is_spec_here

    if organization is not None and files:
        raise click.UsageError("--organization is for what is live; a spec (--file) names its own organization")
    if organization is not None or not (files or is_spec_here()):
        return None
    return load_spec(files)


@contextmanager
def connected(
    api: Api,
    organization: str | None,
    terminal: Terminal,
    cancelled: "threading.Event | None" = None,
    hold: "Hold | None" = None,
) -> Iterator["Client"]:
    """A client of the API; its connections are closed at the end. What it writes, it writes under `hold`."""
    from pipesync.aiven.client import Client
    from pipesync.aiven.transport import Transport
    from pipesync.cli import tokens

    token = tokens.find(api.token_file, terminal.warn)
    with Transport(
        api.url,
        token,
        parallelism=api.parallelism,
        ca_cert=api.ca_cert,
        cancelled=cancelled,
        on_wait=lambda reason, seconds: terminal.say(f"waiting {seconds:.0f} s ({reason})"),
        permit=lambda owed: hold is None or hold.fresh(owed=owed),
    ) as transport:
        terminal.detail(f"using the token from {token.source} at {api.url}")
        yield Client(transport, organization)
        terminal.detail(f"{transport.requests_sent} requests sent")


@contextmanager
def locked(store: "Store", timeout: float, terminal: Terminal) -> Iterator["Hold"]:
    """The lock of the state while the block runs; a word if it was broken to get it, or could not be given back."""
    from pipesync.cli import environment
    from pipesync.render.escape import line as safe

    hold: Hold | None = None
    try:
        with store.lock(environment.lock_info(), timeout) as hold:
            if hold.taken_from is not None:
                terminal.warn(
                    safe(f"Warning: the lock of {hold.taken_from} was not renewed for 5 minutes and was broken.")
                )
            yield hold
    finally:
        if hold is not None and (words := hold.left_behind()) is not None:
            terminal.warn(safe(f"Warning: {words}"))


def read_state(store: "Store", terminal: Terminal, *, locked_by_us: bool = False) -> "State | None":
    """The state, with a word on who holds its lock and on what a person should know of it."""
    from pipesync.render.escape import line as safe

    state = store.read()
    if (notice := store.notice()) is not None:
        terminal.warn(safe(f"Warning: {notice}"))
    if not locked_by_us and (holder := store.holder()) is not None:
        terminal.say(safe(f"The state is locked by {holder}; what is read now may change."))
    return state


def read_live(
    client: "Client", state: "State | None", store: "Store", organization: str | None, api: Api
) -> "tuple[tuple[LiveStep, ...], ByProject]":
    """Every live step, and the services that were read on the way.

    StateError if the state is about others; ApiError if the list may lack one.
    """
    from pipesync import preflight
    from pipesync.store.belonging import check_belongs

    def check(live_ids: frozenset[str]) -> None:
        if state is not None:
            check_belongs(
                state,
                organization=organization,
                api_url=api.url,
                live_ids=live_ids,
                where=store.where,
                backup=store.backup,
            )

    grows_up = state is not None and state.organization is None and organization is not None
    if not grows_up:  # whose it is can be told before anything is read
        check(frozenset())
    live = client.list_steps()
    if grows_up:
        check(frozenset(step.step_id for step in live))
    return live, preflight.confirm_gone(client, state, live)


def make_plan(
    client: "Client",
    spec: Spec,
    state: "State | None",
    store: "Store",
    options: "Options",
    api: Api,
    named: "Named",
    policy: "AppliedPolicy | None" = None,
    *,
    show_users: bool = False,
) -> "tuple[Draft, Plan]":
    """Read what is live, decide, look up the services of the chains that change, and judge; by a `policy`, too.

    `named` is how the command line names the spec and what to compare it with. GitError if that is not to be found.
    """
    from importlib.metadata import version

    from pipesync import drafting, planning, preflight
    from pipesync.cli import environment, history

    git = history.known(named, spec, state)
    live, services = read_live(client, state, store, spec.organization, api)
    basis = drafting.Basis(
        spec=spec,
        live=live,
        state=state,
        api_url=api.url,
        options=options,
        version=version("pipesync"),
        commit=git.commit,
        read_at=environment.now(),
        show_users=show_users,
        policy=policy,
        remarks=git.remarks,
        lines_changed=git.lines_changed,
    )
    draft = drafting.draft(basis)
    found = preflight.look_up(client, draft.looked_up, services, draft.covered)
    return draft, planning.plan(draft, found.known, found.unreadable)


def warn_of_idle(patterns: Iterable[str], terminal: Terminal) -> None:
    """Patterns that mean nothing here, most likely misspelt."""
    from pipesync.render.escape import visible

    for pattern in patterns:
        terminal.warn(f"Warning: {visible(pattern)} matches no pipeline and no address")


def paths_of(spec: Spec | None) -> list[Path]:
    """The files of a spec; standard input is none."""
    return [Path(file) for file in spec.files if file != "-"] if spec is not None else []
