"""DHCP and DNS, with servers of the test's own that can misbehave. `tests/lab` has a real one."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address

import pytest

from nox.emulator.hosts import Host
from nox.emulator.hosts.dhcpclient import DhcpClient, Stage
from nox.emulator.hosts.udp import Datagram
from nox.lib.errors import LocalProtocolError
from nox.lib.packet import dhcp, dns
from nox.lib.packet.dhcp import Dhcp
from nox.lib.packet.dns import Dns, Record
from nox.lib.packet.dnsname import Name
from tests.emulator.hosts.wire import Wire

SERVER, GIVEN = IPv4Address("10.0.0.1"), IPv4Address("10.0.0.77")
EVERYBODY = IPv4Address("255.255.255.255")
KINDS = {dhcp.DISCOVER: dhcp.OFFER, dhcp.ASK: dhcp.ACK}


class Server:
    """Gives out one address, and knows two names.

    :ivar heard: types of the DHCP messages, and where they came from.
    :ivar refuses: whether it says no.
    :ivar mute: whether it says nothing.
    """

    def __init__(self, lease: int = 100) -> None:
        self.host = Host.of("server", "02:00:00:00:00:01", "10.0.0.1/24")
        self.client = Host.of("laptop", "02:00:00:00:00:02")
        self.wire = Wire([self.host, self.client])
        self.heard: list[tuple[int, IPv4Address]] = []
        self.refuses = self.mute = False
        self.lease = lease
        self._dhcp = self.host.udp(dhcp.SERVER_PORT, self._hear)
        self._dns = self.host.udp(dns.PORT, self._asked)
        self.answer = Dns(0, dns.RESPONSE)

    def _hear(self, datagram: Datagram) -> None:
        asked = Dhcp.parse(datagram.data)
        assert isinstance(datagram.src, IPv4Address)
        self.heard.append((asked.message_type, datagram.src))
        kind = dhcp.NAK if self.refuses else KINDS.get(asked.message_type)
        if kind is None or self.mute:
            return
        options = {
            dhcp.MESSAGE_TYPE: bytes((kind,)),
            dhcp.SERVER: SERVER.packed,
            dhcp.MASK: IPv4Address("255.255.0.0").packed,
            dhcp.ROUTER: SERVER.packed,
            dhcp.DNS: SERVER.packed,
            dhcp.LEASE_TIME: self.lease.to_bytes(4),
        }
        reply = Dhcp(dhcp.REPLY, asked.xid, asked.chaddr, options, yiaddr=GIVEN)
        dst = EVERYBODY if asked.flags & dhcp.BROADCAST else GIVEN
        self._dhcp.send(dst, dhcp.CLIENT_PORT, reply.build(), datagram.when)

    def _asked(self, datagram: Datagram) -> None:
        asked = Dns.parse(datagram.data)
        answer = replace(self.answer, id=asked.id ^ self.answer.id, questions=asked.questions)
        if not self.mute:
            self._dns.send(datagram.src, datagram.src_port, answer.build(), datagram.when)

    def bound(self) -> DhcpClient:
        """Its client with an address."""
        client = self.client.dhcp(self.wire.now)
        self.wire.run(1)
        assert client.stage is Stage.BOUND
        self.heard.clear()
        return client


def test_a_lease() -> None:
    """Discover, offer, request, ack: address, prefix, gateway and DNS server are the server's."""
    server = Server()
    client = server.client.dhcp(server.wire.now)
    server.wire.run(1)
    assert server.heard == [(dhcp.DISCOVER, IPv4Address(0)), (dhcp.ASK, IPv4Address(0))]
    assert server.client.ipv4 == (GIVEN, 16, SERVER)
    assert (client.stage, client.servers) == (Stage.BOUND, (SERVER,))
    assert client.expires == pytest.approx(200, abs=0.1)
    ping = server.client.ping(SERVER, server.wire.now)
    server.wire.run(1)
    assert ping.received == 1


def test_a_lease_is_renewed_at_its_half() -> None:
    """The server alone is asked, from the address."""
    server = Server()
    client = server.bound()
    server.wire.run(48)
    assert server.heard == []
    server.wire.run(3)
    assert server.heard == [(dhcp.ASK, GIVEN)]
    assert client.stage is Stage.BOUND
    assert client.expires == pytest.approx(250, abs=0.1)


