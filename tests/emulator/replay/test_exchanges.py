"""Which of a switch's messages answer which of the controller's, and which answer nothing."""

from __future__ import annotations

from pathlib import Path

from nox.emulator import Recording
from nox.emulator.replay.exchanges import Exchanges, exchanges
from nox.lib.openflow import messages
from nox.lib.openflow.codec import decode, encode
from nox.lib.openflow.enums import PacketInReason
from nox.lib.openflow.match13 import OxmMatch
from nox.lib.openflow.messages import Message
from nox.lib.openflow.nicira import NICIRA
from nox.lib.openflow.versions import Version

from .captures import Capture, Line, controller, handshake, switch

DESCRIPTION, BARRIER = messages.DescriptionRequest(), messages.BarrierRequest()
PACKET_IN = messages.PacketIn(
    buffer_id=1, total_len=0, reason=PacketInReason.NO_MATCH, table_id=0, cookie=0, match=OxmMatch(fields=()), data=b""
)


def described(text: str, **more: int) -> messages.DescriptionReply:
    """A description."""
    return messages.DescriptionReply(mfr_desc=text, hw_desc="", sw_desc="", serial_num="", dp_desc="", **more)


def flow_mod(priority: int = 1, cookie: int = 0) -> messages.FlowMod:
    """A flow-mod."""
    match, any_port = OxmMatch(fields=()), 0xFFFFFFFF
    return messages.FlowMod(match=match, command=0, priority=priority, cookie=cookie, out_port=any_port)


def one(folder: Path, *lines: Line) -> Exchanges:
    """Those of a connection that goes on so after its handshake."""
    recording = Recording.read(Capture().connection([*handshake(), *lines]).write(folder / "channel"))
    return exchanges(recording)[1]


def answers(found: Exchanges, message: Message) -> list[tuple[float, Message]]:
    """After which time it was answered, and with what."""
    exchange = found.take(message)
    assert exchange is not None
    return [(round(answer.delay, 6), decode(answer.data)) for answer in exchange.answers]


def test_by_transaction_and_type(tmp_path: Path) -> None:
    """Answers that come in another order, in several parts, and beside an event of the same transaction."""
    parts = [described("a", flags=1), described("b")]
    found = one(
        tmp_path,
        controller(1.0, DESCRIPTION, 5),
        controller(1.1, BARRIER, 6),
        switch(1.2, messages.BarrierReply(), 6),
        switch(1.3, PACKET_IN, 5),
        switch(1.4, parts[0], 5),
        switch(1.5, parts[1], 5),
    )
    assert answers(found, DESCRIPTION) == [(0.4, parts[0]), (0.5, parts[1])]
    assert answers(found, BARRIER) == [(0.1, messages.BarrierReply())]
    assert [decode(said.data) for said in found.unasked] == [PACKET_IN]


def test_the_same_request_again(tmp_path: Path) -> None:
    """Each has its own answer, and the last one's serves for all that follow."""
    replies = [described("a"), described("b")]
    found = one(
        tmp_path,
        controller(1.0, DESCRIPTION, 5),
        switch(1.1, replies[0], 5),
        controller(2.0, DESCRIPTION, 6),
        switch(2.2, replies[1], 6),
    )
    seen = [answers(found, DESCRIPTION) for _ in range(3)]
    assert seen == [[(0.1, replies[0])], [(0.2, replies[1])], [(0.2, replies[1])]]


def test_not_asked_then(tmp_path: Path) -> None:
    """Of a request with another body nothing is known."""
    asked = messages.PortStatsRequest(port_no=1)
    found = one(tmp_path, controller(1.0, asked, 5), switch(1.1, messages.PortStatsReply(), 5))
    assert found.take(messages.PortStatsRequest(port_no=2)) is None
    assert found.take(asked) is not None


def test_errors_by_what_they_show(tmp_path: Path) -> None:
    """Flow-mods of one transaction, of which one is refused: the error shows which."""
    flows = [flow_mod(priority) for priority in (1, 2, 3)]
    shown = encode(flows[1], Version.V1_3, 0)
    error = messages.Error(type=5, code=1, data=shown[:64])
    found = one(tmp_path, *(controller(1.0, flow) for flow in flows), switch(1.5, error))
    assert [answers(found, flow) for flow in flows] == [[], [(0.5, error)], []]


def test_an_error_that_is_about_nothing(tmp_path: Path) -> None:
    """It is said as an event."""
    found = one(tmp_path, switch(1.0, messages.Error(type=1, code=1, data=bytes(64)), 99))
    assert len(found.unasked) == 1


def test_flows_are_alike_whatever_their_numbers(tmp_path: Path) -> None:
    """A cookie's epoch and number differ from run to run; its component does not."""
    cookies = [0x0009_1111_0000_0001, 0x0009_2222_0000_0002, 0x0008_1111_0000_0001]
    flows = [flow_mod(cookie=cookie) for cookie in cookies]
    found = one(tmp_path, controller(1.0, flows[0]))
    assert found.take(flows[1]) is not None
    assert found.take(flows[2]) is None


def test_events_of_experimenters(tmp_path: Path) -> None:
    """They have transaction 0 and are no answers to what was sent with it; one with a transaction is."""
    message = messages.Experimenter(experimenter=NICIRA + 1, data=bytes(4))
    found = one(tmp_path, controller(1.0, message), switch(1.1, message))
    assert (answers(found, message), len(found.unasked)) == ([], 1)
    found = one(tmp_path, controller(1.0, message, 8), switch(1.1, message, 8))
    assert (answers(found, message), len(found.unasked)) == ([(0.1, message)], 0)
