"""Stated flow entries on real Open vSwitch."""

from __future__ import annotations

import pytest

from tests.lab.lab import Lab
from tests.lab.openvswitch import Bridge
from tests.lab.process import eventually
from tests.lab.survival import ALTERED, PLUGIN, begin, kill_and_return

VERSIONS = pytest.mark.parametrize("protocols", ["OpenFlow10", "OpenFlow13"], ids=["1.0 with Nicira's", "1.3"])


@VERSIONS
def test_a_killed_controller_touches_nothing_that_is_right(lab: Lab, protocols: str) -> None:
    """Of 200 entries none's age begins anew; the one that was altered is mended, and strangers' are reported."""
    controller, bridge, (one, two) = begin(lab, count=200, protocols=protocols)
    outcome = kill_and_return(controller, bridge)
    assert outcome.aged_anew == []
    assert len(outcome.changes) == 1
    assert "event=MODIFIED" in outcome.changes[0]
    assert outcome.flow_mods == {"stater": 1}
    assert (outcome.report["right"], outcome.report["mended"], outcome.report["foreign"]) == (199, 1, 10)
    assert "10 entries are foreign" in controller.log.read_text()
    changed = [key for key, entry in outcome.after.items() if entry.actions != outcome.before[key].actions]
    assert changed == [(20002, ALTERED)]
    assert one.pings(two)


def test_what_is_missing_is_added_and_what_is_stated_no_more_goes(lab: Lab) -> None:
    """The configuration says fewer entries than before, and somebody has deleted one of those that are left."""
    controller, bridge, _ = begin(lab, count=50, protocols="OpenFlow13")
    controller.kill()
    bridge.ovs.ofctl("-O", "OpenFlow13", "--strict", "del-flows", "s1", "priority=20000,in_port=1")
    file = controller.log.parent / "nox.toml"
    file.write_text(file.read_text().replace("count = 50", "count = 40"))
    controller.start()
    [switch] = eventually(lambda: controller.ask("switches"), "the switch has joined")
    found = switch["flows"]
    assert (found["right"], found["added"], found["removed"], found["foreign"]) == (39, 1, 10, 10)
    assert len(bridge.entries()) == 50


def test_groups_and_meters_outlive_the_controller(lab: Lab) -> None:
    """Those that are right are not touched, an altered one is changed back, and the entries that use them stay."""
    controller = lab.controller('components = ["stater"]\n[stater]\ncount = 9\nshared = true\n', path=[PLUGIN])
    bridge = lab.bridge(lab.hosts(2), protocols="OpenFlow13")
    eventually(lambda: len(bridge.entries()) == 13, "all entries are written")
    group = next(line for line in ofctl(bridge, "dump-groups") if "type=indirect" in line).split(",")[0]
    controller.kill()
    ofctl(bridge, "mod-group", f"{group},type=indirect,bucket=actions=output:2")
    ofctl(bridge, "add-group", "group_id=5,type=indirect,bucket=actions=output:2")
    ofctl(bridge, "add-meter", "meter=7,kbps,band=type=drop,rate=5")
    controller.start()
    [switch] = eventually(lambda: controller.ask("switches"), "the switch has joined")
    found = switch["flows"]
    assert (found["right"], found["flow_mods"]) == (13, {})
    assert found["groups"] == {**dict.fromkeys(("added", "removed", "orphans"), 0), **told(3, 1, 5)}
    assert found["meters"] == {**dict.fromkeys(("added", "removed", "orphans"), 0), **told(1, 0, 7)}
    assert any(line.startswith(group) and "output:1" in line for line in ofctl(bridge, "dump-groups"))


def told(right: int, mended: int, stranger: int) -> dict[str, object]:
    """What is told of groups or meters with one stranger."""
    return {"right": right, "mended": mended, "foreign": 1, "strangers": [stranger]}


def ofctl(bridge: Bridge, command: str, *arguments: str) -> list[str]:
    """What ``ovs-ofctl`` prints."""
    return [
        line.strip() for line in bridge.ovs.ofctl("-O", "OpenFlow13", command, bridge.name, *arguments).splitlines()
    ]


def test_foreign_entries_go_where_the_operator_wants_that(lab: Lab) -> None:
    """`foreign = "remove"`."""
    controller = lab.controller(
        'components = ["stater"]\n[stater]\ncount = 9\n[flows]\nforeign = "remove"\n', path=[PLUGIN]
    )
    bridge = lab.ovs.bridge("s1", 1, protocols="OpenFlow13")
    bridge.add_flow("priority=7,cookie=0xabc,tcp,tp_dst=1,actions=drop")
    lab.ovs.vsctl("set-controller", "s1", "tcp:127.0.0.1:6653")
    eventually(lambda: controller.ask("switches"), "the switch has joined")
    assert len(bridge.entries()) == 9


def test_a_standalone_bridge_is_reported(lab: Lab) -> None:
    """It has flushed its entries when the controller returns: log and `noxctl switches` say what that may mean."""
    controller, bridge, _ = begin(lab, count=9, protocols="OpenFlow13")
    lab.ovs.vsctl("set-fail-mode", "s1", "standalone")
    controller.kill()
    eventually(lambda: not bridge.entries(), "the bridge has flushed its entries", within=40, every=0.5)
    controller.start()
    eventually(lambda: controller.ask("switches"), "the switch has joined", within=20)
    assert "had no entries: standalone?" in controller.noxctl("switches")
    assert 'its fail mode is "standalone"' in controller.log.read_text()
    assert len(bridge.entries()) == 9
