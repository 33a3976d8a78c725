"""The queues of a switch's ports (1.3.5, sections 7.2.2, 7.3.5.10 and 7.3.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nox.core.openflow.queueinfo import QueueInfo, QueueStats
from nox.core.openflow.translation import queues as translation
from nox.lib.actions import ANY
from nox.lib.openflow import messages

if TYPE_CHECKING:
    from nox.core.openflow.datapath import Datapath

EVERY_QUEUE: Final = 0xFFFFFFFF  # OFPQ_ALL


class Queues:
    """The queues of one switch.

    :raises LocalProtocolError: from each method: when the switch's version cannot say it.
    :raises RequestError: from each: when the switch refuses, is silent for ten seconds, or goes away.
    """

    __slots__ = ("_datapath",)

    def __init__(self, datapath: Datapath) -> None:
        self._datapath = datapath

    async def all(self, port: int = ANY) -> list[QueueInfo]:
        """The queues of one port, or of all, which 1.0 cannot ask for."""
        request = translation.queues_request(self._datapath.translator, port)
        reply = await self._datapath.request_one(request, messages.QueueGetConfigReply)
        return translation.queues(self._datapath.translator, reply)

    async def stats(self, port: int = ANY, queue_id: int = EVERY_QUEUE) -> list[QueueStats]:
        """What one queue counts, or those of one port, or all."""
        translator = self._datapath.translator
        request = translation.queue_stats_request(translator, port, queue_id)
        parts = await self._datapath.request(request, messages.QueueStatsReply)
        return [translation.queue_stats(translator, entry) for part in parts for entry in part.entries]
