"""All that is known of one address, and why a change is there. Reasons explain a change; they never steer it."""

from dataclasses import dataclass

from pipesync.model import DesiredStep, LiveStep
from pipesync.ownership import REMOVING
from pipesync.plan import Reason
from pipesync.state import RecordedStep


@dataclass(frozen=True, slots=True)
class Situation:
    """All that is known of one address. `record` is of the live step; `gone` of one that is not live any more."""

    name: str
    desired: DesiredStep | None
    live: LiveStep | None
    record: RecordedStep | None
    gone: RecordedStep | None
    interrupted: str | None

    @property
    def protect(self) -> bool:
        return self.record is not None and self.record.protect

    @property
    def renamed(self) -> bool:
        return self.record is not None and self.live is not None and self.record.ends != self.live.ends

    @property
    def delay_drifted(self) -> bool:
        return (
            self.record is not None
            and self.live is not None
            and self.record.auto_validation_delay_days != self.live.step.auto_validation_delay_days
        )

    @property
    def outside(self) -> Reason | None:
        if self.renamed:
            return Reason.RENAMED_OUTSIDE
        return Reason.CHANGED_OUTSIDE if self.delay_drifted else None

    @property
    def why_absent(self) -> Reason:
        if self.gone is not None and self.interrupted not in REMOVING:
            return Reason.REMOVED_OUTSIDE
        return Reason.LEFT_BY_INTERRUPTED_APPLY if self.interrupted else Reason.NEW_IN_SPEC

    @property
    def why_updated(self) -> Reason:
        return self.outside or (Reason.LEFT_BY_INTERRUPTED_APPLY if self.interrupted else Reason.SPEC_CHANGED)

    @property
    def why_replaced(self) -> Reason:
        if self.record is None:
            return Reason.CHANGED_OUTSIDE if self.gone is not None else Reason.NEW_IN_SPEC
        return self.why_updated

    @property
    def why_imported(self) -> Reason:
        if self.renamed:
            return Reason.RENAMED_OUTSIDE
        return Reason.CHANGED_OUTSIDE if self.gone is not None else Reason.NEW_IN_SPEC
