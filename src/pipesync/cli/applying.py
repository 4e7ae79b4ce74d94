"""What `pipesync apply` does: lock, read, plan, ask, write, in that order; or carry out a saved plan."""

import os
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import monotonic

from pipesync import render
from pipesync.apply import Run
from pipesync.calls import Steps
from pipesync.cli import environment, history, jobs
from pipesync.cli.exits import Exit, words, worst
from pipesync.cli.history import Named
from pipesync.cli.jobs import Job
from pipesync.cli.output import check_paths, hand_out
from pipesync.cli.planning import refusal
from pipesync.cli.policing import applied, load_both, load_policy, policy_paths
from pipesync.cli.problems import hand_out_problems
from pipesync.cli.progress import ProgressLines
from pipesync.cli.reaching import Api
from pipesync.cli.reading import connected, locked, paths_of, read_state
from pipesync.cli.repository import repository
from pipesync.cli.signals import Signals
from pipesync.cli.terminal import Terminal
from pipesync.compliance import AppliedPolicy
from pipesync.errors import LockLostError, RefusedError, RuleError, SpecError, StateError
from pipesync.outcome import Outcome
from pipesync.plan import Options, Plan
from pipesync.recording import Record
from pipesync.render.escape import line as safe
from pipesync.render.markdown.posting import ON_GITHUB, Posting
from pipesync.state import LastApply, State
from pipesync.store.durable import replace_file
from pipesync.store.location import files_of, open_store
from pipesync.store.planfile import load_plan
from pipesync.store.protocol import Hold, Store

ERRORED = Path("errored.pipesync.json")
"""Where the state goes when its store does not take it at the end of a run."""

