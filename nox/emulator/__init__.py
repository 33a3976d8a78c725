"""Software switches that speak OpenFlow, and the networks made of them. They work under any controller."""

from nox.emulator.handles import NetworkHost, NetworkLink, NetworkSwitch
from nox.emulator.network import Network
from nox.emulator.replay.difference import Difference, Sent
from nox.emulator.replay.recording import RecordedConnection, Recording
from nox.emulator.replay.replay import Replay

__all__ = [
    "Difference",
    "Network",
    "NetworkHost",
    "NetworkLink",
    "NetworkSwitch",
    "RecordedConnection",
    "Recording",
    "Replay",
    "Sent",
]
