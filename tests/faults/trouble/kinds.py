"""Everything that an API, or something between us and it, has been known to answer instead of the right thing."""

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import Enum
from functools import cache
from random import Random
from typing import Any, Final

from pipesync.web.body import CAP
from tests.faults.gate import Request, pause, slowly
from tests.faults.trouble.lies import LIES, Lie, lying
from tests.faults.trouble.reply import HTML, JSON, PAGE, Exchange, Reply, refusal, told


class Effect(Enum):
    """Whether the request is carried out before the trouble."""

    NEVER = "never"
    PERHAPS = "perhaps"
    ALWAYS = "always"


Answer = Callable[[Exchange, Random], Reply]


@dataclass(frozen=True)
class Trouble:
    """One kind. `answer` makes the answer, or raises to give none; `fits` says which requests it can come to."""

    name: str
    answer: Answer
    effect: Effect = Effect.PERHAPS
    fits: Callable[[Request], bool] = lambda _request: True


def _any_of(*replies: Reply) -> Answer:
    return lambda _exchange, dice: dice.choice(replies)


def _date(year: int) -> str:
    return format_datetime(datetime(year, 10, 21, 7, 28, tzinfo=UTC), usegmt=True)


NEAR: Final = ("0", "3", "1.5", _date(2015), " 2 ")
FAR: Final = ("999999999", _date(2099))
GARBAGE: Final = ("-1", "9" * 400, "soon", "", "1e3", "0x10", "Wed, 99 Oct 2015 99:28:00 GMT", "NaN", "²", "1, 2")
SHAPES: Final[tuple[Any, ...]] = (
    None, True, 0, 1.5e300, "", "steps", [], {}, [None], {"steps": None}, {"steps": {}}, {"steps": "none"},
    {"steps": [None]}, {"steps": [{}]}, {"steps": [[]]}, {"step": []}, {"services": None}, {"services": [{}]},
    {"services": [None]}, {"message": "ok"}, {"errors": []}, {"message": "No", "errors": [{"status": 500}]},
    {"step_id": 1}, {"step_id": "", "source_project_name": ""}, 10**4000,
)  # fmt: skip
"""JSON that is not what was asked for, and does not say that there is nothing."""

RAW: Final = (
    b"\x00\xff\xfe garbage", b"{", b'{"steps": [', b"[" * 100_000, b"NaN", b'{"steps": NaN}', b"\xef\xbb\xbf{}", b"nul",
    b'{"steps": "\\ud800"}',
)  # fmt: skip


def _of_status(*statuses: int) -> Answer:
    """An error of a server or of a balancer before it: Aiven's JSON, a page, nothing, or rubbish."""

    def answer(_exchange: Exchange, dice: Random) -> Reply:
        status = dice.choice(statuses)
        return dice.choice(
            (
                refusal(status, code="internal_server_error" if status == 500 else None),
                refusal(status, headers={"Retry-After": dice.choice(NEAR + GARBAGE)}),
                Reply(status, PAGE, HTML),
                Reply(status),
                Reply(status, dice.choice(RAW)),
                Reply(status, b"upstream connect error", "text/plain"),
            )
        )

    return answer


def _redirect(exchange: Exchange, dice: Random) -> Reply:
    itself = f"http://{exchange.environ['HTTP_HOST']}{exchange.environ['PATH_INFO']}"
    places = (
        itself,
        "/v1/followed",
        f"http://{exchange.environ['HTTP_HOST']}/v1/followed",
        "//127.0.0.1:9/",
        "http://[",
    )
    headers = dice.choice([{}, *({"Location": place} for place in places)])
    return Reply(dice.choice((301, 302, 303, 307, 308, 300, 304)), b"", HTML, headers)


@cache
def _bomb() -> bytes:
    """Unpacked it is a byte larger than pipesync takes."""
    return gzip.compress(bytes(CAP + 1), compresslevel=9)


