"""Open vSwitch over TLS, and the connections that are refused there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.certificates import Authority
from tests.lab.lab import Lab
from tests.lab.process import eventually
from tests.lab.tls import BOUND, SWITCH, Certificates, logged, over_tls, refused, s_client


@pytest.fixture(name="certificates")
def _certificates(tmp_path: Path) -> Certificates:
    """The controller's, and the authority of the switches."""
    return Certificates.make(tmp_path / "certificates")


@pytest.mark.parametrize("protocols", ["OpenFlow10", "OpenFlow13"], ids=["1.0", "1.3"])
def test_switch_works_over_tls(lab: Lab, certificates: Certificates, protocols: str) -> None:
    """A ping goes through `switch`, and the switch is listed with its certificate."""
    pair = certificates.switches.sign("s1 id:1")
    lab.ovs.use_certificate(pair, certificates.controllers.file)
    controller = lab.controller(SWITCH, certificates.endpoint())
    one, two = hosts = lab.hosts(2)
    lab.bridge(hosts, protocols=protocols, controller="ssl:127.0.0.1:6653")
    assert one.pings(two, count=3)
    (switch,) = controller.ask("switches")
    assert switch["certificate"] == pair.fingerprint
    eventually(lambda: controller.ask("switches")[0]["round_trip"], "its round-trip time is known")
    assert controller.metric("nox_openflow_round_trip_seconds", dpid="0000000000000001") > 0


def test_another_authority(lab: Lab, certificates: Certificates, tmp_path: Path) -> None:
    """A certificate that somebody else has signed does not open a connection."""
    pair = Authority(tmp_path, "others").sign("right")
    refused(lab, certificates, pair, 2, "", "of another authority")


def test_an_expired_certificate(lab: Lab, certificates: Certificates) -> None:
    """A certificate counts until it expires."""
    refused(lab, certificates, certificates.switches.sign("late", days=-1), 2, "", '"late"', "has expired")


def test_the_certificate_of_another_dpid(lab: Lab, certificates: Certificates) -> None:
    """Whose certificate is bound to switch 2 cannot be switch 1, and does not displace it."""
    pair = certificates.switches.sign("second")
    refused(lab, certificates, pair, 1, BOUND, "it says that it is switch 0000000000000001", '"second"')


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "it shows no certificate"),
        (("-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"), "it speaks no TLS that is new enough"),
    ],
    ids=["none", "TLS 1.1"],
)
def test_a_client_without_what_is_asked_for(
    lab: Lab, certificates: Certificates, arguments: Sequence[str], words: str
) -> None:
    """No certificate, or a TLS that is too old: closed, with the reason."""
    controller = lab.controller(SWITCH, certificates.endpoint())
    s_client(lab, *arguments)
    assert "127.0.0.1:" in logged(controller, words)


def test_tls_where_there_is_none_and_none_where_there_is(lab: Lab, certificates: Certificates) -> None:
    """Each is closed with a sentence that says which."""
    controller = lab.controller(SWITCH, certificates.endpoint(), "tcp:6654:interface=127.0.0.1")
    s_client(lab, "-connect", "127.0.0.1:6654")
    logged(controller, "it speaks TLS, and this port does not")
    lab.ovs.bridge("s1", 1, controller="tcp:127.0.0.1:6653")
    logged(controller, "it does not speak TLS, which this port asks for")


def test_a_new_certificate_is_used_without_a_restart(lab: Lab, certificates: Certificates, tmp_path: Path) -> None:
    """Files that are replaced count from the next connection on; those that stand are not touched."""
    lab.ovs.use_certificate(certificates.switches.sign("s1"), certificates.controllers.file)
    controller = lab.controller(SWITCH, certificates.endpoint())
    eventually(over_tls(lab.ovs, 1).connected, "the switch is connected")
    certificates.switches.file.write_bytes(Authority(tmp_path, "others").file.read_bytes())
    s_client(lab)
    logged(controller, "were read anew")
    assert len(controller.ask("switches")) == 1
    over_tls(lab.ovs, 2)
    logged(controller, "of another authority")


def test_a_switch_waits_for_approval(lab: Lab, certificates: Certificates) -> None:
    """It gets nothing until it is approved, is remembered over a restart, and waits again when that is revoked."""
    lab.ovs.use_certificate(certificates.switches.sign("s1"), certificates.controllers.file)
    configuration = f'{SWITCH}[openflow]\nadmission = "approve"\nstate = "{lab.ovs.directory / "switches.json"}"\n'
    controller = lab.controller(configuration, certificates.endpoint())
    one, two = hosts = lab.hosts(2)
    bridge = over_tls(lab.ovs, 1)
    bridge.attach([host.port for host in hosts])
    logged(controller, "0000000000000001 waits for approval")
    assert not one.pings(two)
    assert not bridge.entries()
    assert [switch["dpid"] for switch in controller.ask("approve")["waiting"]] == ["0000000000000001"]
    controller.noxctl("approve", "1")
    eventually(lambda: controller.ask("switches"), "the switch has joined")
    assert one.pings(two)
    controller.kill()
    controller.start()
    eventually(lambda: controller.ask("switches"), "the switch has joined again")
    controller.noxctl("approve", "1", "--revoke")
    eventually(lambda: controller.ask("approve")["waiting"], "the switch waits again")
    assert not controller.ask("switches")
