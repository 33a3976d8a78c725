"""What a switch tells of itself: description, entries, tables, ports, queues, and what its tables can do."""

from __future__ import annotations

from typing import Final

import pytest

from nox.lib.actions import ALL, ANY, CONTROLLER, FLOOD, Group, Output, SetField
from nox.lib.match import Match
from nox.lib.openflow import messages
from nox.lib.openflow.enums import ConfigFlag, FlowModFlag, GroupCommand, GroupType
from nox.lib.openflow.instructions import GotoTable
from nox.lib.openflow.match10 import Match10
from nox.lib.openflow.messages import tablefeatures
from nox.lib.openflow.oxm import FIELDS
from nox.lib.openflow.terms import match10, match13
from nox.lib.openflow.versions import Version
from tests.behaviour.bench import PORTS, Trial
from tests.behaviour.control import Control
from tests.behaviour.frames import A6, B6, over4, over6, plain, udp
from tests.behaviour.saying import BOTH, V1_0, V1_3, add, entries, flow_mod, match_of, port_of

_EVERY_QUEUE: Final = 0xFFFFFFFF
_FRAGMENT: Final = bytes((17, 0, 0, 1, 0, 0, 0, 1))  # IPv6's header of a first fragment of UDP


def _meant(entry: messages.FlowStatsEntry) -> Match:
    """What an entry's match means, however it is written."""
    if isinstance(entry.match, Match10):
        return match10.match_from_wire(entry.match)
    return match13.match_from_wire(entry.match)


@BOTH
def test_description(trial: Trial, version: Version) -> None:
    """Who has made it."""
    said = trial.controller(version).ask(messages.DescriptionRequest(), messages.DescriptionReply)
    assert said.mfr_desc
    assert said.hw_desc
    assert said.sw_desc


@BOTH
def test_an_entry(trial: Trial, version: Version) -> None:
    """All that was written comes back, with what was counted and since when it is there."""
    control = trial.controller(version)
    match = Match(eth_type=0x0800, ip_proto=6, ipv4_dst="10.0.0.0/8", tcp_dst=80)
    does = (Output(2), Output(CONTROLLER, 77), Output(FLOOD))
    add(
        control,
        match,
        *does,
        priority=77,
        cookie=9,
        idle_timeout=100,
        hard_timeout=200,
        flags=FlowModFlag.SEND_FLOW_REM,
    )
    trial.bench.warp(50)
    (entry,) = entries(control)
    assert _meant(entry) == match
    assert (entry.table_id, entry.priority, entry.cookie) == (0, 77, 9)
    assert (entry.idle_timeout, entry.hard_timeout) == (100, 200)
    assert entry.duration_sec == 50
    assert (entry.packet_count, entry.byte_count) == (0, 0)
    assert entry.flags == (0 if version == V1_0 else FlowModFlag.SEND_FLOW_REM)
    written = flow_mod(version, match, *does)
    assert (entry.actions, entry.instructions) == (written.actions, written.instructions)


def _cookies(control: Control, match: Match | None = None, **more: int) -> list[int]:
    """The cookies of the entries that are meant; an aggregate of the same must agree."""
    found = sorted(entry.cookie for entry in entries(control, match, **more))
    request = messages.AggregateStatsRequest(
        match=match_of(control.version, match or Match()), **{"out_port": port_of(control.version, ANY), **more}
    )
    counted = control.ask(request, messages.AggregateStatsReply)
    assert counted.flow_count == len(found)
    return found


def _some(control: Control) -> None:
    """Entries with the cookies 1 to 4."""
    add(control, Match(in_port=1), Output(2), cookie=1)
    add(control, Match(in_port=1, eth_type=0x0800), Output(3), cookie=2)
    add(control, Match(in_port=2), Output(2), Output(3), cookie=3)
    add(control, Match(), cookie=4)


@BOTH
def test_which_entries(trial: Trial, version: Version) -> None:
    """Those that a match covers, and that send to a port."""
    control = trial.controller(version)
    _some(control)
    assert _cookies(control) == [1, 2, 3, 4]
    assert _cookies(control, Match(in_port=1)) == [1, 2]
    assert _cookies(control, Match(in_port=1, eth_type=0x0800)) == [2]
    assert _cookies(control, Match(eth_type=0x0800)) == [2]
    assert _cookies(control, Match(in_port=4)) == []
    assert _cookies(control, out_port=2) == [1, 3]
    assert _cookies(control, Match(in_port=1), out_port=3) == [2]
    assert _cookies(control, table_id=0) == [1, 2, 3, 4]


