"""The outcome of a run of apply as text: lost gates first, then done, failed, not attempted, and the sentence."""

from collections.abc import Sequence

from pipesync.outcome import Failure, NotAttempted, Outcome
from pipesync.plan import Change
from pipesync.render.colour import BOLD, GREEN, RED, YELLOW, Paint
from pipesync.render.escape import name, visible
from pipesync.render.text import changes, sections
from pipesync.render.words import failures, terms
from pipesync.render.words.sentences import apply_sentence, outcome_remarks


def outcome_text(outcome: Outcome, paint: Paint) -> str:
    """A complete run is short: its progress was shown as it went, so only the counts are left to say."""
    whole = not outcome.complete
    return sections.text(
        (
            *(_gate_lost(failure, paint) for failure in outcome.failed if failure.gate_lost),
            _done(outcome.done, paint) if whole else None,
            _failed(outcome.failed, paint),
            _not_attempted(outcome.not_attempted, paint),
            "\n".join(f"Note: {visible(note)}" for note in outcome.notes) or None,
            "\n".join(outcome_remarks(outcome)) or None,
            paint(apply_sentence(outcome), BOLD, GREEN if outcome.complete else RED),
        )
    )


def _gate_lost(failure: Failure, paint: Paint) -> str:
    address = name(failure.change.address)
    head = "GATE PERHAPS LOST:" if failure.unclear else "GATE LOST:"
    return f"{paint(head, BOLD, RED)} {paint(address, BOLD)}\n  {failures.verdict(failure)}"


def _done(done: Sequence[Change], paint: Paint) -> str | None:
    if not done:
        return None
    lines = [paint(f"Done ({len(done)}):", BOLD), ""]
    lines += [f"{changes.sign(change.action, paint)} {name(change.address)}: {_past(change)}" for change in done]
    return "\n".join(lines)


def _failed(failed: Sequence[Failure], paint: Paint) -> str | None:
    if not failed:
        return None
    lines = [paint(f"Failed ({len(failed)}):", BOLD, RED)]
    for failure in failed:
        change = failure.change
        doubt = "perhaps" if failure.unclear else "not"
        lines += [
            "",
            f"{changes.sign(change.action, paint)} {paint(name(change.address), BOLD)}: {doubt} {_past(change)}",
            f"      {visible(failures.answer(failure))}",
            f"      Message: {visible(failure.message)}",
        ]
        if failure.restore is not None:
            lines.append(f"      The old step again: {visible(failure.restore)}")
        verdict = None if failure.gate_lost else failures.verdict(failure)
        lines += [f"      {paint(f'Note: {verdict}', RED)}"] if verdict is not None else []
        lines += [f"      Next: {visible(failure.next)}"] if failure.next is not None else []
    return "\n".join(lines)


def _not_attempted(left: Sequence[NotAttempted], paint: Paint) -> str | None:
    if not left:
        return None
    lines = [paint(f"Not attempted ({len(left)}):", BOLD, YELLOW), ""]
    for each in left:
        change = each.change
        lines.append(f"{changes.sign(change.action, paint)} {name(change.address)}: {visible(each.reason)}")
    return "\n".join(lines)


def _past(change: Change) -> str:
    return terms.PAST[change.action]
