"""What the layouts of all versions have in common: the actions of a prepared flow."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from nox.core.openflow.packer import Part
from nox.core.openflow.translation import translator
from nox.lib.actions import PORT, Action, Output
from nox.lib.openflow import Version
from nox.lib.openflow.codec import encode_actions


def actions(given: Sequence[Action], version: Version, output: Sequence[Part]) -> list[Part]:
    """The parts of a list of actions. What stands between outputs is translated together: in 1.0 it may be one action.

    :param output: the parts of an output to the port that each flow gives.
    :raises LocalProtocolError: when the version cannot say it.
    """
    parts: list[Part] = []
    for is_output, group in groupby(given, _to_given_port):
        run = tuple(group)
        if is_output:
            parts += [*output] * len(run)
        else:
            parts.append(encode_actions(translator(version).actions_to_wire(run), version))
    return parts


def _to_given_port(action: Action) -> bool:
    return isinstance(action, Output) and action.port is PORT
