"""Which addresses a token may be sent to, and how names stand in paths."""

import pytest

from pipesync.aiven.address import checked
from pipesync.aiven.dialect import dialect_of, segment, services


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://api.aiven.io", "https://api.aiven.io"),
        ("https://API.aiven.io/", "https://api.aiven.io"),
        ("https://gateway.example.com:8443/aiven//", "https://gateway.example.com:8443/aiven"),
        ("http://127.0.0.1:8765", "http://127.0.0.1:8765"),
        ("http://127.9.9.9", "http://127.9.9.9"),
        ("http://[::1]:8765/", "http://[::1]:8765"),
        ("http://localhost", "http://localhost"),
    ],
)
def test_good_addresses(given: str, kept: str) -> None:
    """Over https anywhere, over http on this machine; a slash at the end does not matter."""
    assert checked(given) == kept


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("http://api.aiven.io", "https://"),
        ("http://127.0.0.1.example.com", "https://"),
        ("http://10.0.0.1", "https://"),
        ("https://user:pass@api.aiven.io", "user name"),
        ("http://127.0.0.1@evil.example.com", "user name"),
        ("https://api.aiven.io/v1", "without /v1"),
        ("https://api.aiven.io/v1/", "without /v1"),
        ("https://api.aiven.io?a=b", "must not hold"),
        ("https://api.aiven.io#x", "must not hold"),
        ("https://api.aiven.io:99999", "port"),
        ("ftp://api.aiven.io", "begin with https"),
        ("api.aiven.io", "begin with https"),
        ("https://", "name a host"),
        ("https://api.aiven.io\n", "characters"),
        ("https://api.aivén.io", "characters"),
        ("", "begin with https"),
    ],
)
def test_bad_addresses(given: str, words: str) -> None:
    """Anything else is refused in words, before a token is sent."""
    with pytest.raises(ValueError, match=words):
        checked(given)


@pytest.mark.parametrize(
    ("name", "written"),
    [("pg-1", "pg-1"), ("a/b", "a%2Fb"), ("ü %", "%C3%BC%20%25"), ("..", "%2E%2E"), (".", "%2E"), ("a..b", "a..b")],
)
def test_names_are_one_segment(name: str, written: str) -> None:
    """No name can leave its place in a path."""
    assert segment(name) == written
    assert services(name).path == f"/v1/project/{written}/service"


def test_an_empty_name_is_no_segment() -> None:
    """An empty id would turn the deletion of a step into that of the collection."""
    with pytest.raises(ValueError, match="empty"):
        dialect_of(None).delete("")
