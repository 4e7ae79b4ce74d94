"""The renderings of forecasts."""

from collections.abc import Callable, Mapping
from typing import Final

from pipesync.forecast import Forecast
from pipesync.render import markdown
from pipesync.render.colour import Paint
from pipesync.render.escape import json_text
from pipesync.render.text.forecast import forecast_text

FORECAST_TABLE: Final[Mapping[str, Callable[[Forecast, Paint], str]]] = {
    "text": forecast_text,
    "json": lambda forecast, _: json_text(forecast.to_json()),
    "markdown": lambda forecast, _: markdown.forecast_markdown(forecast),
}
"""Its keys are `render.FORECAST_FORMATS`."""


def render_forecast(forecast: Forecast, form: str, /, *, color: bool = False) -> str:
    """`forecast` in one of FORECAST_FORMATS. KeyError for another format."""
    return FORECAST_TABLE[form](forecast, Paint(color))
