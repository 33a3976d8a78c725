"""Open vSwitch: its userspace datapath with dummy ports, whose other ends and whose time are commands of the daemon."""

from __future__ import annotations

import json
import re
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from tests.behaviour.bench import PORTS
from tests.behaviour.control import PATIENCE, Control
from tests.lab.openvswitch import OpenVSwitch
from tests.lab.process import eventually

_numbers = count(1)
_NEVER = 10**9  # milliseconds
_PCAP_HEADER, _PCAP_RECORD = 24, struct.Struct("<IIII")


class Daemon:
    """``ovs-vswitchd``'s socket for commands. Its time passes by `warp` alone, so that counts and times are exact."""

    def __init__(self, ovs: OpenVSwitch) -> None:
        self.ovs = ovs
        (path,) = eventually(lambda: list(ovs.directory.glob("ovs-vswitchd.*.ctl")), "ovs-vswitchd's socket")
        eventually(lambda: _listening(path), "ovs-vswitchd listens")
        self._sockets = [socket.socket(socket.AF_UNIX) for _ in range(2)]
        for one in self._sockets:
            one.settimeout(PATIENCE)
            one.connect(str(path))
        self.command("time/stop")

    def turn(self) -> None:
        """Wait until what the daemon has been told is in effect.

        It answers barriers first and acts in the next turn of its loop. Two commands of two connections may be done in
        one turn; a third one, of the first connection, is not.
        """
        for place in (0, 1):
            self._command(place, "version")

    def command(self, method: str, *parameters: str) -> str:
        """What ``ovs-appctl`` does: JSON-RPC (RFC 7047, section 4)."""
        return self._command(0, method, *parameters)

    def _command(self, place: int, method: str, *parameters: str) -> str:
        request = {"method": method, "params": parameters, "id": 0}
        self._sockets[place].sendall(json.dumps(request).encode())
        data = b""
        while True:
            part = self._sockets[place].recv(65536)
            assert part, f"ovs-vswitchd has ended at {method} {parameters}"
            data += part
            try:
                reply = json.loads(data)
            except ValueError:
                continue
            assert reply["error"] is None, f"{method} {parameters}: {reply['error']}"
            return str(reply["result"])

    def close(self) -> None:
        """End the connections."""
        for one in self._sockets:
            one.close()


def _listening(path: Path) -> bool:
    """Whether a socket that is in the folder takes connections."""
    with socket.socket(socket.AF_UNIX) as tried:
        return tried.connect_ex(str(path)) == 0


class OpenVSwitchBench:
    """One bridge."""

    name = "Open vSwitch"
    shuts = False

    def __init__(self, daemon: Daemon) -> None:
        self._daemon, self._ovs = daemon, daemon.ovs
        self._number = next(_numbers)
        self.bridge = f"t{self._number}"
        self._read: dict[int, int] = {}
        self._given, self._probe, self._warped = 0, _NEVER, False
        settings = ["datapath_type=dummy", "fail_mode=secure", "protocols=OpenFlow10,OpenFlow13"]
        ports = [word for number in PORTS for word in ("--", *self._port(number))]
        self._ovs.vsctl("add-br", self.bridge, "--", "set", "bridge", self.bridge, *settings, *ports)

    def _name(self, number: int) -> str:
        return f"{self.bridge}p{number}"

    def _pcap(self, number: int) -> Path:
        return self._ovs.directory / f"{self._name(number)}.pcap"

    def _port(self, number: int) -> list[str]:
        name = self._name(number)
        options = ["type=dummy", f"ofport_request={number}", f"options:tx_pcap={self._pcap(number)}"]
        return ["add-port", self.bridge, name, "--", "set", "interface", name, *options]

    def stand_alone(self) -> None:
        """From now on it forwards by itself while no controller is there."""
        self._ovs.vsctl("set", "bridge", self.bridge, "fail_mode=standalone")
        self._probe = 5000  # three times as long it waits for a controller

    def limit(self, entries: int) -> None:
        """From now on its first table has room for so many entries."""
        table = ["--id=@table", "create", "Flow_Table", f"flow_limit={entries}", "overflow_policy=refuse"]
        self._ovs.vsctl("--", *table, "--", "set", "bridge", self.bridge, "flow_tables:0=@table")

    def connect(self, controls: list[Control]) -> None:
        """Have the switch connect to these controllers. It would probe them when its time jumps: it does not here."""
        settings = ["connection_mode=out-of-band", f"inactivity_probe={self._probe}", "max_backoff=1000"]
        command = ["set", "bridge", self.bridge, "controller=" + ",".join(f"@c{control.port}" for control in controls)]
        for control in controls:
            target = f'target="tcp:127.0.0.1:{control.port}"'
            command += ["--", f"--id=@c{control.port}", "create", "controller", target, *settings]
        self._ovs.vsctl("--", *command)

    def receive(self, port: int, frame: bytes) -> None:
        """A frame comes in on a port."""
        self._given += 1
        self._daemon.turn()
        self._daemon.command("netdev-dummy/receive", self._name(port), frame.hex())

    def sent(self, port: int) -> list[bytes]:
        """The frames that have gone out of a port since it was asked for last."""
        path = self._pcap(port)
        data = path.read_bytes() if path.exists() else b""
        at, frames = self._read.get(port, _PCAP_HEADER), []
        while at + _PCAP_RECORD.size <= len(data):
            _, _, size, _ = _PCAP_RECORD.unpack_from(data, at)
            at += _PCAP_RECORD.size
            frames.append(data[at : at + size])
            at += size
        self._read[port] = at
        return frames

    def settle(self) -> None:
        """It has done with a frame when its ports have counted it.

        What it remembers of flows is forgotten then, and so is counted where it belongs.
        """
        deadline = time.monotonic() + PATIENCE
        while self._counted() < self._given:
            assert time.monotonic() < deadline, "a frame that was given to a dummy port has not come in"
        self._daemon.command("revalidator/purge")

    def wake(self) -> None:
        """Its main loop looks at new connections twice a second, unless it has something else to do."""
        self._daemon.turn()

    def _counted(self) -> int:
        """The frames that have come in."""
        shown = self._daemon.command("dpctl/show", "--statistics", "dummy@ovs-dummy")
        ports = re.findall(rf"port \d+: {self.bridge}p\d.*\n\s*RX packets:(\d+)", shown)
        return sum(map(int, ports))

    def warp(self, seconds: float) -> None:
        """Let the switch's time pass: in one leap, then in steps in which it looks at what is due.

        How long it waits for a controller's answer is taken from the configuration when that changes, and not before.
        """
        if not self._warped:
            self._warped = True
            self._ovs.vsctl("set", "bridge", self.bridge, "other_config:warped=yes")
        self._daemon.command("time/warp", str(round(1000 * seconds)))
        self.settle()

    def link(self, port: int, up: bool) -> None:
        """A port's link comes up or goes down."""
        self._daemon.command("netdev-dummy/set-admin-state", self._name(port), "up" if up else "down")

    def add_port(self, port: int) -> None:
        """Add a port."""
        self._ovs.vsctl(*self._port(port))

    def remove_port(self, port: int) -> None:
        """Remove a port."""
        self._ovs.vsctl("del-port", self.bridge, self._name(port))

    def close(self) -> None:
        """Remove the bridge."""
        self._ovs.vsctl("del-br", self.bridge)


@contextmanager
def open_vswitch(daemon: Daemon) -> Iterator[OpenVSwitchBench]:
    """A bridge for one test."""
    bench = OpenVSwitchBench(daemon)
    try:
        yield bench
    finally:
        bench.close()
