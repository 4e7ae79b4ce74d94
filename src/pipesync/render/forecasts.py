"""The renderings of forecasts; what a format needs is imported when it is asked for."""

from pipesync.forecast import Forecast
from pipesync.render.colour import Paint


def render_forecast(forecast: Forecast, form: str, /, *, color: bool = False) -> str:
    """`forecast` in one of FORECAST_FORMATS. KeyError for another format."""
    match form:
        case "text":
            from pipesync.render.text.forecast import forecast_text

            return forecast_text(forecast, Paint(color))
        case "json":
            from pipesync.render.escape import json_text

            return json_text(forecast.to_json())
        case "markdown":
            from pipesync.render.markdown.templated import forecast_markdown

            return forecast_markdown(forecast)
        case _:
            raise KeyError(form)
