"""Renderings: each kind of value as text, JSON or Markdown; every rendering is a function of the value alone.

A format is one entry of a kind's table, whose names `PLAN_FORMATS` and its siblings hold; a rendering
ends with one line feed, and holds no foreign text that has not passed `pipesync.render.escape`. What is asked for here
is imported then: a check of a spec does not pay for plans.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pipesync.render.forecasts import render_forecast
    from pipesync.render.formats import (
        addresses,
        render_drift,
        render_outcome,
        render_plan,
        render_state,
        render_status,
        render_step,
    )
    from pipesync.render.pictures import render_picture
    from pipesync.render.specs import render_spec

__all__ = [
    "DRIFT_FORMATS", "FORECAST_FORMATS", "FORMATS", "OUTCOME_FORMATS", "PICTURES", "PICTURE_FORMATS",
    "PLAN_FORMATS", "SPEC_FORMATS", "STATE_FORMATS", "STATUS_FORMATS", "addresses", "render_drift", "render_forecast",
    "render_outcome", "render_picture", "render_plan", "render_spec", "render_state", "render_status", "render_step",
]  # fmt: skip

FORMATS: Final = ("text", "json", "markdown")
"""What every kind has. The names of all stand here, for the command line offers them before anything is loaded."""

PICTURES: Final = ("mermaid", "svg")
"""What a plan and a state have, too."""

PLAN_FORMATS: Final = (*FORMATS, "gitlab", "sarif", "junit", "github", *PICTURES)
DRIFT_FORMATS: Final = (*FORMATS, "junit", "github")
OUTCOME_FORMATS: Final = (*FORMATS, "junit", "github")
SPEC_FORMATS: Final = (*FORMATS, "sarif", "junit", "github")
STATE_FORMATS: Final = (*FORMATS, *PICTURES)
STATUS_FORMATS: Final = FORMATS
FORECAST_FORMATS: Final = FORMATS
PICTURE_FORMATS: Final = ("text", "markdown", *PICTURES)

_MODULES: Final = {
    "render_picture": "pictures",
    "render_spec": "specs",
    "render_forecast": "forecasts",
}
"""Where a name stands; all others in `formats`."""


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES.get(name, 'formats')}"), name)
