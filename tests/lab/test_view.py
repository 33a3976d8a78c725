"""The network view on a disk that is full, and on one that cannot be written: a small file system of the test's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.component.twistd import Twistd
from tests.lab.controller import Controller, configured
from tests.lab.process import eventually, run

pytestmark = pytest.mark.lab
SIZE = 4 << 20  # bytes of the disk


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 4 MiB."""
    place = tmp_path / "disk"
    place.mkdir()
    run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "none", str(place)])
    yield place
    run(["umount", "--lazy", str(place)])


def restore(controller: Controller, folder: Path, names: range) -> None:
    """Have some hosts in the view."""
    rows = ({"mac": f"02:00:00:00:{n >> 8:02x}:{n & 255:02x}", "name": f"h{n}-{'x' * 200}"} for n in names)
    file = folder / "rows"
    file.write_text("".join(json.dumps({"table": "hosts", "row": row}) + "\n" for row in rows))
    assert controller.noxctl("view", "restore", str(file)) == f"{len(names)} rows\n"


def held(controller: Controller) -> int:
    """How many hosts the controller knows."""
    rows: int = int(controller.metric("nox_view_rows", table="hosts"))
    return rows


def test_a_full_disk_does_not_stop_it_and_nothing_is_lost(tmp_path: Path, disk: Path) -> None:
    """It goes on from memory and says so once; when there is room it writes what it could not."""
    arguments = configured(tmp_path, f'components = ["view"]\n[view]\npath = "{disk / "view.sqlite"}"', port=0)
    controller = Controller(tmp_path, arguments)
    try:
        restore(controller, tmp_path, range(500))
        filling = disk / "filling"
        with pytest.raises(OSError, match="No space left"):
            filling.write_bytes(bytes(SIZE))
        restore(controller, tmp_path, range(500, 4000))
        assert (held(controller), controller.metric("nox_view_behind") > 0) == (4000, True)
        assert controller.log.read_text().count("cannot be written: the disk is full") == 1
        filling.unlink()
        eventually(lambda: controller.metric("nox_view_behind") == 0, "it has caught up", within=30, every=0.5)
        assert "has written all that it could not write before" in controller.log.read_text()
        controller.kill()
        controller.start()
        assert held(controller) == 4000
    finally:
        controller.stop()


def test_it_starts_on_a_full_disk_with_what_it_knew(tmp_path: Path, disk: Path) -> None:
    """A controller must come back then too; what it learns meanwhile is written when there is room."""
    arguments = configured(tmp_path, f'components = ["view"]\n[view]\npath = "{disk / "view.sqlite"}"', port=0)
    controller = Controller(tmp_path, arguments)
    try:
        restore(controller, tmp_path, range(500))
        controller.kill()
        filling = disk / "filling"
        for name in ("view.sqlite-shm", "filling"):  # what was left of the room is taken
            (disk / name).unlink(missing_ok=True)
        with pytest.raises(OSError, match="No space left"):
            filling.write_bytes(bytes(SIZE))
        controller.start()
        assert held(controller) == 500
        restore(controller, tmp_path, range(500, 1000))
        assert (held(controller), controller.metric("nox_view_behind") > 0) == (1000, True)
        assert controller.log.read_text().count("cannot be written: the disk is full") == 1
        filling.unlink()
        eventually(lambda: controller.metric("nox_view_behind") == 0, "it has caught up", within=30, every=0.5)
        controller.kill()
        controller.start()
        assert held(controller) == 1000
    finally:
        controller.stop()


def test_a_disk_that_cannot_be_written_is_a_sentence(tmp_path: Path, disk: Path) -> None:
    """Exit code 1, also where a file is there already."""
    twistd = Twistd(tmp_path)
    configured(tmp_path, f'components = ["view"]\n[view]\npath = "{disk / "view.sqlite"}"', port=0)
    for has_file in (False, True):
        if has_file:
            run(["mount", "-o", "remount,rw", str(disk)])
            (disk / "view.sqlite").touch()
        run(["mount", "-o", "remount,ro", str(disk)])
        done = twistd.run("-n", "nox", "-c", "nox.toml")
        assert (done.returncode, "Traceback" in done.stderr) == (1, False)
        where = disk / "view.sqlite" if has_file else disk
        assert f"nox: {disk / 'view.sqlite'} cannot be written: {where} is read-only\n" in done.stderr
