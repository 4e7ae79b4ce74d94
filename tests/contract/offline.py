"""A test without a network: what is played back must come from its file alone."""

import socket
from typing import Any

import pytest


def block_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the test ends no socket connects, not even to this machine, and no host name resolves."""

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("the network was asked for")

    for owner, name in ((socket.socket, "connect"), (socket.socket, "connect_ex"), (socket, "getaddrinfo")):
        monkeypatch.setattr(owner, name, refuse)
