"""What every component may require although no component provides it."""

from __future__ import annotations

from collections.abc import Mapping

from twisted.internet.interfaces import IReactorCore, IReactorFromThreads, IReactorTCP, IReactorTime, IReactorUNIX

from nox.core.component.declaration import as_interface
from nox.core.config.model import ISettings
from nox.core.interfaces import IKernel
from nox.core.metrics import IMetrics

REACTOR = (IReactorCore, IReactorFromThreads, IReactorTime, IReactorTCP, IReactorUNIX)
GIVEN: tuple[type, ...] = (IKernel, IMetrics, ISettings, *REACTOR)


def given_by(reactor: object) -> Mapping[type, object]:
    """The parts of the reactor that components may require; in tests it may be no more than a clock."""
    return {interface: reactor for interface in REACTOR if as_interface(interface).providedBy(reactor)}
