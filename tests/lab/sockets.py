"""Sockets in other namespaces, for the test's own process."""

from __future__ import annotations

import ctypes
import os
import socket
import threading
from pathlib import Path

from tests.lab.namespaces import Host

_NEWNET = 0x40000000  # CLONE_NEWNET


def raw_socket(host: Host, eth_type: int) -> socket.socket:
    """A socket for whole frames of one type in a host's namespace: a thread goes there, opens it and ends."""
    opened: list[socket.socket] = []

    def there() -> None:
        space = os.open(Path("/run/netns", host.namespace.name), os.O_RDONLY)
        try:
            if ctypes.CDLL(None, use_errno=True).setns(space, _NEWNET):
                raise OSError(ctypes.get_errno(), f"the namespace {host.namespace.name} cannot be entered")
            one = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(eth_type))
            one.bind(("eth0", eth_type))
            opened.append(one)
        finally:
            os.close(space)

    thread = threading.Thread(target=there)
    thread.start()
    thread.join()
    return opened[0]
