"""A switch, a port and a flow entry as JSON. What a switch sent as text is passed on as text, hostile or not."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, fields

from nox.core import plan
from nox.core.openflow.datapath import Datapath
from nox.core.openflow.ledger import Ledger, Reconciled
from nox.core.openflow.portinfo import PortInfo
from nox.core.openflow.statistics import FlowStats, PortStats
from nox.lib.addresses import format_dpid
from nox.webapps.rest.answers import Json
from nox.webapps.rest.resources.actiontext import action_text


def switch_json(datapath: Datapath, names: Mapping[int, str]) -> dict[str, Json]:
    """A connected switch.

    :param names: of components, by number.
    """
    return {
        "dpid": format_dpid(datapath.dpid),
        "version": f"1.{datapath.version - 1}",
        "address": datapath.address,
        "connected_at": datapath.connected_at,
        "certificate": datapath.certificate.fingerprint if datapath.certificate else None,
        "round_trip": datapath.round_trip,
        "n_ports": len(datapath.ports),
        "n_tables": datapath.n_tables,
        "n_buffers": datapath.n_buffers,
        "capabilities": datapath.capabilities,
        "flows": ledger_json(datapath.ledger, names),
        "description": asdict(datapath.description) if datapath.description else None,
    }


_COUNTERS = tuple(field.name for field in fields(PortStats) if field.name not in ("number", "duration"))


def port_json(port: PortInfo, counters: PortStats | None) -> dict[str, Json]:
    """A port with its counters; one that the switch does not keep is null."""
    told: dict[str, Json] = {
        "number": port.number,
        "name": port.name,
        "hw_addr": str(port.hw_addr),
        "is_up": port.is_up,
        "config": port.config,
        "state": port.state,
        "current_speed": port.current_speed,
    }
    return told | {name: getattr(counters, name, None) for name in _COUNTERS}


def ledger_json(ledger: Ledger, names: Mapping[int, str]) -> dict[str, Json]:
    """What was done with a switch's flow entries: `Reconciled` without its entries, and the flow-mods by owner."""
    found = ledger.reconciled
    told: dict[str, Json] = {name: getattr(found, name) for name in _RECONCILED} if found is not None else {}
    for name in ("groups", "meters"):
        shared = getattr(found, name, None)
        told[name] = asdict(shared) if shared is not None else None
    return told | {"flow_mods": {_owner(number, names): count for number, count in sorted(ledger.flow_mods.items())}}


_RECONCILED = tuple(field.name for field in fields(Reconciled) if field.name != "strangers")


def _owner(number: int, names: Mapping[int, str]) -> str:
    return names.get(number, f"component {number}")


def flow_json(entry: FlowStats, names: Mapping[int, str], running: Collection[int]) -> dict[str, Json]:
    """A flow entry with its owner.

    :param names: of all components that are installed, by number.
    :param running: the numbers of those that run.
    """
    number = plan.component_of(entry.cookie)
    return {
        "table_id": entry.table_id,
        "priority": entry.priority,
        "cookie": f"0x{entry.cookie:016x}",
        "owner": names.get(number, ""),
        "standing": _standing(entry.cookie, names, running),
        "match": str(entry.match),
        "actions": list(_what_it_does(entry)),
        "duration": entry.duration,
        "idle_timeout": entry.idle_timeout,
        "hard_timeout": entry.hard_timeout,
        "packet_count": entry.packet_count,
        "byte_count": entry.byte_count,
    }


def _standing(cookie: int, names: Mapping[int, str], running: Collection[int]) -> str:
    """What NOX makes of an entry: see docs/flows.md."""
    number = plan.component_of(cookie)
    if number not in names:
        return "foreign"
    if number not in running:
        return "orphan"
    return "stated" if plan.is_stated(cookie) else "reactive"


def _what_it_does(entry: FlowStats) -> Iterator[str]:
    """Actions and instructions, in the order in which the switch does them (1.3.5, section 5.9)."""
    if entry.meter is not None:
        yield f"meter:{entry.meter}"
    yield from map(action_text, entry.actions)
    if entry.clear_actions:
        yield "clear_actions"
    yield from (f"write:{action_text(action)}" for action in entry.write_actions)
    if entry.metadata is not None:
        yield "write_metadata:0x{:x}/0x{:x}".format(*entry.metadata)
    if entry.goto_table is not None:
        yield f"goto_table:{entry.goto_table}"
    yield from map(action_text, entry.other_instructions)
