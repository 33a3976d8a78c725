"""The flow entries of one switch, as NOX writes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from twisted.internet.defer import DeferredLock

from nox.core.openflow.datapath import Datapath
from nox.core.openflow.flowspec import FlowSpec
from nox.core.openflow.ownership.stated import Stated
from nox.core.openflow.statistics import FlowStats
from nox.core.plan import COMPONENT_MASK, component_of
from nox.lib.errors import LocalProtocolError
from nox.lib.openflow import FlowModCommand

WHOLE_COOKIE = (1 << 64) - 1  # the mask that looks at all of a cookie

Refuse = Callable[["Table", Stated, str], None]  # what is stated, and why it cannot be there


class Table:
    """All tables of one connected switch.

    :param refuse: called for what the switch's version cannot say.
    :ivar lock: held while the entries are compared, so that two comparisons do not both add what is missing.
    :ivar reactive: entries of an earlier run, which their components shall decide about.
    :ivar refused: why what is stated is not there, for what the switch or its version refuses.
    """

    __slots__ = ("_refuse", "datapath", "lock", "reactive", "refused")

    def __init__(self, datapath: Datapath, refuse: Refuse) -> None:
        self.datapath = datapath
        self._refuse = refuse
        self.lock = DeferredLock()
        self.reactive: Sequence[FlowStats] = ()
        self.refused: dict[Stated, str] = {}

    def write(self, stated: Stated) -> None:
        """Write an entry anew: its age begins."""
        self._send(FlowModCommand.ADD, stated)

    def change(self, stated: Stated) -> None:
        """Change what an entry does; its age and its counters go on. 1.0 sets its cookie anew, 1.3 leaves it."""
        self._send(FlowModCommand.MODIFY_STRICT, stated)

    def _send(self, command: int, stated: Stated) -> None:
        self.refused.pop(stated, None)
        try:
            message = self.datapath.translator.flow_mod(command, stated.spec, cookie=stated.cookie)
        except LocalProtocolError as error:
            self.refuse(stated, str(error))
            return
        self.datapath.ledger.flow_mods[stated.owner] += 1
        self.datapath.send(message)

    def refuse(self, stated: Stated, error: str) -> None:
        """The version cannot say an entry: it is not written, and its owner is told."""
        self.refused[stated] = error
        self._refuse(self, stated, error)

    def withdraw(self, stated: Stated) -> None:
        """Remove an entry that is stated no more; what somebody else has put into its place stays."""
        if self.refused.pop(stated, None) is None:
            delete(self.datapath, stated.spec, stated.cookie & COMPONENT_MASK, COMPONENT_MASK)

    def remove(self, entry: FlowStats) -> None:
        """Remove an entry that the switch has; one that has been put into its place stays."""
        delete(self.datapath, entry, entry.cookie, WHOLE_COOKIE)


def delete(datapath: Datapath, entry: FlowSpec, cookie: int, mask: int = WHOLE_COOKIE) -> None:
    """Remove one entry of a switch, if it has this cookie as far as the mask looks; 1.0 cannot look at it."""
    flow = FlowSpec(match=entry.match, priority=entry.priority, table_id=entry.table_id)
    datapath.ledger.flow_mods[component_of(cookie)] += 1
    translator = datapath.translator
    if not translator.selects_by_cookie:
        cookie = mask = 0
    datapath.send(translator.flow_mod(FlowModCommand.DELETE_STRICT, flow, cookie=cookie, cookie_mask=mask))
