"""Places that are none, that cannot be reached, or that do not keep their word."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from psycopg.conninfo import conninfo_to_dict

from pipesync.errors import StateError
from pipesync.store.location import open_store
from tests.stored_states import FIRST
from tests.stores.runs import info

KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "canary-secret", "AWS_REGION": "us-east-1"}


class Careless(BaseHTTPRequestHandler):
    """Something that speaks S3, takes every write, and heeds no condition."""

    kept: dict[str, bytes]

    def do_PUT(self) -> None:
        self.kept[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200, b"")

    def do_GET(self) -> None:
        if self.path in self.kept:
            self._answer(200, self.kept[self.path])
        else:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("ETag", '"always-the-same"')
        self.send_header("Last-Modified", "Sun, 01 Nov 2026 10:00:00 GMT")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing is printed."""


class Answering(BaseHTTPRequestHandler):
    """Something that gives every request the same answer."""

    status: int
    body: bytes

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.body)))
        if self.status == HTTPStatus.TEMPORARY_REDIRECT:
            self.send_header("Location", "http://127.0.0.1:1/canary-elsewhere")
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: Any) -> None:
        """Nothing is printed."""


@contextmanager
def served(kind: type[BaseHTTPRequestHandler], **values: Any) -> Iterator[str]:
    """The address of a server of `kind`."""
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (kind,), values)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def told(error: StateError) -> str:
    return f"{error.what} {error.where} {error.next}"


def test_a_store_that_ignores_conditions_is_refused(s3: pytest.MonkeyPatch) -> None:
    """Before anything but the probe is written there: two runs could overwrite each other's state."""
    kept: dict[str, bytes] = {}
    with served(Careless, kept=kept) as url:
        s3.setenv("AWS_ENDPOINT_URL", url)
        store = open_store("s3://states/key", {"AWS_ENDPOINT_URL": url})
        assert store.read() is None
        with pytest.raises(StateError, match="the store ignores conditions"), store.lock(info(), 0):
            pass
    assert [*kept] == ["/states/key.probe"]


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (404, b"<html>Not found</html>", "the store answers 404"),
        (404, b"<Error><Code>NoSuchBucket</Code></Error>", "the store answers 404: there is no such bucket"),
        (403, b"<Error><Code>AccessDenied</Code></Error>", "the store answers 403: access denied"),
        (403, b"<Error><Code>Canarysecret</Code><Message>canary-secret</Message></Error>", "the store answers 403"),
        (301, b"<Error><Code>PermanentRedirect</Code></Error>", "the bucket is in another region"),
        (307, b"", "the connection is refused"),
    ],
)
def test_what_is_no_clear_no_is_never_no_state(s3: pytest.MonkeyPatch, status: int, body: bytes, words: str) -> None:
    """A page of a proxy, a missing bucket, a refusal, a redirect: an error, in words that are ours."""
    with served(Answering, status=status, body=body) as url:
        s3.setenv("AWS_ENDPOINT_URL", url)
        with pytest.raises(StateError) as caught:
            open_store("s3://states/key", {"AWS_ENDPOINT_URL": url}).read()
    assert words in caught.value.what
    assert "canary" not in told(caught.value).lower()


