"""Emulated hosts: frames in, frames out, time as an argument. No sockets, no clock, no reactor.

Who drives a `Host` hands it each frame with `receive(frame, now)`, takes what it wants to send with `take()` after each
call, and calls `run(now)` not before `next_wake`. `now` is in seconds, from any start, and never goes back. What a host
can do is made when it is first used, so that ten thousand idle hosts stay small.
"""

from nox.emulator.hosts.host import Host
from nox.emulator.hosts.interface import Interface

__all__ = ["Host", "Interface"]
