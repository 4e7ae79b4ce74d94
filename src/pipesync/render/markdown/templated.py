"""Markdown for pull requests and job summaries: each kind of value from its template; plans are in `plan`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipesync.errors import SpecError
from pipesync.remarks import remarks_of
from pipesync.render import escape
from pipesync.render.markdown.posting import size
from pipesync.render.markdown.templates import rendered
from pipesync.render.words import standings
from pipesync.render.words.verdicts import problem_kind, problem_summary, spec_summary

if TYPE_CHECKING:
    from pipesync.drift import DriftReport
    from pipesync.forecast import Forecast
    from pipesync.model import Spec
    from pipesync.outcome import Outcome
    from pipesync.picture import Picture
    from pipesync.render.markdown.posting import Posting
    from pipesync.state import State
    from pipesync.status import StatusReport

_MOST: Final = (1_000, 300, 100, 30, 10, 3, 1, 0)
"""How many of a group a page shows; the last one says of each how many there are."""


def drift_markdown(report: DriftReport) -> str:
    return rendered("drift.md.j2", report=report)


def forecast_markdown(forecast: Forecast) -> str:
    from pipesync.render.diagrams import gantt
    from pipesync.render.words import bounds

    drawing = gantt.gantt(forecast)
    return rendered("forecast.md.j2", forecast=forecast, bounds=bounds, drawing=drawing, code=escape.code)


def outcome_markdown(outcome: Outcome, posting: Posting) -> str:
    """At most `posting.limit` characters: of each group as many as fit, and the number of all others."""
    from pipesync.render.words import failures

    marker, lost = posting.marker("outcome"), [each for each in outcome.failed if each.gate_lost]
    for most in _MOST:
        text = rendered("outcome.md.j2", outcome=outcome, lost=lost, marker=marker, most=most, failures=failures)
        if size(text) <= posting.limit:
            break
    return text


def state_markdown(state: State) -> str:
    return rendered("state.md.j2", state=state, steps=sorted(state.steps, key=lambda step: step.destination))


def status_markdown(report: StatusReport) -> str:
    return rendered("status.md.j2", report=report, standings=standings)


def picture_markdown(picture: Picture) -> str:
    """A drawing for each tree."""
    from pipesync.render.diagrams.flowchart import MOST_DRAWINGS, flowchart
    from pipesync.render.words import arrows

    shown = picture.trees[:MOST_DRAWINGS]
    return rendered(
        "picture.md.j2",
        picture=picture,
        arrows=arrows,
        drawings=[(tree, flowchart(picture, [tree])) for tree in shown],
        left_out=len(picture.trees) - len(shown),
    )


def spec_markdown(result: Spec | SpecError) -> str:
    kinds = {"problem_kind": problem_kind, "remarks": remarks_of(result)}
    if isinstance(result, SpecError):
        return rendered("problems.md.j2", error=result, problem_summary=problem_summary, **kinds)
    return rendered("spec.md.j2", spec=result, spec_summary=spec_summary, **kinds)
