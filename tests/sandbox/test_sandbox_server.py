"""The server: loopback only, many requests at once, and an end that leaves nothing behind."""

import gc
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from pipesync.sandbox import create_app, serve
from tests.sandbox.running import STEPS, Running, client, organization_body

SERVE = """
from pipesync.sandbox import create_app, serve
server = serve(create_app(), port=0)
print(server.url, flush=True)
server.run()
print("ended", flush=True)
"""


def test_one_destination_gets_one_source_however_many_ask(sandbox: Running) -> None:
    """Of creates that race for one destination exactly one wins, and the others learn why."""
    for number in range(8):
        sandbox.http.put(f"/_sandbox/services/dev-project/pg-{number}", json={"type": "pg"})
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda number: sandbox.create(f"dev-project/pg-{number}", "prod-project/pg-prod"), range(8))
        )

    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    codes = {answer.json()["errors"][0]["error_code"] for answer in answers if answer.status_code == 409}
    assert codes == {"upgrade_step_destination_already_has_source"}
    assert len(sandbox.listed()) == 1


def test_32_requests_wait_side_by_side_and_a_stop_ends_their_waiting() -> None:
    """Slow requests do not queue behind few threads, and a server that stops does not sit them out."""
    width = 32
    with ThreadPoolExecutor(width) as pool:
        with serve(create_app(), port=0) as server, client(server.url, "t") as http:
            fault = {"path": STEPS, "times": width, "latency_ms": 600_000}
            http.post("/_sandbox/faults", json=fault).raise_for_status()
            waiting = [pool.submit(_one_get, server.url) for _ in range(width)]
            peaks = (http.get("/_sandbox/requests").json()["peak_in_flight"] for _ in range(5_000))
            assert width in peaks
        failures = [future.exception() for future in waiting]

    assert [type(failure) for failure in failures] == [httpx.RemoteProtocolError] * width


def _one_get(url: str) -> httpx.Response:
    with client(url, "t") as http:
        return http.get(STEPS, timeout=60)


def test_servers_come_and_go_in_one_process() -> None:
    """Starting and stopping leaves no thread, port or connection that disturbs the next one."""
    for _ in range(20):
        with serve(create_app(), port=0) as server, client(server.url, "t") as http:
            answer = http.post(STEPS, json=organization_body("dev-project/pg-dev", "prod-project/pg-prod"))
            assert answer.status_code == 200
        with pytest.raises(httpx.ConnectError), client(server.url, "t") as http:
            http.get(STEPS)


class _Litter:
    """Garbage that runs a little code when it is collected, so that another thread may come in."""

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        sum(range(200))


@pytest.fixture
def _restless() -> Iterator[None]:
    """Threads take turns, and garbage is collected, as often as can be."""
    interval, thresholds = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(1e-6)
    gc.set_threshold(5)
    yield
    sys.setswitchinterval(interval)
    gc.set_threshold(*thresholds)


@pytest.mark.usefixtures("_restless")
def test_sandboxes_are_made_side_by_side() -> None:
    """Making one parses Python, which threads may not do at once before 3.11.8: SystemError in one of them."""

    def make(_: int) -> None:
        for _ in range(10):
            _litter = [_Litter() for _ in range(20)]
            create_app()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(make, range(4)))


def test_it_listens_on_loopback_only() -> None:
    """The address is 127.0.0.1, and a port that is taken is an OSError."""
    with serve(create_app(), port=0) as server:
        assert server.url == f"http://127.0.0.1:{server.port}"
        with pytest.raises(OSError, match="in use"):
            serve(create_app(), port=server.port)
        with socket.socket() as other:
            other.bind(("127.0.0.2", server.port))  # fails if the server had taken every address


def test_an_interrupt_ends_run_cleanly() -> None:
    """Ctrl-C ends a sandbox that serves in the foreground: code 0, no traceback, no warning."""
    with subprocess.Popen(
        [sys.executable, "-X", "dev", "-W", "error", "-c", SERVE],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        with client(url, "t") as http:
            assert http.get(STEPS).status_code == 200
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30)

    assert (process.returncode, out, err) == (0, "ended\n", "")
