"""A link: what it does to frames."""

from __future__ import annotations

import random
from typing import Final, NamedTuple

from nox.emulator.fabric.node import Node
from nox.lib.errors import ConfigError

DELAY: Final = 0.0001  # seconds from end to end, where nobody says otherwise
MOST_IN_FLIGHT: Final = 1000  # frames in each direction: further ones are lost, as in a full queue


class End(NamedTuple):
    """A port at the end of a link."""

    node: Node
    port: int

    def __str__(self) -> str:
        return f"port {self.port} of {self.node.name}" if self.port else self.node.name


class Link:
    """A link between two ports.

    :ivar between: the names of what it connected when it was made; `name`: both in one.
    :ivar up: whether frames get through; `is_cut`: whether somebody has cut it, whatever its ends do.
    :ivar era: grows when it goes down: frames that were on their way then do not arrive.
    :ivar carried: frames that have arrived; `lost`: those that have not.
    """

    __slots__ = (
        "_chance", "_free", "_in_flight", "_seed", "between", "carried", "delay", "ends", "era", "is_cut", "loss",
        "lost", "up",
    )  # fmt: skip

    def __init__(self, a: End, b: End, *, delay: float = DELAY, loss: float = 0.0, seed: int = 0) -> None:
        """:raises ConfigError: when delay or loss are none."""
        self.between = (a.node.name, b.node.name)
        self.ends = [a, b]
        self.up, self.is_cut = True, False
        self.era = self.carried = self.lost = 0
        self._seed = seed
        self._chance: random.Random | None = None
        self._in_flight = [0, 0]
        self._free = [0.0, 0.0]
        self.set(delay=delay, loss=loss)

    @property
    def name(self) -> str:
        """As sentences call it."""
        return "-".join(self.between)

    def set(self, *, delay: float | None = None, loss: float | None = None) -> None:
        """Change it.

        :param delay: seconds; `loss`: the share of frames that are lost, from 0 to 1.
        :raises ConfigError: when these are none.
        """
        if delay is not None:
            if not 0 <= delay <= 3600:
                raise ConfigError(f"link {self.name}: a delay of {delay} s; say seconds, from 0 to 3600")
            self.delay = delay
        if loss is not None:
            if not 0 <= loss <= 1:
                raise ConfigError(f"link {self.name}: a loss of {loss}; say a share, from 0 to 1")
            self.loss = loss

    def depart(self, side: int, now: float) -> float | None:
        """A frame leaves the end of this number: when it arrives at the other; None when it is lost."""
        if not self.up or self._in_flight[side] >= MOST_IN_FLIGHT or (self.loss and self._unlucky()):
            self.lost += 1
            return None
        self._in_flight[side] += 1
        self._free[side] = max(self._free[side], now + self.delay)  # none overtakes another
        return self._free[side]

    def _unlucky(self) -> bool:
        if self._chance is None:
            self._chance = random.Random(f"{self._seed} {self.name}")
        return self._chance.random() < self.loss

    def arrive(self, side: int, era: int) -> bool:
        """The frame that has left this end in that era is at the other; whether it has got through."""
        self._in_flight[side] -= 1
        if era != self.era:
            self.lost += 1
            return False
        self.carried += 1
        return True
