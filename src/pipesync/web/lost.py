"""A request that got no answer, or not a whole one, as a value."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lost:
    """No answer, or not a whole one.

    `sent` is false if the request certainly never left; `again` tells whether a later attempt may fare better.
    """

    reason: str
    again: bool = True
    sent: bool = True
    advice: str | None = None
    note: str | None = None
