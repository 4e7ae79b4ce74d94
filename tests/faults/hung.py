"""What ends a command in this very process that never comes to its end, such as one that waits for a pipe."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class HungError(Exception):
    """It did not come to its end."""


@contextmanager
def in_time(seconds: int) -> Iterator[None]:
    """HungError if the block takes longer. Only for the main thread."""

    def late(_number: int, _frame: FrameType | None) -> None:
        raise HungError

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
