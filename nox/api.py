"""What a program imports: the names that components are written with.

Everything here is defined elsewhere and keeps its meaning from version to version. Other modules may change.
"""

from nox.core.component.component import Component
from nox.core.component.declaration import optional, requires, requires_all
from nox.core.component.plugins import ComponentPlugin
from nox.core.config.model import ComponentConfig
from nox.core.events.event import CONTINUE, STOP, Event, Outcome
from nox.core.events.lifecycle import BootstrapComplete
from nox.core.interfaces import IDatapaths, IFlows, IKernel, IPunts, IScoped
from nox.core.openflow.controlstate import AsyncConfig, RoleState, SwitchConfig
from nox.core.openflow.datapath import Datapath
from nox.core.openflow.events import (
    DatapathJoin,
    DatapathLeave,
    ErrorReceived,
    FlowRefused,
    FlowRemoved,
    FlowsReconciled,
    PacketIn,
    PortStatus,
    SharedRefused,
)
from nox.core.openflow.flowspec import FlowSpec
from nox.core.openflow.groupspec import Bucket, GroupSpec
from nox.core.openflow.meterspec import MeterSpec
from nox.core.openflow.portinfo import PortInfo
from nox.core.openflow.requests import RequestError
from nox.core.openflow.statistics import FlowStats
from nox.core.plan import DENY, FLOWS, GUARD, MISS, Band
from nox.core.view.errors import Moved
from nox.core.view.events import ViewChange
from nox.core.view.interfaces import INetworkView
from nox.core.view.rows import (
    Address,
    Evidence,
    Host,
    Link,
    LinkKind,
    Location,
    Membership,
    Middlebox,
    PlaceName,
    Port,
    Service,
    Switch,
    User,
)
from nox.core.view.tables import (
    ADDRESSES,
    GROUPS,
    HOSTS,
    LINKS,
    LOCATIONS,
    MIDDLEBOXES,
    PLACES,
    PORTS,
    SERVICES,
    SWITCHES,
    USERS,
)
from nox.lib.actions import (
    ALL,
    CONTROLLER,
    FLOOD,
    IN_PORT,
    LOCAL,
    NORMAL,
    PORT,
    Action,
    Group,
    Output,
    PopVlan,
    PushVlan,
    SetField,
    SetQueue,
)
from nox.lib.addresses import EthernetAddress
from nox.lib.errors import NoxError
from nox.lib.match import Match
from nox.lib.openflow.enums import GroupType, MeterFlag, Role
from nox.lib.openflow.messages import DropBand, DscpRemarkBand
from nox.lib.shapes import FlowKey

__all__ = [
    "ADDRESSES",
    "ALL",
    "CONTINUE",
    "CONTROLLER",
    "DENY",
    "FLOOD",
    "FLOWS",
    "GROUPS",
    "GUARD",
    "HOSTS",
    "IN_PORT",
    "LINKS",
    "LOCAL",
    "LOCATIONS",
    "MIDDLEBOXES",
    "MISS",
    "NORMAL",
    "PLACES",
    "PORT",
    "PORTS",
    "SERVICES",
    "STOP",
    "SWITCHES",
    "USERS",
    "Action",
    "Address",
    "AsyncConfig",
    "Band",
    "BootstrapComplete",
    "Bucket",
    "Component",
    "ComponentConfig",
    "ComponentPlugin",
    "Datapath",
    "DatapathJoin",
    "DatapathLeave",
    "DropBand",
    "DscpRemarkBand",
    "ErrorReceived",
    "EthernetAddress",
    "Event",
    "Evidence",
    "FlowKey",
    "FlowRefused",
    "FlowRemoved",
    "FlowSpec",
    "FlowStats",
    "FlowsReconciled",
    "Group",
    "GroupSpec",
    "GroupType",
    "Host",
    "IDatapaths",
    "IFlows",
    "IKernel",
    "INetworkView",
    "IPunts",
    "IScoped",
    "Link",
    "LinkKind",
    "Location",
    "Match",
    "Membership",
    "MeterFlag",
    "MeterSpec",
    "Middlebox",
    "Moved",
    "NoxError",
    "Outcome",
    "Output",
    "PacketIn",
    "PlaceName",
    "PopVlan",
    "Port",
    "PortInfo",
    "PortStatus",
    "PushVlan",
    "RequestError",
    "Role",
    "RoleState",
    "Service",
    "SetField",
    "SetQueue",
    "SharedRefused",
    "Switch",
    "SwitchConfig",
    "User",
    "ViewChange",
    "optional",
    "requires",
    "requires_all",
]
