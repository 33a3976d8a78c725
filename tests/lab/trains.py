"""Trains of datagrams between two hosts: many flows, each ten packets back to back. Run in a host's namespace.

python trains.py send ADDRESS FLOWS PAUSE      a train for each flow, from a port of its own
python trains.py hear FLOWS                    prints as JSON: by port the numbers that arrived and the first's delay
"""

from __future__ import annotations

import json
import socket
import struct
import sys
import time

PORT, FIRST, LENGTH = 7777, 10_000, 10
_DATAGRAM = struct.Struct("!Qd")  # number in its train, and when it was sent


def send(address: str, flows: int, pause: float) -> None:
    """A train for each flow."""
    for flow in range(flows):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            one.bind(("", FIRST + flow))
            one.connect((address, PORT))
            for number in range(LENGTH):
                one.send(_DATAGRAM.pack(number, time.monotonic()))
        time.sleep(pause)


def hear(flows: int) -> None:
    """Until all are there, or nothing has come for three seconds."""
    numbers: dict[int, list[int]] = {}
    delays: dict[int, float] = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        one.bind(("", PORT))
        print("ready", flush=True)
        one.settimeout(20)
        while sum(map(len, numbers.values())) < flows * LENGTH:
            try:
                data, (_, port) = one.recvfrom(64)
            except TimeoutError:
                break
            one.settimeout(3)
            number, sent = _DATAGRAM.unpack(data)
            numbers.setdefault(port, []).append(number)
            delays.setdefault(port, time.monotonic() - sent)
    print(json.dumps({"numbers": numbers, "delays": delays}))


if __name__ == "__main__":
    if sys.argv[1] == "send":
        send(sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
    else:
        hear(int(sys.argv[2]))
