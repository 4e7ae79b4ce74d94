"""The terms of the schema that stand in several places: names of services, and settings."""

from typing import Final

from pipesync import facts
from pipesync.spec import forms
from pipesync.spec.forms import Schema

_PROJECT: Final = facts.PROJECT_NAME_PATTERN.removeprefix("^").removesuffix("$")
_SERVICE: Final = facts.SERVICE_NAME_PATTERN.removeprefix("^").removesuffix("$")
REFERENCE: Final = f"^{_PROJECT}/{_SERVICE}$"
NAME_CHARACTERS: Final = "letters, digits, _ or -"
PROJECT_WORDS: Final = f"a name of 1 to 63 {NAME_CHARACTERS}"
SERVICE_WORDS: Final = f"1 to 64 {NAME_CHARACTERS}"
REFERENCE_WORDS: Final = f"PROJECT/SERVICE (names of at most 63 and 64 {NAME_CHARACTERS})"


def reference() -> Schema:
    return forms.name("a service", "A service, as PROJECT/SERVICE.", REFERENCE, REFERENCE_WORDS, ["dev-project/pg-dev"])


def source(description: str) -> Schema:
    return {"description": description, "$ref": "#/$defs/reference"}


def settings() -> Schema:
    """What may stand on a service, a stage, a pipeline and a step; the nearest wins."""
    return {"auto_validation_delay_days": delay(), "protect": protect(), "manage": manage()}


def delay() -> Schema:
    return {
        "description": "Days after which an update on the source counts as validated by itself. At most "
        f"{facts.MAX_DELAY_DAYS}, unless `limits` says otherwise.",
        "type": "integer",
        "minimum": facts.MIN_DELAY_DAYS,
        "examples": [facts.DEFAULT_DELAY_DAYS, 2 * facts.DEFAULT_DELAY_DAYS],
        "errorMessage": "auto_validation_delay_days must be a whole number of days from "
        f"{facts.MIN_DELAY_DAYS} to {facts.MAX_DELAY_DAYS}",
    }


def protect() -> Schema:
    return forms.truth("protect", "A plan that would destroy the step is refused; recorded in the state.")


def manage() -> Schema:
    return forms.truth(
        "manage", "false leaves the live step exactly as it is, and the state forgets it. Left out everywhere: true."
    )
