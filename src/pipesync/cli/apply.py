"""`pipesync apply`: lock, read, plan, ask, write, in that order; or carry out a saved plan."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import Any

import click

from pipesync import render
from pipesync.apply import Run
from pipesync.calls import Steps
from pipesync.cli import environment, jobs, options
from pipesync.cli.exits import Exit, words, worst
from pipesync.cli.jobs import Job
from pipesync.cli.layout import Command
from pipesync.cli.output import hand_out
from pipesync.cli.plan import refusal, shaped
from pipesync.cli.progress import ProgressLines
from pipesync.cli.reaching import Api, api_flags
from pipesync.cli.reading import connected, load_spec, read_state
from pipesync.cli.signals import Signals
from pipesync.cli.terminal import Terminal
from pipesync.errors import RefusedError, StateError
from pipesync.model import Spec
from pipesync.outcome import Outcome
from pipesync.plan import Options, Plan
from pipesync.recording import Record
from pipesync.state import LastApply, State
from pipesync.store.location import open_store
from pipesync.store.planfile import load_plan
from pipesync.store.protocol import Store

ERRORED = Path("errored.pipesync.json")
"""Where the state goes when its store does not take it at the end of a run."""

QUESTION = """
Do you want to perform these actions?
  Only 'yes' will be accepted to approve.

  Enter a value: """


@click.command(cls=Command)
@click.argument("plan_file", metavar="[PLAN]", required=False, type=click.Path(path_type=Path))
@options.spec
@options.state
@options.lock_timeout
@options.shaping
@options.auto_approve
@options.allow_destroy
@options.expect
@options.reports(render.OUTCOME_FORMATS)
@api_flags
@options.common
@click.pass_context
def apply(
    context: click.Context,
    /,
    plan_file: Path | None,
    files: tuple[str, ...],
    state_location: str,
    lock_timeout: float,
    auto_approve: bool,
    reports: list[tuple[str, Path]],
    api: Api,
    **flags: Any,
) -> int:
    """Carry out a saved plan, or plan, ask and apply.

    PLAN is a file that `pipesync plan --out` wrote: its changes are made and no other, and nothing is asked. Without
    it the plan is made now, shown, and made after a yes.
    """
    terminal = options.terminal(context)
    allowed = {name: flags.pop(name) for name in ("allow_destroy", "expect")}
    source: Plan | tuple[Spec, Options]
    if plan_file is not None:
        _only_without_a_plan(context)
        source = load_plan(plan_file)
    else:
        source = (load_spec(files), shaped(flags))
    store = open_store(state_location)
    signals = Signals()
    with store.lock(environment.lock_info(), lock_timeout):
        state = read_state(store, terminal, locked_by_us=True)
        organization = source.organization if isinstance(source, Plan) else source[0].organization
        with connected(api, organization, terminal, signals.interrupt.cancelled) as client:
            if isinstance(source, Plan):
                job = jobs.saved(client, source, state, store, api)
            else:
                job = jobs.fresh(client, source[0], state, store, source[1], api)
            if (against := refusal(job.plan)) is not None:
                _show(terminal, job, "text", reports)
                raise against
            if plan_file is None:
                _show(terminal, job, "text")
            try:
                jobs.check_allowed(job.plan, **allowed)
                if plan_file is None and not auto_approve:
                    _ask(terminal, job)
            except RefusedError:
                _show(terminal, job, None if plan_file is None else "text", reports)
                raise
            code, outcome = _carry_out(client, job, store, state, api, signals, terminal)
    hand_out(terminal, lambda name, colour: render.render_outcome(outcome, name, color=colour), "text", reports)
    return worst(code, Exit.DONE if outcome.complete else Exit.ERROR, signals.code or Exit.DONE)


def _only_without_a_plan(context: click.Context) -> None:
    """A saved plan was shaped when it was made."""
    for parameter in context.command.params:
        name = parameter.name or ""
        shapes = name in {"files", "destroy", "no_destroy", "adopt", "take_over", "only", "exclude"}
        if shapes and context.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT:
            raise click.UsageError(f"{parameter.opts[-1]} cannot be given with a saved plan: it was decided with it")


def _show(terminal: Terminal, job: Job, format_: str | None, reports: Sequence[tuple[str, Path]] = ()) -> None:
    """Render the plan; the reports are the outcome's unless the plan is refused."""
    hand_out(terminal, lambda name, colour: render.render_plan(job.plan, name, color=colour), format_, reports)


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
    client: Steps, job: Job, store: Store, state: State | None, api: Api, signals: Signals, terminal: Terminal
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
        ERRORED.write_text(state.to_json(), "utf-8")
    except OSError as trouble:
        terminal.warn(f"It cannot be kept in {ERRORED} either ({trouble.strerror}); the state of this run is:")
        terminal.warn(state.to_json())
        return Exit.ERROR
    command = shlex.join(["pipesync", "state", "push", "--state", store.where, str(ERRORED)])
    terminal.warn(f"The state of this run is in {ERRORED}; once {store.where} can be written to again: {command}")
    return Exit.ERROR
