"""Emulated hosts and real ones: each does what the other expects; Linux and dnsmasq are the judges."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import pytest

from nox.emulator.hosts import Host
from nox.emulator.hosts.dhcpclient import Stage
from nox.emulator.hosts.udp import Datagram
from nox.lib.packet import dns
from nox.lib.packet.checksum import Address
from nox.lib.packet.dns import Data
from nox.lib.packet.dnsname import Name
from tests.lab import namespaces
from tests.lab.joined import Joined
from tests.lab.namespaces import Namespace
from tests.lab.process import eventually, stop

REAL, REAL6 = IPv4Address("10.0.0.1"), IPv6Address("2001:db8::1")
OWN, OWN6 = "10.0.0.2", "2001:db8::2"
MAC = "02:00:00:00:00:02"
PAGE = random.Random(1).randbytes(300_000)
FETCH = "import sys, urllib.request; sys.stdout.write(str(sum(urllib.request.urlopen(sys.argv[1], timeout=60).read())))"
UDP_ERROR = """
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(5); s.connect((sys.argv[1], 9)); s.send(b'x')
try: s.recv(9)
except ConnectionRefusedError: print('refused')
"""
UDP_ASK = """
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(5); s.sendto(b'abc', (sys.argv[1], 7))
print(s.recv(9).decode())
"""


@dataclass
class Peers:
    """A real host, an emulated one, and the link between them."""

    real: Namespace
    host: Host
    joined: Joined
    stack: ExitStack

    def start(self, *command: str) -> None:
        """Run a server on the real host until the test ends."""
        process = self.real.popen(*command)

        def end() -> None:
            stop(process)
            assert process.stdout
            process.stdout.close()

        self.stack.callback(end)


@pytest.fixture
def peers() -> Iterator[Peers]:
    """Both with addresses, IPv6's too."""
    with ExitStack() as stack:
        middle = Namespace("middle")
        stack.callback(middle.close)
        real = namespaces.Host(middle, "far", f"{REAL}/24", "02:00:00:00:00:01")
        stack.callback(real.close)
        real.namespace.run("sysctl", "-q", "net.ipv6.conf.eth0.disable_ipv6=0")
        real.namespace.run("ip", "address", "add", f"{REAL6}/64", "dev", "eth0", "nodad")
        host = Host.of("emulated", MAC, f"{OWN}/24", f"{OWN6}/64")
        joined = Joined(host, middle, "far")
        stack.callback(joined.close)
        yield Peers(real.namespace, host, joined, stack)
        assert host.malformed == 0


@pytest.mark.parametrize("address", [OWN, OWN6])
def test_real_ping_is_answered(peers: Peers, address: str) -> None:
    """By ARP and by neighbour discovery, small and as large as a frame holds; and the kernel believes the address."""
    size = "1472" if address == OWN else "1452"
    for data in ("56", size):
        said = peers.real.run("ping", "-n", "-c", "3", "-i", "0.2", "-W", "2", "-s", data, address)
        assert "3 received" in said, said
    assert MAC in peers.real.run("ip", "neigh", "show", address)


@pytest.mark.parametrize("target", [REAL, REAL6])
def test_the_emulated_ping_is_answered(peers: Peers, target: Address) -> None:
    """By Linux."""
    ping = peers.joined.do(lambda now: peers.host.ping(target, now, count=5, interval=0.05))
    eventually(lambda: ping.done, "the ping has ended")
    assert ping.received == 5
    assert all(0 < taken < 1 for taken in ping.times)


def test_datagrams(peers: Peers) -> None:
    """Linux asks and is answered; where nobody has the port, its socket learns that."""
    echo = peers.host.udp(7)

    def answer(heard: Datagram) -> None:
        echo.send(heard.src, heard.src_port, heard.data.upper(), heard.when)

    echo.hear = answer
    assert peers.real.run("python3", "-c", UDP_ASK, OWN) == "ABC\n"
    assert peers.real.run("python3", "-c", UDP_ERROR, OWN) == "refused\n"


