"""Finding a connected switch by what the client calls it, and asking it something."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

from nox.core.interfaces import IDatapaths
from nox.core.openflow.datapath import Datapath
from nox.lib.addresses import format_dpid
from nox.lib.errors import LocalProtocolError, NoxError
from nox.webapps.rest.answers import NotFound, Refused, SwitchFailed
from nox.webapps.rest.resources.dpids import dpid_of

T = TypeVar("T")


def find(datapaths: IDatapaths | None, text: str) -> Datapath:
    """The switch with this dpid.

    :raises BadRequest: when it is none. :raises NotFound: when no such switch is connected.
    """
    dpid = dpid_of(text)
    datapath = datapaths.get(dpid) if datapaths else None
    if datapath is None:
        raise NotFound(f"switch {format_dpid(dpid)} is not connected")
    return datapath


async def ask(datapath: Datapath, question: Awaitable[T]) -> T:
    """What a switch answers.

    :raises Refused: when its version of OpenFlow cannot be asked.
    :raises SwitchFailed: when it refuses, does not answer, or has gone.
    """
    try:
        return await question
    except LocalProtocolError as error:
        raise Refused(f"switch {format_dpid(datapath.dpid)}: {error}") from error
    except NoxError as error:
        raise SwitchFailed(f"switch {format_dpid(datapath.dpid)}: {error}") from error
