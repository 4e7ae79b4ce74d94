"""Renderings: each kind of value as text, JSON or Markdown, a plan also as HTML and for machines.

Every rendering is a function of the value alone. `PLAN_FORMATS` and its siblings hold the names of a kind's formats. A
rendering ends with one line feed, and holds no foreign text that has not passed `pipesync.render.escape`. What is asked
for here is imported then: a check of a spec does not pay for plans, nor a plan's text for Markdown.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pipesync.render.drifts import render_drift
    from pipesync.render.forecasts import render_forecast
    from pipesync.render.outcomes import render_outcome
    from pipesync.render.pictures import render_picture
    from pipesync.render.plans import render_plan
    from pipesync.render.specs import render_spec
    from pipesync.render.states import addresses, render_state, render_step
    from pipesync.render.statuses import render_status

__all__ = [
    "DRIFT_FORMATS", "FORECAST_FORMATS", "FORMATS", "OUTCOME_FORMATS", "PICTURES", "PICTURE_FORMATS",
    "PLAN_FORMATS", "SPEC_FORMATS", "STATE_FORMATS", "STATUS_FORMATS", "addresses", "render_drift", "render_forecast",
    "render_outcome", "render_picture", "render_plan", "render_spec", "render_state", "render_status", "render_step",
]  # fmt: skip

FORMATS: Final = ("text", "json", "markdown")
"""What every kind has. The names of all stand here, for the command line offers them before anything is loaded."""

PICTURES: Final = ("mermaid", "svg")
"""What a plan and a state have, too."""

PLAN_FORMATS: Final = (*FORMATS, "gitlab", "sarif", "junit", "github", *PICTURES, "html")
DRIFT_FORMATS: Final = (*FORMATS, "junit", "github")
OUTCOME_FORMATS: Final = (*FORMATS, "junit", "github")
SPEC_FORMATS: Final = (*FORMATS, "sarif", "junit", "github")
STATE_FORMATS: Final = (*FORMATS, *PICTURES)
STATUS_FORMATS: Final = FORMATS
FORECAST_FORMATS: Final = FORMATS
PICTURE_FORMATS: Final = ("text", "markdown", *PICTURES)

_MODULES: Final = {
    "addresses": "states",
    "render_drift": "drifts",
    "render_forecast": "forecasts",
    "render_outcome": "outcomes",
    "render_picture": "pictures",
    "render_plan": "plans",
    "render_spec": "specs",
    "render_state": "states",
    "render_status": "statuses",
    "render_step": "states",
}
"""Where a name stands."""


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