def test_which_entries_by_cookie(trial: Trial) -> None:
    """1.3 looks at the bits that a mask has."""
    control = trial.controller()
    _some(control)
    assert _cookies(control, cookie=2, cookie_mask=(1 << 64) - 1) == [2]
    assert _cookies(control, cookie=1, cookie_mask=1) == [1, 3]
    assert _cookies(control, cookie=99, cookie_mask=0) == [1, 2, 3, 4]


def test_which_entries_by_table_and_group(trial: Trial) -> None:
    """1.3 has several tables, and groups."""
    control = trial.controller()
    bucket = messages.Bucket(actions=(Output(2),))
    control.do(
        messages.GroupMod(command=GroupCommand.ADD, type=GroupType.INDIRECT, group_id=5, buckets=(bucket,)),
    )
    add(control, Match(), cookie=1, instructions=(GotoTable(1),))
    add(control, Match(in_port=1), Group(5), cookie=2, table_id=1)
    add(control, Match(), Output(2), cookie=3, table_id=1)
    assert _cookies(control, table_id=1) == [2, 3]
    assert _cookies(control, table_id=2) == []
    assert _cookies(control, out_group=5) == [2]
    assert _cookies(control, out_group=6) == []


@BOTH
def test_what_entries_count_together(trial: Trial, version: Version) -> None:
    """Packets and bytes of all that are meant."""
    control = trial.controller(version)
    add(control, Match(in_port=1), Output(4))
    add(control, Match(in_port=2), Output(4))
    trial.through(1, plain(), plain())
    trial.through(2, plain())
    request = messages.AggregateStatsRequest(match=match_of(version, Match()), out_port=port_of(version, 4))
    said = control.ask(request, messages.AggregateStatsReply)
    assert (said.packet_count, said.byte_count, said.flow_count) == (3, 180, 2)


@pytest.mark.parametrize(("writer", "reader"), [(V1_0, V1_3), (V1_3, V1_0)], ids=["of 1.0", "of 1.3"])
def test_entries_of_the_other_version(trial: Trial, writer: Version, reader: Version) -> None:
    """A controller reads them in its own words."""
    one, two = trial.controllers(writer, reader)
    match = Match(eth_type=0x0800, ip_proto=17, udp_dst=53)
    does = (SetField("eth_dst", 7), SetField("udp_src", 9), Output(2), Output(CONTROLLER, 100))
    add(one, match, *does, cookie=7, hard_timeout=50)
    (read,) = entries(two)
    expected = flow_mod(reader, match, *does)
    assert (_meant(read), read.cookie, read.hard_timeout) == (match, 7, 50)
    assert (read.actions, read.instructions) == (expected.actions, expected.instructions)


@BOTH
def test_many_entries(trial: Trial, version: Version) -> None:
    """What does not fit into one message comes in several; nothing is lost or told twice."""
    control = trial.controller(version)
    for number in range(1500):
        control.say(_numbered(version, number))
    control.do()
    found = [entry.cookie for entry in entries(control)]
    assert sorted(found) == list(range(1500))


def _numbered(version: Version, number: int) -> messages.FlowMod:
    return flow_mod(version, Match(eth_src=number), Output(2), cookie=number)


@BOTH
def test_tables(trial: Trial, version: Version) -> None:
    """As many as the switch says that it has; each counts its entries, look-ups and hits."""
    control = trial.controller(version)
    add(control, Match(in_port=1), Output(2))
    trial.through(1, plain(), plain())
    trial.through(3, plain())
    tables = control.ask(messages.TableStatsRequest(), messages.TableStatsReply).entries
    features = control.ask(messages.FeaturesRequest(), messages.FeaturesReply)
    assert [table.table_id for table in tables] == list(range(features.n_tables))
    first = tables[0]
    assert (first.active_count, first.lookup_count, first.matched_count) == (1, 3, 2)
    assert {table.active_count for table in tables[1:]} == {0}
    if version == V1_0:
        assert first.max_entries >= 1000


