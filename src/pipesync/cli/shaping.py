"""The flags that shape a plan: which steps it is about, and what it may do to them."""

from typing import TYPE_CHECKING, Any, Final

import click

from pipesync.cli import options
from pipesync.cli.layout import flag, together

if TYPE_CHECKING:
    from pipesync.plan import Options

_SECTION: Final = "What to plan"

shaping = together(
    options.selection(_SECTION),
    flag("--destroy", is_flag=True, section=_SECTION, help="Plan the removal of everything that the state records."),
    flag(
        "--no-destroy",
        is_flag=True,
        section=_SECTION,
        help="Keep deletes and replaces back: they are listed as kept, and not made.",
    ),
    flag("--adopt", is_flag=True, section=_SECTION, help="Allow imports into a state that does not exist yet."),
    flag(
        "--take-over",
        multiple=True,
        metavar="ADDRESS",
        section=_SECTION,
        help="Replace a live step that is not ours and has another source; repeatable.",
    ),
)

SHAPING: Final = ("destroy", "no_destroy", "adopt", "take_over", "only", "exclude")
"""The parameters that these flags are."""


def shaped(flags: dict[str, Any], *, offline: bool = False) -> "Options":
    """These flags as the plan records them; they are taken out of `flags`."""
    from pipesync.plan import Options

    if flags["destroy"] and flags["no_destroy"]:
        raise click.UsageError("--destroy and --no-destroy exclude each other")
    return Options(offline=offline, **{name: flags.pop(name) for name in SHAPING})
