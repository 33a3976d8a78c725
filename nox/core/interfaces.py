"""The seams of the kernel, as zope interfaces. A component names them in ``requires``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zope.interface import Attribute, Interface

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

    from nox.core.component.record import ComponentRecord
    from nox.core.config.difference import Difference
    from nox.core.events.accounting import HandlerStats
    from nox.core.kernel import ComponentStatus
    from nox.core.openflow.admission import Admission
    from nox.core.openflow.datapath import Datapath
    from nox.core.openflow.flowspec import FlowSpec
    from nox.core.openflow.groupspec import GroupSpec
    from nox.core.openflow.meterspec import MeterSpec
    from nox.core.openflow.prepared import PreparedFlow
    from nox.core.openflow.statistics import FlowStats
    from nox.lib.actions import Action
    from nox.lib.match import Match


class IComponentPlugin(Interface):
    """What a Twisted plugin module in ``nox/plugins/`` declares for each component of its package."""

    name: str = Attribute("the name in the configuration: lower case letters, digits and ``_``")
    path: str = Attribute("where the class is: ``package.module:Class``")
    number: int = Attribute("for cookies: 1 to 0x7fff is NOX's own, else derived from the name")
    on_demand: tuple[str, ...] = Attribute("names of interfaces for which it is loaded where somebody requires them")
    always: bool = Attribute("whether it is loaded without being configured")
    arrays: tuple[str, ...] = Attribute("keys of its table that a file may have as arrays of tables at its top")

    def load() -> type:
        """The component's class.

        :raises ComponentError: when the module cannot be imported or is no component.
        """


class IScoped(Interface):
    """A provider that must know for which component it works: ``requires`` gives the view and not the provider."""

    def scoped(record: ComponentRecord) -> object:
        """The provider as this component sees it. What is registered through it belongs to the record."""


class IKernel(Interface):
    """The running system, as ``noxctl`` and components see it."""

    def components() -> Sequence[ComponentStatus]:
        """Every component that is loaded or has failed, in start order."""

    def graph() -> Mapping[str, Sequence[str]]:
        """For each loaded component the names of those that it depends on."""

    def names() -> Mapping[int, str]:
        """The name of every component that is installed, by its number."""

    def events() -> Sequence[HandlerStats]:
        """Every handler with its counts."""

    def load(name: str) -> Deferred[None]:
        """Load and start a component, and the defaults that it needs.

        :raises NoxError: with the sentence to show.
        """

    def unload(name: str) -> Deferred[Sequence[str]]:
        """Stop a component and those that depend on it; their names, in the order in which they stopped.

        :raises NoxError: with the sentence to show.
        """

    def restart(name: str) -> Deferred[Sequence[str]]:
        """Stop a component and its dependents, start them again; their names, in start order."""

    def reload() -> Deferred[Difference]:
        """Read the configuration file again and apply what differs."""


class IDatapaths(Interface):
    """The switches that are connected now."""

    def get(dpid: int) -> Datapath | None:
        """The switch, or None while it is not connected."""

    def all() -> Sequence[Datapath]:
        """All of them, in the order in which they joined."""

    def owns(dpid: int) -> bool:
        """Whether this instance does what is done once for the whole network, such as LLDP, at this switch.

        Today true of each switch that has joined.
        """

    def before_join(call: Callable[[Datapath], Awaitable[None] | None]) -> Callable[[], None]:
        """Have this called for each switch, and waited for, before its join is announced; what it sends is done then.

        Who registers last is called first: what is stated in a call is there when `flows` compares the switch. A
        `RequestError` of it ends the connection.

        :returns: what withdraws it.
        """


class IAdmission(Interface):
    """Which switches may join. What is wrong with a request is raised as a `NoxError` with the sentence to show."""

    def admission() -> Admission:
        """The rules, those that wait, and those that are approved."""

    def approve(dpid: int) -> None:
        """Admit this switch from now on. One that waits with a certificate is admitted with that certificate alone."""

    def revoke(dpid: int) -> None:
        """Take an approval back, and close the switch's connection."""


class ICapture(Interface):
    """What switches and controller say to each other, recorded."""

    def capture(write: Callable[[bytes], bool], dpid: int | None, over: Callable[[], None]) -> Callable[[], None]:
        """Write all connections, or those of one switch, as a pcapng file that goes on.

        :param write: takes whole blocks; False when it had to drop them.
        :param over: called when there will be nothing more.
        :returns: what ends it.
        """


