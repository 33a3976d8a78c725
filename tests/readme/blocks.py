"""The code blocks of README.md."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

README = Path(__file__).resolve().parents[2] / "README.md"
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class FirstComponent:
    """What "A first component" prints: the file, the command that starts it and the one that makes a network.

    :ivar path: of the file, relative to where the commands are given.
    """

    path: str
    source: str
    start: str
    network: str

    def write(self, folder: Path) -> None:
        """Put the file where the text says."""
        file = folder / self.path
        file.parent.mkdir(parents=True)
        file.write_text(self.source)


def first_component() -> FirstComponent:
    """Read that section as a reader would."""
    section = README.read_text().split("## A first component")[1].split("\n## ")[0]
    path = re.search(r"Put it into `([^`]+)`", section)
    assert path, "the section says into which file the component goes"
    source, start, network = (body for _, body in _BLOCK.findall(section))
    return FirstComponent(path[1], source, start, network)