def _packed(exchange: Exchange, dice: Random) -> Reply:
    """A wrong Content-Encoding, or a right one around half a body."""
    packed = gzip.compress(exchange.body)
    encoding, body = dice.choice(
        (
            ("gzip", exchange.body or b"plain"),
            ("br", exchange.body),
            ("deflate", exchange.body),
            ("gzip, gzip", packed),
            ("x-unknown", exchange.body),
            ("gzip", packed[:-8]),
            ("gzip", packed[: len(packed) // 2]),
            ("identity", packed),
        )
    )
    return Reply(200, body, headers={"Content-Encoding": encoding})


def _cut(exchange: Exchange, dice: Random) -> Reply:
    """Announced whole and sent in part, in chunks and without the last one, or cut within a whole message."""
    body = exchange.body or b'{"steps": [], "total_count": 0}'
    part = body[: dice.randrange(len(body))]
    return dice.choice(
        (
            Reply(200, exchange.breaks_off(part), headers={"Content-Length": str(len(body))}),
            Reply(200, exchange.breaks_off(part)),
            Reply(200, part or b"{"),
        )
    )


def _of_another_type(exchange: Exchange, dice: Random) -> Reply:
    """The right body, called something else."""
    return Reply(exchange.status, exchange.body, dice.choice(("text/plain", HTML, "", "image/png", "application/; =")))


def _hang(exchange: Exchange, _dice: Random) -> Reply:
    while True:
        pause(exchange.environ, 0.2)


def _single(request: Request) -> bool:
    return request.method == "GET" and not request.lists and "/upgrade" in request.path


def _shows(request: Request) -> bool:
    """Whether the honest answer shows something; Aiven answers a DELETE and an approval with nothing at all."""
    return request.method != "DELETE" and "validation" not in request.path


def _lie(lie: Lie) -> Answer:
    return lambda exchange, dice: Reply(200, told(lying(lie, exchange.body, dice)))


def _refused(*replies: Reply) -> tuple[Answer, Effect]:
    return _any_of(*replies), Effect.NEVER


TROUBLES: Final = (
    Trouble("429", *_refused(refusal(429), refusal(429, "try again in 28s"), refusal(429, "try again in 99999999h"))),
    Trouble("429 and a time", *_refused(*(refusal(429, headers={"Retry-After": value}) for value in NEAR))),
    Trouble("429 and a far time", *_refused(*(refusal(429, headers={"Retry-After": value}) for value in FAR))),
    Trouble("429 and no time", *_refused(*(refusal(429, headers={"Retry-After": value}) for value in GARBAGE))),
    Trouble("500", _of_status(500)),
    Trouble("502", _of_status(502)),
    Trouble("503", _of_status(503)),
    Trouble("504", _of_status(504, 520, 599)),
    Trouble("408", _of_status(408)),
    Trouble("401", *_refused(refusal(401, code="authentication_failed"), Reply(401, PAGE, HTML), Reply(401))),
    Trouble("403", *_refused(refusal(403, code="permission_denied"), Reply(403, PAGE, HTML), Reply(403))),
    Trouble(
        "404 from elsewhere", *_refused(Reply(404, PAGE, HTML), Reply(404), Reply(404, b"404 page not found\n", ""))
    ),
    Trouble("404 of a step", *_refused(refusal(404, code="upgrade_step_not_found")), _single),
    Trouble("hung up", lambda exchange, _dice: exchange.hang_up(rudely=False)),
    Trouble("reset", lambda exchange, _dice: exchange.hang_up(rudely=True)),
    Trouble(
        "no HTTP", lambda exchange, dice: exchange.babble(dice.choice((b"\x15\x03\x01\x00", b"SSH-2.0\r\n", b"HTTP/9")))
    ),
    Trouble("cut off", _cut, Effect.ALWAYS),
    Trouble("garbage", lambda _exchange, dice: Reply(200, dice.choice(RAW))),
    Trouble("a web page", _any_of(Reply(200, PAGE, HTML), Reply(200, PAGE), Reply(203, PAGE, ""))),
    Trouble("nothing", _any_of(Reply(200), Reply(204), Reply(200, b" \n")), fits=_shows),
    Trouble("another shape", lambda _exchange, dice: Reply(200, told(dice.choice(SHAPES))), fits=_shows),
    Trouble("another type", _of_another_type, Effect.ALWAYS),
    Trouble("another packing", _packed, Effect.ALWAYS),
    Trouble("a bomb", lambda _exchange, _dice: Reply(200, _bomb(), headers={"Content-Encoding": "gzip"})),
    Trouble("a redirect", _redirect),
    Trouble(
        "slow",
        lambda exchange, _dice: Reply(exchange.status, slowly(exchange.body, exchange.environ, 5)),
        Effect.ALWAYS,
    ),
    Trouble("slow without an end", lambda exchange, _dice: Reply(200, slowly(b" " * 500, exchange.environ), JSON)),
    Trouble("silence", _hang),
    *(Trouble(lie.value, _lie(lie), Effect.ALWAYS, lambda request: request.lists) for lie in LIES),
)
