"""Open vSwitch with a datapath that moves no packets: it needs neither root nor a namespace."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from nox.lib.openflow import Version
from tests.lab.controller import Controller, configured
from tests.lab.openvswitch import OpenVSwitch
from tests.lab.process import eventually, free_port, run

PLUGIN = Path(__file__).parent / "plugin"
_PROTOCOLS = {Version.V1_0: "OpenFlow10", Version.V1_3: "OpenFlow13"}


class Here:
    """The machine itself in the place of a namespace."""

    def argv(self, *command: str) -> list[str]:
        """The command line that runs a command here."""
        return list(command)

    def run(self, *command: str, timeout: float = 60, env: Mapping[str, str] | None = None) -> str:
        """Run a command to its end; its output."""
        return run(command, timeout=timeout, env=env)


@contextmanager
def dummy(directory: Path) -> Iterator[OpenVSwitch]:
    """The daemons, with their files in an empty folder."""
    directory.mkdir()
    ovs = OpenVSwitch(Here(), directory, "--enable-dummy=override", "--disable-system")
    try:
        yield ovs
    finally:
        ovs.close()


def outcomes(directory: Path, version: Version, extra: str = "") -> dict[str, str]:
    """What a bridge with two ports says to every case of a version, by the case's name.

    :param directory: an empty folder.
    """
    port, report = free_port(), directory / "report.json"
    (directory / "controller").mkdir()
    with dummy(directory / "ovs") as ovs:
        arguments = configured(
            directory / "controller", f'components = ["prober"]\n[prober]\nreport = "{report}"\n{extra}', port=port
        )
        controller = Controller(directory / "controller", arguments, path=[PLUGIN])
        try:
            bridge = ovs.bridge("br0", 1, datapath_type="dummy", protocols=_PROTOCOLS[version])
            for number in (1, 2):
                ovs.vsctl(
                    "add-port",
                    "br0",
                    f"p{number}",
                    "--",
                    "set",
                    "interface",
                    f"p{number}",
                    "type=dummy",
                    f"ofport_request={number}",
                )
            ovs.vsctl("set-controller", bridge.name, f"tcp:127.0.0.1:{port}")
            eventually(report.exists, "the prober has run every case", within=60)
        finally:
            controller.stop()
    return cast("dict[str, str]", json.loads(report.read_text()))
