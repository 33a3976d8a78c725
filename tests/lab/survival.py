"""A controller that is killed and comes back: what becomes of the entries that its component states."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.lab.controller import Controller
from tests.lab.lab import Lab
from tests.lab.namespaces import Host
from tests.lab.openvswitch import Bridge, Entry
from tests.lab.process import eventually

PLUGIN = Path(__file__).parent / "plugin"
ALTERED = "priority=20002,ip,in_port=9,dl_src=02:00:00:00:00:02"  # one of the stated entries: it leads to port 2
STATER = 'components = ["stater"]\n[stater]\ncount = {count}\n'


@dataclass(frozen=True)
class Outcome:
    """What came of it.

    :ivar aged_anew: entries whose age did not go on.
    :ivar changes: what ``ovs-ofctl monitor watch:`` saw from before the return until after it.
    :ivar flow_mods: how many the switch was sent, by component.
    :ivar report: how its entries were found, as ``noxctl switches`` tells it.
    :ivar before: the entries while the controller was away, `after` those after its return.
    """

    aged_anew: Sequence[Entry]
    changes: Sequence[str]
    flow_mods: Mapping[str, int]
    report: Mapping[str, Any]
    before: Mapping[tuple[int, str], Entry]
    after: Mapping[tuple[int, str], Entry]


def begin(lab: Lab, *, count: int, protocols: str) -> tuple[Controller, Bridge, Sequence[Host]]:
    """A controller with `stater`, and a bridge with all of its entries and ten of a stranger."""
    controller, hosts = lab.controller(STATER.format(count=count), path=[PLUGIN]), lab.hosts(2)
    bridge = lab.bridge(hosts, protocols=protocols)
    for number in range(10):
        bridge.add_flow(f"priority=7,cookie=0xabc,tcp,tp_dst={number + 1},actions=drop")
    eventually(lambda: len(bridge.entries()) == count + 10, f"all {count} entries are written", within=30, every=0.2)
    return controller, bridge, hosts


def kill_and_return(controller: Controller, bridge: Bridge, *, away: float = 0) -> Outcome:
    """Kill the controller, alter an entry by hand, start the controller again, and wait until it has looked.

    :param away: seconds for which nobody is there, beside those that starting takes.
    """
    controller.kill()
    time.sleep(away)
    bridge.change_flow(f"{ALTERED},actions=drop")
    before, since = _by_identity(bridge), time.monotonic()
    with bridge.watching() as changes:
        controller.start()
        [switch] = eventually(lambda: controller.ask("switches"), "the switch has joined", within=30, every=0.1)
        after, passed = _by_identity(bridge), time.monotonic() - since
        seen = changes()
    anew = [one for key, one in after.items() if key not in before or one.duration < before[key].duration + passed / 2]
    flows = switch["flows"]
    return Outcome(anew, seen, flows["flow_mods"], flows, before, after)


def _by_identity(bridge: Bridge) -> Mapping[tuple[int, str], Entry]:
    return {(entry.priority, entry.match): entry for entry in bridge.entries()}
