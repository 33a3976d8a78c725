"""NOX under the real ``twistd``: daemon, pid file, log, privileges, signals, exit codes and sentences."""

from __future__ import annotations

import json
import os
import pwd
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.certificates import Authority, noxtls
from tests.core.component.twistd import ROOT, Twistd, end_of
from tests.lab.process import eventually

MOODY = '''
from twisted.internet.task import deferLater
from twisted.internet.interfaces import IReactorTime

from nox.core.component.component import Component
from nox.core.component.declaration import requires
from nox.core.config.model import ComponentConfig


class Moody(Component):
    """Fails as its table says."""

    clock = requires(IReactorTime)

    class Config(ComponentConfig):
        fails: str = ""

    async def start(self):
        if self.config.fails == "later":
            await deferLater(self.clock, 0.01)
        if self.config.fails:
            raise ValueError("no luck")

    async def stop(self):
        self.log.info("moody has stopped")
'''
PLUGIN = 'from nox.core.component.plugins import ComponentPlugin\nmoody = ComponentPlugin("moody", "moody:Moody")\n'
CONFIGURATION = """
[nox]
listen = ["tcp:{port}:interface=127.0.0.1"]
components = ["moody"]
json_log = "nox.json"
[rest]
socket = "{folder}/rest/nox.sock"
[moody]
fails = "{fails}"
"""


@pytest.fixture(name="twistd")
def _twistd(tmp_path: Path) -> Twistd:
    """A folder with a component of somebody else's and a configuration that runs it."""
    plugins = tmp_path / "site/nox/plugins"
    plugins.mkdir(parents=True)
    (plugins / "moody_plugin.py").write_text(PLUGIN)
    (tmp_path / "site/moody.py").write_text(MOODY)
    _configure(tmp_path)
    return Twistd(tmp_path, path=[ROOT, tmp_path / "site"])


def _configure(folder: Path, port: int = 0, fails: str = "") -> None:
    (folder / "nox.toml").write_text(CONFIGURATION.format(port=port, folder=folder, fails=fails))


@pytest.fixture(name="taken")
def _taken() -> Iterator[int]:
    """A TCP port on which somebody else listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_foreground(twistd: Twistd) -> None:
    """It runs until it is told to end, stops its components, and writes the JSON log."""
    with twistd.running("nox", "-c", "nox.toml") as nox:
        nox.until("[kernel#info] running: openflow, rest, moody")
        nox.signal(signal.SIGTERM)
        _, log, errors = nox.end()
    assert "[moody#info] moody has stopped" in log
    assert "Traceback" not in log
    assert errors == ""
    events = [json.loads(line) for line in (twistd.folder / "nox.json").read_text().splitlines()]
    assert [event["component"] for event in events if event.get("event") == "running"] == ["kernel"]


def test_components_on_the_command_line(twistd: Twistd) -> None:
    """Without a file, components and their settings are given as words."""
    socket_path = f"rest,socket={twistd.folder}/rest/nox.sock"
    with twistd.running("nox", "-i", "tcp:0:interface=127.0.0.1", "moody,on_stop=remove", socket_path) as nox:
        nox.until("running: openflow, moody, rest")
        nox.signal(signal.SIGINT)
        _, log, errors = nox.end()
    assert "moody has stopped" in log
    assert errors == ""


def test_daemon(twistd: Twistd) -> None:
    """The parent returns 0 when everything runs; pid file and log file are written; the pid file goes at the end."""
    done = twistd.run("nox", "-c", "nox.toml")
    assert (done.returncode, done.stderr) == (0, "")
    pid = twistd.pid()
    log = twistd.folder / "twistd.log"
    eventually(lambda: "running: openflow, rest, moody" in log.read_text(), "the daemon says that it runs")
    end_of(pid)
    assert "moody has stopped" in log.read_text()
    assert not (twistd.folder / "twistd.pid").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to have privileges that can be dropped")
def test_privileges_are_dropped(twistd: Twistd) -> None:
    """Ports are bound as root; then the process is another user's, and ends without an error."""
    user = pwd.getpwnam("nobody")
    done = twistd.run("--uid", "nobody", "nox", "-c", "nox.toml")
    assert (done.returncode, done.stderr) == (0, "")
    pid = twistd.pid()
    log = twistd.folder / "twistd.log"
    eventually(lambda: "running: openflow, rest, moody" in log.read_text(), "the daemon says that it runs")
    status = Path(f"/proc/{pid}/status").read_text()
    end_of(pid)
    uids = next(line.split()[1:] for line in status.splitlines() if line.startswith("Uid:"))
    assert uids == [str(user.pw_uid)] * 4
    assert "moody has stopped" in log.read_text()
    assert "Traceback" not in log.read_text()


def test_a_port_in_use_in_the_foreground(twistd: Twistd, taken: int) -> None:
    """One sentence on standard error, exit code 1."""
    _configure(twistd.folder, port=taken)
    done = twistd.run("-n", "nox", "-c", "nox.toml")
    assert done.returncode == 1
    assert done.stderr == f"nox: tcp:{taken}:interface=127.0.0.1 is in use: change [nox] listen\n"


def test_a_port_in_use_as_a_daemon(twistd: Twistd, taken: int) -> None:
    """The parent says it, whole, and returns 1; no pid file is left."""
    _configure(twistd.folder, port=taken)
    done = twistd.run("nox", "-c", "nox.toml")
    assert done.returncode == 1
    assert f"tcp:{taken}:interface=127.0.0.1 is in use: change [nox] listen'" in done.stderr
    assert "Traceback" not in done.stderr
    eventually(lambda: not (twistd.folder / "twistd.pid").exists(), "the pid file is gone")
    assert "is in use" in (twistd.folder / "twistd.log").read_text()


