"""Every kind of file that is written, with every system call about it failing in every way."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from tests.faults.figures import Figures, Promise, in_parts
from tests.faults.files.strace import KILL, Call, Fault, lacking
from tests.faults.files.trial import Trials
from tests.faults.files.writings import WRITINGS, Writing
from tests.faults.stage import stage

ERRORS: Final = (KILL, "EIO", "ENOSPC", "EROFS")

SHORT_WRITE: Final = "10"
"""So many bytes a write says it has written, and has not."""


def measure(tell: Callable[[str], None]) -> Figures:
    if (why := lacking()) is not None:
        tell(f"left out: {why}")
        return Figures()
    return in_parts(WRITINGS, swept, lambda writing: writing.name, tell)


def swept(writing: Writing) -> Figures:
    """The figures of one kind of file over all calls and all errors, once and for good."""
    figures = Figures()
    with tempfile.TemporaryDirectory() as folder, stage(Path(folder)) as on:
        trials = Trials(on, writing, Path(folder) / "calls")
        trials.look(figures)
        for fault in faults(trials.sites):
            trials.make(fault, figures)
    return figures


def faults(sites: tuple[Call, ...]) -> Iterator[Fault]:
    for site in sites:
        yield from (Fault(site.call, site.number, error) for error in ERRORS)
        if site.call == "write":
            yield Fault(site.call, site.number, SHORT_WRITE)
        if site.call in {"fsync", "rename"}:
            yield Fault(site.call, site.number, "EROFS", stays=True)


def spread(sites: tuple[Call, ...], *, alike: bool) -> Iterator[Fault]:
    """Each kind of call with each error once (`alike`: with SIGKILL and one other), at one site after the other."""
    for turn, call in enumerate(dict.fromkeys(site.call for site in sites)):
        numbers = [site.number for site in sites if site.call == call]
        errors = (KILL, ERRORS[1 + turn % 3]) if alike else ERRORS
        for at, error in enumerate((*errors, SHORT_WRITE) if call == "write" else errors):
            yield Fault(call, numbers[(turn + at * 3) % len(numbers)], error)


PROMISE: Final = Promise(
    "files",
    "a state file is never torn",
    "system calls failed or killed at",
    ("torn", "unsynced", "read as new", "silent", "lost"),
    measure,
)
