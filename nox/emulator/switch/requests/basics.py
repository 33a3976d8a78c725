"""Echo, features, configuration, barrier, description (1.3.5, sections 7.3.1, 7.3.2, 7.3.5.1, 7.3.8, 7.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nox.emulator.switch.refusal import Refused
from nox.emulator.switch.requests.answering import Handlers, dialect_of
from nox.lib.addresses import format_dpid
from nox.lib.openflow import messages
from nox.lib.openflow.actiontable import ACTION_NUMBERS
from nox.lib.openflow.enums import Capability, ConfigFlag
from nox.lib.openflow.enums10 import Capability10
from nox.lib.openflow.errorcodes import SwitchConfigFailed
from nox.lib.openflow.versions import Version

if TYPE_CHECKING:
    from nox.emulator.switch.connection import Connection
    from nox.emulator.switch.switch import Switch

_CAPABILITIES: Final = (
    Capability.FLOW_STATS
    | Capability.TABLE_STATS
    | Capability.PORT_STATS
    | Capability.GROUP_STATS
    | Capability.QUEUE_STATS
)
_CAPABILITIES10: Final = (
    Capability10.FLOW_STATS
    | Capability10.TABLE_STATS
    | Capability10.PORT_STATS
    | Capability10.QUEUE_STATS
    | Capability10.ARP_MATCH_IP
)
_VENDOR: Final = 0xFFFF


def _nothing(switch: Switch, connection: Connection, message: messages.Message, xid: int) -> None:
    """Another hello, an error, an answer to our own probe: nothing follows."""


def _echo(switch: Switch, connection: Connection, message: messages.EchoRequest, xid: int) -> None:
    connection.send(messages.EchoReply(data=message.data), xid)


def _barrier(switch: Switch, connection: Connection, message: messages.BarrierRequest, xid: int) -> None:
    """Messages are done in the order in which they come, so that all before it are."""
    connection.send(messages.BarrierReply(), xid)


def _features(switch: Switch, connection: Connection, message: messages.FeaturesRequest, xid: int) -> None:
    dialect = dialect_of(connection)
    old = dialect.version == Version.V1_0
    numbers = [number for number in ACTION_NUMBERS.classes(dialect.version) if number != _VENDOR]
    reply = messages.FeaturesReply(
        datapath_id=switch.datapath_id,
        n_buffers=switch.buffers.most,
        n_tables=switch.settings.tables,
        capabilities=_CAPABILITIES10 if old else _CAPABILITIES,
        actions=sum(1 << number for number in numbers) if old else 0,
        ports=tuple(dialect.port(port) for port in switch.ports.values()) if old else (),
    )
    connection.send(reply, xid)


def _get_config(switch: Switch, connection: Connection, message: messages.GetConfigRequest, xid: int) -> None:
    reply = messages.GetConfigReply(flags=switch.fragments, miss_send_len=connection.state.miss_send_len)
    connection.send(reply, xid)


def _set_config(switch: Switch, connection: Connection, message: messages.SetConfig, xid: int) -> None:
    """What becomes of fragments holds for all; how much of a packet a controller gets is its own."""
    if message.flags not in (ConfigFlag.FRAG_NORMAL, ConfigFlag.FRAG_DROP):
        raise Refused(SwitchConfigFailed.BAD_FLAGS, "fragments pass as they are, or are dropped")
    switch.fragments = ConfigFlag(message.flags)
    connection.state.miss_send_len = message.miss_send_len


def _description(switch: Switch, connection: Connection, message: messages.DescriptionRequest, xid: int) -> None:
    settings = switch.settings
    reply = messages.DescriptionReply(
        mfr_desc=settings.manufacturer,
        hw_desc=settings.hardware,
        sw_desc=settings.software,
        serial_num="",
        dp_desc=format_dpid(switch.datapath_id),
    )
    connection.send(reply, xid)


HANDLERS: Final[Handlers] = {
    messages.Hello: _nothing,
    messages.Error: _nothing,
    messages.EchoReply: _nothing,
    messages.EchoRequest: _echo,
    messages.BarrierRequest: _barrier,
    messages.FeaturesRequest: _features,
    messages.GetConfigRequest: _get_config,
    messages.SetConfig: _set_config,
    messages.DescriptionRequest: _description,
}
