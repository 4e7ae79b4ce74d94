"""A state as text: whose it is, each step on a line, and what an interrupted run left unsettled."""

from pipesync.amounts import count
from pipesync.render.colour import BOLD, YELLOW, Paint
from pipesync.render.escape import name, visible
from pipesync.render.text import sections
from pipesync.render.text.changes import ATTRIBUTE_WIDTH
from pipesync.render.words import terms
from pipesync.state import PendingChange, RecordedStep, State


def state_text(state: State, paint: Paint) -> str:
    steps = sorted(state.steps, key=lambda step: step.destination)
    return sections.text(
        (
            _heading(state),
            "\n".join(f"  {paint(name(str(step.destination)), BOLD)} ({_facts(step)})" for step in steps) or None,
            _pending(state, paint),
            f"{count(len(state.steps), 'upgrade step')} recorded.",
        )
    )


def addresses(state: State) -> str:
    """The addresses of a state's steps, one a line, in order; nothing for a state that owns nothing."""
    return "".join(f"{name(str(destination))}\n" for destination in sorted(step.destination for step in state.steps))


def step_text(step: RecordedStep, paint: Paint) -> str:
    """One step, an attribute a line, with the id that Aiven gave it."""
    rows = {
        "source": str(step.source),
        "destination": str(step.destination),
        "auto_validation_delay_days": str(step.auto_validation_delay_days),
        "protect": "true" if step.protect else "false",
        "pipeline": step.pipeline,
        "step_id": step.step_id,
    }
    lines = [f"# {paint(name(str(step.destination)), BOLD)}"]
    lines += [f"    {key:{ATTRIBUTE_WIDTH}} = {name(value)}" for key, value in rows.items() if value is not None]
    return "\n".join(lines) + "\n"


def _heading(state: State) -> str:
    whose = "account-wide" if state.organization is None else f"organization {name(state.organization)}"
    lines = [
        f"State serial {state.serial}, lineage {visible(state.lineage)}",
        f"For: {visible(state.api_url)}, {whose}",
    ]
    last = state.last_apply
    if last is not None:
        by = "" if last.by is None else f" by {visible(last.by)}"
        commit = "" if last.commit is None else f", commit {visible(last.commit)}"
        lines.append(f"Last apply: {visible(last.at)}{by}{commit}")
        lines.append(f"Plan: {last.plan}")
        lines.append(f"Files: {', '.join(map(visible, last.files)) or 'none'}")
    return "\n".join(lines)


def _facts(step: RecordedStep) -> str:
    pipeline = "" if step.pipeline is None else f", pipeline {name(step.pipeline)}"
    return f"{sections.values(step.values)}{pipeline}"


def _pending(state: State, paint: Paint) -> str | None:
    if not state.pending:
        return None
    lines = [paint(f"{terms.PENDING} ({len(state.pending)}):", BOLD, YELLOW), ""]
    lines += [f"  {_entry(entry)}" for entry in state.pending]
    return "\n".join(lines)


def _entry(entry: PendingChange) -> str:
    values = entry.before if entry.after is None else entry.after
    about = "" if values is None else f" {name(str(values.destination))} ({sections.values(values)})"
    return f"{terms.INFINITIVE[entry.action]}{about}"
