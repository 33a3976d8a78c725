"""The component's table of the configuration."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from nox.core.config.model import ComponentConfig
from nox.lib.addresses import EthernetAddress
from nox.lib.errors import LocalProtocolError


def _mac(text: str) -> str:
    try:
        return str(EthernetAddress(text))
    except LocalProtocolError as error:
        raise ValueError(str(error)) from error


class HostsConfig(ComponentConfig):
    """How much is believed.

    :ivar most_per_port: hosts at one port; more are refused. `most_addresses`: IP addresses of one host.
    :ivar answer_within: seconds in which a host that somebody claims to be answers at its place, once its switch has
        sent the question; longer where the switch is slow.
    :ivar moves: when a host is believed to have moved: ``silent``, it does not answer where it was; ``down``, the port
        where it was is down.
    :ivar silence: seconds after which a host is asked whether it is still there; it is forgotten when it is not.
    :ivar routers: Ethernet addresses of hosts that forward others' IP packets within a VLAN.
    """

    most_per_port: int = Field(default=256, ge=1, le=65536)
    most_addresses: int = Field(default=32, ge=1, le=64)
    answer_within: float = Field(default=0.004, gt=0, le=1)
    moves: Literal["silent", "down"] = "silent"
    silence: float = Field(default=300.0, ge=5, le=86400)
    routers: tuple[Annotated[str, AfterValidator(_mac)], ...] = ()
