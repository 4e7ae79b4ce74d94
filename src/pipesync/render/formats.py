"""The renderings of plans, drift, outcomes and states: a table of formats for each kind of value."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from pipesync import picture
from pipesync.drift import DriftReport
from pipesync.outcome import Outcome
from pipesync.plan import Plan
from pipesync.render import markdown, pictures
from pipesync.render.checkout import Checkout
from pipesync.render.colour import Paint
from pipesync.render.comment import ON_GITHUB, Comment
from pipesync.render.escape import json_text
from pipesync.render.plan_markdown import plan_markdown
from pipesync.render.text.drift import drift_text
from pipesync.render.text.outcome import outcome_text
from pipesync.render.text.plan import plan_text
from pipesync.render.text.state import addresses, state_text, step_text
from pipesync.render.text.status import status_text
from pipesync.state import RecordedStep, State
from pipesync.status import StatusReport


@dataclass(frozen=True, slots=True)
class _Manner:
    """How to render, beside what."""

    paint: Paint
    plan_file: str | None = None
    ascii_only: bool = False
    checkout: Checkout = field(default_factory=Checkout)
    comment: Comment = ON_GITHUB


def _plan_report(form: str) -> Callable[[Plan, _Manner], str]:
    """One of PLAN_REPORTS, which are imported when they are asked for."""

    def render(plan: Plan, manner: _Manner) -> str:
        from pipesync.render.reports import PLAN_REPORTS

        return PLAN_REPORTS[form](plan, manner.checkout)

    return render


def _drift_report(form: str) -> Callable[[DriftReport, _Manner], str]:
    def render(report: DriftReport, manner: _Manner) -> str:
        from pipesync.render.reports import DRIFT_REPORTS

        return DRIFT_REPORTS[form](report, manner.checkout)

    return render


def _outcome_report(form: str) -> Callable[[Outcome, _Manner], str]:
    def render(outcome: Outcome, manner: _Manner) -> str:
        from pipesync.render.reports import OUTCOME_REPORTS

        return OUTCOME_REPORTS[form](outcome, manner.checkout)

    return render


_PLAN: Final[Mapping[str, Callable[[Plan, _Manner], str]]] = {
    "text": lambda plan, manner: plan_text(plan, manner.paint, manner.plan_file, ascii_only=manner.ascii_only),
    "json": lambda plan, _: json_text(plan.to_json()),
    "markdown": lambda plan, manner: plan_markdown(plan, manner.plan_file, manner.comment),
    "gitlab": _plan_report("gitlab"),
    "sarif": _plan_report("sarif"),
    "junit": _plan_report("junit"),
    "github": _plan_report("github"),
    "mermaid": lambda plan, _: pictures.mermaid(picture.of_plan(plan)),
    "svg": lambda plan, _: pictures.svg(picture.of_plan(plan)),
}
_DRIFT: Final[Mapping[str, Callable[[DriftReport, _Manner], str]]] = {
    "text": lambda report, manner: drift_text(report, manner.paint),
    "json": lambda report, _: json_text(report.to_json()),
    "markdown": lambda report, _: markdown.drift_markdown(report),
    "junit": _drift_report("junit"),
    "github": _drift_report("github"),
}
_OUTCOME: Final[Mapping[str, Callable[[Outcome, _Manner], str]]] = {
    "text": lambda outcome, manner: outcome_text(outcome, manner.paint),
    "json": lambda outcome, _: json_text(outcome.to_json()),
    "markdown": lambda outcome, manner: markdown.outcome_markdown(outcome, manner.comment),
    "junit": _outcome_report("junit"),
    "github": _outcome_report("github"),
}
_STATE: Final[Mapping[str, Callable[[State, _Manner], str]]] = {
    "text": lambda state, manner: state_text(state, manner.paint),
    "json": lambda state, _: json_text(state.to_json()),
    "markdown": lambda state, _: markdown.state_markdown(state),
    "mermaid": lambda state, _: pictures.mermaid(picture.of_state(state)),
    "svg": lambda state, _: pictures.svg(picture.of_state(state)),
}
_STATUS: Final[Mapping[str, Callable[[StatusReport, _Manner], str]]] = {
    "text": lambda report, manner: status_text(report, manner.paint, ascii_only=manner.ascii_only),
    "json": lambda report, _: json_text(report.to_json()),
    "markdown": lambda report, _: markdown.status_markdown(report),
}


TABLES: Final[Mapping[str, Mapping[str, object]]] = {
    "PLAN_FORMATS": _PLAN,
    "DRIFT_FORMATS": _DRIFT,
    "OUTCOME_FORMATS": _OUTCOME,
    "STATE_FORMATS": _STATE,
    "STATUS_FORMATS": _STATUS,
}
"""What `render` calls the keys of each table."""


def render_plan(
    plan: Plan,
    form: str,
    /,
    *,
    color: bool = False,
    plan_file: str | None = None,
    ascii_only: bool = False,
    checkout: Checkout | None = None,
    comment: Comment = ON_GITHUB,
) -> str:
    """`plan` in one of PLAN_FORMATS. KeyError for another format.

    `plan_file` is where it is saved, if it is, `checkout` the repository's folder; `ascii_only` is for terminals that
    cannot show lines, `comment` says where Markdown is posted.
    """
    return _PLAN[form](plan, _Manner(Paint(color), plan_file, ascii_only, checkout or Checkout(), comment))


def render_drift(report: DriftReport, form: str, /, *, color: bool = False, checkout: Checkout | None = None) -> str:
    """`report` in one of DRIFT_FORMATS. KeyError for another format."""
    return _DRIFT[form](report, _Manner(Paint(color), checkout=checkout or Checkout()))


def render_outcome(
    outcome: Outcome,
    form: str,
    /,
    *,
    color: bool = False,
    checkout: Checkout | None = None,
    comment: Comment = ON_GITHUB,
) -> str:
    """`outcome` in one of OUTCOME_FORMATS; `comment` says where Markdown is posted. KeyError for another format."""
    return _OUTCOME[form](outcome, _Manner(Paint(color), checkout=checkout or Checkout(), comment=comment))


def render_state(state: State, form: str, /, *, color: bool = False) -> str:
    """`state` in one of STATE_FORMATS. KeyError for another format."""
    return _STATE[form](state, _Manner(Paint(color)))


def render_status(report: StatusReport, form: str, /, *, color: bool = False, ascii_only: bool = False) -> str:
    """`report` in one of STATUS_FORMATS; `ascii_only` is for terminals that cannot show lines. KeyError for another."""
    return _STATUS[form](report, _Manner(Paint(color), ascii_only=ascii_only))


def render_step(step: RecordedStep, /, *, color: bool = False) -> str:
    """One recorded step as text."""
    return step_text(step, Paint(color))


__all__ = [
    "TABLES", "addresses",
    "render_drift", "render_outcome", "render_plan", "render_state", "render_status", "render_step",
]  # fmt: skip
