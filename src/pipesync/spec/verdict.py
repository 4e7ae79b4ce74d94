"""Aiven's rules, applied to all steps that a set of spec files names."""

from collections.abc import Sequence
from typing import Final

from pipesync import rules
from pipesync.model import DesiredStep, Limits, Origin
from pipesync.spec.findings import Findings

MOST_CITED: Final = 1_000_000
"""Steps in findings, taken together, after which to stop: a long chain with many ends is a finding per end, each
with the whole chain. A second's work."""

MOST_PLACES: Final = 5
"""Other places that one message cites."""


def judge(steps: Sequence[DesiredStep], limits: Limits, findings: Findings) -> None:
    """Report each broken rule at the step furthest downstream, with the places of the others."""
    origins = {desired.step.destination: desired.origin for desired in steps}
    cited = 0
    for violation in rules.violations((desired.step for desired in steps), limits):
        *others, origin = [origins[step.destination] for step in violation.steps]
        findings.add(origin, violation.message + _places(others), "rule")
        cited += len(violation.steps)
        if cited > MOST_CITED or findings.is_full:
            break


def _places(origins: list[Origin]) -> str:
    """The other steps' places, in words."""
    if not origins:
        return ""
    more = len(origins) - MOST_PLACES
    places = ", ".join(map(str, origins[:MOST_PLACES])) + (f" and {more:,} more" if more > 0 else "")
    return f" (the other {'step stands' if len(origins) == 1 else 'steps stand'} at {places})"
