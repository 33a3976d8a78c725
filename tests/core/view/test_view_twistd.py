"""The real ``twistd`` with a view in a file: what it says of a bad one, and what is there after a restart."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.core.component.twistd import Twistd

COMPONENT = '''
from nox.api import Component, requires
from nox.core.component.plugins import ComponentPlugin
from nox.core.view.interfaces import INetworkView
from nox.core.view.rows import Host
from nox.core.view.tables import HOSTS
from nox.lib.addresses import EthernetAddress


class Keeper(Component):
    """Writes one host, and logs what it finds."""

    view = requires(INetworkView)

    async def start(self):
        found = [f"{row.name} of {row.meta.source} at {row.meta.revision}" for row in self.view.rows(HOSTS)]
        self.log.info("found {found}", found=found)
        await self.view.put(HOSTS, Host(mac=EthernetAddress("02:00:00:00:00:01"), name="ledger"))
        self.log.info("written at {revision}", revision=self.view.revision)


keeper = ComponentPlugin("keeper", f"{__name__}:Keeper")
'''


@pytest.fixture
def twistd(tmp_path: Path) -> Twistd:
    """In a folder with the component and its configuration."""
    plugins = tmp_path / "more/nox/plugins"
    plugins.mkdir(parents=True)
    (plugins / "keeper_plugin.py").write_text(COMPONENT)
    (tmp_path / "nox.toml").write_text(
        "[nox]\nlisten = ['tcp:0:interface=127.0.0.1']\ncomponents = ['keeper']\n"
        f"[rest]\nsocket = '{tmp_path}/nox.sock'\n"
    )
    made = Twistd(tmp_path)
    made.path = [*made.path, tmp_path / "more"]
    return made


def test_rows_outlive_a_restart(twistd: Twistd) -> None:
    """With the component that wrote them; what is equal is not written anew."""
    for found in ("[]", "['ledger of keeper at 1']"):
        with twistd.running("nox", "-c", "nox.toml") as process:
            process.until(f"found {found}")
            process.until("written at 1")
            process.until("running: ")
            process.signal(signal.SIGTERM)
            assert "stopped" in process.end()[1]
    assert (twistd.folder / "state/view.sqlite").stat().st_mode & 0o777 == 0o600


def test_a_bad_file_ends_the_start_with_a_sentence(twistd: Twistd) -> None:
    """Exit code 1, no traceback, and the file as it was; a daemon's parent says as much of it as `twistd` lets it."""
    file = twistd.folder / "state/view.sqlite"
    file.parent.mkdir()
    file.write_bytes(b"no database" * 1000)
    for words, sentence in (["-n"], "is damaged: restore it, or move it away"), ([], "StoreError: /"):
        done = twistd.run(*words, "nox", "-c", "nox.toml")
        assert done.returncode == 1
        assert sentence in done.stderr
        assert "Traceback" not in done.stderr
    assert file.read_bytes() == b"no database" * 1000
