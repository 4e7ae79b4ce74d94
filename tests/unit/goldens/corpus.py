"""The corpus of golden renderings: values as JSON, and beside each the whole of what it renders to."""

from collections.abc import Iterator
from pathlib import Path

from pipesync.drift import DriftReport
from pipesync.forecast import Forecast
from pipesync.outcome import Outcome
from pipesync.plan import Plan
from pipesync.render import (
    render_drift,
    render_forecast,
    render_outcome,
    render_plan,
    render_state,
    render_status,
)
from pipesync.render.markdown.posting import Posting
from pipesync.state import State
from pipesync.status import StatusReport

FOLDER = Path(__file__).parent

TEXTS = {"text": ".txt", "markdown": ".md"}
REPORTS = {"junit": ".junit", "github": ".github"}
PICTURES = {"mermaid": ".mmd", "svg": ".svg"}
FORMATS = {
    "plan": {**TEXTS, **REPORTS, "gitlab": ".gitlab", "sarif": ".sarif", **PICTURES},
    "state": {**TEXTS, **PICTURES},
    "drift": {**TEXTS, **REPORTS},
    "outcome": {**TEXTS, **REPORTS},
}
"""The formats that a kind of value has goldens for, and what their names end in; TEXTS for all other kinds."""

LIMITS = {"shortened": (16_000, 8_000, 4_000, 1_000)}
"""Plans that are also rendered for surfaces that take no more characters."""


def cases() -> tuple[Path, ...]:
    """The values, in a fixed order."""
    return tuple(sorted(FOLDER.glob("*/*.json")))


def renderings(case: Path) -> Iterator[tuple[Path, str]]:
    """Where each golden of a value stands, and what it renders to now."""
    for form, suffix in FORMATS.get(case.parent.name, TEXTS).items():
        yield case.with_suffix(suffix), _rendered(case, form)
    for limit in LIMITS.get(case.stem, ()):
        plan = Plan.model_validate_json(case.read_text("utf-8"))
        yield case.with_suffix(f".{limit}.md"), render_plan(plan, "markdown", posting=Posting(limit))


def _rendered(case: Path, form: str) -> str:
    text = case.read_text("utf-8")
    match case.parent.name:
        case "plan":
            return render_plan(Plan.model_validate_json(text), form)
        case "drift":
            return render_drift(DriftReport.model_validate_json(text), form)
        case "forecast":
            return render_forecast(Forecast.model_validate_json(text), form)
        case "outcome":
            return render_outcome(Outcome.model_validate_json(text), form)
        case "state":
            return render_state(State.model_validate_json(text), form)
        case "status":
            return render_status(StatusReport.model_validate_json(text), form)
        case kind:
            raise ValueError(f"{case}: no value is called {kind}")
