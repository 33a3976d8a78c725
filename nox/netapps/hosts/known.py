"""What is in memory of hosts that have been heard: what packets are compared with, and when they were heard."""

from __future__ import annotations

from collections.abc import Callable

from nox.core.view.rows import Evidence
from nox.netapps.hosts.book import Book
from nox.netapps.hosts.contests import Contest
from nox.netapps.hosts.values import Host, Ip, Place, ip_of


class Known:
    """One host.

    :ivar places: where it is; `addresses`: what it has, and what that rests on.
    :ivar heard: when it was last heard at a place or with an address, seconds of the clock.
    :ivar gone_at: when it was last at a place that is no more; 0 for never.
    :ivar moved: when it has moved lately because it was silent where it was.
    :ivar contest: about where it is, while somebody is asked.
    :ivar is_pinned: whether somebody else has said where it is: then it is nowhere else.
    :ivar is_router: what it last said of itself in an advertisement.
    :ivar is_stale: whether the view has changed since.
    """

    __slots__ = (
        "addresses",
        "contest",
        "gone_at",
        "heard",
        "host",
        "is_pinned",
        "is_router",
        "is_stale",
        "moved",
        "places",
    )

    def __init__(self, host: Host) -> None:
        self.host = host
        self.places: set[Place] = set()
        self.addresses: dict[Ip, Evidence] = {}
        self.heard: dict[Place | Ip, float] = {}
        self.gone_at = 0.0
        self.moved: tuple[float, ...] = ()
        self.contest: Contest | None = None
        self.is_pinned = self.is_stale = False
        self.is_router: bool | None = None

    def addresses_of(self, version: int) -> list[Ip]:
        """Its IPv4 or IPv6 addresses."""
        return [ip for ip in self.addresses if isinstance(ip, int) == (version == 4)]


class Memory:
    """The hosts that have been heard since the start.

    :param now: the time, in seconds.
    """

    def __init__(self, book: Book, now: Callable[[], float]) -> None:
        self._book, self._now = book, now
        self._known: dict[Host, Known] = {}
        self.get = self._known.get  # each packet asks
        self.started = now()

    def __len__(self) -> int:
        return len(self._known)

    def recall(self, host: Host) -> Known | None:
        """A host as it is now; None for one that is not known."""
        known = self._known.get(host)
        if known is None:
            if not self._book.has(host):
                return None
            known = self._known[host] = Known(host)
            known.is_stale = True
        return self._refreshed(known) if known.is_stale else known

    def meet(self, host: Host) -> Known:
        """A host that is not known, with what somebody has said of it. It is remembered by `add`."""
        return self._refreshed(Known(host))

    def add(self, known: Known) -> None:
        """Remember a host; one that is remembered stays."""
        self._known.setdefault(known.host, known)

    def forget(self, host: Host) -> None:
        """A host that is no more."""
        self._known.pop(host, None)

    def changed(self, host: Host) -> None:
        """The view has other rows of a host."""
        known = self._known.get(host)
        if known is not None:
            known.is_stale = True

    def last_heard(self, host: Host, what: Place | Ip) -> float:
        """When it was heard there, or with that; the start, where it has not been since."""
        known = self._known.get(host)
        return self.started if known is None else known.heard.get(what, self.started)

    def _refreshed(self, known: Known) -> Known:
        places = self._book.places(known.host)
        known.places = set(places)
        known.is_pinned = not all(map(self._book.is_own, places.values()))
        known.addresses = {ip_of(row.ip): row.evidence for row in self._book.addresses(known.host).values()}
        known.heard = {w: t for w, t in known.heard.items() if w in known.places or w in known.addresses}
        known.is_stale = False
        return known
