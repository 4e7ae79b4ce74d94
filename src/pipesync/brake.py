"""The brake: how much of what is recorded a plan takes away, and from when on apply wants to hear the number."""

from typing import Self

from pydantic import Field

from pipesync.policy.brake import BrakeNumbers
from pipesync.state import Value

_DEFAULT = BrakeNumbers()


class Brake(Value):
    """How much of what is recorded goes: deletes, replaces, and recorded steps found gone.

    `engaged` when that is more than `share_percent` of at least `of_at_least` recorded steps, or all of at least
    `all_of_at_least`: apply then needs `--allow-destroy` with this number. A policy may say other numbers.
    """

    destroys: int = 0
    recorded: int = 0
    share_percent: int = Field(default=_DEFAULT.share_percent, strict=True, ge=0)
    of_at_least: int = Field(default=_DEFAULT.of_at_least, strict=True, ge=1)
    all_of_at_least: int = Field(default=_DEFAULT.all_of_at_least, strict=True, ge=1)

    @property
    def engaged(self) -> bool:
        many = self.recorded >= self.of_at_least and self.destroys * 100 > self.share_percent * self.recorded
        every = self.recorded >= self.all_of_at_least and self.destroys >= self.recorded
        return many or every

    @property
    def numbers(self) -> BrakeNumbers:
        return BrakeNumbers(self.share_percent, self.of_at_least, self.all_of_at_least)

    def judged_by(self, numbers: BrakeNumbers) -> Self:
        """The same amounts by other numbers."""
        return self.model_copy(
            update={
                "share_percent": numbers.share_percent,
                "of_at_least": numbers.of_at_least,
                "all_of_at_least": numbers.all_of_at_least,
            }
        )
