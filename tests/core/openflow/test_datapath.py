"""What a datapath is asked that belongs to no subject of its own."""

from __future__ import annotations

import struct

import pytest

from nox.core.openflow.requests import RequestError
from tests.core.openflow.asking.conversation import Answer, Conversation


@pytest.mark.parametrize("version", [1, 4])
def test_ports_are_described_again(version: int) -> None:
    """By the features in 1.0, by a multipart request in 1.3: the same ports as at the join."""
    talk = Conversation(version)
    asked = Answer(talk.datapath.port_descriptions())
    talk.peer.answer()
    assert asked.results == [list(talk.datapath.ports.values())]
    assert len(talk.datapath.ports) == 2


@pytest.mark.parametrize("version", [1, 4])
def test_statistics_of_somebody_elses(version: int) -> None:
    """The experimenter's number stands before its bytes, both ways; another's answer is none."""
    talk = Conversation(version)
    asked = Answer(talk.datapath.experiment(0x1234, b"type"))
    assert talk.multipart(0xFFFF, b"\0\0\x12\x34one", b"\0\0\x12\x34two") == b"\0\0\x12\x34type"
    assert asked.results == [[b"one", b"two"]]
    mistaken = Answer(talk.datapath.experiment(0x1234))
    talk.multipart(0xFFFF, struct.pack("!I", 0x4321))
    [error] = mistaken.failures
    assert isinstance(error, RequestError)
    assert str(error) == "ExperimenterRequest: experimenter 0x4321 answered instead"
