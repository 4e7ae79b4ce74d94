"""Trouble by chance: of all requests a share meets some, and the kinds take turns."""

import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from random import Random
from typing import TYPE_CHECKING, Final

from werkzeug.test import run_wsgi_app

from tests.faults.gate import Request
from tests.faults.stage import Stage
from tests.faults.trouble.kinds import TROUBLES, Effect, Trouble
from tests.faults.trouble.reply import Exchange

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SHARE: Final = 0.2
"""Of all requests; what is promised is measured at this rate."""


class Weather:
    """A `gate.Weather` that a seed decides. `met` counts the troubles that came to a request, by name."""

    def __init__(self, seed: int, share: float = SHARE) -> None:
        self._share = share
        self._dice = Random(seed)
        self._lock = threading.Lock()
        self._turn: list[Trouble] = []
        self.met: Counter[str] = Counter()

    def __call__(self, request: Request, sandbox: "WSGIApplication") -> "WSGIApplication":
        with self._lock:
            if self._dice.random() >= self._share:
                return sandbox
            trouble = self._next(request)
            self.met[trouble.name] += 1
            dice = Random(self._dice.random())
        effect = trouble.effect is Effect.ALWAYS or (trouble.effect is Effect.PERHAPS and dice.random() < 0.5)
        return _troubled(sandbox, trouble, dice, effect=effect)

    def _next(self, request: Request) -> Trouble:
        """The next that fits; all have their turn before one comes again."""
        for _ in range(2):
            for trouble in self._turn:
                if trouble.fits(request):
                    self._turn.remove(trouble)
                    return trouble
            self._turn += self._dice.sample(TROUBLES, len(TROUBLES))
        raise AssertionError(request)


@contextmanager
def met(on: Stage, weather: Weather) -> Iterator[None]:
    """Runs of the block meet this weather, and do not wait until it is better."""
    on.weather = weather
    try:
        yield
    finally:
        on.weather = None


def _troubled(sandbox: "WSGIApplication", trouble: Trouble, dice: Random, *, effect: bool) -> "WSGIApplication":
    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        exchange = Exchange(environ)
        if effect:
            parts, status, _ = run_wsgi_app(sandbox, environ, buffered=True)
            exchange = Exchange(environ, int(status[:3]), b"".join(parts))
        reply = trouble.answer(exchange, dice)
        start_response(reply.status_line, reply.header_lines())
        return [reply.body] if isinstance(reply.body, bytes) else reply.body

    return answer
