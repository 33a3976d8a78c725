"""Which addresses hosts have, and who only says so.

ARP and neighbour discovery bind an address to who sends them. An IP packet does so only for a host of which no address
of that version is known: routers send others' packets. When somebody else has the address, that one is asked, and who
answers keeps it. What DHCP or the operator has bound is changed by them alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from nox.core.openflow.events import PacketIn
from nox.core.view.rows import Address, Evidence
from nox.netapps.hosts.asking import Question
from nox.netapps.hosts.claims import Claim
from nox.netapps.hosts.contests import Contest
from nox.netapps.hosts.known import Known
from nox.netapps.hosts.tools import Tools
from nox.netapps.hosts.values import Host, Ip, Place, Verdict, host_text, ip_of, ip_text, rank

SETTLING: Final = 1.0  # seconds

Subject = tuple[int, Ip]  # an address on a VLAN


class _Settling(NamedTuple):
    """An address has another host because the one that had it was silent."""

    before: Host
    question: Question


class Bindings:
    """Decides who has which address."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._open: dict[Subject, Contest] = {}
        self._settling: dict[Subject, _Settling] = {}
        self._routers = {bytes.fromhex(text.replace(":", "")) for text in tools.config.routers}

    def judge(self, known: Known, place: Place, claim: Claim, event: PacketIn) -> Verdict:
        """A host that is where it says to be says that it has an address."""
        assert claim.ip is not None
        subject = known.host[1], claim.ip
        contest = self._open.get(subject)
        if claim.ip in known.addresses:
            if contest is not None and claim.evidence is not Evidence.PACKET:
                contest.answer(place)
            self._heard(known, claim)
            return Verdict.PASS
        if contest is not None:
            claims = contest.host == known.host
            return self._tools.contests.wait(contest, event) if claims else Verdict.REFUSE
        if self._is_late(subject, known, place, claim):
            return Verdict.PASS
        holder = self._tools.book.holder(ip_text(claim.ip), known.host[1])
        return self._bind(known, place, claim) if holder is None else self._taken(known, place, claim, holder, event)

    def _heard(self, known: Known, claim: Claim) -> None:
        assert claim.ip is not None
        known.heard[claim.ip] = self._tools.now()
        if rank(claim.evidence) > rank(known.addresses[claim.ip]):
            self._set(known, claim.ip, claim.evidence)

    def _set(self, known: Known, ip: Ip, evidence: Evidence) -> None:
        known.addresses[ip] = evidence
        known.heard[ip] = self._tools.now()
        self._tools.book.bind(known.host, ip_text(ip), evidence)

    def _unset(self, known: Known, ip: Ip) -> None:
        known.addresses.pop(ip, None)
        known.heard.pop(ip, None)
        self._tools.book.unbind(known.host, ip_text(ip))

    # An address that nobody has

    def _bind(self, known: Known, place: Place, claim: Claim) -> Verdict:
        assert claim.ip is not None
        others = known.addresses_of(_version(claim.ip))
        if claim.evidence is Evidence.PACKET:
            if not others and known.host[0] not in self._routers:
                self._set(known, claim.ip, claim.evidence)
            return Verdict.PASS
        for weak in [ip for ip in others if known.addresses[ip] is Evidence.PACKET]:
            self._unset(known, weak)  # it was somebody else's, whose packets this host forwards
        if len(known.addresses) >= self._tools.config.most_addresses:
            reason = f"it has {len(known.addresses)} addresses already: see [hosts] most_addresses"
            self._tools.teller.refused(known.host[0], place, "addresses", reason)
            return Verdict.REFUSE
        self._set(known, claim.ip, claim.evidence)
        return Verdict.PASS

    # An address that somebody has

    def _taken(self, known: Known, place: Place, claim: Claim, holder: Address, event: PacketIn) -> Verdict:
        assert claim.ip is not None
        if claim.evidence is Evidence.PACKET and known.host[0] in self._routers:
            return Verdict.PASS
        owner: Host = (bytes(holder.mac), holder.vlan)
        if self._tools.book.is_fixed(holder) or self._is_weak(known, claim, holder):
            return self._conflict(known, place, claim.ip, owner)
        places = self._tools.book.places(owner)
        if live := self._tools.live(places):
            return self._ask(known, place, claim, owner, live, event)
        if self._tools.is_missing(places):
            return Verdict.REFUSE
        self._take(known, claim, owner)
        return Verdict.PASS

    def _is_weak(self, known: Known, claim: Claim, holder: Address) -> bool:
        """Whether an IP packet is all that speaks for it, against something better."""
        assert claim.ip is not None
        return claim.evidence is Evidence.PACKET and (
            holder.evidence is not Evidence.PACKET or bool(known.addresses_of(_version(claim.ip)))
        )

    def _ask(
        self, known: Known, place: Place, claim: Claim, owner: Host, live: Iterable[Place], event: PacketIn
    ) -> Verdict:
        assert claim.ip is not None
        subject, contests = (known.host[1], claim.ip), self._tools.contests
        if contests.is_quiet(subject, place):
            return Verdict.REFUSE
        contest = contests.open(known.host, place)
        if contest is None:
            self._tools.teller.refused(known.host[0], place, "contests", "it claims too many addresses at once")
            return Verdict.REFUSE
        self._open[subject] = contest
        asked = tuple(live)
        contest.question = self._tools.asker.ask(
            owner,
            asked,
            (claim.ip,),
            contests.patience(subject, place),
            lambda answered: self._decide(known, contest, claim, owner, asked, answered),
        )
        return contests.wait(contest, event)

    def _decide(
        self,
        known: Known,
        contest: Contest,
        claim: Claim,
        owner: Host,
        asked: tuple[Place, ...],
        answered: Place | None,
    ) -> None:
        """The question has been answered, or not."""
        assert claim.ip is not None
        del self._open[known.host[1], claim.ip]
        self._tools.contests.close(contest)
        if answered is None and not self._is_given(known.host, claim.ip):
            self._take(known, claim, owner)
            self._settle(known, contest.place, claim.ip, owner, asked)
        else:
            self._conflict(known, contest.place, claim.ip, owner)
        self._tools.again(contest.held)

    def _conflict(self, known: Known, place: Place, ip: Ip, owner: Host) -> Verdict:
        subject = known.host[1], ip
        if not self._tools.contests.is_quiet(subject, place):
            self._tools.contests.lost(subject, place)
            self._tools.teller.conflict(known.host, place, self._sentence(ip, owner))
        return Verdict.REFUSE

    def _sentence(self, ip: Ip, owner: Host) -> str:
        return f"it says to have {ip_text(ip)}, which {host_text(owner)} has; a router is named in [hosts] routers"

    def _take(self, known: Known, claim: Claim, owner: Host) -> None:
        """The address has another host."""
        assert claim.ip is not None
        loser = self._tools.memory.recall(owner)
        if loser is not None:
            self._unset(loser, claim.ip)
        self._set(known, claim.ip, claim.evidence)
        self._tools.log.info(
            "{host} has {ip} now, and {owner} no more",
            host=host_text(known.host),
            ip=ip_text(claim.ip),
            owner=host_text(owner),
        )

    # An address that somebody is given

    def given(self, row: Address) -> None:
        """The operator or DHCP says who has an address: who had it by what it said itself has it no more."""
        for other in self._tools.book.holders(row.ip, row.vlan):
            if other.mac != row.mac and not self._tools.book.is_fixed(other):
                self._lose(other)

    def _lose(self, row: Address) -> None:
        host: Host = (bytes(row.mac), row.vlan)
        loser = self._tools.memory.recall(host)
        if loser is not None:
            self._unset(loser, ip_of(row.ip))
        else:
            self._tools.book.unbind(host, row.ip)
        self._tools.log.info("{host} has {ip} no more: somebody else is given it", host=host_text(host), ip=row.ip)

    def _is_given(self, host: Host, ip: Ip) -> bool:
        """Whether somebody else was given it while its holder was asked."""
        holder = self._tools.book.holder(ip_text(ip), host[1])
        return holder is not None and bytes(holder.mac) != host[0] and self._tools.book.is_fixed(holder)

    # Who answers late

    def _settle(self, known: Known, place: Place, ip: Ip, owner: Host, asked: tuple[Place, ...]) -> None:
        subject = known.host[1], ip
        if subject in self._settling:
            self._settling.pop(subject).question.forget()
        question = self._tools.asker.ask(
            owner, asked, (ip,), SETTLING, lambda answered: self._settled(known, place, ip, answered)
        )
        self._settling[subject] = _Settling(owner, question)

    def _is_late(self, subject: Subject, known: Known, place: Place, claim: Claim) -> bool:
        """Whether the host that had the address says so now."""
        settling = self._settling.get(subject)
        if settling is None or settling.before != known.host or claim.evidence is Evidence.PACKET:
            return False
        settling.question.end(place)
        return claim.ip in known.addresses

    def _settled(self, known: Known, place: Place, ip: Ip, answered: Place | None) -> None:
        """It has answered late, or a second has passed."""
        owner = self._settling.pop((known.host[1], ip)).before
        loser = self._tools.memory.recall(owner)
        if answered is None or loser is None or ip not in known.addresses:
            return
        evidence = known.addresses[ip]
        self._unset(known, ip)
        self._set(loser, ip, evidence)
        self._conflict(known, place, ip, owner)


def _version(ip: Ip) -> int:
    return 4 if isinstance(ip, int) else 6
