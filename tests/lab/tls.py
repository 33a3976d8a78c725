"""TLS in the lab: certificates, and switches that are refused for theirs."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.certificates import Authority, Pair, noxtls
from tests.lab.controller import Controller
from tests.lab.lab import OUTSIDE, Lab
from tests.lab.openvswitch import Bridge, OpenVSwitch
from tests.lab.process import eventually

SWITCH = 'components = ["switch"]\n'
# Binds the certificates "right" and "second" to switches 1 and 2.
BOUND = '[openflow.switches]\n0000000000000001 = ["right"]\n0000000000000002 = ["second"]\n'


@dataclass(frozen=True)
class Certificates:
    """The controller's, and the authority of the switches."""

    controllers: Authority
    switches: Authority
    ours: Pair

    @classmethod
    def make(cls, folder: Path) -> Certificates:
        """Two authorities, as ``ovs-pki`` makes them, with their files in a new folder."""
        folder.mkdir()
        controllers, switches = Authority(folder, "controllers"), Authority(folder, "switches")
        return cls(controllers, switches, controllers.sign("nox"))

    def endpoint(self, interface: str = "127.0.0.1") -> str:
        """Where the controller listens."""
        return noxtls(self.ours, self.switches, interface=interface)


def logged(controller: Controller, *words: str) -> str:
    """The first line of the log that has all these words."""

    def line() -> str:
        lines = controller.log.read_text().splitlines()
        return next((one for one in lines if all(word in one for word in words)), "")

    return eventually(line, f"the log says {' … '.join(words)}")


def over_tls(ovs: OpenVSwitch, dpid: int, host: str = "127.0.0.1") -> Bridge:
    """A bridge that looks for its controller over TLS."""
    return ovs.bridge(f"s{dpid}", dpid, controller=f"ssl:{host}:6653", protocols="OpenFlow13")


def refused(lab: Lab, certificates: Certificates, pair: Pair, dpid: int, configuration: str, *words: str) -> str:
    """See that a switch with this certificate is not admitted beside one that is, for a reason with these words.

    :returns: the line in the log.
    :raises AssertionError: when it is admitted, or for another reason not.
    """
    lab.ovs.use_certificate(certificates.switches.sign("right"), certificates.controllers.file)
    controller = lab.controller(SWITCH + configuration, certificates.endpoint("0.0.0.0"))
    right = over_tls(lab.ovs, 1)
    eventually(right.connected, "the right one is connected")
    joined = logged(controller, "0000000000000001 joined")
    stranger = lab.another_openvswitch()
    stranger.use_certificate(pair, certificates.controllers.file)
    over_tls(stranger, dpid, OUTSIDE)
    line = logged(controller, OUTSIDE.rpartition(".")[0], *words, "closed")
    (switch,) = controller.ask("switches")
    assert (switch["dpid"], switch["address"]) == ("0000000000000001", joined.split("joined from ")[1].split()[0])
    assert "Traceback" not in controller.log.read_text()
    return line


def s_client(lab: Lab, *arguments: str) -> str:
    """What ``openssl s_client`` meets."""
    argv = lab.namespace.argv("openssl", "s_client", "-connect", "127.0.0.1:6653", *arguments)
    return subprocess.run(
        argv, input="", text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=30
    ).stdout
