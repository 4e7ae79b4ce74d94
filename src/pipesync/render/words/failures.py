"""The words of a change that failed: the call, how it was answered, and what is left behind."""

from pipesync.outcome import Failure


def verdict(failure: Failure) -> str | None:
    """What a failed change left behind; None if nothing but itself."""
    if failure.gate_lost and failure.unclear:
        return (
            "the old step is gone, and whether the new one or the old one was created is unknown: "
            "until one stands, updates reach the destination without waiting for any source"
        )
    if failure.gate_lost:
        return (
            "the old step is gone, and neither the new one nor the old one could be created: "
            "updates reach the destination without waiting for any source"
        )
    if failure.taken:
        return "the old step is gone, and a step of somebody else stands in its place"
    if failure.restored:
        return "the old step was created again; its validations are lost"
    if failure.unclear:
        return "whether the call had an effect is unknown: the next plan finds out"
    return None


def answer(failure: Failure) -> str:
    """The call that failed, with the status and the error code it was answered with."""
    status = "no answer" if failure.status is None else f"HTTP {failure.status}"
    return f"{failure.operation}: {status}" + (f", {failure.error_code}" if failure.error_code else "")
