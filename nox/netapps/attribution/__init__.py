"""The component ``attribution``: who sends the first packet of a flow, and to whom."""

from nox.netapps.attribution.component import Attribution

__all__ = ["Attribution"]
