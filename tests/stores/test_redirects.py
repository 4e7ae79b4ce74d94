"""An object store that sends its client elsewhere: obstore follows, and cannot be told not to; what it takes along."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from pipesync.errors import StateError
from pipesync.store.objects import open_place
from pipesync.store.place import Unclear
from tests.stores.engines import AZURE_ACCOUNT, AZURE_SECRET, S3_KEY, S3_SECRET


@contextmanager
def answering(status: int, location: str = "") -> Iterator[tuple[str, list[str]]]:
    """A server that answers everything by `status`: its address, and what it was asked, headers and all."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            asked.append(f"{self.command} {self.path}\n{self.headers}")
            self.send_response(status)
            self.send_header("Location", location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_PUT = do_HEAD = _answer  # noqa: N815  the library's names

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the library's signature
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize("status", [302, 307])
@pytest.mark.parametrize("scheme", ["s3", "az"])
def test_no_key_and_no_signature_goes_elsewhere(monkeypatch: pytest.MonkeyPatch, scheme: str, status: int) -> None:
    """Whoever is at the other address learns nothing that lets him write or read as us."""
    with answering(404) as (elsewhere, asked), answering(status, f"{elsewhere}/there") as (store, asked_first):
        environment = {
            "AWS_ACCESS_KEY_ID": S3_KEY,
            "AWS_SECRET_ACCESS_KEY": S3_SECRET,
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": store,
            "AZURE_STORAGE_ACCOUNT_NAME": AZURE_ACCOUNT,
            "AZURE_STORAGE_ACCOUNT_KEY": AZURE_SECRET,
            "AZURE_STORAGE_ENDPOINT": f"{store}/{AZURE_ACCOUNT}",
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        place = open_place(f"{scheme}://states/key", environment)
        with suppress(StateError):
            place.get()
        with suppress(StateError, Unclear):
            place.put(b"{}", replacing=None)
    assert "uthorization" in "".join(asked_first)
    assert asked
    for secret in ("uthorization", S3_KEY, S3_SECRET, AZURE_SECRET, "SharedKey", "ignature"):
        assert secret not in "".join(asked)
