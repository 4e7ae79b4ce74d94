"""The numbers of the brake, which a policy may say; every plan has them, whether there is a policy or not."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BrakeNumbers:
    """The brake engages when more than `share_percent` of at least `of_at_least` recorded steps would go, or all of at
    least `all_of_at_least`. The defaults follow octoDNS's MAX_SAFE_DELETE_PCENT and MIN_EXISTING_RECORDS.
    """

    share_percent: int = 30
    of_at_least: int = 10
    all_of_at_least: int = 2