QUESTION = """
Do you want to perform these actions?
  Only 'yes' will be accepted to approve.

  Enter a value: """


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asks for: a saved plan (`plan_file`), or a plan of `files` shaped by `options`."""

    plan_file: Path | None
    files: tuple[str, ...]
    policy_path: Path | None
    options: Options
    state_location: str
    lock_timeout: float
    auto_approve: bool
    allow_destroy: int | None
    expect: str | None
    reports: Sequence[tuple[str, Path]]
    posting: Posting
    api: Api


def apply_as(wish: Wish, terminal: Terminal) -> Exit:
    """The code of a run that came to its end; whatever ends it before is raised."""
    try:
        source, policy, read = _source(wish)
    except SpecError as error:
        hand_out_problems(terminal, error, None, wish.reports)
        raise
    check_paths((path for _, path in wish.reports), [*read, *files_of(wish.state_location)])
    if isinstance(source, Plan):
        _check_given(wish, source, terminal)
    signals = Signals()
    store = open_store(wish.state_location, os.environ, signals.parting)
    with locked(store, wish.lock_timeout, terminal) as hold:
        state = read_state(store, terminal, locked_by_us=True)
        if isinstance(source, Plan):
            _warn_if_stale(source, state, terminal)
        organization = jobs.organization_of(source)
        with connected(wish.api, organization, terminal, signals.interrupt.cancelled, hold) as client:
            job = jobs.of(source, client, state, store, wish.api, policy)
            _agree(wish, job, terminal)
            try:
                code, outcome = _carry_out(client, job, store, state, hold, wish.api, signals, terminal)
            except StateError as error:  # of the first write: no call was made
                if signals.code is None:
                    raise
                terminal.warn("\n".join(words(error)))
                return signals.code
    hand_out(
        terminal,
        lambda name, colour: render.render_outcome(
            outcome, name, color=colour, repository=repository(), posting=wish.posting
        ),
        "text",
        wish.reports,
    )
    return worst(code, Exit.DONE if outcome.complete else Exit.ERROR, signals.code or Exit.DONE)


def _source(wish: Wish) -> tuple[jobs.Source, AppliedPolicy | None, list[Path]]:
    """What the run starts from, the policy that judges it, and the files that hold them."""
    if wish.plan_file is not None:
        plan, policy = load_plan(wish.plan_file), load_policy(wish.policy_path)
        return plan, applied(policy, plan.files), [wish.plan_file, *policy_paths(policy)]
    spec, policy = load_both(wish.files, wish.policy_path)
    return (
        (spec, wish.options, Named(wish.files)),
        applied(policy, spec.files),
        [*paths_of(spec), *policy_paths(policy)],
    )


def _check_given(wish: Wish, plan: Plan, terminal: Terminal) -> None:
    """Refuse another saved plan than the one that is meant, and one that is none to apply, before anything else is
    read.
    """
    if plan.base is not None:
        raise RefusedError(
            f"this plan compares the spec with {plan.base.ref}, not with what is live, so it cannot be applied",
            where=str(wish.plan_file),
            next="plan without --offline, review that plan, and apply it",
        )
    try:
        jobs.check_given(plan, expect=wish.expect, allow_destroy=wish.allow_destroy)
    except RefusedError:
        _show(terminal, plan, "text", wish)
        raise


def _warn_if_stale(plan: Plan, state: State | None, terminal: Terminal) -> None:
    for finding in history.stale_plan(plan, state):
        terminal.warn(f"Warning: {safe(finding.message)}\n  {safe(finding.next or '')}")


def _agree(wish: Wish, job: Job, terminal: Terminal) -> None:
    """Show the plan and hear that it may be made; one that may not goes into every report and is raised."""
    against = refusal(job.plan)
    shown = against is not None or wish.plan_file is None  # a saved plan has been reviewed
    if shown:
        _show(terminal, job.plan, "text")
    try:
        if against is not None:
            raise against
        jobs.check_allowed(job, expect=wish.expect, allow_destroy=wish.allow_destroy)
        if wish.plan_file is None and not wish.auto_approve:
            _ask(terminal, job)
    except (RefusedError, RuleError):
        _show(terminal, job.plan, None if shown else "text", wish)
        raise


def _show(terminal: Terminal, plan: Plan, format_: str | None, wish: Wish | None = None) -> None:
    """The plan on standard output and, with a `wish`, in its reports."""
    reports, posting = ((), ON_GITHUB) if wish is None else (wish.reports, wish.posting)
    hand_out(
        terminal,
        lambda name, colour: render.render_plan(
            plan,
            name,
            color=colour,
            ascii_only=not terminal.draws(),
            repository=repository(),
            posting=posting,
            applying=True,
        ),
        format_,
        reports,
    )


def _ask(terminal: Terminal, job: Job) -> None:
    if not job.changes:
        return
    answer = terminal.ask(QUESTION)
    if answer is None:
        raise RefusedError(
            "the plan needs a yes, and there is no terminal to ask at",
            next="review the plan, then add --auto-approve; or save it with `pipesync plan --out`, and apply that",
        )
    if answer != "yes":
        raise RefusedError("the plan was not approved, and nothing was changed")


def _carry_out(
    client: Steps,
    job: Job,
    store: Store,
    state: State | None,
    hold: Hold,
    api: Api,
    signals: Signals,
    terminal: Terminal,
) -> tuple[Exit, Outcome]:
    record = Record(
        store,
        stored=state,
        settled=job.settled,
        refreshed=job.refreshed,
        last_apply=LastApply(
            plan=job.plan.digest,
            spec=job.plan.spec,
            files=job.plan.files,
            commit=job.plan.commit,
            at=environment.now(),
            by=environment.ci_url() or environment.who(),
        ),
        clock=monotonic,
    )
    run = Run(
        client,
        record,
        parallelism=api.parallelism,
        interrupt=signals.interrupt,
        report=ProgressLines(terminal),
        fresh=hold.fresh,
    )
    with signals.caught():
        outcome = run.carry_out(job.changes, job.live, limit=job.plan.limits.max_chain_steps, plan=job.plan.digest)
    code = Exit.DONE if run.unsaved is None else _rescue(record.current, run.unsaved, store, terminal)
    return code, outcome.model_copy(update={"already_done": job.done, "notes": job.notes})


def _rescue(state: State, error: StateError, store: Store, terminal: Terminal) -> Exit:
    """Keep a state that could not be written where it belongs."""
    for line in words(error):
        terminal.warn(line)
    try:
        earlier = _set_aside(ERRORED)
        replace_file(ERRORED, state.to_json().encode())
    except OSError as trouble:
        why = trouble.strerror or trouble
        terminal.warn(f"It cannot be kept in {ERRORED} either ({why}); the state of this run is:")
        terminal.warn(state.to_json())
        return Exit.ERROR
    if earlier is not None:
        terminal.warn(f"What {ERRORED} held before is in {earlier} now.")
    if isinstance(error, LockLostError):
        terminal.warn(f"The state of this run is in {ERRORED}, to be looked at: the place belongs to another run now.")
        return Exit.ERROR
    command = shlex.join(["pipesync", "state", "push", "--state", store.where, str(ERRORED)])
    terminal.warn(f"The state of this run is in {ERRORED}; once {store.where} can be written to again: {command}")
    return Exit.ERROR


def _set_aside(path: Path) -> Path | None:
    """Give the file `path`, if there is one, a name that is not taken: it may be all that tells of an earlier run."""
    if path.is_dir() or not os.path.lexists(path):
        return None
    stem, _, rest = path.name.partition(".")
    names = (path.with_name(f"{stem}-{number}.{rest}") for number in count(1))
    free = next(name for name in names if not os.path.lexists(name))
    return path.rename(free)