@pytest.mark.parametrize("location", ["s3://states/key", "postgresql://me:canary-of-url@127.0.0.1:1/states"])
def test_a_place_that_cannot_be_reached_is_an_error(s3: pytest.MonkeyPatch, location: str) -> None:
    """To read, to look who has the lock, and to lock; with the location, less its password, and what to check."""
    s3.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    store = open_store(location, {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"})
    for attempt in (store.read, store.holder, lambda: store.write(FIRST, replacing=None)):
        with pytest.raises(StateError) as caught:
            attempt()
        assert "the connection is refused" in caught.value.what
        assert caught.value.where == store.where
        assert "canary" not in told(caught.value)
    assert store.backup() is None


@pytest.mark.parametrize(
    ("location", "where"),
    [
        ("postgresql://me:canary@db.example.com:5/states#team", "postgresql://me@db.example.com:5/states#team"),
        ("postgresql://me@db/states", "postgresql://me@db/states#pipesync"),
        (
            "postgres://me:c%40nary@a:1,b:2/states?sslmode=require",
            "postgres://me@a:1,b:2/states?sslmode=require#pipesync",
        ),
        ("postgresql://db/states?user=me&password=canary#x", "postgresql://db/states?user=me#x"),
        ("postgresql://[::1]:5/states?passfile=canary&options=-cx", "postgresql://[::1]:5/states?options=-cx#pipesync"),
        ("postgresql://me:canary%3F%23%2F%5B@db/states", "postgresql://me@db/states#pipesync"),
        ("postgresql:///states?service=canal", "postgresql:///states?service=canal#pipesync"),
        ("postgresql://db/states?options=-c%20a%3Db+c", "postgresql://db/states?options=-c%20a%3Db%2Bc#pipesync"),
    ],
)
def test_a_location_in_a_database_is_shown_without_its_password(location: str, where: str) -> None:
    """In a form that leads to the same place, as libpq reads both."""
    assert open_store(location, {}).where == where
    meant, shown = (conninfo_to_dict(each.partition("#")[0]) for each in (location, where))
    hidden = {"password", "passfile"}
    assert {name: value for name, value in meant.items() if name not in hidden} == shown


@pytest.mark.parametrize(
    "location",
    [
        "postgresql://me:canary@db/states?no_such_setting=1",
        "postgresql://me:canary@db/states#a%00b",
        "postgresql://me:canary?word@db/states",
        "postgresql://me:canary#word@db/states",
        "postgresql://me:canary/word@db/states",
        "postgresql://me:canary[word@db/states",
        "postgresql://me:word@canary@db/states",
        "s3://canary",
        "s3://me:canary@states/key",
        "s3://states/key?versionId=canary",
        "s3://states/",
        "az://states/canary/../key",
        "gs://states//canary",
    ],
)
def test_a_location_that_is_none_says_how_one_is_written(location: str) -> None:
    """Without repeating it: a password may be somewhere in it."""
    with pytest.raises(StateError) as caught:
        open_store(location, {})
    assert (caught.value.where, "canary" in told(caught.value)) == ("--state", False)
    assert "written" in told(caught.value)


@pytest.mark.parametrize(
    "location", ["postgresql:/me:canary@db/states", "https:me:canary@db/x", " s3://canary/key", "S3:/canary/key"]
)
def test_an_address_with_a_slip_is_no_path(location: str) -> None:
    """A file of that name would be a new state, and its password in every message."""
    with pytest.raises(StateError, match="does not begin with") as caught:
        open_store(location, {})
    assert "canary" not in told(caught.value)


@pytest.mark.parametrize("location", ["host=db user=me password=canary", " password = canary", "service=canary"])
def test_a_connection_string_of_postgresql_is_no_path(location: str) -> None:
    """Its own tools take it; here it would be a file of that name, which every message shows."""
    with pytest.raises(StateError, match=r"it begins with (host|password|service)=") as caught:
        open_store(location, {})
    assert "canary" not in told(caught.value)


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_a_store_on_this_machine_is_met_without_a_proxy(s3: pytest.MonkeyPatch, name: str) -> None:
    """What is not encrypted is not carried elsewhere, and nobody there says that no state exists."""
    with (
        served(Answering, status=200, body=FIRST.to_json().encode()) as url,
        served(Answering, status=404, body=b"<Error><Code>NoSuchKey</Code></Error>") as proxy,
    ):
        s3.setenv("AWS_ENDPOINT_URL", url)
        s3.setenv(name, proxy)
        assert open_store("s3://states/key", {"AWS_ENDPOINT_URL": url}).read() == FIRST


def test_an_endpoint_without_encryption_must_be_this_machine() -> None:
    """Whoever is on the way could change the state and its lock."""
    with pytest.raises(StateError, match="begins with http://") as caught:
        open_store("s3://states/key", {"AWS_ENDPOINT_URL": "http://minio.example.com:9000"})
    assert caught.value.where == "AWS_ENDPOINT_URL"


def test_an_environment_that_says_nothing_of_an_account_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Azure's location holds no account: the variable is asked for."""
    for name in ("AZURE_STORAGE_ACCOUNT_NAME", "AZURE_STORAGE_ENDPOINT", "AZURE_STORAGE_ACCOUNT_KEY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(StateError, match="what the environment says of the store cannot be used"):
        open_store("az://states/key", {})


@pytest.mark.parametrize(
    ("library", "location", "extra"),
    [("obstore", "s3://states/key", "objects"), ("psycopg", "postgresql://db/states", "postgres")],
)
def test_a_library_that_is_not_installed_is_named(
    monkeypatch: pytest.MonkeyPatch, library: str, location: str, extra: str
) -> None:
    """With the command that installs it."""
    for name in [*sys.modules]:
        if name == library or name.startswith((f"{library}.", "pipesync.store.objects", "pipesync.store.postgres")):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, library, None)
    import pipesync.store

    for module in ("objects", "postgres"):
        monkeypatch.delattr(pipesync.store, module, raising=False)
    with pytest.raises(StateError, match="needs a library that is not installed") as caught:
        open_store(location, {})
    assert caught.value.next == f"pip install 'pipesync[{extra}]'"
