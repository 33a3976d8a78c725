"""Nicira's actions that contain others or write entries: connection tracking, clone, learn (``ovs-actions(7)``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nox.lib.openflow.actions import ACTIONS_INSIDE, Action
from nox.lib.openflow.kinds import U8, U16, U32, U64
from nox.lib.openflow.nicira.actions import HEADER, NxAction
from nox.lib.openflow.nicira.learning import LEARN_RESULT, LEARN_SPECS, LearnSpec
from nox.lib.openflow.nicira.nat import ANY_RANGE, NAT_RANGE, NatRange
from nox.lib.openflow.nicira.subfields import SHORT_FIELD_ID, AnyFieldId
from nox.lib.openflow.structure import Field, Layout, pad


@dataclass(frozen=True, slots=True, kw_only=True)
class NxConntrack(NxAction):
    """Have the connection tracker look at the packet.

    :ivar flags: 1 to commit, 2 to force.
    :ivar zone_src: the field whose bits say the zone; None where `zone` is the zone itself.
    :ivar zone: the zone, or ``ofs_nbits`` of the field.
    :ivar recirc_table: the table that the packet goes on in; 0xff for none.
    :ivar alg: the port of a protocol that opens connections: 21 for FTP; 0 for none.
    :ivar actions: what is done with a committed connection: `NxNat`, and setting of ``ct_mark`` and ``ct_label``.
    """

    flags: int = 0
    zone_src: AnyFieldId = None
    zone: int = 0
    recirc_table: int = 0xFF
    alg: int = 0
    actions: tuple[Action, ...] = ()
    LAYOUT: ClassVar[Layout] = (
        HEADER,
        Field("flags", U16),
        Field("zone_src", SHORT_FIELD_ID),
        Field("zone", U16),
        Field("recirc_table", U8),
        pad(3),
        Field("alg", U16),
        Field("actions", ACTIONS_INSIDE),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NxNat(NxAction):
    """Translate addresses and ports.

    :ivar flags: ``nx_nat_flags``: 1 source, 2 destination, 4 persistent, 8 by hash, 16 at random.
    """

    flags: int = 0
    range: NatRange = ANY_RANGE
    LAYOUT: ClassVar[Layout] = (HEADER, pad(2), Field("flags", U16), Field("range", NAT_RANGE))


@dataclass(frozen=True, slots=True)
class NxCtClear(NxAction):
    """Forget what the connection tracker has said of the packet."""


@dataclass(frozen=True, slots=True)
class NxClone(NxAction):
    """Do these with a copy of the packet."""

    actions: tuple[Action, ...] = ()
    LAYOUT: ClassVar[Layout] = (HEADER, pad(6), Field("actions", ACTIONS_INSIDE))


@dataclass(frozen=True, slots=True, kw_only=True)
class NxLearn(NxAction):
    """Write a flow entry.

    :ivar flags: ``nx_learn_flags``: 1 to be told when it goes, 2 to delete with this entry.
    """

    idle_timeout: int = 0
    hard_timeout: int = 0
    priority: int = 0x8000
    cookie: int = 0
    flags: int = 0
    table_id: int = 0
    fin_idle_timeout: int = 0
    fin_hard_timeout: int = 0
    specs: tuple[LearnSpec, ...] = ()
    LAYOUT: ClassVar[Layout] = (
        HEADER,
        Field("idle_timeout", U16),
        Field("hard_timeout", U16),
        Field("priority", U16),
        Field("cookie", U64),
        Field("flags", U16),
        Field("table_id", U8),
        pad(1),
        Field("fin_idle_timeout", U16),
        Field("fin_hard_timeout", U16),
        Field("specs", LEARN_SPECS),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NxLearn2(NxAction):
    """Write a flow entry, unless there are enough.

    :ivar flags: as in `NxLearn`; 4 to write whether an entry was written, into a bit of `result`.
    :ivar limit: how many entries with this cookie there may be in the table; 0 for any number.
    :ivar result: the field of that bit, and `result_offset` where it lies in it; None and 0 without the flag.
    """

    idle_timeout: int = 0
    hard_timeout: int = 0
    priority: int = 0x8000
    cookie: int = 0
    flags: int = 0
    table_id: int = 0
    fin_idle_timeout: int = 0
    fin_hard_timeout: int = 0
    limit: int = 0
    result_offset: int = 0
    result: AnyFieldId = None
    specs: tuple[LearnSpec, ...] = ()
    LAYOUT: ClassVar[Layout] = (
        *NxLearn.LAYOUT[:-1],
        Field("limit", U32),
        Field("result_offset", U16),
        pad(2),
        Field("result", LEARN_RESULT),
        Field("specs", LEARN_SPECS),
    )
