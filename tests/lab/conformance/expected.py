"""What Open vSwitch 3.1 does not take, with its reason. Every other case must be accepted.

Each row: a case's name, or a pattern of names, what it comes to, and why. A row that no case has, or whose case is
accepted, fails: the list cannot grow stale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from nox.lib.openflow import Version
from nox.lib.openflow.actiontable import ACTION_NUMBERS
from tests.lab.conformance.case import ACCEPTED

_NO_FIELD: Final = "Open vSwitch has no such field"
_READ_ONLY: Final = "Open vSwitch can match it and not set it"
_INTERNAL: Final = "Open vSwitch keeps it to itself"
_STRANGER: Final = "the test asks for what no switch knows"
_ASKED: Final = "the test asks for this error"


@dataclass(frozen=True)
class Row:
    """Cases that are not accepted.

    :ivar names: patterns of their names. :ivar outcome: how it begins.
    """

    names: tuple[str, ...]
    outcome: str
    reason: str

    def covers(self, name: str) -> bool:
        """Whether a case is meant."""
        return any(fnmatchcase(name, pattern) for pattern in self.names)


_MISSING: Final = ("match in_phy_port", "match pbb_isid*", "match ipv6_exthdr*")
_BOTH: Final = (
    Row(("match cookie*",), "not said: a cookie is no field of a packet", "it chooses entries"),
    Row(("match dp_hash*", "match recirc_id"), "BAD_REQUEST/EPERM", _INTERNAL),
    Row(("action ExperimenterAction",), "BAD_ACTION/BAD_EXPERIMENTER", _STRANGER),
    Row(("message NxResume",), "BAD_REQUEST/BAD_LEN", "it needs the continuation of a packet that waits"),
    Row(("request ExperimenterRequest",), "BAD_REQUEST/BAD_EXPERIMENTER", _STRANGER),
)
_SET_ARGUMENT: Final = (
    *("eth_type", "ip_proto", "mpls_bos", "ip_frag", "tcp_flags", "dp_hash", "recirc_id", "conj_id"),
    *("ct_state", "ct_zone", "ct_mark", "ct_label", "ct_nw_proto", "ct_nw_src", "ct_nw_dst", "ct_ipv6_src"),
    *("ct_ipv6_dst", "ct_tp_src", "ct_tp_dst", "actset_output", "packet_type", "nsh_mdtype", "nsh_np"),
    *("tun_gtpu_flags", "tun_gtpu_msgtype"),
)
_NEW: Final = (
    Row(_MISSING, "BAD_MATCH/BAD_FIELD", _NO_FIELD),
    Row(
        ("set in_port", "set in_phy_port", "set metadata"),
        "not said: SetField(",
        "1.3 has no set-field for these: every switch refuses it",
    ),
    Row(tuple(f"set {name}" for name in _SET_ARGUMENT), "BAD_ACTION/BAD_SET_ARGUMENT", _READ_ONLY),
    Row(("set pbb_isid", "set ipv6_exthdr", "set cookie"), "BAD_ACTION/BAD_SET_LEN", _NO_FIELD),
    Row(("action CopyTtl*", "action P*Pbb"), "BAD_ACTION/BAD_TYPE", "Open vSwitch has no such action"),
    Row(("instruction ExperimenterInstruction",), "BAD_INSTRUCTION/BAD_EXPERIMENTER", _STRANGER),
    Row(("group that is there already",), "GROUP_MOD_FAILED/GROUP_EXISTS", _ASKED),
    Row(("group to modify that is not there",), "GROUP_MOD_FAILED/UNKNOWN_GROUP", _ASKED),
    Row(("meter that is there already",), "METER_MOD_FAILED/METER_EXISTS", _ASKED),
    Row(("meter to modify that is not there",), "METER_MOD_FAILED/UNKNOWN_METER", _ASKED),
    Row(
        ("meter with DscpRemarkBand", "meter with ExperimenterBand"),
        "METER_MOD_FAILED/BAD_BAND",
        "Open vSwitch has no band but drop",
    ),
    Row(("table features to set",), "TABLE_FEATURES_FAILED/EPERM", "Open vSwitch's tables are what they are"),
    Row(("an older election",), "ROLE_REQUEST_FAILED/STALE", _ASKED),
)
# What 1.0 can set, by names of 1.3; all else NOX refuses itself.
_SET10: Final = (
    *("eth_src", "eth_dst", "vlan_vid", "vlan_pcp", "ipv4_src", "ipv4_dst", "ip_dscp"),
    *("tcp_src", "tcp_dst", "udp_src", "udp_dst"),
)
_OLD: Final = (Row(_MISSING, "BAD_MATCH/BAD_FIELD", _NO_FIELD),)
_NAT: Final = "it stands inside the action NxConntrack alone"
_OPTION: Final = "no table of tunnel options says how large the field is"
_NICIRA_NEW: Final = (
    Row(("action NxDeleteField",), "EXPERIMENTER/code 37", _OPTION),
    Row(("action NxSetTunnel", "action NxSetTunnel64"), "differs: actions: sent (NxSetTunnel", "reported as set-field"),
    Row(("action NxWriteMetadata",), "differs: actions: sent (NxWriteMetadata", "reported as 1.3's instruction"),
    Row(("action NxNat",), "BAD_ACTION/BAD_SET_ARGUMENT", _NAT),
)
_NICIRA_OLD: Final = (
    Row(("message NxFlowMonitorCancel",), "Nicira's error type 1, code 519", "there is no such monitor"),
    Row(("action NxDeleteField",), "Nicira's error type 1, code 536", _OPTION),
    Row(("action NxNat",), "Nicira's error type 1, code 525", _NAT),
    Row(("action NxGroup",), "Nicira's error type 2, code 9", "the group is not there, and 1.0 cannot make it"),
)
_ROWS: Final = {
    Version.V1_0: (*_BOTH, *_OLD, *_NICIRA_OLD),
    Version.V1_3: (*_BOTH, *_NEW, *_NICIRA_NEW),
}


def row_of(version: Version, name: str) -> Row | None:
    """The row that a case has; None for one that must be accepted."""
    kind, _, field = name.partition(" ")
    if version == Version.V1_0 and kind == "set" and field not in _SET10:
        return Row((name,), f"not said: OpenFlow 1.0 cannot set {field}", "1.0 has no action for it")
    return next((row for row in _ROWS[version] if row.covers(name)), None)


def wrong(version: Version, outcomes: dict[str, str]) -> Sequence[str]:
    """A sentence for each case that did not come to what it should."""
    return [
        f"{name}: {outcome}; expected {row.outcome if row else ACCEPTED}"
        for name, outcome in outcomes.items()
        for row in (row_of(version, name),)
        if not (outcome.startswith(row.outcome) if row else outcome == ACCEPTED)
    ]


def stale(version: Version, outcomes: dict[str, str]) -> Sequence[str]:
    """The patterns that no case has."""
    patterns = [pattern for row in _ROWS[version] for pattern in row.names]
    unused = [pattern for pattern in patterns if not any(fnmatchcase(name, pattern) for name in outcomes)]
    known = bool(ACTION_NUMBERS.experimental(version))
    return [pattern for pattern in unused if known or not pattern.startswith("action Nx")]