def _counters(control: Control, port: int) -> list[messages.PortStatsEntry]:
    request = messages.PortStatsRequest(port_no=port_of(control.version, port))
    found = control.ask(request, messages.PortStatsReply).entries
    return [one for one in found if one.port_no in PORTS]


@BOTH
def test_ports(trial: Trial, version: Version) -> None:
    """What has come in and gone out, of one port or of all; since when it is there."""
    control = trial.controller(version)
    assert sorted(one.port_no for one in _counters(control, ANY)) == list(PORTS)
    (before_in,), (before_out,) = _counters(control, 1), _counters(control, 2)
    add(control, Match(in_port=1), Output(2))
    trial.through(1, plain(), plain() + bytes(40))
    trial.bench.warp(30)
    (came,), (went,) = _counters(control, 1), _counters(control, 2)
    assert (came.port_no, went.port_no) == (1, 2)
    assert (came.rx_packets - before_in.rx_packets, came.rx_bytes - before_in.rx_bytes) == (2, 160)
    assert (went.tx_packets - before_out.tx_packets, went.tx_bytes - before_out.tx_bytes) == (2, 160)
    if version == V1_3:
        assert came.duration_sec - before_in.duration_sec == 30


@BOTH
def test_queues(trial: Trial, version: Version) -> None:
    """A port without queues has none, or the one that it always has."""
    control = trial.controller(version)
    every = port_of(version, ANY) if version == V1_3 else port_of(version, ALL)
    request = messages.QueueStatsRequest(port_no=every, queue_id=_EVERY_QUEUE)
    counted = control.ask(request, messages.QueueStatsReply).entries
    assert {one.queue_id for one in counted} <= {0}
    configured = control.ask(messages.QueueGetConfigRequest(port=1), messages.QueueGetConfigReply)
    assert configured.port == 1
    assert {queue.queue_id for queue in configured.queues} == {one.queue_id for one in counted}


@BOTH
def test_queues_that_are_not_there(trial: Trial, version: Version) -> None:
    """Of a port that is not there, or with a number that none has."""
    control = trial.controller(version)
    for port, queue, code in ((77, _EVERY_QUEUE, "BAD_PORT"), (1, 99, "BAD_QUEUE")):
        outcome = control.outcome(messages.QueueStatsRequest(port_no=port, queue_id=queue))
        assert outcome == trial.expected(f"statistics of queues: {code}", f"QUEUE_OP_FAILED/{code}")
    outcome = control.outcome(messages.QueueGetConfigRequest(port=77))
    assert outcome == trial.expected("configuration of queues: BAD_PORT", "QUEUE_OP_FAILED/BAD_PORT")


def test_what_tables_can_do(trial: Trial) -> None:
    """Each table by its number, with the instructions, actions and fields that entries can have there."""
    control = trial.controller()
    tables = control.ask(messages.TableFeaturesRequest(), messages.TableFeaturesReply).tables
    features = control.ask(messages.FeaturesRequest(), messages.FeaturesReply)
    assert [table.table_id for table in tables] == list(range(features.n_tables))
    for table in tables:
        assert table.max_entries >= 1000
        assert table.metadata_match == table.metadata_write == (1 << 64) - 1
    found = {type(one): one for one in tables[0].properties}
    instructions = found[tablefeatures.InstructionsProperty]
    assert isinstance(instructions, tablefeatures.InstructionsProperty)
    assert {one.type for one in instructions.ids} >= {1, 2, 3, 4, 5, 6}
    following = found[tablefeatures.NextTables]
    assert isinstance(following, tablefeatures.NextTables)
    assert list(following.tables) == list(range(1, features.n_tables))
    for kind in (tablefeatures.ApplyActionsProperty, tablefeatures.WriteActionsProperty):
        actions = found[kind]
        assert isinstance(actions, kind)
        assert {one.type for one in actions.ids} >= {0, 22, 25}  # output, group, set-field
    assert found[tablefeatures.WildcardsProperty]
    matched = _fields(found[tablefeatures.MatchProperty])
    assert matched >= {_field(name) for name in ("in_port", "metadata", "eth_dst", "ipv6_nd_tll")}
    for one in (tablefeatures.WriteSetField, tablefeatures.ApplySetField):
        assert _fields(found[one]) >= {_field(name) for name in ("eth_dst", "ipv4_src", "mpls_label")}
        settable = _field("in_port") in _fields(found[one])
        assert settable == trial.expected("in_port is among the fields that can be set", False)
    last = {type(one): one for one in tables[-1].properties}[tablefeatures.NextTables]
    assert isinstance(last, tablefeatures.NextTables)
    assert last.tables == b""


