"""The structured log: fields, text, JSON lines."""

from __future__ import annotations

import json
import signal
from io import StringIO
from pathlib import Path
from types import FrameType

import pytest
from twisted.logger import LogEvent, capturedLogs, textFileLogObserver
from twisted.python.failure import Failure

from nox.core.logs import ComponentLogger, JsonLog, as_json
from nox.lib.errors import ConfigError


def _captured() -> list[LogEvent]:
    log = ComponentLogger("switch", component="switch")
    with capturedLogs() as events:
        log.bind(dpid="00000000000000ff").info("{mac} learned", mac="02:00:00:00:00:01", event="learned")
        try:
            raise ValueError("no luck")
        except ValueError:
            log.failure("{what} failed", Failure(), what="learning")
    return list(events)


def test_events_carry_their_logger_s_fields() -> None:
    """Component, dpid and event are fields, whatever the text says."""
    learned, failed = _captured()
    assert (learned["component"], learned["dpid"], learned["event"]) == ("switch", "00000000000000ff", "learned")
    assert failed["component"] == "switch"
    assert "dpid" not in failed


def test_text_names_the_component() -> None:
    """A line of the text log says whose it is."""
    file = StringIO()
    textFileLogObserver(file)(_captured()[0])
    assert file.getvalue().endswith("[switch#info] 02:00:00:00:00:01 learned\n")


def test_json_lines(tmp_path: Path) -> None:
    """Each event is one line with time, level, text and the fields, in the order in which it came."""
    path = tmp_path / "nox.json"
    log = JsonLog(str(path))
    log.open()
    _captured()
    log.close()
    ComponentLogger("late").info("after the end")
    learned, failed = (json.loads(line) for line in path.read_text().splitlines())
    assert {name: learned[name] for name in ("level", "text", "component", "dpid", "event", "mac")} == {
        "level": "info",
        "text": "02:00:00:00:00:01 learned",
        "component": "switch",
        "dpid": "00000000000000ff",
        "event": "learned",
        "mac": "02:00:00:00:00:01",
    }
    assert learned["time"].endswith("+00:00")
    assert failed["level"] == "critical"
    assert "ValueError: no luck" in failed["traceback"]


def test_hostile_text_stays_one_line_and_bounded() -> None:
    """A name from the network can neither forge a line nor fill the disk."""
    with capturedLogs() as events:
        ComponentLogger("x").info("{name}", name='evil\n{"level": "info"}' + "x" * 100_000)
    line = json.dumps(as_json(events[0]))
    assert "\n" not in line
    assert len(line) < 20_000


def test_an_event_in_the_middle_of_another_one(tmp_path: Path) -> None:
    """Twisted logs a signal wherever the program is, so also while a line is being written; both lines are there."""
    path = tmp_path / "nox.json"
    log = JsonLog(str(path))
    log.open()
    came = []

    def interrupt(number: int, frame: FrameType | None) -> None:
        came.append(number)
        ComponentLogger("signal").info("came")

    previous = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.0002, 0.0002)
    try:
        for _ in range(3000):
            ComponentLogger("x").info("said")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
        log.close()
    texts = [json.loads(line)["text"] for line in path.read_text().splitlines()]
    assert came
    assert sorted(texts) == ["came"] * len(came) + ["said"] * 3000


def test_a_json_log_that_cannot_be_written(tmp_path: Path) -> None:
    """The sentence names the key, the file and the reason."""
    log = JsonLog(str(tmp_path))
    with pytest.raises(ConfigError, match=r"^\[nox\] json_log: .* cannot be written: Is a directory$"):
        log.open()


def test_without_a_file_nothing_is_written() -> None:
    """No path, no log."""
    log = JsonLog(None)
    log.open()
    log.close()
