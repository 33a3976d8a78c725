"""Where hosts are: who is new, who has moved, who is attached twice, and who only says so.

A host that is heard elsewhere is asked where it was, before anything changes. It answers there: a conflict, and nothing
changes. It does not: it has moved. Its answer to a question that was sent there alone comes from the new port: it is
attached at both. For a second after it has moved it is asked again; when it answers late, it is put back.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from nox.core.openflow.events import PacketIn
from nox.netapps.hosts.asking import Question
from nox.netapps.hosts.contests import Contest
from nox.netapps.hosts.known import Known
from nox.netapps.hosts.tools import Tools
from nox.netapps.hosts.values import Host, Place, Verdict, host_text, place_text

MOST_PLACES: Final = 4  # of one host
SETTLING: Final = 1.0  # seconds
MOST_MOVES: Final = 5  # of a host that is silent where it was, in `LATELY`: what claims it then is another one
LATELY: Final = 60.0  # seconds
_RECOUNT: Final = 1.0  # seconds after which hosts at a port that was full are counted again


class _Settling(NamedTuple):
    """A host has moved because it was silent where it was before."""

    before: tuple[Place, ...]
    question: Question


class Places:
    """Decides where hosts are."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._settling: dict[Host, _Settling] = {}
        self._full: dict[Place, float] = {}  # until when it need not be counted again
        self.moves = 0

    def judge(self, known: Known, place: Place, event: PacketIn) -> Verdict:
        """A packet of a host comes from a place."""
        if place in known.places:
            if known.contest is not None:
                known.contest.answer(place)
            return Verdict.PASS
        if known.contest is not None:
            claims = place == known.contest.place
            return self._tools.contests.wait(known.contest, event) if claims else Verdict.REFUSE
        if known.places:
            return self._elsewhere(known, place, event)
        return self.arrive(known, place)

    def arrive(self, known: Known, place: Place) -> Verdict:
        """A host that is nowhere yet."""
        if not self._has_room(known.host, place):
            return Verdict.REFUSE
        self._tools.book.add_host(known.host)
        self._add(known, place)
        return Verdict.PASS

    def returns(self, known: Known, place: Place) -> None:
        """A known host comes from a port whose role is not decided: it is believed where it is nowhere else."""
        is_free = not (known.contest or known.is_pinned or place in known.places)
        if is_free and not self._tools.live(known.places) and not self._tools.is_missing(known.places):
            self._move(known, place)

    def _has_room(self, host: Host, place: Place) -> bool:
        tools = self._tools
        if not self.is_known_full(place):
            if not tools.book.is_full(place, tools.config.most_per_port):
                return True
            self._full[place] = tools.now() + _RECOUNT
        self.refuse_crowd(host, place)
        return False

    def is_known_full(self, place: Place) -> bool:
        """Whether there was no room for a new host just now."""
        return self._tools.now() < self._full.get(place, 0.0)

    def refuse_crowd(self, host: Host, place: Place) -> None:
        """There is no room for a host."""
        most = self._tools.config.most_per_port
        self._tools.teller.refused(host[0], place, "crowd", f"{most} hosts are at this port: see [hosts] most_per_port")

    def _add(self, known: Known, place: Place) -> None:
        known.places.add(place)
        known.heard[place] = self._tools.now()
        self._tools.book.add_place(known.host, place)

    def _remove(self, known: Known, place: Place) -> None:
        known.places.discard(place)
        known.heard.pop(place, None)
        known.gone_at = self._tools.now()
        self._tools.book.remove_place(known.host, place)

    # A known host at another place

    def _elsewhere(self, known: Known, place: Place, event: PacketIn) -> Verdict:
        settling = self._settling.get(known.host)
        if settling is not None and place in settling.before:
            settling.question.end(place)
            return Verdict.PASS if place in known.places else Verdict.REFUSE
        if known.is_pinned:
            return self._conflict(known, place, "somebody has said where it is")
        live = self._tools.live(known.places)
        if live:
            return self._ask(known, place, live, event)
        if self._tools.is_missing(known.places):
            return Verdict.REFUSE  # the switch where it was may be back at any moment: then it can be asked
        return self._move(known, place)

    def _ask(self, known: Known, place: Place, live: list[Place], event: PacketIn) -> Verdict:
        tools, contests = self._tools, self._tools.contests
        if contests.is_quiet(known.host, place):
            return Verdict.REFUSE
        if tools.config.moves == "down":
            return self._conflict(known, place, f"the port is up where it was, {_texts(live)}")
        contest = contests.open(known.host, place)
        if contest is None:
            tools.teller.refused(known.host[0], place, "contests", "too many hosts are claimed to be here at once")
            return Verdict.REFUSE
        known.contest = contest
        contest.question = tools.asker.ask(
            known.host,
            live,
            known.addresses,
            contests.patience(known.host, place),
            lambda answered: self._decide(known, contest, live, answered),
        )
        return contests.wait(contest, event)

    def _decide(self, known: Known, contest: Contest, asked: list[Place], answered: Place | None) -> None:
        """The question has been answered, or not."""
        known.contest = None
        self._tools.contests.close(contest)
        if answered is None and self._may_move(known):
            self._move(known, contest.place, asked)
        elif answered is None:
            self._conflict(known, contest.place, f"it has gone to and fro {MOST_MOVES} times in {LATELY:g} seconds")
        elif answered == contest.place and len(known.places) < MOST_PLACES:
            self._attach(known, contest.place)
        else:
            self._conflict(known, contest.place, f"it answers where it was, {_texts(asked)}")
        self._tools.again(contest.held)

    def _may_move(self, known: Known) -> bool:
        """Whether a silent host may move again: two that have one address and answer nothing would do so for ever."""
        now = self._tools.now()
        known.moved = tuple(when for when in known.moved if now - when < LATELY)
        if len(known.moved) >= MOST_MOVES:
            return False
        known.moved += (now,)
        return True

    def _conflict(self, known: Known, place: Place, reason: str) -> Verdict:
        if not self._tools.contests.is_quiet(known.host, place):
            self._tools.contests.lost(known.host, place)
            self._tools.teller.conflict(known.host, place, reason)
        return Verdict.REFUSE

    def _attach(self, known: Known, place: Place) -> None:
        """It is at both places."""
        if self._has_room(known.host, place):
            self._add(known, place)
            self._note(known, "{host} is at {place} as well", place)

    def _move(self, known: Known, place: Place, asked: Iterable[Place] = ()) -> Verdict:
        """It is there now and nowhere else.

        :param asked: where it was asked, and silent.
        """
        if not self._has_room(known.host, place):
            return Verdict.REFUSE
        self._unsettle(known)
        for old in tuple(known.places):
            self._remove(known, old)
        self._tools.book.add_host(known.host)
        self._add(known, place)
        self.moves += 1
        self._note(known, "{host} has moved to {place}", place)
        if before := tuple(asked):
            question = self._tools.asker.ask(
                known.host, before, known.addresses, SETTLING, lambda answered: self._settle(known, place, answered)
            )
            self._settling[known.host] = _Settling(before, question)
        return Verdict.PASS

    def _settle(self, known: Known, place: Place, answered: Place | None) -> None:
        """It has answered late, or a second has passed."""
        before = self._settling.pop(known.host).before
        if answered is None or known.places != {place}:
            return
        if answered != place:
            self._remove(known, place)
        for old in before:
            self._add(known, old)
        if answered != place:
            self._conflict(known, place, f"it has answered late where it was, {_texts(before)}")

    def _note(self, known: Known, line: str, place: Place) -> None:
        self._tools.log.info(line, host=host_text(known.host), place=place_text(place))

    # Places that are no more

    def left(self, place: Place) -> None:
        """A port is down, gone or a link: nobody is there any more, unless somebody else has said so."""
        book, memory = self._tools.book, self._tools.memory
        for host in book.at(place):
            if not book.is_own(book.places(host)[place]):
                continue
            known = memory.recall(host)
            if known is not None and place in known.places:
                self._remove(known, place)
                self._unsettle(known)

    def _unsettle(self, known: Known) -> None:
        settling = self._settling.pop(known.host, None)
        if settling is not None:
            settling.question.forget()


def _texts(places: Iterable[Place]) -> str:
    return " and ".join(map(place_text, places))
