"""One run in trouble, and what is wrong after it: a torn file, a state that is gone, an error that nobody was told."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from pipesync.state import State
from tests.faults.figures import Figures
from tests.faults.files.lasting import unsynced
from tests.faults.files.strace import KILL, Call, Fault, Strace
from tests.faults.files.writings import ERRORED, MADE, OLD, Writing, state_of
from tests.faults.forks import Ended
from tests.faults.gate import Request
from tests.faults.kills.aftermath import KEPT, put_right
from tests.faults.stage import STATE, Stage

LASTING: Final = frozenset({"fsync", "fdatasync"})
"""Where these fail, nobody knows what a power cut leaves: that must be told, whatever is in the file."""


ATTEMPTS: Final = 4
"""Connections are closed among the other calls, when the server is quick before a file is, when it is slow after."""


class Trials:
    """Runs of one writing on a stage, each with other trouble; `sites` are the calls that may fail."""

    def __init__(self, on: Stage, writing: Writing, log: Path) -> None:
        self._on = on
        self._writing = writing
        self._log = log
        self._opening = writing.opening(on)
        on.set(self._opening)
        strace = Strace(log, *writing.meanwhile)
        on.run(*writing.command, watch=strace)
        self.sites = tuple(writing.sites(strace.calls(), on.there))

    def look(self, figures: Figures) -> None:
        """What is wrong with a run that has no trouble."""
        figures.add(self._writing.name, (("unsynced", words) for words in unsynced(self.sites)))

    def make(self, fault: Fault, figures: Figures) -> bool:
        """Let a run have `fault`; False if that call was about something else each time, such as a connection."""
        return any(self._try(fault, figures) for _ in range(ATTEMPTS))

    def _try(self, fault: Fault, figures: Figures) -> bool:
        self._on.set(self._opening)
        strace = Strace(self._log, *self._writing.meanwhile, fault)
        ended = self._on.run(*self._writing.command, watch=strace)
        requests = self._on.gate.requests
        where = f"{self._writing.name}, {fault}"
        if not any(_is(call, fault) for call in self._writing.sites(strace.calls(), self._on.there)):
            return False
        figures.trials += 1
        figures.amounts["errors told" if ended.code == 1 else "kills" if ended.killed else "runs that went on"] += 1
        figures.add(where, self._ended(ended, fault))
        figures.add(where, self._left(ended, fault, requests))
        figures.add(f"{where}, and again", self._mended(ended))
        return True

    def _ended(self, ended: Ended, fault: Fault) -> Iterator[tuple[str, str]]:
        """What is wrong with how the run ended."""
        if fault.error == KILL:
            if not ended.killed:
                yield "wrong code", repr(ended)
            return
        if "Traceback" in ended.err:
            yield "traceback", ended.err
        elif ended.code not in {0, 1}:
            yield "wrong code", repr(ended)
        elif ended.code == 0 and (fault.call in LASTING or not self._writing.wanted(self._on)):
            yield "silent", repr(ended)
        elif ended.code == 1 and not _is_told(ended.err):
            yield "untold", ended.err

    def _left(self, ended: Ended, fault: Fault, requests: Sequence[Request]) -> Iterator[tuple[str, str]]:
        """What is wrong with the files."""
        before, files = self._opening.files, self._on.scene().files
        for name in files:
            whole = (STATE, f"{STATE}.backup", ERRORED)
            if name in whole and state_of(self._on.there / name) is None:
                yield "torn", f"{name} is {files[name]!r}"
        made = files.get(MADE)
        if made != OLD and not self._writing.wanted(self._on) and MADE in self._writing.files:
            yield "torn", f"{MADE} is {made!r}"
        if STATE in before and STATE not in files:
            yield "read as new", repr(sorted(files))
        if any(request.writes for request in requests) and files.get(STATE) == before.get(STATE):
            yield "unrecorded", repr(requests)
        litter = [name for name in files if name.endswith(".tmp")]
        if litter and not ended.killed and fault.call != "unlink":
            yield "litter", repr(litter)
        if ERRORED in self._writing.files and not ended.killed and not _is_kept(files, ended.err):
            yield "lost", ended.err

    def _mended(self, ended: Ended) -> Iterator[tuple[str, str]]:
        """What is wrong after the trouble is over, and the same is done again."""
        on, writing = self._on, self._writing
        errored = on.there / ERRORED
        if errored.exists():
            pushed = on.run("state", "push", ERRORED)
            if pushed.code != 0:
                yield "wrong code", repr(pushed)
        if STATE in on.scene().files and state_of(on.there / STATE) is None:
            return  # it is torn: told before
        if writing.applies:
            for name in on.scene().files.keys() - KEPT:
                (on.there / name).unlink()
            yield from put_right(on, writing.kind, writing.kind.new, on.apply())
            return
        if not writing.wanted(on):
            again = on.run(*writing.command)
            if again.code != 0 or not writing.wanted(on):
                yield "not mended", f"{again!r} after {ended!r}"


def _is(call: Call, fault: Fault) -> bool:
    return (call.call, call.number) == (fault.call, fault.number)


def _is_told(err: str) -> bool:
    """Whether an error says what, where, and what to do next."""
    lines = err.splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("Error: ")]
    return bool(starts) and all(line.startswith("  ") for line in lines[starts[0] + 1 : starts[0] + 3])


def _is_kept(files: dict[str, bytes], err: str) -> bool:
    """Whether the state of a run whose store did not take it is in its file, or was told as a whole."""
    if ERRORED in files:
        return True  # whether it is whole, too, has been looked at
    try:
        return bool(State.model_validate_json(err[err.find("{\n") :]))
    except ValidationError:
        return False
