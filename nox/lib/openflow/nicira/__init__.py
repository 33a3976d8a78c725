"""Nicira's extensions, which Open vSwitch speaks beside every version of OpenFlow.

Layouts follow Open vSwitch's headers ``openflow/nicira-ext.h``, ``openvswitch/ofp-msgs.h`` and its manual pages
``ovs-fields`` and ``ovs-actions``. They are described like all else; the tables of numbers are in `numbers`.
"""

from typing import Final

NICIRA: Final = 0x2320  # NX_VENDOR_ID: Nicira's OUI
