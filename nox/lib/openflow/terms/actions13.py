"""Actions of OpenFlow 1.3 (1.3.5, section 7.2.5): our terms, but for set-field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from nox.lib.actions import CONTROLLER, Action, Output, SetField
from nox.lib.errors import LocalProtocolError
from nox.lib.openflow.actions import SetOxm
from nox.lib.openflow.match13 import Oxm
from nox.lib.openflow.oxm import FIELDS
from nox.lib.openflow.terms.checks import check_tag

READ_ONLY: Final = ("in_port", "in_phy_port", "metadata")  # no set-field for these
_WHOLE: Final = 0xFFFF


def actions_to_wire(actions: Sequence[Action]) -> tuple[Action, ...]:
    """The actions as 1.3 writes them.

    :raises LocalProtocolError: for a field that no switch sets.
    """
    return tuple(map(_to_wire, actions))


def actions_from_wire(actions: Sequence[Action]) -> tuple[Action, ...]:
    """What the actions mean. A field that `SetField` cannot say stays as it is on the wire."""
    return tuple(map(_from_wire, actions))


def _to_wire(action: Action) -> Action:
    if isinstance(action, SetField):
        if action.name in READ_ONLY:
            raise LocalProtocolError(f"{action} is refused by every switch: {action.name} can be matched, but not set")
        if action.name == "vlan_vid":
            check_tag(action.value)
        return SetOxm(Oxm(action.name, action.value))
    if isinstance(action, Output) and action.port != CONTROLLER:
        return Output(action.port, 0)  # it has a meaning for the controller alone
    return action


def _from_wire(action: Action) -> Action:
    if isinstance(action, SetOxm) and isinstance(action.field, Oxm) and _is_plain(action.field):
        return SetField(action.field.name, action.field.value)
    if isinstance(action, Output) and action.port != CONTROLLER:
        return Output(action.port, _WHOLE)
    return action


def _is_plain(field: Oxm) -> bool:
    """Whether a `SetField` can say it: no mask, and a value that fits. Other fields stay as the switch has them."""
    return field.mask is None and field.value <= FIELDS[field.name].largest
