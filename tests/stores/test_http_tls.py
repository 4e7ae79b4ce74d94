"""A store of states over TLS: whose certificate is trusted, and what is said of one that is not."""

import ssl

import pytest
import trustme

from pipesync.errors import StateError
from pipesync.store.http.store import HttpStore
from tests.contract.loopback import head, saying, serving
from tests.stores.http_runs import patience

VARIABLE = "TF_HTTP_CLIENT_CA_CERTIFICATE_PEM"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(autouse=True)
def without_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment's proxies are left out."""
    monkeypatch.setenv("NO_PROXY", "*")


def test_an_authority_of_ones_own(authority: trustme.CA) -> None:
    """Terraform's variable holds its certificate; without it nothing is sent, and the error says what helps."""
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(secure)
    with serving(saying(head("404 Not Found", content_length="0")), secure) as url:
        location = f"{url.replace('http://127.0.0.1', 'https://localhost')}/state"
        pem = authority.cert_pem.bytes().decode()
        assert HttpStore.of(location, {VARIABLE: pem}, patience()).read() is None
        with pytest.raises(StateError, match="its certificate is not trusted") as caught:
            HttpStore.of(location, {}, patience()).read()
        assert VARIABLE in (caught.value.next or "")


def test_certificates_of_no_use() -> None:
    """The variable is named, and what it holds is not shown."""
    with pytest.raises(StateError) as caught:
        HttpStore.of("https://localhost/state", {VARIABLE: "canary"}, patience()).read()
    assert caught.value.where == VARIABLE
    assert "canary" not in f"{caught.value.what}{caught.value.next}"
