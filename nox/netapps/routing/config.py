"""The table ``[routing]`` of the configuration."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from nox.core.config.model import ComponentConfig


class RoutingConfig(ComponentConfig):
    """How paths are chosen, and how long entries last.

    `cost`: of a link: 1 (``hops``), by its speed (``bandwidth``), or by its speed and how busy it is (``load``).
    `idle_timeout`: seconds without a packet after which a flow's entries go. `hard_timeout`: seconds after which they
    go in any case, 0 for never. `held`: packets that wait for one flow's entries. `most_flows`: that stand at once.
    `floods`: packets for everybody, a second and edge port, that are sent on.
    `lost`: packets of a flow that a switch counts between two readings, and none behind it, from which they are lost;
    0: that is not looked for. `fast_failover`: whether switches that speak 1.3 have backups for links that go down.
    """

    cost: Literal["hops", "bandwidth", "load"] = "hops"
    idle_timeout: int = Field(default=10, ge=1, le=65000)
    hard_timeout: int = Field(default=0, ge=0, le=65000)
    held: int = Field(default=64, ge=1, le=10_000)
    most_flows: int = Field(default=100_000, ge=1)
    floods: int = Field(default=500, ge=1)
    lost: int = Field(default=5, ge=0)
    fast_failover: bool = False
