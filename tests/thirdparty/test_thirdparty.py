"""A third party's package: installed with pip beside NOX into an environment of its own, and started by name."""

from __future__ import annotations

import shutil
import signal
import site
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.core.component.twistd import ROOT, Twistd

PACKAGE = Path(__file__).parent / "lighthouse"
PROJECT = ("setup.cfg", "pyproject.toml", "README.md", "LICENSE", "NOTICE", "nox", "twisted")


def _pip(python: Path, *words: str) -> None:
    """Run this environment's pip for another one; neither needs the network."""
    argv = [sys.executable, "-m", "pip", "--python", str(python), *words]
    done = subprocess.run(argv, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout


def _sources(folder: Path) -> Path:
    """NOX's sources without anything that a build would leave in the checkout."""
    for name in PROJECT:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "dropin.cache"))
        else:
            folder.mkdir(exist_ok=True)
            shutil.copy(source, folder / name)
    return folder


@pytest.fixture(name="python", scope="module")
def _python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with NOX and the package; what both need is seen through from the running environment."""
    folder = tmp_path_factory.mktemp("thirdparty")
    environment = folder / "venv"
    venv.create(environment, symlinks=True)
    python = environment / "bin/python"
    packages = next(environment.glob("lib/python*/site-packages"))
    lines = [f"import site; site.addsitedir({path!r})" for path in site.getsitepackages()]
    (packages / "needs.pth").write_text("\n".join(lines) + "\n")
    package = shutil.copytree(PACKAGE, folder / "lighthouse")
    install = ("install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check")
    _pip(python, *install, "--ignore-installed", str(_sources(folder / "nox")), str(package))
    return python


@pytest.fixture(name="twistd")
def _twistd(python: Path, tmp_path: Path) -> Twistd:
    """``twistd`` of that environment, in a folder that is not the checkout."""
    return Twistd(tmp_path, python=str(python), path=[])


def test_it_is_installed_beside_nox(python: Path) -> None:
    """NOX and the plugin module come from the environment's own packages, and not from the checkout."""
    code = "import nox.core.kernel, nox.plugins.lighthouse_plugin as p; print(nox.core.kernel.__file__, p.__file__)"
    done = subprocess.run([python, "-c", code], cwd="/", text=True, capture_output=True, check=True)
    assert all(place.startswith(str(python.parents[1])) for place in done.stdout.split())


def test_it_is_started_by_name(twistd: Twistd) -> None:
    """`pip install` makes the component available by its name, with its table, its log and its dependencies."""
    file = twistd.folder / "nox.toml"
    file.write_text(
        '[nox]\nlisten = ["tcp:0:interface=127.0.0.1"]\ncomponents = ["lighthouse"]\n'
        f'[rest]\nsocket = "{twistd.folder}/rest/nox.sock"\n'
        '[lighthouse]\ncolour = "red"\nperiod = 0.01\n'
    )
    with twistd.running("nox", "-c", "nox.toml") as nox:
        nox.until("[lighthouse#info] a red light among 3")
        nox.until("[lighthouse#info] red flash")
        nox.signal(signal.SIGTERM)
        _, log, errors = nox.end()
    assert errors == ""
    assert "Traceback" not in log


def test_its_table_is_checked_like_ours(twistd: Twistd) -> None:
    """A third party's configuration gets the same sentences."""
    done = twistd.run("-n", "nox", "lighthouse,period=0")
    assert (done.returncode, done.stderr) == (1, "nox: command line: [lighthouse] period must be more than 0, not 0\n")
