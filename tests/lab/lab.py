"""A whole small network for one test: a namespace with Open vSwitch and the controller, and hosts around it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.lab.controller import Controller, configured, stated
from tests.lab.namespaces import Host, Namespace, sweep
from tests.lab.openvswitch import PATH, Bridge, OpenVSwitch
from tests.lab.process import eventually

_OVS = ("ovs-ofctl", "ovs-vsctl", "ovs-vswitchd", "ovsdb-server")
_COMMANDS = ("ip", "dnsmasq", "ethtool", "iperf3", "mn", "nft", *_OVS, "ping", "tshark")
OUTSIDE = "10.255.0.1"  # where other namespaces reach the controller


def what_is_missing() -> str:
    """Why the lab cannot run here, in a few words; empty where it can."""
    if os.geteuid():
        return "the lab needs root, for network namespaces"
    absent = [command for command in _COMMANDS if not shutil.which(command, path=PATH)]
    return f"the lab needs {', '.join(absent)}: install tests/lab/packages.txt" if absent else ""


class Lab:
    """Everything that a lab test starts, and ends with it.

    :param directory: an empty folder.
    """

    def __init__(self, directory: Path, stack: ExitStack) -> None:
        self._directory, self._stack = directory, stack
        sweep()
        self.namespace = Namespace()
        stack.callback(self.namespace.close)
        self.ovs = OpenVSwitch(self.namespace, self._folder("ovs"))
        stack.callback(self.ovs.close)
        self._hosts = self._others = 0

    def _folder(self, name: str) -> Path:
        folder = self._directory / name
        folder.mkdir()
        return folder

    def controller(self, configuration: str, *listen: str, path: Sequence[Path] = ()) -> Controller:
        """Start the controller in the switches' namespace.

        :param configuration: TOML: what follows ``listen`` in ``[nox]``, and the components' tables.
        :param listen: endpoints; without any, ``tcp:6653``.
        :param path: folders with components of the test's own.
        """
        directory = self._folder("controller")
        return self._start(directory, configured(directory, configuration, listen=listen), path)

    def controller_of(self, text: str) -> Controller:
        """Start it with the whole text of a configuration file that says nothing of REST."""
        directory = self._folder("controller")
        file = directory / "nox.toml"
        file.write_text(f'{text}\n[rest]\nsocket = "{directory / "nox.sock"}"\n')
        return self._start(directory, ["-c", str(file)])

    def stated_controller(self, *arguments: str) -> Controller:
        """Start it with a configuration on the command line: ``-i tcp:6653 switch``."""
        directory = self._folder("controller")
        return self._start(directory, stated(directory, *arguments))

    def _start(self, directory: Path, arguments: Sequence[str], path: Sequence[Path] = ()) -> Controller:
        controller = Controller(directory, arguments, prefix=self.namespace.argv(), path=path)
        self._stack.callback(controller.stop)
        return controller

    def hosts(self, count: int) -> list[Host]:
        """Hosts ``10.0.0.1`` and up with their links, whose other ends are ``h1`` and up."""
        return [self._host() for _ in range(count)]

    def _host(self) -> Host:
        self._hosts += 1
        number = self._hosts
        host = Host(self.namespace, f"h{number}", f"10.0.0.{number}/24", f"02:00:00:00:00:{number:02x}")
        self._stack.callback(host.close)
        return host

    def another_openvswitch(self) -> OpenVSwitch:
        """Daemons of their own in a namespace of their own, for which the controller is at `OUTSIDE`."""
        self._others += 1
        number = self._others
        gate, address = f"gate{number}", f"{OUTSIDE.rpartition('.')[0]}.{number + 1}/24"
        place = Host(self.namespace, gate, address, f"02:00:00:00:01:{number:02x}")
        self._stack.callback(place.close)
        if number == 1:
            self.namespace.run("ip", "link", "add", "outside", "type", "bridge")
            self.namespace.run("ip", "address", "add", f"{OUTSIDE}/24", "dev", "outside")
            self.namespace.run("ip", "link", "set", "outside", "up")
        self.namespace.run("ip", "link", "set", gate, "master", "outside")
        ovs = OpenVSwitch(place.namespace, self._folder(f"ovs{number}"))
        self._stack.callback(ovs.close)
        return ovs

    def bridge(
        self,
        hosts: list[Host],
        *,
        protocols: str = "",
        name: str = "s1",
        dpid: int = 1,
        controller: str = "tcp:127.0.0.1:6653",
    ) -> Bridge:
        """A bridge with these hosts on ports 1 and up, connected to the controller."""
        bridge = self.ovs.bridge(name, dpid, controller=controller, protocols=protocols)
        bridge.attach([host.port for host in hosts])
        eventually(bridge.connected, f"{name} is connected to the controller")
        return bridge