def _fields(listed: tablefeatures.TableProperty) -> set[int]:
    """The fields of a property, with or without masks."""
    return {header >> 9 for header in getattr(listed, "oxms", ())}


def _field(name: str) -> int:
    """A field's class and number, as in the first 23 bits of its header."""
    return FIELDS[name].oxm_class << 7 | FIELDS[name].number


def test_tables_are_what_they_are(trial: Trial) -> None:
    """Neither switch has its tables made otherwise."""
    control = trial.controller()
    tables = control.ask(messages.TableFeaturesRequest(), messages.TableFeaturesReply).tables
    assert control.outcome(messages.TableFeaturesRequest(tables=tables[:1])) == "TABLE_FEATURES_FAILED/EPERM"


def test_table_mod(trial: Trial) -> None:
    """1.3 has no configuration of tables: nothing may be set (1.3.5, section 7.3.3)."""
    control = trial.controller()
    control.do(messages.TableMod(table_id=0), messages.TableMod(table_id=255))
    for name, message, code in (
        ("a table-mod with bits", messages.TableMod(table_id=0, config=1 << 4), "BAD_CONFIG"),
        ("a table-mod of no table", messages.TableMod(table_id=254), "BAD_TABLE"),
    ):
        assert control.outcome(message) == trial.expected(name, f"TABLE_MOD_FAILED/{code}")


@BOTH
def test_configuration(trial: Trial, version: Version) -> None:
    """What is set is what is told."""
    control = trial.controller(version)
    control.do(messages.SetConfig(flags=0, miss_send_len=77))
    said = control.ask(messages.GetConfigRequest(), messages.GetConfigReply)
    assert (said.flags, said.miss_send_len) == (0, 77)


@BOTH
def test_dropping_fragments(trial: Trial, version: Version) -> None:
    """Any controller may have the switch drop them, all of them and nothing else, and pass them again."""
    one, two = trial.controllers(version, version)
    add(one, Match(), Output(2))
    whole, six = over4(17, udp(1, 2)), udp(1, 2, src=A6, dst=B6)
    pieces = [over4(17, udp(1, 2), fragment=0x2000), over4(17, b"data", fragment=2), over6(44, _FRAGMENT + six)]
    for flags in (ConfigFlag.FRAG_NORMAL, ConfigFlag.FRAG_DROP, ConfigFlag.FRAG_NORMAL):
        one.do(messages.SetConfig(flags=flags, miss_send_len=77))
        assert two.ask(messages.GetConfigRequest(), messages.GetConfigReply).flags == flags
        passing = pieces if flags == ConfigFlag.FRAG_NORMAL else []
        assert trial.through(1, whole, *pieces, over6(17, six)) == {2: [whole, *passing, over6(17, six)]}


@pytest.mark.parametrize(
    ("name", "flags"), [("unknown flags", 0xFF), ("putting fragments together", ConfigFlag.FRAG_REASM)]
)
def test_configuration_that_there_is_not(trial: Trial, name: str, flags: int) -> None:
    """What the switch does not do; 1.0 has no error for it."""
    outcome = trial.controller().outcome(messages.SetConfig(flags=flags, miss_send_len=77))
    assert outcome == trial.expected(name, "SWITCH_CONFIG_FAILED/BAD_FLAGS")


@BOTH
@pytest.mark.parametrize("data", [b"", b"echo", bytes(1000)], ids=["empty", "text", "1000 bytes"])
def test_echo(trial: Trial, version: Version, data: bytes) -> None:
    """What comes with an echo goes back."""
    assert trial.controller(version).ask(messages.EchoRequest(data=data), messages.EchoReply).data == data
