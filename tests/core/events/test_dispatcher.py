"""The dispatcher: order, isolation, `where`, `resume`, accounting, the queue."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from twisted.internet.task import Clock

from nox.core.events.dispatcher import PRESSURE, Dispatcher
from nox.core.events.event import CONTINUE, STOP, Event, Outcome
from nox.lib.errors import NoxError


class Rang(Event):
    """A bell rang."""

    __slots__ = ("bell", "loud")
    where_fields = ("bell", "loud")

    def __init__(self, bell: str = "door", loud: int = 1) -> None:
        self.bell = bell
        self.loud = loud


class RangTwice(Rang):
    """A bell rang twice."""

    __slots__ = ()


@pytest.fixture
def clock() -> Clock:
    """A clock that the test moves."""
    return Clock()


@pytest.fixture
def errors() -> list[tuple[str, str]]:
    """What the dispatcher told of errors: owner and text."""
    return []


@pytest.fixture
def dispatcher(clock: Clock, errors: list[tuple[str, str]]) -> Dispatcher:
    """A dispatcher on that clock."""
    return Dispatcher(clock, on_error=lambda owner, event, error: errors.append((owner, str(error))))


def note(seen: list[str], name: str, outcome: Outcome = CONTINUE) -> Callable[[Event], Outcome]:
    """A handler that writes its name down."""

    def handler(event: Event) -> Outcome:
        seen.append(name)
        return outcome

    return handler


def test_higher_priority_runs_first_and_equal_in_order_of_registration(dispatcher: Dispatcher) -> None:
    """Priorities order handlers; ties keep the order in which they were registered."""
    seen: list[str] = []
    for name, priority in (("b", 0), ("c", 0), ("a", 5), ("d", -1)):
        dispatcher.register(Rang, note(seen, name), owner="x", priority=priority)
    dispatcher.dispatch(Rang())
    assert seen == ["a", "b", "c", "d"]


def test_stop_ends_the_chain(dispatcher: Dispatcher) -> None:
    """What a handler stops, later ones do not see."""
    seen: list[str] = []
    dispatcher.register(Rang, note(seen, "first", STOP), owner="x")
    dispatcher.register(Rang, note(seen, "second"), owner="y")
    dispatcher.dispatch(Rang())
    assert seen == ["first"]


def test_the_configuration_overrides_the_order(dispatcher: Dispatcher) -> None:
    """Named components' handlers run first, in the order named, whatever their priorities."""
    seen: list[str] = []
    dispatcher.register(Rang, note(seen, "loud"), owner="loud", priority=9)
    dispatcher.register(Rang, note(seen, "late"), owner="late")
    dispatcher.register(Rang, note(seen, "early"), owner="early")
    dispatcher.order("Rang", ["early", "late"])
    dispatcher.dispatch(Rang())
    assert seen == ["early", "late", "loud"]


def test_a_handler_of_a_base_class_sees_subclasses(dispatcher: Dispatcher) -> None:
    """Registering for a class means its subclasses too."""
    seen: list[str] = []
    dispatcher.register(Rang, note(seen, "any"), owner="x")
    dispatcher.register(RangTwice, note(seen, "twice"), owner="x")
    dispatcher.dispatch(Rang())
    dispatcher.dispatch(RangTwice())
    assert seen == ["any", "any", "twice"]


def test_a_handler_that_raises_is_counted_and_the_event_goes_on(
    dispatcher: Dispatcher, errors: list[tuple[str, str]]
) -> None:
    """One component's error is its own: later handlers run, and the error is told with its owner."""
    seen: list[str] = []

    def broken(event: Rang) -> Outcome:
        raise ValueError("no clapper")

    dispatcher.register(Rang, broken, owner="broken")
    dispatcher.register(Rang, note(seen, "after"), owner="x")
    for _ in range(130):  # also in the runs that are timed
        dispatcher.dispatch(Rang())
    assert len(seen) == 130
    assert errors == [("broken", "no clapper")] * 130
    [stats] = [s for s in dispatcher.stats() if s.owner == "broken"]
    assert (stats.calls, stats.errors) == (130, 130)


