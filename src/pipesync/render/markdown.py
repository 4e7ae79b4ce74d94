"""Markdown for pull requests and job summaries, from the templates in `templates/`.

A template prints numbers and text that passed an escape, and nothing else: anything unescaped raises TypeError when
the template runs, so that a forgotten filter is a failing test and never an injection. jinja2 takes 49 ms to import,
so it is imported when the first Markdown is asked for.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from pipesync import shift
from pipesync.errors import SpecError
from pipesync.remarks import remarks_of
from pipesync.render import escape, sentences, shifts, standings, words
from pipesync.render.amounts import count
from pipesync.render.text.spec import problem_kind, problem_summary, spec_summary

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2 import Environment

    from pipesync.drift import DriftReport
    from pipesync.forecast import Forecast
    from pipesync.model import Spec
    from pipesync.outcome import Outcome
    from pipesync.picture import Picture
    from pipesync.plan import Plan
    from pipesync.state import State
    from pipesync.status import StatusReport


def plan_markdown(plan: Plan, plan_file: str | None) -> str:
    """Counts, then what forbids or endangers, then every change, then the background folded away."""
    return _rendered(
        "plan.md.j2",
        plan=plan,
        plan_file=plan_file,
        shifted=list(shift.read(plan.context).items()),
        dangerous=[change for change in plan.changes if change.action in words.DANGEROUS],
        harmless=[change for change in plan.changes if change.action not in words.DANGEROUS],
    )


def drift_markdown(report: DriftReport) -> str:
    return _rendered("drift.md.j2", report=report)


def forecast_markdown(forecast: Forecast) -> str:
    from pipesync.render import bounds, mermaid

    drawing = mermaid.gantt(forecast)
    return _rendered("forecast.md.j2", forecast=forecast, bounds=bounds, drawing=drawing, code=escape.code)


def outcome_markdown(outcome: Outcome) -> str:
    return _rendered("outcome.md.j2", outcome=outcome, lost=[each for each in outcome.failed if each.gate_lost])


def state_markdown(state: State) -> str:
    return _rendered("state.md.j2", state=state, steps=sorted(state.steps, key=lambda step: step.destination))


def status_markdown(report: StatusReport) -> str:
    return _rendered("status.md.j2", report=report, standings=standings)


MOST_DRAWINGS = 20
"""Of one page: forges draw each by itself, and slowly."""


def picture_markdown(picture: Picture) -> str:
    """A drawing for each tree."""
    from pipesync.render import arrows
    from pipesync.render.flowchart import flowchart

    shown = picture.trees[:MOST_DRAWINGS]
    return _rendered(
        "picture.md.j2",
        picture=picture,
        arrows=arrows,
        drawings=[(tree, flowchart(picture, [tree])) for tree in shown],
        left_out=len(picture.trees) - len(shown),
    )


def spec_markdown(result: Spec | SpecError) -> str:
    kinds = {"problem_kind": problem_kind, "remarks": remarks_of(result)}
    if isinstance(result, SpecError):
        return _rendered("problems.md.j2", error=result, problem_summary=problem_summary, **kinds)
    return _rendered("spec.md.j2", spec=result, spec_summary=spec_summary, **kinds)


def _rendered(template: str, **values: Any) -> str:
    text = _environment().get_template(template).render(values)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("pipesync.render"),
        undefined=StrictUndefined,
        autoescape=True,  # marks what macros return as done; everything else is refused by _escaped
        finalize=_escaped,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(_filters())
    environment.globals.update(words=words, sentences=sentences, shifts=shifts, count=count)
    return environment


def _filters() -> dict[str, Any]:
    """`code` and `prose` take what is foreign; `ours` marks words that stand in this package."""
    from markupsafe import Markup

    def passes(convert: Callable[[str], str]) -> Callable[[object], Markup]:
        return lambda value: Markup(convert(str(value)))  # noqa: S704 - convert is the escape

    return {"code": passes(escape.code), "prose": passes(escape.prose), "ours": passes(str)}


def _escaped(value: object) -> object:
    if isinstance(value, int) or hasattr(value, "__html__"):
        return value
    raise TypeError(f"a template prints {value!r}, which passed no escape")