@pytest.mark.parametrize("when", ["now", "later"])
def test_a_start_that_fails_in_the_foreground(twistd: Twistd, when: str) -> None:
    """Exit code 1, with the component's name, also when it fails only after a while; the others are stopped then."""
    _configure(twistd.folder, fails=when)
    done = twistd.run("-n", "nox", "-c", "nox.toml")
    assert done.returncode == 1
    assert '[nox#critical] component "moody" failed to start: ValueError: no luck' in done.stdout
    if when == "now":
        assert done.stderr == 'nox: component "moody" failed to start: ValueError: no luck\n'
    else:
        assert not (twistd.folder / "rest/nox.sock").exists()


def test_a_start_that_fails_at_once_as_a_daemon(twistd: Twistd) -> None:
    """The caller of twistd sees it."""
    _configure(twistd.folder, fails="now")
    done = twistd.run("nox", "-c", "nox.toml")
    assert done.returncode == 1
    assert 'component "moody" failed to start: ValueError: no luck' in done.stderr
    eventually(lambda: not (twistd.folder / "twistd.pid").exists(), "the pid file is gone")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["-c", "none.toml"], "none.toml: there is no such file"),
        (
            ["-c", "bad.toml"],
            "bad.toml is not TOML: Expected '=' after a key in a key/value pair (at line 1, column 5)",
        ),
        (["moddy"], 'command line: [nox] components: no component "moddy" is installed; did you mean "moody"?'),
        (
            ["moody,fials=now"],
            'command line: [moody] has no key "fials" but fails, on_stop, required; did you mean "fails"?',
        ),
        (["moody,required=maybe"], 'command line: [moody] required must be true or false, not text ("maybe")'),
        ([], "say what to run: twistd nox -c FILE, or twistd nox COMPONENT..."),
        (["-c", "nox.toml", "moody"], "give either -c FILE or components, not both: the file lists its own"),
    ],
)
@pytest.mark.parametrize("mode", [["-n"], []])
def test_bad_input(twistd: Twistd, mode: list[str], words: list[str], sentence: str) -> None:
    """One sentence on standard error, exit code 1, no traceback, nothing started: as a daemon too."""
    (twistd.folder / "bad.toml").write_text("not toml")
    done = twistd.run(*mode, "nox", *words)
    assert (done.returncode, done.stderr, done.stdout) == (1, f"nox: {sentence}\n", "")
    assert not (twistd.folder / "twistd.pid").exists()


def _empty(file: Path) -> None:
    file.write_text("nothing")


def _folder(file: Path) -> None:
    """Root may read every file, but not a folder as one."""
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize("mode", [["-n"], []], ids=["foreground", "daemon"])
@pytest.mark.parametrize("wrong", ["key", "cert", "ca"])
@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_empty, "has no {what} in PEM"),
        (Path.unlink, "cannot be read: No such file or directory"),
        (_folder, "cannot be read: Is a directory"),
    ],
    ids=["no PEM", "missing", "unreadable"],
)
def test_a_bad_certificate_file(
    twistd: Twistd, mode: list[str], wrong: str, spoil: Callable[[Path], None], says: str
) -> None:
    """Found before anything starts: one sentence with the file, whole, exit code 1, also from a daemon's parent."""
    authority = Authority(twistd.folder, "authority")
    pair = authority.sign("nox")
    file = {"key": pair.key, "cert": pair.certificate, "ca": authority.file}[wrong]
    text = (twistd.folder / "nox.toml").read_text().replace("tcp:0:interface=127.0.0.1", noxtls(pair, authority))
    (twistd.folder / "nox.toml").write_text(text)
    spoil(file)
    done = twistd.run(*mode, "nox", "-c", "nox.toml")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith("nox: nox.toml: [nox] listen")
    what = "private key" if wrong == "key" else "certificate"
    assert f"{file} {says.format(what=what)}" in done.stderr
    assert not (twistd.folder / "twistd.pid").exists()


def test_help_reads_well(twistd: Twistd) -> None:
    """The help shows both ways to say what to run."""
    done = twistd.run("nox", "--help")
    assert done.returncode == 0
    assert "[-i ENDPOINT]... { -c FILE | COMPONENT[,KEY=VALUE]... }" in done.stdout
    assert "-c, --config=" in done.stdout
    assert "-i, --listen=" in done.stdout


def test_sighup_reloads(twistd: Twistd) -> None:
    """SIGHUP applies the difference; a bad file changes nothing and is said in the log; the process goes on."""
    with twistd.running("nox", "-c", "nox.toml") as nox:
        nox.until("running:")
        (twistd.folder / "nox.toml").write_text("[nox]\ncomponents = 7\n")
        nox.signal(signal.SIGHUP)
        nox.until("nox.toml: [nox] components must be an array, not 7")
        _configure(twistd.folder, fails="")
        text = (twistd.folder / "nox.toml").read_text().replace('"moody"]', "]").replace('[moody]\nfails = ""', "")
        (twistd.folder / "nox.toml").write_text(text)
        nox.signal(signal.SIGHUP)
        nox.until("moody has stopped")
        nox.until("reloaded:")
        nox.signal(signal.SIGTERM)
        _, log, _ = nox.end()
    assert "Traceback" not in log
