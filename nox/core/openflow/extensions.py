"""Whether a switch that speaks OpenFlow 1.0 knows Nicira's extensions: it is tried, and not guessed from its name.

It is asked for the role that each controller has at first, and told to use Nicira's format of entries and a table in
each flow-mod. It knows them when it has answered the first and refused none of the others before it answers a barrier.
A switch that refuses one, or is silent, stays with plain 1.0. Statistics would be no good question: some that know
nothing of Nicira's answer every kind of them, with a reply that is not even whole.
"""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred

from nox.core.openflow.datapath import Datapath
from nox.core.openflow.translation import NICIRA
from nox.lib.openflow import Version, messages
from nox.lib.openflow.nicira.controllers import NxRole, NxRoleReply, NxRoleRequest
from nox.lib.openflow.nicira.flows import NxFlowFormat, NxFlowModTableId, NxSetFlowFormat


async def try_nicira(datapath: Datapath) -> None:
    """Let a switch be spoken to with Nicira's extensions, if it speaks 1.0 and knows them.

    :raises RequestError: when it does not answer a barrier.
    """
    if datapath.version != Version.V1_0:
        return
    ask = datapath.channel.requests.ask
    asked: list[Deferred[Any]] = [
        ask(NxRoleRequest(role=NxRole.OTHER), NxRoleReply),
        ask(NxSetFlowFormat(format=NxFlowFormat.NXM), messages.BarrierReply),  # it is not answered
        ask(NxFlowModTableId(set=1), messages.BarrierReply),  # nor is this
    ]
    outcomes = [_outcome(deferred) for deferred in asked]
    await datapath.barrier()
    if outcomes == [[True], [], []]:
        datapath.translator = NICIRA
    for deferred in asked:
        deferred.cancel()


def _outcome(deferred: Deferred[Any]) -> list[bool]:
    """A list that is to have one item: whether it was answered. Until then it has none."""
    outcome: list[bool] = []
    deferred.addCallbacks(lambda _: outcome.append(True), lambda _: outcome.append(False))
    return outcome
