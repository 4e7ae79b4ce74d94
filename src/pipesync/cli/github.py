"""What a step of GitHub Actions hands on besides its log: the job's summary, and outputs for later steps.

GitHub Docs, "Workflow commands": the runner names two files by `GITHUB_STEP_SUMMARY` and `GITHUB_OUTPUT`; what is
appended to them is shown on the run's page, and read by later steps.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipesync import render
from pipesync.errors import PipesyncError
from pipesync.render.markdown.posting import LEAST, Posting

if TYPE_CHECKING:
    from pipesync.drift import DriftReport
    from pipesync.errors import SpecError
    from pipesync.model import Spec
    from pipesync.plan import Plan

SUMMARY_BYTES: Final = 1024 * 1024
"""What GitHub takes of a step's summary; of one that is longer it shows nothing but an error."""

TOO_LONG: Final = "The rest does not fit into a summary. The log or a report (`--report markdown=PATH`) has all of it."


_BYTES_OF_A_CHARACTER: Final = 3
"""Of UTF-8 at most, as a page counts its characters: one that takes four bytes counts as two characters."""


def publish_plan(plan: "Plan", plan_file: str | None, posting: Posting) -> list[PipesyncError]:
    """Hand a plan on; the troubles with that. Its summary has as much of it as there is room for."""
    from pipesync.render.machines.reports import plan_outputs

    def page(room: int) -> str:
        most = max(LEAST, (room - 1) // _BYTES_OF_A_CHARACTER)
        posted = replace(posting, limit=most, quiet_if_empty=False, mention_owners=False)
        return render.render_plan(plan, "markdown", plan_file=plan_file, posting=posted)

    return _publish(page, plan_outputs(plan))


def publish_spec(result: "Spec | SpecError") -> list[PipesyncError]:
    """Hand on what `validate` found."""
    from pipesync.render.machines.spec_reports import spec_outputs

    return _publish(lambda _room: render.render_spec(result, "markdown"), spec_outputs(result))


def publish_drift(report: "DriftReport") -> list[PipesyncError]:
    """Hand on what differs."""
    from pipesync.render.machines.reports import drift_outputs

    return _publish(lambda _room: render.render_drift(report, "markdown"), drift_outputs(report))


def _publish(markdown: Callable[[int], str], outputs: Mapping[str, str]) -> list[PipesyncError]:
    """Append to both files, as far as the runner names them."""
    troubles = []
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        room = _room(Path(summary))
        troubles.append(_append(Path(summary), _fitting(markdown(room), outputs["summary"], room)))
    if output := os.environ.get("GITHUB_OUTPUT"):
        troubles.append(_append(Path(output), _assigned(outputs)))
    return [trouble for trouble in troubles if trouble is not None]


def _room(summary: Path) -> int:
    """How many bytes the step may add to what it has written there before."""
    try:
        return SUMMARY_BYTES - summary.stat().st_size
    except OSError:  # it is not there yet; whether it can be written shows when it is
        return SUMMARY_BYTES


def _fitting(markdown: str, sentence: str, room: int) -> str:
    """All of it, or the sentence that sums it up, or nothing; never a part, which would end inside of a table."""
    for text in (f"\n{markdown}", f"\n{sentence}\n\n{TOO_LONG}\n"):
        if len(text.encode()) <= room:
            return text
    return ""


def _assigned(outputs: Mapping[str, str]) -> str:
    """Each between delimiters that nobody can guess and no value holds: none can end early and set another."""
    import secrets  # it brings hashlib and random along, and most runs need none of them

    delimiter = secrets.token_hex(16)
    while any(delimiter in value for value in outputs.values()):
        delimiter = secrets.token_hex(16)
    return "".join(f"{name}<<{delimiter}\n{value}\n{delimiter}\n" for name, value in outputs.items())


def _append(path: Path, text: str) -> PipesyncError | None:
    try:
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        return PipesyncError(
            f"the file that the runner names cannot be written: {error.strerror}",
            where=str(path),
            next="see GITHUB_STEP_SUMMARY and GITHUB_OUTPUT, or take another --format",
        )
    return None
