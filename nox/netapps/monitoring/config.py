"""The table ``[monitoring]``."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from nox.core.config.model import ComponentConfig

Interval: TypeAlias = Annotated[float, Field(ge=0, le=86_400)]  # seconds; 0: never
Part: TypeAlias = Annotated[float, Field(gt=0, le=1)]
Rate: TypeAlias = Annotated[float, Field(gt=0, le=1e9)]


class MonitoringConfig(ComponentConfig):
    """How often counters are read, and what is told of them.

    :ivar ports: seconds between two readings of a switch's ports; `tables`, `flows`, `groups`, `meters` too; 0: never.
    :ivar requests: a second, to all switches together; `entries`: flow entries a second in their answers.
    :ivar most_entries: in one switch; what has more is not asked for its entries.
    :ivar speed: kbit/s of ports that do not say theirs; 0: their utilisation is not known.
    :ivar busy: the part of its speed from which a port is busy, until it is a tenth below.
    :ivar drops: packets a second that a port drops, or more; `errors` too.
    :ivar circling: packets a second from which links are looked at for packets that go round; 0: never.
    :ivar port_metrics: whether ``/metrics`` has every port's counters.
    """

    ports: Annotated[float, Field(ge=0.1, le=86_400)] = 5.0
    tables: Interval = 10.0
    flows: Interval = 10.0
    groups: Interval = 30.0
    meters: Interval = 30.0
    requests: Annotated[float, Field(ge=1, le=100_000)] = 200.0
    entries: Annotated[float, Field(ge=10, le=1_000_000)] = 2000.0
    most_entries: Annotated[int, Field(ge=0)] = 50_000
    speed: Annotated[int, Field(ge=0)] = 0
    busy: Part = 0.9
    drops: Rate = 100.0
    errors: Rate = 10.0
    circling: Annotated[float, Field(ge=0)] = 1000.0
    port_metrics: bool = True
