"""Open vSwitch of the test's own: daemons, database and bridges in a namespace and a directory apart."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.certificates import Pair
from tests.lab.process import eventually, run, stop

PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"  # an ordinary user's has no daemons
_SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema"


@dataclass(frozen=True)
class Entry:
    """A flow entry as ``ovs-ofctl dump-flows`` prints it."""

    cookie: int
    priority: int
    packets: int
    duration: float
    match: str
    actions: str

    @classmethod
    def parse(cls, line: str) -> Entry:
        """One line of the dump."""
        head, _, actions = line.strip().partition(" actions=")
        priority = re.search(r"priority=(\d+)", head)
        packets = re.search(r"n_packets=(\d+)", head)
        cookie = re.search(r"cookie=(0x[0-9a-f]+)", head)
        duration = re.search(r"duration=([0-9.]+)s", head)
        assert cookie, f"no flow entry: {line}"
        assert packets, f"no flow entry: {line}"
        assert duration, f"no flow entry: {line}"
        return cls(
            int(cookie[1], 16),
            int(priority[1]) if priority else 0x8000,
            int(packets[1]),
            float(duration[1]),
            head.split(" ")[-1],
            actions,
        )


class Place(Protocol):
    """Where programs run: a `Namespace`, or the machine itself."""

    def argv(self, *command: str) -> list[str]:
        """The command line that runs a command there."""

    def run(self, *command: str, timeout: float = 60, env: Mapping[str, str] | None = None) -> str:
        """Run a command there to its end; its output."""


class OpenVSwitch:
    """``ovsdb-server`` and ``ovs-vswitchd`` with the userspace datapath; nothing of the machine's own is touched.

    :param options: for ``ovs-vswitchd``.
    """

    def __init__(self, namespace: Place, directory: Path, *options: str) -> None:
        self.namespace, self.directory = namespace, directory
        self.env = {**os.environ, "PATH": PATH, "OVS_RUNDIR": str(directory), "OVS_LOGDIR": str(directory)}
        self._processes: list[subprocess.Popen[str]] = []
        run(["ovsdb-tool", "create", str(directory / "conf.db"), _SCHEMA])
        socket = directory / "db.sock"
        self._start("ovsdb-server", str(directory / "conf.db"), f"--remote=punix:{socket}")
        eventually(socket.exists, "ovsdb-server's socket")
        self.vsctl("--no-wait", "init")
        self._start("ovs-vswitchd", f"unix:{socket}", *options)
        self.vsctl("--timeout=20", "show")

    def _start(self, program: str, *arguments: str) -> None:
        logs = ("-vconsole:off", f"--log-file={self.directory / program}.log")
        argv = self.namespace.argv(program, *arguments, *logs)
        self._processes.append(subprocess.Popen(argv, env=self.env, text=True))

    def vsctl(self, *arguments: str) -> str:
        """``ovs-vsctl`` against this database."""
        return self.namespace.run("ovs-vsctl", "--timeout=20", *arguments, env=self.env)

    def ofctl(self, *arguments: str) -> str:
        """``ovs-ofctl`` against these bridges."""
        return self.namespace.run("ovs-ofctl", *arguments, env=self.env)

    def use_certificate(self, pair: Pair, authority: Path) -> None:
        """Show this certificate, and ask for one of the authority, on every ``ssl:`` connection of these daemons."""
        self.vsctl("set-ssl", str(pair.key), str(pair.certificate), str(authority))

    def bridge(
        self, name: str, dpid: int, *, controller: str = "", protocols: str = "", datapath_type: str = "netdev"
    ) -> Bridge:
        """A bridge in ``secure`` mode that looks for its controller twice a second.

        :param protocols: such as ``OpenFlow13``; empty leaves Open vSwitch's default.
        """
        settings = [f"datapath_type={datapath_type}", "fail_mode=secure", f"other-config:datapath-id={dpid:016x}"]
        if protocols:
            settings.append(f"protocols={protocols}")
        arguments = ["add-br", name, "--", "set", "bridge", name, *settings]
        if controller:
            arguments += ["--", "set-controller", name, controller]
            arguments += ["--", "set", "controller", name, "max_backoff=1000", "connection_mode=out-of-band"]
        self.vsctl(*arguments)
        return Bridge(self, name, dpid, protocols)

    def kill(self) -> None:
        """End the daemons as a crash would, the switch first."""
        for process in reversed(self._processes):
            process.kill()

    def close(self) -> None:
        """End the daemons."""
        for process in reversed(self._processes):
            stop(process)


@contextmanager
def _watching(bridge: Bridge) -> Iterator[Callable[[], Sequence[str]]]:
    ovs, file = bridge.ovs, bridge.ovs.directory / f"{bridge.name}.watch"
    version = bridge.protocols or "OpenFlow13"
    argv = ovs.namespace.argv("stdbuf", "-oL", "ovs-ofctl", "-O", version, "monitor", bridge.name, "watch:")
    there = len(bridge.entries())

    def seen() -> Sequence[str]:
        return [line.strip() for line in file.read_text().splitlines() if "event=" in line]

    with file.open("w") as output:
        process = subprocess.Popen(argv, env=ovs.env, text=True, stdout=output, stderr=subprocess.STDOUT)
    try:  # it begins with what is there
        eventually(lambda: len(seen()) >= there, "the switch tells of its entries")
        yield lambda: seen()[there:]
    finally:
        stop(process)


@dataclass(frozen=True)
class Bridge:
    """One switch."""

    ovs: OpenVSwitch
    name: str
    dpid: int
    protocols: str

    def attach(self, ports: Iterable[str], *, first: int = 1) -> None:
        """Add interfaces of the namespace as ports, numbered from ``first`` in this order."""
        for number, port in enumerate(ports, first):
            self.ovs.vsctl("add-port", self.name, port, "--", "set", "interface", port, f"ofport_request={number}")

    def detach(self, port: str) -> None:
        """Remove a port."""
        self.ovs.vsctl("del-port", self.name, port)

    def connected(self) -> bool:
        """Whether the controller is connected and has been accepted."""
        return "is_connected: true" in self.ovs.vsctl("show")

    def entries(self) -> Sequence[Entry]:
        """All flow entries."""
        dump = self.ovs.ofctl("-O", self.protocols or "OpenFlow13", "dump-flows", self.name)
        return [Entry.parse(line) for line in dump.splitlines() if "cookie=" in line]

    def change_flow(self, flow: str) -> None:
        """Change what one entry does as a stranger would, in ``ovs-ofctl``'s words."""
        self.ovs.ofctl("-O", self.protocols or "OpenFlow13", "--strict", "mod-flows", self.name, flow)

    def watching(self) -> AbstractContextManager[Callable[[], Sequence[str]]]:
        """``ovs-ofctl monitor BRIDGE watch:`` while the block runs; what gives a line for each change since."""
        return _watching(self)

    def add_flow(self, flow: str) -> None:
        """Write an entry as a stranger would, in ``ovs-ofctl``'s words."""
        self.ovs.ofctl("-O", self.protocols or "OpenFlow13", "add-flow", self.name, flow)
