"""A forecast as a Mermaid gantt: one bar a service, from its earliest to its latest day."""

from typing import Final

from pipesync.forecast import Expected, Forecast
from pipesync.render.diagrams.mermaid import MOST_CHARACTERS, MOST_OF_A_LABEL, Drawing
from pipesync.render.escape import mermaid
from pipesync.render.words import bounds

MOST_BARS: Final = 40
"""More of them are no picture."""


def gantt(forecast: Forecast) -> Drawing:
    """As many services as fit, in the forecast's order."""
    text, bars, left_out = "gantt\n    dateFormat YYYY-MM-DD\n    inclusiveEndDates\n", 0, 0
    for tree in bounds.trees(forecast):
        title = ", ".join(bounds.pipelines(tree)) or tree[0].address
        heading = f"    section {mermaid(title, MOST_OF_A_LABEL)}\n"
        for each in tree:
            if each.earliest is None or each.latest is None:
                continue
            line = heading + _bar(each, bars)
            if left_out or bars == MOST_BARS or len(text) + len(line) > MOST_CHARACTERS:
                left_out += 1
            else:
                text, heading, bars = text + line, "", bars + 1
    return Drawing(text if bars else "", left_out)


def _bar(each: Expected, number: int) -> str:
    """The label begins with the stage: a name alone might be a word of the diagram's grammar, or a date."""
    ends = f"{bounds.day(each.earliest)}, {bounds.day(each.latest)}"
    return f"    {each.stage} {mermaid(each.address, MOST_OF_A_LABEL)} :s{number}, {ends}\n"