def test_an_answer_that_is_neither_continue_nor_stop_is_an_error(
    dispatcher: Dispatcher, errors: list[tuple[str, str]]
) -> None:
    """Forgetting to return something does not stop the event, and is said."""
    seen: list[str] = []
    dispatcher.register(Rang, lambda event: None, owner="forgetful")  # type: ignore[arg-type,return-value]
    dispatcher.register(Rang, note(seen, "after"), owner="x")
    dispatcher.dispatch(Rang())
    assert seen == ["after"]
    assert "returned None; a handler returns CONTINUE or STOP" in errors[0][1]


def test_where_selects_by_value_and_is_looked_up(dispatcher: Dispatcher) -> None:
    """A handler with `where` sees only the events that have these values; others see all, in common order."""
    seen: list[str] = []
    dispatcher.register(Rang, note(seen, "all"), owner="x")
    dispatcher.register(Rang, note(seen, "door"), owner="x", priority=1, where={"bell": "door"})
    dispatcher.register(Rang, note(seen, "loud door"), owner="x", priority=-1, where={"bell": "door", "loud": 2})
    dispatcher.register(Rang, note(seen, "church"), owner="x", where={"bell": "church"})
    dispatcher.dispatch(Rang("door", 2))
    assert seen == ["door", "all", "loud door"]
    seen.clear()
    dispatcher.dispatch(Rang("church"))
    assert seen == ["all", "church"]


def test_where_on_an_unknown_field_is_refused_with_the_nearest_name(dispatcher: Dispatcher) -> None:
    """A misspelt field is a sentence at registration and not a handler that never runs."""
    with pytest.raises(NoxError, match=r"'bel'.*bell"):
        dispatcher.register(Rang, note([], "x"), owner="x", where={"bel": "door"})


def test_a_cancelled_handler_is_called_no_more_and_cancelling_twice_is_harmless(dispatcher: Dispatcher) -> None:
    """Cancelling withdraws one handler only."""
    seen: list[str] = []
    first = dispatcher.register(Rang, note(seen, "first"), owner="x")
    dispatcher.register(Rang, note(seen, "second"), owner="x")
    first.cancel()
    first.cancel()
    dispatcher.dispatch(Rang())
    assert seen == ["second"]


def test_calls_stops_and_times_are_counted(dispatcher: Dispatcher) -> None:
    """Each handler's calls and stops are exact, also when handlers come and go; one call in 64 is timed."""
    stopper = note([], "stop", STOP)
    dispatcher.register(Rang, note([], "a"), owner="a")
    dispatcher.register(Rang, stopper, owner="b", where={"bell": "door"})
    dispatcher.register(Rang, note([], "c"), owner="c")
    for _ in range(64):
        dispatcher.dispatch(Rang("door"))
        dispatcher.dispatch(Rang("church"))
    late = dispatcher.register(Rang, note([], "d"), owner="d")
    dispatcher.dispatch(Rang("church"))
    late.cancel()
    counts = {s.owner: (s.calls, s.stops) for s in dispatcher.stats()}
    assert counts == {"a": (129, 0), "b": (64, 64), "c": (65, 0)}
    assert {s.owner: s.timed for s in dispatcher.stats()} == {"a": 2, "b": 1, "c": 1}


def test_a_held_event_goes_on_after_the_handler_that_held_it(dispatcher: Dispatcher) -> None:
    """`hold` and STOP, later `resume`: the handlers after it see the event then, and none twice."""
    seen: list[str] = []
    kept: list[Rang] = []

    def wait(event: Rang) -> Outcome:
        event.hold()
        kept.append(event)
        return STOP

    dispatcher.register(Rang, note(seen, "before"), owner="x", priority=1)
    dispatcher.register(Rang, wait, owner="radius")
    dispatcher.register(Rang, note(seen, "after"), owner="x")
    dispatcher.dispatch(Rang())
    assert seen == ["before"]
    assert kept[0].resume()
    assert seen == ["before", "after"]
    counts = {s.handler.rsplit(".")[-1] + s.owner: (s.calls, s.held) for s in dispatcher.stats()}
    assert counts["waitradius"] == (1, 0)


def test_a_held_event_is_dropped_and_counted_after_its_time_limit(dispatcher: Dispatcher, clock: Clock) -> None:
    """What is not resumed in time goes nowhere; resuming it later does nothing and says so."""
    seen: list[str] = []
    kept: list[Rang] = []

    def wait(event: Rang) -> Outcome:
        event.hold()
        kept.append(event)
        return STOP

    dispatcher.register(Rang, wait, owner="radius")
    dispatcher.register(Rang, note(seen, "after"), owner="x")
    dispatcher.dispatch(Rang())
    clock.advance(Rang.time_limit)
    assert not kept[0].resume()
    assert seen == []
    assert dispatcher.expired == 1
    assert [s.expired for s in dispatcher.stats() if s.owner == "radius"] == [1]


