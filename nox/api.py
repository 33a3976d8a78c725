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
    "ALL",
    "CONTINUE",
    "CONTROLLER",
    "DENY",
    "FLOOD",
    "FLOWS",
    "GUARD",
    "IN_PORT",
    "LOCAL",
    "MISS",
    "NORMAL",
    "PORT",
    "STOP",
    "Action",
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
    "FlowKey",
    "FlowRefused",
    "FlowRemoved",
    "FlowSpec",
    "FlowStats",
    "FlowsReconciled",
    "Group",
    "GroupSpec",
    "GroupType",
    "IDatapaths",
    "IFlows",
    "IKernel",
    "IPunts",
    "IScoped",
    "Match",
    "MeterFlag",
    "MeterSpec",
    "NoxError",
    "Outcome",
    "Output",
    "PacketIn",
    "PopVlan",
    "PortInfo",
    "PortStatus",
    "PushVlan",
    "RequestError",
    "Role",
    "RoleState",
    "SetField",
    "SetQueue",
    "SharedRefused",
    "SwitchConfig",
    "optional",
    "requires",
    "requires_all",
]