def test_a_lease_that_nobody_renews_ends() -> None:
    """First the server is asked, then anybody, and at the end of the lease the address is gone; it begins anew."""
    server = Server()
    client = server.bound()
    server.mute = True
    server.wire.run(80)
    assert client.stage is Stage.RENEWING
    server.wire.run(19)
    assert (client.stage, server.client.own4) == (Stage.REBINDING, GIVEN)
    server.wire.run(1)
    assert (client.stage, server.client.ipv4) == (Stage.SELECTING, None)
    server.mute = False
    server.wire.run(5)
    assert (client.stage, server.client.own4) == (Stage.BOUND, GIVEN)


def test_a_refused_renewal_takes_the_address_at_once() -> None:
    """DHCPNAK (RFC 2131, section 4.4.5)."""
    server = Server()
    client = server.bound()
    server.refuses = True
    server.wire.run(52)
    assert (client.stage, server.client.ipv4) == (Stage.SELECTING, None)


def test_release() -> None:
    """The server is told, and the address is gone."""
    server = Server()
    client = server.bound()
    client.release(server.wire.now)
    server.wire.run(1)
    assert server.heard == [(dhcp.RELEASE, GIVEN)]
    assert (client.stage, server.client.ipv4, server.client.next_wake) == (Stage.STOPPED, None, None)


def test_a_server_that_is_silent_is_asked_less_and_less_often() -> None:
    """After 4, 8, 16 … seconds."""
    server = Server()
    server.mute = True
    server.client.dhcp(server.wire.now)
    server.wire.run(61)
    assert len(server.heard) == 5


def test_a_name_and_its_alias() -> None:
    """The answer is followed through its alias, whatever the case of its letters."""
    server = Server()
    server.bound()
    www, real = Name.of("WWW.example.net"), Name.of("real.example.net")
    server.answer = Dns(0, dns.RESPONSE, answers=(Record(www, dns.CNAME, real), Record(real, dns.A, GIVEN)))
    lookup = server.client.resolve("www.example.net", server.wire.now)
    server.wire.run(1)
    assert (lookup.done, lookup.answers, lookup.error) == (True, (GIVEN,), "")


@pytest.mark.parametrize(
    ("flags", "error"),
    [
        (dns.RESPONSE | dns.NO_SUCH_NAME, "no such name"),
        (dns.RESPONSE | dns.REFUSED, "refused"),
        (dns.RESPONSE | dns.TRUNCATED, "truncated"),
        (dns.RESPONSE, "no such record"),
        (0, "timed out"),
    ],
)
def test_answers_that_are_none(flags: int, error: str) -> None:
    """A sentence's worth of why; what is no answer is ignored."""
    server = Server()
    server.bound()
    server.answer = Dns(0, flags)
    lookup = server.client.resolve("www.example.net", server.wire.now)
    server.wire.run(20)
    assert (lookup.done, lookup.answers, lookup.error) == (True, (), error)


def test_an_answer_to_another_question_is_ignored() -> None:
    """Its identifier must be ours, so that who only guesses is not believed."""
    server = Server()
    server.bound()
    name = Name.of("www.example.net")
    server.answer = Dns(1, dns.RESPONSE, answers=(Record(name, dns.A, GIVEN),))
    lookup = server.client.resolve("www.example.net", server.wire.now)
    server.wire.run(20)
    assert (lookup.answers, lookup.error) == ((), "timed out")


def test_without_a_server_or_a_name() -> None:
    """Nobody to ask; nothing to ask for. An address is asked for its name."""
    host = Host.of("h1", "02:00:00:00:00:01", "10.0.0.1/24")
    lookup = host.resolve(IPv6Address("2001:db8::1"), 1.0)
    assert (lookup.done, lookup.error) == (True, "no server")
    assert str(lookup.question.name).endswith(".8.b.d.0.1.0.0.2.ip6.arpa")
    with pytest.raises(LocalProtocolError):
        host.resolve("a..b", 1.0)
