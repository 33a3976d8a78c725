"""Flow entries with every match field, every field that can be set, every action, instruction, command and flag."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any, Final

from nox.core.openflow.datapath import Datapath
from nox.core.openflow.flowspec import FlowSpec
from nox.core.openflow.translation import translator
from nox.lib.actions import CONTROLLER, Action, Output, SetField, SetQueue
from nox.lib.addresses import EthernetAddress
from nox.lib.match import Match
from nox.lib.openflow import Version, actions, actions10, instructions, messages
from nox.lib.openflow.actiontable import ACTION_NUMBERS
from nox.lib.openflow.enums import FlowModCommand
from nox.lib.openflow.instructions import INSTRUCTION_NUMBERS
from nox.lib.openflow.match13 import OxmMatch
from nox.lib.openflow.nicira.flows import NxFlowMod
from nox.lib.openflow.oxm import FIELDS
from tests.lab.conformance import samples
from tests.lab.conformance.case import Case, same
from tests.lab.conformance.groups import ALL_PORTS
from tests.lab.conformance.meters import SLOW
from tests.lab.conformance.reported import reported
from tests.lib.openflow.samples import SAMPLES, parts

_COOKIE: Final = 0x00C0FFEE
_OUT: Final = (Output(1),)
_TCP: Final = Match(eth_type=0x0800, ip_proto=6)
_MPLS: Final = Match(eth_type=0x8847)
_TAGGED: Final = Match(vlan_vid=0x1005)


async def takes(datapath: Datapath, flow: FlowSpec) -> None:
    """Write an entry, read it back, and delete it.

    :raises Differs: when it does not come back as it was sent.
    """
    translator = datapath.translator
    await datapath.confirm(translator.flow_mod(FlowModCommand.ADD, flow, cookie=_COOKIE))
    try:
        [found] = [entry for entry in await datapath.flow_stats() if entry.cookie == _COOKIE]
        for field in fields(FlowSpec):
            sent = reported(flow.match) if field.name == "match" else getattr(flow, field.name)
            if field.name not in _NOT_REPORTED[datapath.version]:
                same(field.name, _without_classes(sent), _without_classes(getattr(found, field.name)))
    finally:
        everything = FlowSpec(table_id=0xFF if datapath.version > Version.V1_0 else 0)
        await datapath.confirm(translator.flow_mod(FlowModCommand.DELETE, everything))


def _without_classes(value: object) -> object:
    """Actions without saying whether a field's header is NXM's or OXM's: Open vSwitch reports some in the other one."""
    return re.sub(r"oxm_class=\w+", "", repr(value)) if isinstance(value, tuple) else value


_NOT_REPORTED: Final = {
    Version.V1_0: ("notify_removed", "check_overlap", "reset_counts"),  # 1.0 reports no flags
    Version.V1_3: (),
}


def cases(version: Version) -> Iterator[Case]:
    """Every case of a version."""
    yield from _matches()
    yield from _set_fields()
    yield from _actions(version)
    yield from _commands()
    yield from _settings(version)
    if version >= Version.V1_3:
        yield from _instructions(version)


def _case(name: str, flow: FlowSpec) -> Case:
    return Case(name, lambda datapath: takes(datapath, flow))


def _matches() -> Iterator[Case]:
    for name, field in FIELDS.items():
        yield _case(f"match {name}", FlowSpec(match=samples.match(name, samples.value(name)), actions=_OUT))
        if field.maskable:
            flow = FlowSpec(match=samples.match(name, samples.masked(name)), actions=_OUT)
            yield _case(f"match {name} masked", flow)


def _set_fields() -> Iterator[Case]:
    for name in FIELDS:
        needed = samples.beside(name)
        action = SetField(name, samples.value(name))
        yield _case(f"set {name}", FlowSpec(match=Match(**needed), actions=(action, *_OUT)))


# What an action needs in the match, where it has a meaning for some packets alone; and values where 1 is none.
_NEEDS: Final[dict[type[Action], Match]] = {
    actions.CopyTtlOut: _MPLS,
    actions.CopyTtlIn: _MPLS,
    actions.SetMplsTtl: _MPLS,
    actions.DecMplsTtl: _MPLS,
    actions.PopMpls: _MPLS,
    actions.PopVlan: _TAGGED,
    actions.SetNwTtl: _TCP,
    actions.DecNwTtl: _TCP,
    actions10.SetNwSrc: _TCP,
    actions10.SetNwDst: _TCP,
    actions10.SetNwTos: _TCP,
    actions10.SetTpSrc: _TCP,
    actions10.SetTpDst: _TCP,
    actions.PopPbb: Match(eth_type=0x88E7),
}
_SAMPLES: Final[dict[type[Action], Action]] = {
    actions.PushVlan: actions.PushVlan(0x8100),
    actions.PushMpls: actions.PushMpls(0x8847),
    actions.PopMpls: actions.PopMpls(0x0800),
    actions.PushPbb: actions.PushPbb(0x88E7),
    actions.ExperimenterAction: actions.ExperimenterAction(0x00ABCDEF, b"\1\2\3\4"),
    actions10.SetDlSrc: actions10.SetDlSrc(EthernetAddress("02:00:00:00:00:01")),
    actions10.SetDlDst: actions10.SetDlDst(EthernetAddress("02:00:00:00:00:02")),
    actions10.SetNwTos: actions10.SetNwTos(4),
    actions10.Enqueue: actions10.Enqueue(1, 0),
    actions.SetQueue: actions.SetQueue(0),
}


