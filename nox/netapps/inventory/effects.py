"""What an entry means: the rows of the network view that it states, and what becomes of them without it.

A host's and a switch's row are also others' business: the entry says nothing but the name, and the rest of the row
stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from nox.core.view.interfaces import INetworkView
from nox.core.view.row import Row
from nox.core.view.rows import Address, Evidence, Host, Link, LinkKind, Middlebox, PlaceName, Switch
from nox.core.view.table import Key, Table
from nox.core.view.tables import ADDRESSES, HOSTS, LINKS, LOCATIONS, MIDDLEBOXES, PLACES, SWITCHES
from nox.lib.addresses import EthernetAddress
from nox.netapps.inventory.entries import (
    AnyEntry,
    HostEntry,
    LinkEntry,
    LocationEntry,
    MiddleboxEntry,
    SwitchEntry,
)

TOUCHED: tuple[Table[Any], ...] = (HOSTS, ADDRESSES, SWITCHES, LINKS, MIDDLEBOXES, PLACES)


@dataclass(frozen=True, slots=True)
class Effect:
    """One row.

    :ivar state: the row as it shall be, from the one that is there, or None.
    :ivar undo: what is left of it without the entry.
    """

    table: Table[Any]
    key: Key
    state: Callable[[Any], Row]
    undo: Callable[[Any, INetworkView], Row | None]


def effects(entry: AnyEntry) -> dict[tuple[str, Key], Effect]:
    """The rows of an entry, by table and key."""
    return {(effect.table.name, effect.key): effect for effect in _effects(entry)}


def _effects(entry: AnyEntry) -> Iterator[Effect]:
    match entry:
        case HostEntry():
            yield from _host(entry)
        case SwitchEntry():
            yield _switch(entry)
        case LocationEntry():
            dpid, port = _port(entry.port)
            yield _whole(PLACES, (dpid, port), PlaceName(dpid=dpid, port=port, name=entry.name))
        case MiddleboxEntry():
            yield _middlebox(entry)
        case LinkEntry():
            (a, a_port), (b, b_port) = map(_port, entry.ends)
            yield _link(a, a_port, b, b_port)
            yield _link(b, b_port, a, a_port)


def _host(entry: HostEntry) -> Iterator[Effect]:
    mac, vlan = EthernetAddress(entry.mac), entry.vlan

    def named(row: Host | None) -> Host:
        return replace(row or Host(mac=mac, vlan=vlan), name=entry.name)

    def undo(row: Host, view: INetworkView) -> Host | None:
        return replace(row, name="") if view.find(LOCATIONS, "host", mac, vlan) else None

    yield Effect(HOSTS, (mac, vlan), named, undo)
    for ip in entry.ip:
        row = Address(ip=ip, mac=mac, vlan=vlan, evidence=Evidence.STATIC)
        yield _whole(ADDRESSES, (ip, mac, vlan), row)


def _switch(entry: SwitchEntry) -> Effect:
    dpid = int(entry.dpid, 16)

    def named(row: Switch | None) -> Switch:
        return replace(row or Switch(dpid=dpid), name=entry.name)

    def undo(row: Switch, view: INetworkView) -> Switch | None:
        nameless = replace(row, name="")
        return nameless if nameless != Switch(dpid=dpid) else None  # it has never joined

    return Effect(SWITCHES, (dpid,), named, undo)


def _middlebox(entry: MiddleboxEntry) -> Effect:
    (dpid, port), (out_dpid, out_port) = _port(entry.port), _port(entry.out or entry.port)
    row = Middlebox(name=entry.name, kind=entry.does, dpid=dpid, port=port, out_dpid=out_dpid, out_port=out_port)
    return _whole(MIDDLEBOXES, (entry.name,), row)


def _link(src_dpid: int, src_port: int, dst_dpid: int, dst_port: int) -> Effect:
    row = Link(src_dpid=src_dpid, src_port=src_port, dst_dpid=dst_dpid, dst_port=dst_port, kind=LinkKind.STATIC)
    return _whole(LINKS, (src_dpid, src_port, dst_dpid, dst_port), row)


def _whole(table: Table[Any], key: Key, row: Row) -> Effect:
    """A row that is the entry's alone."""
    return Effect(table, key, lambda before: row, lambda before, view: None)


def _port(text: str) -> tuple[int, int]:
    dpid, _, port = text.rpartition(":")
    return int(dpid, 16), int(port)
