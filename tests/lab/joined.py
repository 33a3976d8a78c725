"""An emulated host at the end of a real link: its frames go through a packet socket, its time is the machine's."""

from __future__ import annotations

import ctypes
import os
import select
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from nox.emulator.hosts import Host
from tests.lab.namespaces import Namespace

T = TypeVar("T")
_CLONE_NEWNET: Final = 0x40000000
_ALL: Final = 3  # ETH_P_ALL
_OUTGOING: Final = 4  # PACKET_OUTGOING
_MOST: Final = 65536


class Joined:
    """A host that receives and sends on an interface, in a thread of its own, until `close`.

    :ivar lose: says which frames are lost, in either direction.
    """

    def __init__(self, host: Host, namespace: Namespace, interface: str) -> None:
        self._host = host
        self._socket = _opened_in(namespace, interface)
        self._lock = threading.Lock()
        self._closing, self._wake = os.pipe()
        self.lose: Callable[[], bool] = lambda: False
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def do(self, action: Callable[[float], T]) -> T:
        """Call something on the host with the time that it is; what it wants to send leaves."""
        with self._lock:
            result = action(time.monotonic())
            self._flush()
        os.write(self._wake, b"d")
        return result

    def close(self) -> None:
        """Leave the interface."""
        os.write(self._wake, b"c")
        self._thread.join()
        self._socket.close()
        os.close(self._wake)
        os.close(self._closing)

    def _run(self) -> None:
        while True:
            with self._lock:
                when = self._host.next_wake
            wait = None if when is None else max(when - time.monotonic(), 0)
            ready, _, _ = select.select([self._socket.fileno(), self._closing], [], [], wait)
            if self._closing in ready and b"c" in os.read(self._closing, 100):
                return
            with self._lock:
                if self._socket.fileno() in ready:
                    self._hear()
                self._host.run(time.monotonic())
                self._flush()

    def _hear(self) -> None:
        frame, address = self._socket.recvfrom(_MOST)
        if address[2] != _OUTGOING and not self.lose():
            self._host.receive(frame, time.monotonic())

    def _flush(self) -> None:
        for frame in self._host.take():
            if not self.lose():
                self._socket.send(frame)


def _opened_in(namespace: Namespace, interface: str) -> socket.socket:
    """A packet socket of another namespace: a socket stays where the thread was that opened it."""
    opened: list[socket.socket] = []

    def enter() -> None:
        with Path("/run/netns", namespace.name).open() as place:
            if ctypes.CDLL(None, use_errno=True).setns(place.fileno(), _CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), f"cannot enter {namespace.name}")
        raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ALL))
        raw.bind((interface, _ALL))
        opened.append(raw)

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    return opened[0]
