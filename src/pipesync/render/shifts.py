"""The words of how a plan changes bounds; for plans alone, so that they do not pay for forecasts."""

from typing import Final

from pipesync.shift import Days

TITLE: Final = "Days until an update gets from the first stage to a service, at the earliest and at the latest"

SHOWN: Final = 20
"""A screen's worth; the JSON has them all."""


def days(span: Days) -> str:
    """`3 to 21`, `0`, or `no bound`."""
    if span.earliest is None:
        return "no bound"
    if span.latest is None:
        return f"{span.earliest} or more"
    return str(span.earliest) if span.earliest == span.latest else f"{span.earliest} to {span.latest}"
