"""`noxctl check`: a configuration is judged without a controller."""

from __future__ import annotations

from pathlib import Path

from tests.noxctl.command import Command

NOWHERE = Command(Path("/none"))


def test_a_right_file(tmp_path: Path) -> None:
    """Exit code 0, and the names of what would run, in start order."""
    file = tmp_path / "nox.toml"
    file.write_text('[nox]\ncomponents = ["hub"]\n')
    names = NOWHERE.json("check", str(file))["components"]
    assert {"openflow", "punts", "hub", "rest"} <= set(names)
    assert NOWHERE.prints("check", str(file)) == f"{file} is right; it runs {', '.join(names)}\n"


def test_all_that_is_wrong(tmp_path: Path) -> None:
    """Exit code 1, and a sentence for each mistake; as JSON too."""
    file = tmp_path / "nox.toml"
    file.write_text('[nox]\ncomponents = ["hup"]\n[rest]\nsoket = "/tmp/s"\n')
    done = NOWHERE.run("check", str(file))
    assert (done.returncode, done.stdout) == (1, "")
    sentences = [line.removeprefix("noxctl: ") for line in done.stderr.splitlines()]
    assert len(sentences) == 2
    assert all(str(file) in sentence for sentence in sentences)
    as_json = NOWHERE.run("check", "--json", str(file))
    assert as_json.returncode == 1
    assert all(sentence in as_json.stdout.replace('\\"', '"') for sentence in sentences)


def test_no_file(tmp_path: Path) -> None:
    """A file that is not there is one sentence with its name."""
    assert str(tmp_path / "none") in NOWHERE.refuses("check", str(tmp_path / "none"))
