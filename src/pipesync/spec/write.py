"""Writes steps as a spec that loads to the same steps."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from pipesync import facts
from pipesync.errors import PipesyncError
from pipesync.model import Limits, ServiceRef, UpgradeStep
from pipesync.spec.wording import printable

_IS_PROJECT: Final = re.compile(facts.PROJECT_NAME_PATTERN).fullmatch
_IS_SERVICE: Final = re.compile(facts.SERVICE_NAME_PATTERN).fullmatch
_IS_ORGANIZATION: Final = re.compile(facts.ORGANIZATION_ID_PATTERN).fullmatch
_IS_PLAIN: Final = re.compile("[A-Za-z0-9][A-Za-z0-9_-]*/[A-Za-z0-9_-]+|org[0-9a-z]{5,}").fullmatch
"""What no reader, of YAML 1.1 or 1.2, takes for anything but text: with a slash in it, or Aiven's usual prefix."""


def write(steps: Iterable[UpgradeStep], *, organization: str | None, limits: Limits | None) -> str:
    """YAML text of a spec with these steps, in the order of their destinations.

    It states limits where `limits`, or what the steps need, is not what holds by default. A step that no spec can
    hold, because of a name or its delay, is left out with a comment. PipesyncError if it is the organization's id.
    """
    if organization is not None and not _IS_ORGANIZATION(organization):
        raise PipesyncError(
            f"a spec cannot hold the organization id {_quoted(organization)}",
            next="give the id, such as org1a23f456789, with --organization",
        )
    ordered = sorted(steps, key=lambda step: (step.destination, step.source))
    kept = [step for step in ordered if _can_hold(step)]
    lines = ["version: 1"]
    if organization is not None:
        lines.append(f"organization: {_scalar(organization)}")
    lines += _limits(kept, Limits.of(organization), limits)
    lines += (_comment(step) for step in ordered if not _can_hold(step))
    lines.append("steps:" if kept else "steps: []")
    for step in kept:
        lines += _step(step)
    return "\n".join(lines) + "\n"


def _can_hold(step: UpgradeStep) -> bool:
    refs = (step.source, step.destination)
    return step.auto_validation_delay_days >= facts.MIN_DELAY_DAYS and all(
        _IS_PROJECT(ref.project) and _IS_SERVICE(ref.service) for ref in refs
    )


def _step(step: UpgradeStep) -> Iterator[str]:
    yield f"  - source: {_scalar(str(step.source))}"
    yield f"    destination: {_scalar(str(step.destination))}"
    yield f"    auto_validation_delay_days: {step.auto_validation_delay_days}"


def _comment(step: UpgradeStep) -> str:
    ends = " → ".join(f"{_quoted(ref.project)} {_quoted(ref.service)}" for ref in (step.source, step.destination))
    return f"# left out, since a spec cannot hold it: {ends}, {step.auto_validation_delay_days} days"


def _limits(steps: Sequence[UpgradeStep], default: Limits, known: Limits | None) -> Iterator[str]:
    """The limits that are known or needed, where they differ from the default."""
    known = known or default
    chain = max(known.max_chain_steps, _longest_chain(steps))
    delay = max(known.max_auto_validation_delay_days, *(step.auto_validation_delay_days for step in steps), 1)
    stated = {
        "max_chain_steps": (chain, default.max_chain_steps),
        "max_auto_validation_delay_days": (delay, default.max_auto_validation_delay_days),
    }
    differing = [f"  {key}: {value}" for key, (value, usual) in stated.items() if value != usual]
    yield from ["limits:", *differing] if differing else []


def _longest_chain(steps: Sequence[UpgradeStep]) -> int:
    """Steps in the longest chain; a cycle, which Aiven does not allow, is cut anywhere."""
    source_of = {step.destination: step.source for step in steps}
    depth: dict[ServiceRef, int] = {}
    for start in source_of:
        path: dict[ServiceRef, None] = {}
        at = start
        while at in source_of and at not in depth and at not in path:
            path[at] = None
            at = source_of[at]
        for ref in reversed(path):
            depth[ref] = depth.get(source_of[ref], 0) + 1
    return max(depth.values(), default=0)


def _scalar(text: str) -> str:
    """`text` as YAML: unquoted only where no reader can take it for anything else."""
    return text if _IS_PLAIN(text) else _quoted(text)


def _quoted(text: str) -> str:
    """`text` in double quotes, on one line, whatever is in it."""
    return '"' + printable(text).replace('"', '\\"') + '"'
