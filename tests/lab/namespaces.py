"""Network namespaces: one that holds the switches and the controller, and one for each host."""

from __future__ import annotations

import itertools
import os
import re
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tests.lab.process import run

_numbers = itertools.count(1)


class Namespace:
    """A network namespace with a name of its own; all that runs in it ends with it.

    Its interfaces have no IPv6, so that the packets of a test are those that it sends.
    """

    def __init__(self, label: str = "net") -> None:
        self.name = f"nox{os.getpid()}-{next(_numbers)}-{label}"
        run(["ip", "netns", "add", self.name])
        self.run("ip", "link", "set", "lo", "up")
        self.run("sysctl", "-q", "net.ipv6.conf.default.disable_ipv6=1")

    def argv(self, *command: str) -> list[str]:
        """The command line that runs a command in here."""
        return ["ip", "netns", "exec", self.name, *command]

    def run(self, *command: str, timeout: float = 60, env: Mapping[str, str] | None = None) -> str:
        """Run a command in here to its end; its output.

        :raises CommandFailed: when its exit code is not 0.
        """
        return run(self.argv(*command), timeout=timeout, env=env)

    def popen(self, *command: str) -> subprocess.Popen[str]:
        """Start a command in here, its output readable from the process's ``stdout``."""
        return subprocess.Popen(self.argv(*command), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def close(self) -> None:
        """End every process in here and remove the namespace with its interfaces."""
        remove(self.name)


def remove(name: str) -> None:
    """End every process in a namespace and remove it."""
    for pid in run(["ip", "netns", "pids", name]).split():
        with suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)
    run(["ip", "netns", "delete", name])


def sweep() -> None:
    """Remove what runs that were killed have left."""
    for line in run(["ip", "netns", "list"]).splitlines():
        name = line.split()[0]
        owner = re.match(r"nox(\d+)-", name)
        if owner and not Path("/proc", owner[1]).exists():
            remove(name)


class Host:
    """A host in its own namespace: one interface ``eth0`` whose other end is a port of a switch.

    :param port: the name of the other end, which stays in ``switches``.
    :param address: IPv4 with prefix length, such as ``10.0.0.1/24``.
    """

    def __init__(self, switches: Namespace, port: str, address: str, mac: str) -> None:
        self.namespace, self.port, self.mac = Namespace(port), port, mac
        self.address = address.partition("/")[0]
        run(["ip", "-n", switches.name, "link", "add", port, "type", "veth",
             "peer", "name", "eth0", "netns", self.namespace.name])  # fmt: skip
        self.namespace.run("ip", "link", "set", "eth0", "address", mac)
        self.namespace.run("ip", "address", "add", address, "dev", "eth0")
        # The userspace datapath does not complete partial checksums: without this ping works and TCP does not.
        self.namespace.run("ethtool", "-K", "eth0", "tx", "off")
        self.namespace.run("ip", "link", "set", "eth0", "up")
        run(["ip", "-n", switches.name, "link", "set", port, "up"])

    def pings(self, other: Host, *, count: int = 1) -> bool:
        """Whether every one of ``count`` echo requests to another host is answered within a second."""
        argv = self.namespace.argv("ping", "-n", "-q", "-i", "0.2", "-c", str(count), "-W", "1", other.address)
        return subprocess.run(argv, stdout=subprocess.DEVNULL).returncode == 0

    def received(self) -> int:
        """Bytes that have come in."""
        return int(self.namespace.run("cat", "/sys/class/net/eth0/statistics/rx_bytes"))

    def close(self) -> None:
        """Remove the host and its link."""
        self.namespace.close()
