"""What is tried: a command in all its loudness, a server that tells a secret, and surroundings to find it in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import cycle
from typing import Final

from tests.faults.figures import Figures
from tests.faults.secrets import canaries
from tests.faults.secrets.disguises import ALPHABETS, DISGUISES
from tests.faults.secrets.echo import DATA, TROUBLES, Echo
from tests.faults.secrets.invocations import TABLE, Invocation, Place, commands, formats_of, reports_of
from tests.faults.secrets.room import STATE, Room

LOUDNESS: Final = ((), ("--quiet",), ("--verbose",), ("--verbose", "--color", "always"))
FORMATS: Final = ("text", "json", "markdown", "junit", "github")


@dataclass(frozen=True)
class Trial:
    """`trouble` of the server at `place` (None: all is well), which tells `secret` in `disguise`.

    `writes`: it meets what writes alone, after `spared` of those. `kind` is which kind of place the state is at.
    """

    invocation: Invocation
    flags: tuple[str, ...] = ()
    place: "Place | None" = None
    trouble: str | None = None
    secret: str = ""
    disguise: str = "plain"
    writes: bool = False
    spared: int = 0
    kind: str = "file"
    more: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        words = f"{self.invocation} {' '.join(self.flags)}, state in {self.kind}"
        return f"{words}, {self.trouble} of {self.place}, {self.disguise}" if self.trouble else words


def carry_out(on: Room, trial: Trial, figures: Figures) -> None:
    """Make the trial in the opening, and take down what can be seen of any secret."""
    on.reset()
    server = None
    if trial.place is not None and trial.trouble is not None:
        server = {Place.API: on.api, Place.STATE: on.state, Place.FORGE: on.forge}[trial.place]
        told = DISGUISES[trial.disguise](trial.secret)
        server.meet(trial.trouble, told, writes=trial.writes, spared=trial.spared)
    where = {**_kept_in(trial.kind, on.state), **trial.more}
    ended = on.run(*trial.invocation.line, *trial.flags, said=where)
    if ended.code < 0:
        figures.add(str(trial), [("dead", f"by signal {-ended.code}")])
    if server is not None and not server.met:
        figures.add(str(trial), [("missed", repr(ended)[:2000])])
    on.look(str(trial), ended, figures)


def _kept_in(kind: str, server: Echo) -> Mapping[str, str]:
    """What says that the state is there; the server speaks for each kind."""
    match kind:
        case "http":
            return {"PIPESYNC_STATE": f"{server.url}/states/upgrades"}
        case "gitlab":
            at = f"{server.url}/api/v4/projects/7/terraform/state/upgrades"
            return {"PIPESYNC_STATE": at, "CI_SERVER_URL": server.url, "TF_HTTP_PASSWORD": ""}
        case "s3":
            return {"PIPESYNC_STATE": "s3://states/key", "AWS_ENDPOINT_URL": server.url}
        case "az":
            return {"PIPESYNC_STATE": "az://states/key", "AZURE_STORAGE_ENDPOINT": server.url}
        case "az with a signature":
            signature = f"sv=2022-11-02&sig={canaries.AZURE_SAS}"
            return {**_kept_in("az", server), "AZURE_STORAGE_ACCOUNT_KEY": "", "AZURE_STORAGE_SAS_KEY": signature}
        case _:
            return {"PIPESYNC_STATE": STATE}


SECRETS_OF: Final = {
    "http": canaries.STATE_PASSWORD,
    "gitlab": canaries.JOB,
    "s3": canaries.AWS_SESSION,
    "az": canaries.AZURE_KEY,
    "az with a signature": canaries.AZURE_SAS,
}


def _asking(place: Place) -> list[Invocation]:
    return [one for one in TABLE if place in one.asks]


def in_peace(*, at_length: bool) -> Iterator[Trial]:
    """Each command with all its reports, in each loudness and format; the short form takes one of each in turn."""
    known = dict(commands())
    loudness = cycle(LOUDNESS)
    for invocation in TABLE:
        if invocation.serves:
            continue
        formats = [] if "--format" in invocation.arguments else [*formats_of(known[invocation.command])]
        reports = () if "--live" in invocation.arguments else reports_of(known[invocation.command], FORMATS)
        pairs = [(loud, name) for loud in LOUDNESS for name in formats or [""]]
        for loud, name in pairs if at_length else [(next(loudness), formats[-1] if formats else "")]:
            flags = (*loud, *(("--format", name) if name else ()), *reports)
            yield Trial(invocation, flags)
            if Place.STATE in invocation.asks and (at_length or name == ""):
                yield Trial(invocation, flags, kind="http")


def with_trouble_of_the_api(*, at_length: bool) -> Iterator[Trial]:
    """The token told by the API: each trouble, each disguise, each command."""
    asking = _asking(Place.API)
    yield from _troubled(Place.API, asking, canaries.TOKEN, at_length=at_length)
    for command in (one for one in asking if one.command[0] in {"apply", "approve"}):
        for trouble in (*TROUBLES, "keys") if at_length else ("403", "half of it", "keys"):
            yield Trial(
                command,
                ("-v", "--report", "json=o.json")[: 3 if command.command[0] == "apply" else 1],
                Place.API,
                trouble,
                canaries.TOKEN,
                "plain",
                writes=True,
            )


def with_trouble_of_the_state(kind: str, *, at_length: bool) -> Iterator[Trial]:
    """The credentials of the place told by it."""
    asking = _asking(Place.STATE)
    secret = SECRETS_OF[kind]
    chosen = (
        asking
        if at_length or kind == "http"
        else [one for one in asking if one.command in {("plan",), ("state", "list")}]
    )
    yield from _troubled(Place.STATE, chosen, secret, kind=kind, at_length=at_length and kind == "http")
    if kind == "http":
        apply = next(one for one in asking if one.command == ("apply",))
        for spared in range(4):
            yield Trial(apply, ("-v",), Place.STATE, "403", secret, "plain", writes=True, spared=spared, kind=kind)


def with_trouble_of_the_forge(*, at_length: bool) -> Iterator[Trial]:
    """The token for comments told by the forge, either of them."""
    (comment,) = _asking(Place.FORGE)
    yield from _troubled(Place.FORGE, [comment], canaries.GITHUB, at_length=at_length)


def _troubled(
    place: Place, asking: list[Invocation], secret: str, *, kind: str = "file", at_length: bool
) -> Iterator[Trial]:
    """Each trouble for each of the commands, or in turn; and each disguise in the words that are shown."""
    disguises, alphabets, loudness, turns = cycle(DISGUISES), cycle(ALPHABETS), cycle(LOUDNESS[2:]), cycle(asking)
    # The library of an object store has all its words replaced by ours, whatever they are: few will do.
    troubles = [*TROUBLES] if at_length or kind in {"file", "http"} else [*TROUBLES][::4]
    for trouble in troubles:
        for invocation in asking if at_length else [next(turns)]:
            yield Trial(invocation, next(loudness), place, trouble, secret, next(disguises), kind=kind)
    for name in DATA:
        for alphabet in ALPHABETS if at_length else [next(alphabets)]:
            for invocation in asking if at_length else [next(turns)]:
                yield Trial(invocation, next(loudness), place, name, secret, alphabet, kind=kind)
    for disguise in DISGUISES if at_length or place is Place.API else ():
        for trouble in ("403", "a long message", "plain words", "moved to a path") if at_length else ("403",):
            yield Trial(next(turns), ("-v",), place, trouble, secret, disguise, kind=kind)
