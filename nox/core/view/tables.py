"""The tables of the network view."""

from __future__ import annotations

from typing import Any

from nox.core.view.rows import (
    Address,
    Declaration,
    Host,
    Link,
    Location,
    Membership,
    Middlebox,
    PlaceName,
    Port,
    Secret,
    Service,
    Switch,
    User,
)
from nox.core.view.table import Table

_HOST = ("mac", "vlan")

SWITCHES = Table("switches", Switch, ("dpid",), {"name": ("name",)})
PORTS = Table("ports", Port, ("dpid", "number"), {"switch": ("dpid",), "hw_addr": ("hw_addr",)})
LINKS = Table(
    "links",
    Link,
    ("src_dpid", "src_port", "dst_dpid", "dst_port"),
    {"source": ("src_dpid", "src_port"), "destination": ("dst_dpid", "dst_port")},
)
HOSTS = Table("hosts", Host, _HOST, {"name": ("name",)}, has_history=True)
LOCATIONS = Table(
    "locations", Location, (*_HOST, "dpid", "port"), {"host": _HOST, "place": ("dpid", "port")}, has_history=True
)
ADDRESSES = Table("addresses", Address, ("ip", *_HOST), {"host": _HOST, "ip": ("ip",)}, has_history=True)
USERS = Table("users", User, ("name", *_HOST), {"host": _HOST, "name": ("name",)}, has_history=True)
SERVICES = Table("services", Service, ("name", *_HOST, "protocol", "port"), {"host": _HOST, "name": ("name",)})
MIDDLEBOXES = Table("middleboxes", Middlebox, ("name",), {"place": ("dpid", "port")})
PLACES = Table("places", PlaceName, ("dpid", "port"), {"name": ("name",)})
GROUPS = Table("groups", Membership, ("group", "kind", "member"), {"group": ("group",), "member": ("kind", "member")})
SECRETS = Table("secrets", Secret, ("name",), is_secret=True)
DECLARATIONS = Table("declarations", Declaration, ("kind", "key"))

TABLES: tuple[Table[Any], ...] = (
    SWITCHES,
    PORTS,
    LINKS,
    HOSTS,
    LOCATIONS,
    ADDRESSES,
    USERS,
    SERVICES,
    MIDDLEBOXES,
    PLACES,
    GROUPS,
    SECRETS,
    DECLARATIONS,
)
BY_NAME = {table.name: table for table in TABLES}
