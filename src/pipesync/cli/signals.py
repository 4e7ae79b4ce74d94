"""What Ctrl-C and SIGTERM do while calls are made: the first lets the run end in order, the second ends it at once."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from pipesync.apply import GRACE_SECONDS
from pipesync.cli import interruption
from pipesync.cli.exits import Exit
from pipesync.cli.interruption import CODES
from pipesync.store.parting import Parting
from pipesync.workers import Interrupt


class Signals:
    """Which signal came first, if any."""

    def __init__(self) -> None:
        self.interrupt = Interrupt()
        self.parting = Parting()
        self.code: Exit | None = None

    @contextmanager
    def caught(self) -> Iterator[None]:
        """Signals become a request to stop while the block runs."""

        def handle(number: int, _frame: FrameType | None) -> None:
            if self.code is not None:
                os._exit(self.code)
            self.code = CODES[signal.Signals(number)]
            self.interrupt.request()
            self.parting.begin()
            # os.write, because a handler may come in the middle of another write to the same stream. Whoever read it
            # may be gone, as with `2>&1 | tee`, which the same Ctrl-C ends.
            with suppress(OSError):
                os.write(
                    2, f"\nStopping: what is under way gets {GRACE_SECONDS:.0f} s; again to stop at once.\n".encode()
                )

        before = {number: signal.signal(number, handle) for number in CODES}
        try:
            interruption.check()  # one that got lost before: nothing has begun yet
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