@pytest.mark.parametrize("loss", [0, 0.02])
def test_linux_fetches_a_page(peers: Peers, loss: float) -> None:
    """Whole, also where the link loses frames in both directions."""
    chance = random.Random(2)
    peers.joined.lose = lambda: chance.random() < loss
    peers.host.serve(lambda path: (200, PAGE) if path == "/page" else (404, b""))
    for address in (OWN, f"[{OWN6}]"):
        assert peers.real.run("python3", "-c", FETCH, f"http://{address}/page") == str(sum(PAGE))


@pytest.mark.parametrize("loss", [0, 0.02])
@pytest.mark.parametrize("target", [REAL, REAL6])
def test_the_emulated_host_fetches_a_page(peers: Peers, target: Address, loss: float, tmp_path: Path) -> None:
    """From Python's server, whole; a port where nobody listens refuses."""
    chance = random.Random(3)
    (tmp_path / "page").write_bytes(PAGE)
    peers.start("python3", "-m", "http.server", "--bind", "::", "--directory", str(tmp_path), "80")
    eventually(lambda: ":80 " in peers.real.run("ss", "-ltn"), "the server listens")
    peers.joined.lose = lambda: chance.random() < loss
    request = peers.joined.do(lambda now: peers.host.get(target, "/page", now))
    eventually(lambda: request.done, "the page has arrived", within=60)
    assert (request.status, request.error, request.body == PAGE) == (200, "", True)
    refused = peers.joined.do(lambda now: peers.host.get(target, "/", now, port=81))
    eventually(lambda: refused.done, "the connection is refused")
    assert refused.error == "refused"


def dnsmasq(peers: Peers, folder: Path) -> None:
    """Start it on the real host, with one address to give and some names."""
    peers.start(
        "dnsmasq", "--no-daemon", "--conf-file=/dev/null", f"--dhcp-leasefile={folder / 'leases'}", "--pid-file=",
        "--interface=eth0", "--bind-interfaces", "--user=root", "--no-hosts", "--no-resolv", "--no-ping",
        "--dhcp-range=10.0.0.50,10.0.0.50,255.255.255.0,120", "--dhcp-option=option:router,10.0.0.9",
        "--host-record=www.example.net,192.0.2.7,2001:db8::7", "--cname=web.example.net,www.example.net",
        "--txt-record=text.example.net,one,two",
    )  # fmt: skip
    eventually(lambda: ":53 " in peers.real.run("ss", "-lun"), "dnsmasq listens")


def test_dnsmasq_gives_an_address(peers: Peers, tmp_path: Path) -> None:
    """And gateway and DNS server; Linux reaches the host there, and dnsmasq forgets the lease that is given back."""
    dnsmasq(peers, tmp_path)
    peers.host.ipv4 = None
    client = peers.joined.do(peers.host.dhcp)
    eventually(lambda: client.stage is Stage.BOUND, "an address was given")
    given = IPv4Address("10.0.0.50")
    assert peers.host.ipv4 == (given, 24, IPv4Address("10.0.0.9"))
    assert client.servers == (REAL,)
    assert f"{MAC} {given} emulated" in (tmp_path / "leases").read_text()
    peers.real.run("ping", "-n", "-c", "1", "-W", "2", str(given))
    peers.joined.do(client.release)
    eventually(lambda: MAC not in (tmp_path / "leases").read_text(), "the lease is given back")


@pytest.mark.parametrize(
    ("name", "kind", "answers", "error"),
    [
        ("www.example.net", dns.A, (IPv4Address("192.0.2.7"),), ""),
        ("web.example.net", dns.AAAA, (IPv6Address("2001:db8::7"),), ""),
        ("text.example.net", dns.TXT, ((b"one", b"two"),), ""),
        (IPv4Address("192.0.2.7"), dns.PTR, (Name.of("www.example.net"),), ""),
        ("absent.example.org", dns.A, (), "refused"),
    ],
)
def test_dnsmasq_answers_for_names(
    peers: Peers, tmp_path: Path, name: str | IPv4Address, kind: int, answers: tuple[Data, ...], error: str
) -> None:
    """Through an alias, for IPv6, text and an address; a name that it knows nothing of it refuses."""
    dnsmasq(peers, tmp_path)
    peers.host.servers = (REAL,)
    lookup = peers.joined.do(lambda now: peers.host.resolve(name, now, kind))
    eventually(lambda: lookup.done, "the name is answered")
    assert (lookup.answers, lookup.error) == (answers, error)
