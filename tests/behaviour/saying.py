"""Messages of either version from version-free words."""

from __future__ import annotations

from typing import Any, Final

import pytest

from nox.lib.actions import ANY, LOCAL, Action
from nox.lib.match import Match
from nox.lib.openflow import messages
from nox.lib.openflow.enums import FlowModCommand
from nox.lib.openflow.instructions import ApplyActions, Instruction
from nox.lib.openflow.match10 import Match10
from nox.lib.openflow.match13 import OxmMatch
from nox.lib.openflow.terms import actions10, actions13, match10, match13
from nox.lib.openflow.terms.ports10 import port_to_wire
from nox.lib.openflow.versions import Version
from tests.behaviour.control import Control

V1_0, V1_3 = Version.V1_0, Version.V1_3
BOTH: Final = pytest.mark.parametrize("version", [V1_0, V1_3], ids=["1.0", "1.3"])
PRIORITY: Final = 100


def match_of(version: Version, match: Match) -> Match10 | OxmMatch:
    """The match as the version writes it."""
    return match10.match_to_wire(match) if version == V1_0 else match13.match_to_wire(match)


def actions_of(version: Version, *actions: Action) -> tuple[Action, ...]:
    """The actions as the version writes them."""
    return actions10.actions_to_wire(actions) if version == V1_0 else actions13.actions_to_wire(actions)


def port_of(version: Version, port: int) -> int:
    """A port as the version writes it."""
    return port_to_wire(port) if version == V1_0 else port


def flow_mod(
    version: Version,
    match: Match,
    *actions: Action,
    command: int = FlowModCommand.ADD,
    out_port: int = ANY,
    priority: int = PRIORITY,
    instructions: tuple[Instruction, ...] = (),
    **more: Any,
) -> messages.FlowMod:
    """A flow-mod.

    :param actions: to be done at once.
    :param instructions: more of them, for 1.3.
    """
    written = actions_of(version, *actions)
    apply = (ApplyActions(written),) if written and version > V1_0 else ()
    return messages.FlowMod(
        match=match_of(version, match),
        command=command,
        priority=priority,
        out_port=port_of(version, out_port),
        actions=written if version == V1_0 else (),
        instructions=apply + instructions,
        **more,
    )


def add(control: Control, match: Match, *actions: Action, **more: Any) -> None:
    """Add an entry, which the switch takes."""
    control.do(flow_mod(control.version, match, *actions, **more))


def delete(control: Control, match: Match | None = None, **more: Any) -> None:
    """Delete the entries that a match covers."""
    control.do(flow_mod(control.version, match or Match(), **{"command": FlowModCommand.DELETE, **more}))


def packet_out(version: Version, frame: bytes, *actions: Action, in_port: int, **more: Any) -> messages.PacketOut:
    """A packet-out."""
    port = port_of(version, in_port)
    return messages.PacketOut(in_port=port, actions=actions_of(version, *actions), data=frame, **more)


def entries(control: Control, match: Match | None = None, **more: Any) -> list[messages.FlowStatsEntry]:
    """The entries that a match covers, as the switch reports them, by priority."""
    request = messages.FlowStatsRequest(
        match=match_of(control.version, match or Match()), **{"out_port": port_of(control.version, ANY), **more}
    )
    return sorted(control.ask(request, messages.FlowStatsReply).entries, key=lambda entry: -entry.priority)


def ports(control: Control) -> dict[int, messages.Port]:
    """The switch's own ports by number; the local one, which is optional, is left out."""
    if control.version == V1_0:
        found = control.ask(messages.FeaturesRequest(), messages.FeaturesReply).ports
    else:
        found = control.ask(messages.PortDescriptionRequest(), messages.PortDescriptionReply).ports
    return {port.port_no: port for port in found if port.port_no != port_of(control.version, LOCAL)}


def port_mod(control: Control, number: int, config: int = 0, mask: int = 0, **more: Any) -> messages.PortMod:
    """A change of a port's configuration, with the address that the port says it has."""
    hw_addr = ports(control)[number].hw_addr
    return messages.PortMod(**{"port_no": number, "hw_addr": hw_addr, "config": config, "mask": mask, **more})
