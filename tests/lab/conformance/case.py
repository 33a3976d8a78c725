"""One thing that a switch is asked to take, and how it is found out whether it did."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from nox.core.openflow.datapath import Datapath
from nox.core.openflow.requests import RequestError
from nox.lib.errors import LocalProtocolError

ACCEPTED: Final = "accepted"


class Differs(AssertionError):
    """What the switch reports is not what it was sent."""


@dataclass(frozen=True)
class Case:
    """One thing.

    :ivar name: such as ``match eth_src``; unique within a version.
    :ivar run: asks the switch, and compares what it then reports.
    """

    name: str
    run: Callable[[Datapath], Awaitable[None]]

    async def outcome(self, datapath: Datapath) -> str:
        """What it came to: `ACCEPTED`, the error that the switch gave, or a sentence."""
        try:
            await self.run(datapath)
        except RequestError as error:
            return str(error).rpartition("the switch refused it: ")[2]
        except LocalProtocolError as error:
            return f"not said: {error}"
        except Differs as difference:
            return f"differs: {difference}"
        return ACCEPTED


def same(what: str, sent: object, reported: object) -> None:
    """Compare what was sent with what came back.

    :raises Differs: when they are not equal.
    """
    if sent != reported:
        raise Differs(f"{what}: sent {sent}, reported {reported}")