def test_an_event_resumed_before_the_handler_returns_goes_on_at_once(dispatcher: Dispatcher) -> None:
    """The answer was in a cache: hold, resume, STOP is the same as CONTINUE."""
    seen: list[str] = []

    def wait(event: Rang) -> Outcome:
        event.hold()
        event.resume()
        return STOP

    dispatcher.register(Rang, wait, owner="radius")
    dispatcher.register(Rang, note(seen, "after"), owner="x")
    dispatcher.dispatch(Rang())
    assert seen == ["after"]


@pytest.mark.parametrize("at_once", [False, True], ids=["later", "before the handler returns"])
def test_a_held_event_that_its_handler_drops_goes_nowhere(dispatcher: Dispatcher, clock: Clock, at_once: bool) -> None:
    """That is a decision and no fault: nothing is counted as expired, and no timer is left."""
    seen: list[str] = []
    kept: list[Rang] = []

    def wait(event: Rang) -> Outcome:
        event.hold()
        kept.append(event)
        if at_once:
            assert event.drop()
        return STOP

    dispatcher.register(Rang, wait, owner="radius")
    dispatcher.register(Rang, note(seen, "after"), owner="x")
    dispatcher.dispatch(Rang())
    assert kept[0].drop() is not at_once
    assert (clock.getDelayedCalls(), dispatcher.expired) == ([], 0)
    assert not kept[0].resume()
    assert seen == []


def test_what_a_withdrawn_handler_holds_is_dropped(dispatcher: Dispatcher, clock: Clock) -> None:
    """A component that stops leaves no event and no timer behind."""
    kept: list[Rang] = []

    def wait(event: Rang) -> Outcome:
        event.hold()
        kept.append(event)
        return STOP

    registration = dispatcher.register(Rang, wait, owner="radius")
    dispatcher.dispatch(Rang())
    registration.cancel()
    assert clock.getDelayedCalls() == []
    assert not kept[0].resume()


def test_resume_of_an_event_that_nobody_holds_is_an_error() -> None:
    """STOP without hold consumed the event."""
    with pytest.raises(NoxError, match=r"call hold\(\)"):
        Rang().resume()


def test_posted_events_wait_for_the_end_of_the_read(dispatcher: Dispatcher, clock: Clock) -> None:
    """Within a read: at its end, in order, also what their handlers post. Else: in the next turn of the reactor."""
    seen: list[str] = []

    def chime(event: Rang) -> Outcome:
        seen.append(event.bell)
        if event.bell == "one":
            dispatcher.post(Rang("three"))
        return CONTINUE

    dispatcher.register(Rang, chime, owner="x")
    dispatcher.begin_read()
    dispatcher.post(Rang("one"))
    dispatcher.post(Rang("two"))
    assert seen == []
    dispatcher.end_read()
    assert seen == ["one", "two", "three"]
    dispatcher.post(Rang("four"))
    assert seen == ["one", "two", "three"]
    clock.advance(0)
    assert seen[-1] == "four"


def test_a_long_queue_pauses_reading_until_it_is_drained(dispatcher: Dispatcher, clock: Clock) -> None:
    """Above the limit the listeners are told, and again when the queue is empty; nothing is lost."""
    pressed: list[bool] = []
    dispatcher.on_pressure.append(pressed.append)
    count = PRESSURE * 2
    seen: list[str] = []
    dispatcher.register(Rang, note(seen, "x"), owner="x")
    for _ in range(count):
        dispatcher.post(Rang())
    assert pressed == [True]
    after_one_turn: list[tuple[int, list[bool]]] = []
    clock.callLater(0, lambda: after_one_turn.append((len(seen), list(pressed))))
    clock.advance(0)
    assert after_one_turn == [(PRESSURE, [True])]
    assert (len(seen), pressed) == (count, [True, False])


def test_nobody_listens(dispatcher: Dispatcher) -> None:
    """An event class without handlers has no runner, so that the event need not even be made."""
    assert dispatcher.runner(Rang) is None
    registration = dispatcher.register(Rang, note([], "x"), owner="x")
    assert dispatcher.runner(Rang) is not None
    registration.cancel()
    assert dispatcher.runner(Rang) is None
