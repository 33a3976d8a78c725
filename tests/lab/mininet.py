"""Mininet's command line inside the lab: its switches are bridges of the lab's Open vSwitch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.lab.lab import Lab
from tests.lab.process import run

_OWN = Path(__file__).with_name("topologies.py")
_NO_IPV6 = "py [host.cmd('sysctl -q net.ipv6.conf.all.disable_ipv6=1') for host in net.hosts]"


def mininet(lab: Lab, topology: str, commands: Sequence[str], *, protocols: str = "") -> str:
    """Build a topology whose hosts have no IPv6, type commands at Mininet's prompt and leave; all that it prints.

    :param topology: such as ``tree,2,3``; of our own (`topologies.py`) ``ring,6`` and ``fattree,4``.
    :param protocols: such as ``OpenFlow13``; empty gives none to the switches.
    """
    switch = "ovs,datapath=user" + (f",protocols={protocols}" if protocols else "")
    argv = [
        "mn",
        "--custom",
        str(_OWN),
        "--topo",
        topology,
        "--switch",
        switch,
        "--controller",
        "remote,ip=127.0.0.1,port=6653",
    ]
    return run(
        lab.namespace.argv(*argv), env=lab.ovs.env, stdin="\n".join([_NO_IPV6, *commands, "exit", ""]), timeout=180
    )
