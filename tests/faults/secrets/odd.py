"""Secrets in odd places: files, addresses, proxies, a database; right and wrong ones."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import cycle
from typing import Final
from urllib.parse import quote

from tests.faults.figures import Figures
from tests.faults.secrets import canaries
from tests.faults.secrets.disguises import DISGUISES
from tests.faults.secrets.echo import TROUBLES, echo
from tests.faults.secrets.hostile_database import hostile_database
from tests.faults.secrets.room import Room

_PG: Final = canaries.PG_PASSWORD
_QUOTED: Final = quote(_PG, safe="")
_CALM: Final = {"PGPASSWORD": "", "PGCONNECT_TIMEOUT": "2"}


@dataclass(frozen=True)
class Oddity:
    """`files` are put into the home folder, with their modes; `{home}` stands for it in what is said of it."""

    name: str
    flags: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, tuple[str, int]] = field(default_factory=dict)


def _token_file(name: str, text: str, mode: int = 0o600) -> Oddity:
    return Oddity(name, ("--token-file", "{home}/token"), {"PIPESYNC_TOKEN": ""}, {"token": (text, mode)})


def _avn(name: str, text: str, mode: int = 0o600) -> Oddity:
    said = {"PIPESYNC_TOKEN": "", "AIVEN_CREDENTIALS_FILE": "{home}/avn.json"}
    return Oddity(name, (), said, {"avn.json": (text, mode)})


TOKENS: Final = (
    _token_file("a token in a file", canaries.TOKEN),
    _token_file("a token in a file that others may read", f"{canaries.TOKEN}\n", 0o644),
    _token_file("a token that is none", f"{canaries.TOKEN} {canaries.TOKEN}"),
    _token_file("a token that is not ASCII", f"{canaries.TOKEN}ü"),
    _token_file("a file that is too long", canaries.TOKEN * 2000),
    _avn("avn's credentials", json.dumps({"auth_token": canaries.TOKEN, "user_email": "ada@example.com"})),
    _avn("avn's credentials, which others may read", json.dumps({"auth_token": canaries.TOKEN}), 0o644),
    _avn("avn's credentials, broken", f'{{"auth_token": "{canaries.TOKEN}'),
    _avn("avn's credentials of another shape", json.dumps({"auth_token": {canaries.TOKEN: [canaries.TOKEN]}})),
    _avn("avn's credentials under another key", json.dumps({canaries.TOKEN: canaries.TOKEN})),
    *(
        Oddity(f"a token in {name}", (), {"PIPESYNC_TOKEN": "", name: canaries.TOKEN})
        for name in ("AIVEN_TOKEN", "AIVEN_AUTH_TOKEN")
    ),
    Oddity("two lines as a token", (), {"PIPESYNC_TOKEN": f"{canaries.TOKEN}\n{canaries.TOKEN}"}),
)

LOCATIONS: Final = (
    f"postgresql://me:{_QUOTED}@127.0.0.1:1/states",
    f"postgresql://me:{_PG}?x@127.0.0.1:1/states",
    f"postgresql://me:{_PG}#x@127.0.0.1:1/states",
    f"postgresql://me:{_PG}[x@127.0.0.1:1/states",
    f"postgresql://me:{_PG}@x@127.0.0.1:1/states",
    f"postgresql://me:x/{_PG}@127.0.0.1:1/states",
    f"postgresql://127.0.0.1:1/states?password={_QUOTED}",
    f"postgresql://127.0.0.1:1/states?sslpassword={_QUOTED}&user=me",
    f"postgresql://127.0.0.1:1/states?passwrd={_QUOTED}",
    f"postgres://me:{_QUOTED}@127.0.0.1:1,127.0.0.1:2/states#team",
    f"Postgresql://me:{_QUOTED}@127.0.0.1:1/states",
    f"mysql://me:{_PG}@127.0.0.1/states",
    f"https://ada:{_QUOTED}@127.0.0.1:1/states",
    f"https://ada:{_PG}@127.0.0.1:1/states",
    f"https://127.0.0.1:1/states?token={_QUOTED}",
    f"https://127.0.0.1:{_PG}/states",
    f"https://[{_PG}]/states",
    f"s3://AKIA:{_PG}@bucket/key",
    f"s3://bucket/key?X-Amz-Signature={_QUOTED}",
    f"az://container/key?sig={_QUOTED}",
    f"gs://bucket/key#{_PG}",
)
"""Where somebody has put a password; some of them are no locations at all."""

ADDRESSES: Final = (
    f"https://me:{_QUOTED}@127.0.0.1:1",
    f"https://me:{_PG}@127.0.0.1:1",
    f"https://me:x/{_PG}@127.0.0.1:1",
    f"https://127.0.0.1:{_PG}",
    f"https://[{_PG}]",
    f"https://127.0.0.1:1?token={_PG}",
    f"https://127.0.0.1:1#{_PG}",
    f"http://{_QUOTED}@api.example.com",
)

PROXIES: Final = (
    "http://ada:{0}@127.0.0.1:1",
    "socks5://ada:{0}@127.0.0.1:1",
    "gopher://ada:{0}@x",
    "http://ada:{0}@127.0.0.1:x",
    "ada:{0}@127.0.0.1:1",
)


def oddities() -> Iterator[Oddity]:
    """All of them, in no state but that of the opening."""
    yield from TOKENS
    for at, location in enumerate(LOCATIONS):
        yield Oddity(f"location {at}", (), {**_CALM, "PIPESYNC_STATE": location})
    for at, address in enumerate(ADDRESSES):
        yield Oddity(f"address {at}", (), {"PIPESYNC_API_URL": address})
    for at, proxy in enumerate(PROXIES):
        said = proxy.format(quote(canaries.PROXY, safe=""))
        yield Oddity(f"proxy {at}", (), {"PIPESYNC_API_URL": "https://api.example.com", "HTTPS_PROXY": said})


def meet(on: Room, oddity: Oddity, figures: Figures, *, loud: bool) -> None:
    """A plan that is refused, and at length also one that is not; with a state elsewhere, other commands as well."""
    on.reset()
    for name, (text, mode) in oddity.files.items():
        path = on.home / name
        path.write_text(text, "utf-8")
        path.chmod(mode)
    at_home = {
        name: value.format(home=on.home) if "{home}" in value else value for name, value in oddity.environment.items()
    }
    flags = tuple(flag.format(home=on.home) for flag in oddity.flags)
    for refused in (False, True) if loud else (True,):
        on.api.meet("401" if refused else None, canaries.TOKEN)
        ended = on.run("plan", "-v", *flags, said=at_home)
        on.look(f"plan, {oddity.name}", ended, figures)
    if "PIPESYNC_STATE" in at_home:
        others = (("state", "unlock", "x"), ("apply", "--yes", "-v"), ("state", "list", "-v"))
        for command in others if loud else others[:1]:
            on.look(f"{command}, {oddity.name}", on.run(*command, said=at_home), figures)


def ask_a_database(on: Room, figures: Figures, *, at_length: bool) -> None:
    """A password from its variable, and from the address, told back by the database with each kind of refusal."""
    codes = (
        "28P01",
        "3D000",
        "42501",
        "53300",
        "XX000",
        *(("57P03", "") if at_length else ()),
    )  # the last are asked again
    told = {"words": "", "code": ""}
    with hostile_database(lambda: told["words"], lambda: told["code"]) as port:
        for at, (name, disguise) in enumerate([*DISGUISES.items()][:: 1 if at_length else 3]):
            for code in codes if at_length else [codes[at % len(codes)]]:
                told.update(words=disguise(_PG).replace("\0", "0"), code=code)
                inside = f"postgresql://me:{_QUOTED}@127.0.0.1:{port}/states"
                for place in (
                    {"PIPESYNC_STATE": f"postgresql://me@127.0.0.1:{port}/states"},
                    {**_CALM, "PIPESYNC_STATE": inside},
                )[at % 2 :: 2]:
                    on.reset()
                    ended = on.run("plan", "-v", said=place)
                    if ended.code != 1:
                        figures.add(name, [("missed", repr(ended))])
                    on.look(f"a database, {name}, SQLSTATE {code}", ended, figures)


def ask_a_proxy(on: Room, figures: Figures, *, at_length: bool) -> None:
    """The password of a proxy, told by it to whoever wants to go through: to Aiven, to a state, to a forge."""
    far = {"PIPESYNC_API_URL": "https://api.example.com"}
    ways = (
        (("status", "-v"), far),
        (("state", "list", "-v"), {"PIPESYNC_STATE": "https://states.example.com/mine"}),
        (("comment", "plan.md", "-v"), {"GITHUB_API_URL": "https://forge.example.com"}),
    )
    with echo() as proxy:
        said = {"HTTPS_PROXY": f"http://ada:{quote(canaries.PROXY, safe='')}@127.0.0.1:{proxy.port}"}
        for at, (trouble, (name, disguise)) in enumerate(
            zip(cycle(TROUBLES), [*DISGUISES.items()][:: 1 if at_length else 2], strict=False)
        ):
            for line, where in ways if at_length else [ways[at % len(ways)]]:
                on.reset()
                proxy.meet(trouble, disguise(canaries.PROXY))
                ended = on.run(*line, said={**where, **said})
                if not proxy.met:
                    figures.add(str(line), [("missed", repr(ended))])
                on.look(f"{line} through a proxy, {trouble}, {name}", ended, figures)
