"""Requests without a connection: what becomes of each answer that a switch may give, and of each that it may not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from twisted.internet.defer import CancelledError, Deferred

from nox.core.openflow import requests as module
from nox.core.openflow.requests import TIME_LIMIT, RequestError, Requests
from nox.lib.openflow import messages
from nox.lib.openflow.errorcodes import BadRequest, ErrorType

MOD = messages.TableMod(table_id=1)
ASK = messages.MeterFeaturesRequest()
PART = messages.GroupStatsReply(flags=1)


class Wire:
    """Requests that are sent nowhere.

    :ivar sent: message and xid of each.
    """

    def __init__(self) -> None:
        self.sent: list[tuple[messages.Message, int]] = []
        self.requests = Requests(lambda message, xid: self.sent.append((message, xid)))
        self.outcomes: list[object] = []

    def watch(self, deferred: Deferred[Any]) -> Deferred[Any]:
        """Note what it comes to."""
        return deferred.addCallbacks(self.outcomes.append, lambda failure: self.outcomes.append(failure.value))

    def confirm(self) -> tuple[int, int]:
        """Send a message with its barrier; their xids."""
        self.watch(self.requests.confirm(MOD))
        (_, mod), (barrier, barrier_xid) = self.sent[-2:]
        assert barrier == messages.BarrierRequest()
        return mod, barrier_xid

    def sentence(self) -> str:
        """The one failure."""
        [error] = self.outcomes
        assert isinstance(error, RequestError)
        assert error.request in str(error)
        return str(error)


@pytest.fixture
def wire() -> Wire:
    """Requests that are sent nowhere."""
    return Wire()


def test_what_the_barrier_follows_was_accepted(wire: Wire) -> None:
    """A message that is not answered is done with the barrier behind it."""
    _, barrier = wire.confirm()
    assert wire.outcomes == []
    wire.requests.answer(barrier, messages.BarrierReply(), 8)
    assert len(wire.outcomes) == 1
    assert not isinstance(wire.outcomes[0], Exception)
    assert len(wire.requests) == 0


def test_an_error_before_the_barrier_fails_it(wire: Wire) -> None:
    """The error has the message's xid, its name and its numbers; the barrier then changes nothing."""
    mod, barrier = wire.confirm()
    assert wire.requests.refuse(mod, "BAD_REQUEST/EPERM", (ErrorType.BAD_REQUEST, BadRequest.EPERM))
    wire.requests.answer(barrier, messages.BarrierReply(), 8)
    assert wire.sentence() == "TableMod: the switch refused it: BAD_REQUEST/EPERM"
    [error] = wire.outcomes
    assert isinstance(error, RequestError)
    assert (error.request, error.error_type, error.error_code) == ("TableMod", 1, 5)
    assert len(wire.requests) == 0


def test_a_barrier_that_is_refused_confirms_nothing(wire: Wire) -> None:
    """Then it is not known whether the message was accepted."""
    _, barrier = wire.confirm()
    wire.requests.refuse(barrier, "BAD_REQUEST/BAD_TYPE")
    assert "not known whether it was accepted: BarrierRequest" in wire.sentence()


def test_an_answer_to_what_is_not_answered_fails_it(wire: Wire) -> None:
    """Whatever a switch answers to a mod is wrong."""
    mod, _ = wire.confirm()
    wire.requests.answer(mod, messages.BarrierReply(), 8)
    assert wire.sentence() == "TableMod: answered with BarrierReply"


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (lambda requests: [requests.tick() for _ in range(TIME_LIMIT + 1)], "no answer in time"),
        (lambda requests: requests.close("the cable was cut"), "the cable was cut"),
    ],
)
def test_without_an_answer_it_has_failed(wire: Wire, end: Callable[[Requests], object], words: str) -> None:
    """Silence and the end of the connection fail a message that waits to be confirmed; once."""
    wire.confirm()
    end(wire.requests)
    assert wire.sentence() == f"TableMod: {words}"
    assert len(wire.requests) == 0


def test_a_second_answer_finds_nobody(wire: Wire) -> None:
    """The first one counts; the second is nobody's."""
    wire.watch(wire.requests.ask(messages.BarrierRequest(), messages.BarrierReply))
    [(_, xid)] = wire.sent
    assert wire.requests.answer(xid, messages.BarrierReply(), 8)
    assert not wire.requests.answer(xid, messages.BarrierReply(), 8)
    assert wire.outcomes == [[messages.BarrierReply()]]


def test_an_endless_answer_is_bounded_in_parts(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts without anything in them cost memory too."""
    monkeypatch.setattr(module, "MOST_PARTS", 3)
    wire.watch(wire.requests.ask(ASK, messages.GroupStatsReply))
    [(_, xid)] = wire.sent
    answered = [wire.requests.answer(xid, PART, 16) for _ in range(5)]
    assert answered == [True, True, True, True, False]
    assert wire.sentence() == "MeterFeaturesRequest: an answer in more than 3 parts"


def test_an_answer_that_drips_is_bounded_in_time(wire: Wire) -> None:
    """Each part does not start the time anew."""
    wire.watch(wire.requests.ask(ASK, messages.GroupStatsReply))
    [(_, xid)] = wire.sent
    for _ in range(TIME_LIMIT + 1):
        wire.requests.answer(xid, PART, 16)
        wire.requests.tick()
    assert wire.sentence() == "MeterFeaturesRequest: no answer in time"


def test_who_no_longer_waits_is_forgotten(wire: Wire) -> None:
    """A Deferred that is cancelled leaves nothing behind, and its answer is nobody's."""
    waiting = wire.watch(wire.requests.ask(ASK, messages.MeterFeaturesReply))
    waiting.cancel()
    assert isinstance(wire.outcomes[0], CancelledError)
    assert len(wire.requests) == 0
