"""Links as rows of the view. What the operator says of a link is his; of the others the view says what is heard."""

from __future__ import annotations

from collections.abc import Callable

from nox.core.view.interfaces import INetworkView
from nox.core.view.rows import Link, LinkKind
from nox.core.view.tables import LINKS
from nox.netapps.discovery.links import Ends, Links
from nox.netapps.discovery.recorder import Recorder


class LinkRows:
    """Writes which links there are.

    :param owns: whether a switch is this instance's: what is heard there is its business.
    """

    def __init__(self, view: INetworkView, recorder: Recorder, links: Links, owns: Callable[[int], bool]) -> None:
        self._view = view
        self._recorder = recorder
        self._links = links
        self._owns = owns
        self._unheard: set[Ends] = set()

    def found(self, ends: Ends, kind: LinkKind) -> None:
        """A link was heard."""
        if not self._is_said(ends):
            self._recorder.put(LINKS, ends, Link(**ends._asdict(), kind=kind))

    def lost(self, ends: Ends) -> None:
        """A link is heard no more."""
        if not self._is_said(ends):
            self._recorder.delete(LINKS, ends)

    def put_right(self, ends: Ends) -> None:
        """A row has changed, perhaps by somebody else's hand: have there what is heard.

        The operator may have taken back what he said of a link. A dump that was restored may know links that are none
        now: these go with the next `sweep`, so that two instances that hear differently have no quarrel without end.
        """
        row, heard = self._view.get(LINKS, *ends), self._links.get(ends)
        if self._is_said(ends) or self._recorder.waiting(LINKS, ends):
            return
        if heard is not None and (row is None or row.kind is not heard.kind):
            self.found(ends, heard.kind)
        elif heard is None and row is not None and self._owns(ends.dst_dpid):
            self._unheard.add(ends)

    def sweep(self) -> None:
        """Links that others have written, and that nobody hears, are none."""
        unheard, self._unheard = self._unheard, set()
        for ends in unheard:
            if self._links.get(ends) is None and self._view.get(LINKS, *ends) is not None:
                self.lost(ends)

    def _is_said(self, ends: Ends) -> bool:
        """Whether the operator says that there is this link."""
        row = self._view.get(LINKS, *ends)
        return row is not None and row.kind is LinkKind.STATIC
