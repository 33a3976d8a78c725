"""Software switches that speak OpenFlow, and the networks made of them. They work under any controller."""

from nox.emulator.handles import NetworkHost, NetworkLink, NetworkSwitch
from nox.emulator.network import Network

__all__ = ["Network", "NetworkHost", "NetworkLink", "NetworkSwitch"]
