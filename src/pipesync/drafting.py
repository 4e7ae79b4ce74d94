"""The first half of planning: what would change, decided from a spec, the live steps and the state; nothing is judged.

The services to look up follow from a draft; `pipesync.planning` judges it once they are known.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pipesync import selection
from pipesync.diff import Diff, diff
from pipesync.model import LiveStep, Spec, UpgradeStep
from pipesync.ownership import Interrupted, interrupted, settle
from pipesync.plan import Change, Delete, Finding, Forget, LinesChanged, Options, Replace
from pipesync.schedule import Chain, chains
from pipesync.state import RecordedStep, State

if TYPE_CHECKING:
    from pipesync.compliance import AppliedPolicy


@dataclass(frozen=True, slots=True)
class Basis:
    """What a plan is made of. Each recorded step that `live` lacks is known to be gone.

    `remarks` are warnings about the surroundings, `lines_changed` what the spec's files say beside their steps.
    """

    spec: Spec
    live: tuple[LiveStep, ...]
    state: State | None
    api_url: str
    options: Options
    version: str
    commit: str | None = None
    read_at: str | None = None
    show_users: bool = False
    policy: "AppliedPolicy | None" = None
    remarks: tuple[Finding, ...] = ()
    lines_changed: LinesChanged | None = None


@dataclass(frozen=True)
class Draft:
    """The decided changes: those of this plan, those kept back, and those that `--only` and `--exclude` leave out."""

    basis: Basis
    recorded: tuple[RecordedStep, ...]
    interrupted: Interrupted
    diff: Diff
    changes: tuple[Change, ...]
    kept: tuple[Change, ...]
    left_out: tuple[Change, ...]

    @property
    def result(self) -> tuple[UpgradeStep, ...]:
        """The steps that exist once this plan is carried out."""
        return resulting((live.step for live in self.basis.live), self.changes)

    @property
    def whole(self) -> tuple[UpgradeStep, ...]:
        """The same, and what `--only` and `--exclude` leave out is carried out, too."""
        return resulting((live.step for live in self.basis.live), (*self.changes, *self.left_out))

    @cached_property
    def changing(self) -> tuple[Chain, ...]:
        """The chains that change."""
        acting = [change for change in self.changes if not isinstance(change, Forget)]
        return tuple(chains((step.step for step in self.basis.live), acting)) if acting else ()

    @cached_property
    def concerned(self) -> tuple[UpgradeStep, ...]:
        """The steps of the chains that change, as they are once this plan is carried out."""
        return tuple(step for chain in self.changing for step in resulting(chain.steps, chain.changes))

    @property
    def looked_up(self) -> tuple[UpgradeStep, ...]:
        """The steps of the chains that change, as they are and as they will be: what a delete lets through, and by how
        many days a bound moves, is seen at services that lose their gate, too.
        """
        return (*(step for chain in self.changing for step in chain.steps), *self.concerned)

    @property
    def covered(self) -> tuple[str, ...]:
        """The projects whose services a policy wants to know about."""
        steps = (*(desired.step for desired in self.basis.spec.steps), *(live.step for live in self.basis.live))
        return self.basis.policy.projects_to_read(steps) if self.basis.policy else ()

    @property
    def refreshed(self) -> tuple[RecordedStep, ...]:
        """Records of the steps that are as they should be, as they are now."""
        return tuple(
            RecordedStep.of(live, protect=desired.protect, pipeline=desired.pipeline)
            for desired, live in self.diff.unchanged
        )

    @property
    def names(self) -> frozenset[str]:
        """Every address and pipeline that a pattern could mean."""
        names = {step.step.address for step in self.basis.spec.steps} | {live.step.address for live in self.basis.live}
        names |= {record.step.address for record in self.recorded}
        names |= {step.pipeline for step in self.basis.spec.steps if step.pipeline}
        return frozenset(names | {record.pipeline for record in self.recorded if record.pipeline})


def draft(basis: Basis) -> Draft:
    """Decide every change; nothing is judged yet."""
    settled = settle(basis.state, basis.live) if basis.state else None
    recorded = settled.steps if settled else ()
    left = interrupted(basis.state) if basis.state else {}
    options = basis.options
    desired = [step for step in basis.spec.steps if not (options.destroy and step.manage)]
    decided = diff(desired, basis.live, recorded, interrupted=left, take_over=frozenset(options.take_over))
    changes: list[Change] = []
    kept: list[Change] = []
    left_out: list[Change] = []
    for change in decided.changes:
        if not is_selected(change.address, change.pipeline, options):
            left_out.append(change)
        elif options.no_destroy and isinstance(change, Delete | Replace):
            kept.append(change)
        else:
            changes.append(change)
    return Draft(basis, recorded, left, decided, tuple(changes), tuple(kept), tuple(left_out))


def is_selected(address: str, pipeline: str | None, options: Options) -> bool:
    """Whether `--only` and `--exclude` mean the step at an address."""
    return selection.selected(selection.names_of(address, pipeline), options.only, options.exclude)


def resulting(steps: Iterable[UpgradeStep], changes: Iterable[Change]) -> tuple[UpgradeStep, ...]:
    """`steps` after `changes`; one per destination, in an order that does not depend on how Aiven lists them."""
    standing = {step.destination: step for step in steps}
    for change in changes:
        if isinstance(change, Forget):
            continue
        if change.before is not None:
            standing.pop(change.before.destination, None)
        if change.after is not None:
            standing[change.after.destination] = change.after.step
    return tuple(sorted(standing.values(), key=lambda step: step.destination))
