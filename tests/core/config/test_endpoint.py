"""Endpoint strings: what is wrong with one is said before anything is stopped or started for it."""

from __future__ import annotations

import pytest

from nox.core.config.endpoint import server_endpoint


@pytest.mark.parametrize("text", ["tcp:6653", "tcp:port=6653", "tcp6:6653", "unix:/run/nox", "tcp:0:backlog=5"])
def test_what_twisted_can_listen_on_is_right(text: str) -> None:
    """Any of its own kinds."""
    server_endpoint(None, text)


@pytest.mark.parametrize(
    "text", ["bogus:6653", "tcp:abc", "tcp", "", "ssl:6653:privateKey=/nowhere", "systemd:domain=INET:index=0"]
)
def test_what_it_cannot_is_a_sentence(text: str) -> None:
    """Whatever the parser raises."""
    with pytest.raises(ValueError, match=r"is no endpoint to listen on .*; write it like tcp:6653"):
        server_endpoint(None, text)


def test_a_port_is_a_port() -> None:
    """Twisted notices only when it listens."""
    with pytest.raises(ValueError, match="at most 65535"):
        server_endpoint(None, "tcp:99999999")
