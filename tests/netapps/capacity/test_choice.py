"""Which entries go, and how large a table is taken to be."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nox.core import plan
from nox.lib.openflow import messages
from nox.lib.openflow.match13 import OxmMatch
from nox.lib.openflow.messages import FlowStatsEntry
from nox.netapps.capacity.choice import least_needed
from nox.netapps.capacity.sizes import Sizes
from nox.netapps.load import TableUse

RUNNING, INSTALLED = {17}, {17, 18}


def entry(
    owner: int = 17,
    priority: int = plan.FLOWS.low,
    packets: int = 0,
    age: int = 10,
    stated: bool = False,
    table: int = 0,
) -> FlowStatsEntry:
    """An entry of a component."""
    number = plan.STATED if stated else 1
    return messages.FlowStatsEntry(
        table_id=table,
        match=OxmMatch(()),
        duration_sec=age,
        duration_nsec=0,
        priority=priority,
        idle_timeout=0,
        hard_timeout=0,
        cookie=plan.cookie(owner, 1, number),
        packet_count=packets,
        byte_count=0,
    )


ENTRIES = st.lists(
    st.builds(
        entry,
        st.sampled_from([0, 17, 18, 99]),
        st.sampled_from([0, plan.FLOWS.low, plan.FLOWS.high, plan.DENY.low, plan.GUARD.low, plan.PUNT.low]),
        st.integers(0, 1000),
        st.integers(0, 1000),
        st.booleans(),
        st.integers(0, 2),
    ),
    max_size=40,
)


@given(ENTRIES, st.integers(0, 50))
def test_what_must_stay_stays(entries: list[FlowStatsEntry], count: int) -> None:
    """Nothing that is stated, guards, punts, is a stranger's, the table miss or another table's; never too many."""
    chosen = least_needed(entries, 1, count, RUNNING, INSTALLED)
    assert len(chosen) <= count
    for one in chosen:
        assert one.table_id == 1
        assert plan.component_of(one.cookie) in INSTALLED
        assert not plan.is_stated(one.cookie)
        assert one.priority in plan.FLOWS or one.priority in plan.DENY


@given(ENTRIES)
def test_all_that_may_go_is_found(entries: list[FlowStatsEntry]) -> None:
    """Asked for more than there is, it is all: entries that only packets have brought."""
    chosen = least_needed(entries, 0, 100, RUNNING, INSTALLED)
    bands = (plan.FLOWS, plan.DENY)
    may = [one for one in entries if one.table_id == 0 and plan.component_of(one.cookie) in INSTALLED
           and not plan.is_stated(one.cookie) and any(one.priority in band for band in bands)]  # fmt: skip
    assert len(chosen) == len(may)


def test_the_order() -> None:
    """Orphans, then what has hardly a packet, then what has the fewest a second."""
    orphan = entry(owner=18, packets=10_000)
    scan = entry(packets=1, age=0)
    slow, busy = entry(packets=100, age=1000), entry(packets=100, age=10)
    assert least_needed([busy, slow, scan, orphan], 0, 4, RUNNING, INSTALLED) == [orphan, scan, slow, busy]


def use(entries: int, size: int | None) -> TableUse:
    """A table."""
    return TableUse(table_id=0, entries=entries, size=size)


def test_a_size_that_is_shown() -> None:
    """A switch that refuses at 500 entries has room for 500, though it says a million; the operator knows best."""
    sizes = Sizes({2: 400})
    assert sizes.of(1, use(10, 1_000_000)) == 1_000_000
    sizes.refused(1, use(500, 1_000_000))
    assert sizes.of(1, use(10, 1_000_000)) == 500
    sizes.seen(1, use(600, 1_000_000))  # it has more: that was not it
    assert sizes.of(1, use(10, 1_000_000)) == 600
    sizes.refused(2, use(500, None))
    assert sizes.of(2, use(10, None)) == 400
    sizes.forget(1)
    assert sizes.of(1, use(10, None)) is None