class IFlows(Interface):
    """Flow entries, each with its owner's cookie. Scoped: each component sees only its own."""

    def prepare(
        fields: Sequence[str],
        *,
        priority: int,
        actions: Sequence[Action],
        fixed: Match | None = None,
        idle_timeout: int = 0,
        hard_timeout: int = 0,
        notify_removed: bool = False,
        widen: bool = False,
    ) -> PreparedFlow:
        """A shape of entry, made once, for which each flow then costs one ``pack``.

        :param fields: names of match fields, in the order in which values will be given.
        :param actions: with ``PORT`` in the place of an output port that each flow gives.
        :param fixed: conditions that are the same for every flow.
        :param idle_timeout: seconds, 0 for none; ``hard_timeout`` too.
        :param notify_removed: post `FlowRemoved` when an entry leaves.
        :param widen: leave out fields that a switch's version cannot say: its entries then match more.
        :raises LocalProtocolError: when no version can say it.
        """

    def state(flows: FlowSpec | Iterable[FlowSpec], dpid: int | None = None) -> None:
        """State entries: each shall be in the switch, now and whenever it connects, until it is withdrawn.

        What is there already is not touched. One that the switch refuses, or that its version cannot say, comes back
        as `FlowRefused`, is in `refused`, and is tried again when the switch connects the next time. What a component
        states while it starts is compared with the switches once it runs.

        :param dpid: the switch, connected or not; None: every switch.
        :raises LocalProtocolError: when another component states an entry of the same table, priority and match, or
            this one does so for another `dpid`.
        """

    def withdraw(flows: FlowSpec | Iterable[FlowSpec], dpid: int | None = None) -> None:
        """State these entries no more, and remove them. Table, priority and match say which.

        :param dpid: as it was given to `state`.
        """

    def refused() -> Sequence[tuple[int, FlowSpec, str]]:
        """What this component states and connected switches do not have: the dpid, the entry, and why."""

    def group_id(index: int) -> int:
        """The number of this component's group: groups have no cookie, and are known by it.

        :param index: 0 to `plan.MOST_GROUPS`. :raises LocalProtocolError: for another one.
        """

    def meter_id(index: int) -> int:
        """The number of this component's meter.

        :param index: 1 to `plan.MOST_METERS`. :raises LocalProtocolError: for another one.
        """

    def state_groups(groups: GroupSpec | Iterable[GroupSpec], dpid: int | None = None) -> None:
        """State groups, as `state` does entries; state them before the entries that use them.

        What a switch refuses comes back as `SharedRefused`, and is tried again when it connects the next time.

        :param groups: each with a number from `group_id`.
        :raises LocalProtocolError: when another component uses numbers of that range.
        """

    def state_meters(meters: MeterSpec | Iterable[MeterSpec], dpid: int | None = None) -> None:
        """State meters, with numbers from `meter_id`; as `state_groups`."""

    def withdraw_groups(groups: Iterable[int], dpid: int | None = None) -> None:
        """State the groups of these numbers no more, and delete them. The entries that use one go with it."""

    def withdraw_meters(meters: Iterable[int], dpid: int | None = None) -> None:
        """State the meters of these numbers no more, and delete them. The entries that use one go with it."""

    def adopt(decide: Callable[[Datapath, FlowStats], bool]) -> None:
        """Have this asked about each entry of this component's that a connecting switch has and that it does not state.

        Those are the entries of an earlier run that packets caused. They are asked about after the join, at most
        `RATE` a second, and each goes on forwarding until then. Without a decision they stay.

        :param decide: whether the entry shall stay; when it fails, the entry is removed.
        """

    def add(datapath: Datapath, flow: FlowSpec) -> int:
        """Write one entry that nobody remembers; its cookie. One that the switch refuses comes back as `FlowRefused`.

        :raises LocalProtocolError: when the switch's OpenFlow version cannot say it.
        """

    def remove(
        datapath: Datapath, match: Match | None = None, *, out_port: int = 0xFFFFFFFF
    ) -> Coroutine[Any, Any, None]:
        """Remove entries that `add` and prepared flows wrote, within ``match``; all of this component's without one.

        Others' stay, and so does what is stated.

        :param out_port: only those that send to this port; ``ANY`` for all.
        :raises RequestError: when the switch does not answer.
        """


class IPunts(Interface):
    """Packets that shall always reach the controller. Scoped."""

    def want(match: Match, max_len: int = 200) -> None:
        """Ask every switch, now and later, for packets that match; an empty match asks for those that no entry fits.

        Who asks for those decides what becomes of them, and declares the band `MISS`.

        :param max_len: bytes of each packet to send, from switches that keep the rest; 65535 for all of it.
        :raises LocalProtocolError: when the match is wrong.
        """


class IMetricsSource(Interface):
    """A component that counts something: asked at each scrape, so that counting costs nothing."""

    def metrics() -> Iterable[Any]:
        """Metric families (``prometheus_client.core.Metric``)."""
