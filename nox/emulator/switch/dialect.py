"""What a version of OpenFlow says in its own way, from and into the terms of the switch (1.3's, ports of 32 bits)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from nox.emulator.switch.entry import Entry, Program
from nox.emulator.switch.port import Port
from nox.lib.actions import Action
from nox.lib.match import Match
from nox.lib.openflow import messages
from nox.lib.openflow.match10 import Match10
from nox.lib.openflow.match13 import OxmMatch
from nox.lib.openflow.versions import Version


def entry_stats(entry: Entry, match: Match10 | OxmMatch, now: float) -> messages.FlowStatsEntry:
    """What statistics have of an entry in every version; what it does is the version's to add."""
    seconds, nanoseconds = entry.duration(now)
    return messages.FlowStatsEntry(
        table_id=entry.table_id,
        match=match,
        duration_sec=seconds,
        duration_nsec=nanoseconds,
        priority=entry.priority,
        idle_timeout=entry.idle_timeout,
        hard_timeout=entry.hard_timeout,
        cookie=entry.cookie,
        packet_count=entry.packets,
        byte_count=entry.bytes,
    )


class Dialect(Protocol):
    """One version's."""

    @property
    def version(self) -> Version:
        """Whose it is."""

    @property
    def port_config(self) -> int:
        """The bits of a port's configuration that there are."""

    def port_in(self, number: int) -> int:
        """A port's number as the switch has it."""

    def port_out(self, number: int) -> int:
        """A port's number as the version writes it."""

    def match_in(self, match: Match10 | OxmMatch) -> Match:
        """What a match means.

        :raises Refused: when it makes no sense.
        """

    def match_out(self, match: Match) -> Match10 | OxmMatch:
        """The match as the version writes it.

        :raises LocalProtocolError: when it cannot.
        """

    def actions_in(self, actions: Sequence[Action]) -> tuple[Action, ...]:
        """Actions in the terms of the switch."""

    def actions_out(self, actions: Sequence[Action], spoken: Version, match: Match) -> tuple[Action, ...]:
        """Actions as the version writes them.

        :param spoken: whose terms they are in; `match`: of their entry.
        :raises LocalProtocolError: when it cannot.
        """

    def program(self, written: messages.FlowMod) -> Program:
        """What an entry does.

        :raises Refused: for an instruction that there is not.
        """

    def described(self, entry: Entry, now: float) -> messages.FlowStatsEntry:
        """An entry as statistics have it.

        :raises LocalProtocolError: when the version cannot say it.
        """

    def port(self, port: Port) -> messages.Port:
        """A port's description."""

    def packet_in(
        self, data: bytes, total: int, buffer_id: int, reason: int, table_id: int, cookie: int, match: Match
    ) -> messages.PacketIn:
        """A packet for the controller.

        :param match: fields of the packet that are no part of it: its port, metadata, tunnel.
        """