def _actions(version: Version) -> Iterator[Case]:
    for cls in ACTION_NUMBERS.classes(version).values():
        if cls is not actions.SetOxm:  # `_set_fields` has it, with every field
            yield Case(f"action {cls.__name__}", _Acting(cls))
    for cls in ACTION_NUMBERS.experimental(version).values():
        yield Case(f"action {cls.__name__}", _Sampled(cls, version))
    yield _case("action Output to the controller", FlowSpec(actions=(Output(CONTROLLER, 100),)))
    yield _case("no action", FlowSpec(match=_TCP))
    yield _case("several actions", FlowSpec(match=_TCP, actions=(Output(1), SetField("eth_src", 1), Output(2))))
    yield _case("a queue of a port", FlowSpec(actions=(SetQueue(0), Output(1))))


class _Acting:
    """An entry with one action, alone or followed by an output: the action as the wire has it, as components see it."""

    def __init__(self, cls: type[Action]) -> None:
        count = len(fields(cls))  # type: ignore[arg-type]
        self._cls = cls
        self._action = _SAMPLES.get(cls) or cls(*[1] * count)

    async def __call__(self, datapath: Datapath) -> None:
        if self._cls is actions.Group:
            await self._with_a_group(datapath)
        else:
            match = _NEEDS.get(self._cls, Match())
            action = datapath.translator.actions_from_wire((self._action,), match)
            await takes(datapath, FlowSpec(match=match, actions=action))

    async def _with_a_group(self, datapath: Datapath) -> None:
        await datapath.groups.add(ALL_PORTS)
        try:
            await takes(datapath, FlowSpec(actions=(actions.Group(ALL_PORTS.group_id),)))
        finally:
            await datapath.groups.delete()


class _Sampled:
    """An entry with an experimenter's action, as the samples of messages have it: 1.3's, with its match."""

    def __init__(self, cls: type[Action], version: Version) -> None:
        names = [f"{one.text} action {cls.__name__}" for one in (Version.V1_3, version)]
        message = next(SAMPLES[name] for name in names if name in SAMPLES).message
        assert isinstance(message, messages.FlowMod | NxFlowMod)
        self._match = message.match
        self._action = next(part for part in parts(message) if isinstance(part, cls))

    async def __call__(self, datapath: Datapath) -> None:
        oxm = isinstance(self._match, OxmMatch)
        match = (translator(Version.V1_3) if oxm else datapath.translator).match_from_wire(self._match)
        actions = datapath.translator.actions_from_wire((self._action,), match)
        await takes(datapath, FlowSpec(match=match, actions=actions))


def _commands() -> Iterator[Case]:
    for command in FlowModCommand:
        yield Case(f"flow-mod {command.name}", _Commanding(command))


class _Commanding:
    """Two entries, one of which a command changes or deletes."""

    def __init__(self, command: FlowModCommand) -> None:
        self._command = command

    async def __call__(self, datapath: Datapath) -> None:
        translator = datapath.translator
        flow, other = FlowSpec(match=Match(in_port=1), actions=_OUT), FlowSpec(match=Match(in_port=2), actions=_OUT)
        for one in (flow, other):
            await datapath.confirm(translator.flow_mod(FlowModCommand.ADD, one, cookie=_COOKIE))
        changed = replace(flow, actions=(Output(2),))
        await datapath.confirm(translator.flow_mod(self._command, changed, cookie=_COOKIE))
        left = {entry.match: entry.actions for entry in await datapath.flow_stats()}
        await datapath.confirm(translator.flow_mod(FlowModCommand.DELETE, FlowSpec()))
        deletes = self._command in (FlowModCommand.DELETE, FlowModCommand.DELETE_STRICT)
        expected = {other.match: other.actions} if deletes else {flow.match: changed.actions, other.match: _OUT}
        same("entries", expected, left)


def _settings(version: Version) -> Iterator[Case]:
    plain = FlowSpec(match=Match(in_port=1), actions=_OUT)
    settings: dict[str, Any] = {
        "priority": 7,
        "idle_timeout": 60,
        "hard_timeout": 600,
        "notify_removed": True,
        "check_overlap": True,
    }
    if version >= Version.V1_3:
        settings |= {"reset_counts": True, "count_packets": False, "count_bytes": False, "table_id": 7}
    for name, setting in settings.items():
        yield _case(f"flow-mod with {name}", replace(plain, **{name: setting}))


def _instructions(version: Version) -> Iterator[Case]:
    flows = {
        instructions.GotoTable: FlowSpec(goto_table=5),
        instructions.WriteMetadata: FlowSpec(metadata=(0x10, 0xFF)),
        instructions.WriteActions: FlowSpec(write_actions=(SetField("eth_src", 1), Output(1))),
        instructions.ApplyActions: FlowSpec(actions=_OUT),
        instructions.ClearActions: FlowSpec(clear_actions=True),
        instructions.Meter: FlowSpec(meter=1, actions=_OUT),
        instructions.ExperimenterInstruction: FlowSpec(
            other_instructions=(instructions.ExperimenterInstruction(0x00ABCDEF, b"\1\2\3\4"),)
        ),
    }
    for cls in INSTRUCTION_NUMBERS.classes(version).values():
        yield Case(f"instruction {cls.__name__}", _Instructed(flows[cls]))


class _Instructed:
    """An entry with an instruction, and the meter that it may need."""

    def __init__(self, flow: FlowSpec) -> None:
        self._flow = flow

    async def __call__(self, datapath: Datapath) -> None:
        if self._flow.meter is None:
            await takes(datapath, self._flow)
            return
        await datapath.meters.add(replace(SLOW, meter_id=self._flow.meter))
        try:
            await takes(datapath, self._flow)
        finally:
            await datapath.meters.delete()
