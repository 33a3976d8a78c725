"""Each of these is wrong in one way."""

from __future__ import annotations

import time

from zope.interface import Interface, implementer

from nox.api import CONTINUE, Component, Outcome, PacketIn, requires


class IOracle(Interface):
    """Nobody provides it."""


class IChicken(Interface):
    """Provided by a component that needs an egg."""


class IEgg(Interface):
    """Provided by a component that needs a chicken."""


class IName(Interface):
    """Two components provide it."""


class Needy(Component):
    """Needs what nobody provides."""

    oracle = requires(IOracle)


@implementer(IChicken)
class Chicken(Component):
    """One half of a cycle."""

    egg = requires(IEgg)


@implementer(IEgg)
class Egg(Component):
    """The other half."""

    chicken = requires(IChicken)


@implementer(IName)
class OneName(Component):
    """Provides a name."""


@implementer(IName)
class OtherName(Component):
    """Provides a name too."""


class Named(Component):
    """Needs one name, and finds two."""

    name = requires(IName)


class Raiser(Component):
    """Its handler raises."""

    async def start(self) -> None:
        """Watch packets."""
        self.register(PacketIn, self.packet_in)

    def packet_in(self, event: PacketIn) -> Outcome:
        """Fail."""
        raise ValueError("the handler of raiser fails")


class Sleeper(Component):
    """Its handler takes more than a second."""

    async def start(self) -> None:
        """Watch packets."""
        self.register(PacketIn, self.packet_in)

    def packet_in(self, event: PacketIn) -> Outcome:
        """Keep everybody waiting."""
        time.sleep(1.1)
        return CONTINUE


class Crasher(Component):
    """Does not start."""

    async def start(self) -> None:
        """Fail."""
        raise RuntimeError("the start of crasher fails")
