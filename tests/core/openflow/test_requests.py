"""Requests and switches that answer them badly: with another type, twice, never, or without an end."""

from __future__ import annotations

import pytest
from twisted.internet.defer import Deferred

from nox.core.openflow import requests
from nox.core.openflow.requests import RequestError, Requests
from nox.lib.openflow import messages


class Asked:
    """Requests that were sent, and what became of their Deferreds."""

    def __init__(self) -> None:
        self.sent: list[tuple[messages.Message, int]] = []
        self.requests = Requests(lambda message, xid: self.sent.append((message, xid)))
        self.answers: list[object] = []
        self.failures: list[str] = []

    def ask(self, message: messages.Message, reply: type[messages.Message], time_limit: int = 3) -> int:
        """Send a request; its xid."""
        deferred: Deferred[list[messages.Message]] = self.requests.ask(message, reply, time_limit)
        deferred.addCallbacks(self.answers.append, self._failed)
        return self.sent[-1][1]

    def _failed(self, failure: object) -> None:
        error = failure.value  # type: ignore[attr-defined]
        assert isinstance(error, RequestError)
        self.failures.append(str(error))


@pytest.fixture
def asked() -> Asked:
    """Nothing asked yet."""
    return Asked()


def test_wrong_type(asked: Asked) -> None:
    """An answer of another type fails the request by name, and what comes after it is nobody's."""
    xid = asked.ask(messages.BarrierRequest(), messages.BarrierReply)
    assert asked.requests.answer(xid, messages.GetConfigReply(), 12)
    assert asked.failures == ["BarrierRequest: answered with GetConfigReply"]
    assert not asked.requests.answer(xid, messages.BarrierReply(), 8)
    assert asked.answers == []


def test_twice(asked: Asked) -> None:
    """A second answer belongs to nothing: the first one stands."""
    xid = asked.ask(messages.BarrierRequest(), messages.BarrierReply)
    assert asked.requests.answer(xid, messages.BarrierReply(), 8)
    assert not asked.requests.answer(xid, messages.BarrierReply(), 8)
    assert not asked.requests.refuse(xid, "too late")
    assert (len(asked.answers), asked.failures, len(asked.requests)) == (1, [], 0)


def test_never(asked: Asked) -> None:
    """Silence fails the request after its time, and no sooner; an answer after that is nobody's."""
    xid = asked.ask(messages.BarrierRequest(), messages.BarrierReply, 3)
    for _ in range(3):
        asked.requests.tick()
    assert asked.failures == []
    asked.requests.tick()
    assert asked.failures == ["BarrierRequest: no answer in time"]
    assert not asked.requests.answer(xid, messages.BarrierReply(), 8)


def test_parts_do_not_prolong(asked: Asked) -> None:
    """A switch that sends a part now and then, and never the last, does not put off the time limit."""
    xid = asked.ask(messages.DescriptionRequest(), messages.FlowStatsReply, 3)
    for _ in range(4):
        asked.requests.answer(xid, messages.FlowStatsReply(flags=1), 16)
        asked.requests.tick()
    assert asked.failures == ["DescriptionRequest: no answer in time"]


def test_endless(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reply whose parts do not end fails at its bound, and lets go of the parts."""
    monkeypatch.setattr(requests, "MOST_BYTES", 3 * 65535)
    xid = asked.ask(messages.DescriptionRequest(), messages.FlowStatsReply)
    parts = [asked.requests.answer(xid, messages.FlowStatsReply(flags=1), 65535) for _ in range(5)]
    assert parts == [True, True, True, True, False]
    assert asked.failures == ["DescriptionRequest: an answer of more than 196605 bytes"]
    assert len(asked.requests) == 0


def test_strange_xid(asked: Asked) -> None:
    """An answer to what was never asked changes nothing for what was."""
    xid = asked.ask(messages.BarrierRequest(), messages.BarrierReply)
    assert not asked.requests.answer(xid + 1, messages.BarrierReply(), 8)
    assert not asked.requests.refuse(0, "BAD_REQUEST/BAD_TYPE")
    assert len(asked.requests) == 1


def test_gone(asked: Asked) -> None:
    """When the switch goes, all that waits fails, and so does what is asked later."""
    asked.ask(messages.BarrierRequest(), messages.BarrierReply)
    asked.requests.close("the switch has gone")
    asked.ask(messages.GetConfigRequest(), messages.GetConfigReply)
    assert asked.failures == ["BarrierRequest: the switch has gone", "GetConfigRequest: the switch has gone"]
