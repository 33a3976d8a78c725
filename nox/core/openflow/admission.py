"""Which switches may join: by certificate, by configuration, by approval.

A connection says which switch it is; nothing but its certificate proves it. So, in this order:

1. A certificate that the configuration gives to some switches belongs to those alone, and such a switch must show one
   of its own. Whoever does otherwise is closed, whatever the admission.
2. A switch that the configuration names is admitted. So is any other where admission is ``open``.
3. One that was approved is admitted, with the certificate that it had then.
4. What is left is closed where admission is ``known``. With ``approve`` it is held: connected, kept alive, and sent
   nothing else until somebody approves it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred

from nox.core.openflow.approvals import Approval, Approvals
from nox.core.openflow.rules import Rules, fits
from nox.core.tls.verdict import PeerCertificate, certificate_of
from nox.lib.addresses import format_dpid
from nox.lib.errors import NoxError

if TYPE_CHECKING:
    from nox.core.openflow.channel import Channel

MOST_WAITING = 1000  # connections that are held: more are closed, so that strangers cannot use up all descriptors


class AdmissionError(NoxError):
    """What was asked for makes no sense now; the sentence says why."""


@dataclass(slots=True)
class Waiting:
    """A connection that is held.

    :ivar since: Unix seconds.
    :ivar decided: fires with whether it may go on; not with True unless somebody has approved it.
    """

    dpid: int
    address: str
    certificate: PeerCertificate | None
    since: float
    decided: Deferred[bool]


class Admission:
    """Judges connections, and holds those that wait for approval."""

    def __init__(self, rules: Rules, approvals: Approvals) -> None:
        self.rules = rules
        self._approvals = approvals
        self._waiting: dict[Channel, Waiting] = {}

    # Connections

    def objection(self, channel: Channel, dpid: int) -> str:
        """Why this connection cannot be that switch, now or ever; empty when it can, or may after approval."""
        certificate = certificate_of(channel.transport)
        if objection := self._misplaced(dpid, certificate):
            return objection
        if self.rules.admission == "known" and not self._admitted(dpid, certificate):
            return f"switch {format_dpid(dpid)} is not known: put it into [openflow.switches]"
        return ""

    def admitted(self, channel: Channel, dpid: int) -> bool:
        """Whether this connection can be that switch and needs no approval."""
        return not self.objection(channel, dpid) and self._admitted(dpid, certificate_of(channel.transport))

    def _misplaced(self, dpid: int, certificate: PeerCertificate | None) -> str:
        """What the certificate says against it."""
        names, text = self.rules.certificates(dpid), format_dpid(dpid)
        if names and certificate is None:
            return f"switch {text} must show its certificate, and this connection has none"
        if certificate is None or fits(certificate, names):
            return ""
        if names:
            return f"it says that it is switch {text}, which has another certificate than this ({certificate})"
        owners = ", ".join(map(format_dpid, self.rules.owners(certificate)))
        return f"it says that it is switch {text}, with the certificate ({certificate}) of {owners}" if owners else ""

    def _admitted(self, dpid: int, certificate: PeerCertificate | None) -> bool:
        if self.rules.admission == "open" or self.rules.named(dpid):
            return True
        approval = self._approvals.get(dpid)
        return approval is not None and (not approval.certificate or _fingerprint(certificate) == approval.certificate)

    async def admit(self, channel: Channel, dpid: int, now: float) -> bool:
        """Whether this connection may be that switch; it may take until somebody approves it.

        One that may not is closed, with the reason.
        """
        reason = self.objection(channel, dpid) or ("" if self.admitted(channel, dpid) else self._crowded(dpid))
        if reason:
            channel.close(reason)
            return False
        if self.admitted(channel, dpid):
            return True
        waiting = Waiting(dpid, channel.address, certificate_of(channel.transport), now, Deferred())
        self._waiting[channel] = waiting
        channel.hold(True)
        channel.log.info(
            "{address}: switch {dpid} waits for approval{certificate}: noxctl approve {dpid}",
            address=channel.address,
            dpid=format_dpid(dpid),
            certificate=f", with the certificate {waiting.certificate}" if waiting.certificate else "",
        )
        if not await waiting.decided:
            return False
        channel.hold(False)
        return True

    def _crowded(self, dpid: int) -> str:
        """Why this switch cannot even wait; empty when it can."""
        if len(self._waiting) >= MOST_WAITING:
            return f"{MOST_WAITING} switches wait for approval already: noxctl approve lists them"
        addresses = [one.address for one in self._waiting.values() if one.dpid == dpid]
        return f"switch {format_dpid(dpid)} waits for approval already, from {addresses[0]}" if addresses else ""

    def forget(self, channel: Channel) -> None:
        """A connection has ended."""
        if (waiting := self._waiting.pop(channel, None)) is not None:
            waiting.decided.callback(False)

    def judge_again(self) -> None:
        """The rules have changed: let those go on that need not wait any more, and close those that may not."""
        for channel, waiting in list(self._waiting.items()):
            if reason := self.objection(channel, waiting.dpid):
                channel.close(reason)
            elif self.admitted(channel, waiting.dpid):
                del self._waiting[channel]
                waiting.decided.callback(True)

    # Operators

    def change(self, rules: Rules, approvals: Approvals) -> None:
        """Judge by these from now on."""
        self.rules, self._approvals = rules, approvals

    def approved(self) -> Mapping[int, Approval]:
        """The approvals, by dpid."""
        return self._approvals.all()

    def waiting(self) -> Sequence[Waiting]:
        """The connections that are held, the oldest first."""
        return list(self._waiting.values())

    def approve(self, dpid: int, now: float) -> None:
        """Admit this switch from now on; if it waits with a certificate, with that certificate alone.

        :raises AdmissionError: when nothing is approved here. :raises ConfigError: when it cannot be remembered.
        """
        self._must_matter(dpid)
        [certificate] = [one.certificate for one in self._waiting.values() if one.dpid == dpid] or [None]
        self._approvals.add(dpid, _fingerprint(certificate), now)
        self.judge_again()

    def revoke(self, dpid: int) -> None:
        """Take an approval back. Connections of the switch are for the caller to close.

        :raises AdmissionError: when there is none. :raises ConfigError: when it cannot be remembered.
        """
        self._must_matter(dpid)
        if self._approvals.get(dpid) is None:
            raise AdmissionError(f"switch {format_dpid(dpid)} is not approved: noxctl approve lists those that are")
        self._approvals.remove(dpid)

    def _must_matter(self, dpid: int) -> None:
        if self.rules.admission == "open":
            raise AdmissionError('every switch is admitted: set [openflow] admission = "approve" or "known" first')
        if self.rules.named(dpid):
            raise AdmissionError(f"switch {format_dpid(dpid)} is admitted by [openflow.switches]")


def _fingerprint(certificate: PeerCertificate | None) -> str:
    return certificate.fingerprint if certificate is not None else ""
