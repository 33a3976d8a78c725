"""Messages that either side sends: hello, echo, experimenter (1.3.5, section 7.5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Final

from nox.lib.openflow.kinds import U16, U32, Integers, Many, Rest, Tagged
from nox.lib.openflow.messages.base import Message
from nox.lib.openflow.numbers import Numbers
from nox.lib.openflow.plan import plan
from nox.lib.openflow.reader import Reader
from nox.lib.openflow.structure import Field, Layout, Structure, Unknown
from nox.lib.openflow.versions import HEADER, Version


class HelloElement(Structure):
    """A part of a hello."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class UnknownHelloElement(HelloElement, Unknown):
    """An element of a type that we do not know, as it came."""

    type: int
    data: bytes
    LAYOUT: ClassVar[Layout] = (Field("data", Rest()),)


@dataclass(frozen=True, slots=True)
class VersionBitmap(HelloElement):
    """The versions that a peer speaks: bit n of word m stands for wire version 32 m + n."""

    bitmaps: tuple[int, ...]
    LAYOUT: ClassVar[Layout] = (Field("bitmaps", Integers()),)

    @classmethod
    def of(cls, versions: Iterable[int]) -> VersionBitmap:
        """The bitmap with these wire versions, all of them under 32."""
        return cls((sum(1 << version for version in versions),))

    @property
    def versions(self) -> frozenset[int]:
        """The wire versions in it."""
        return frozenset(
            32 * place + bit for place, word in enumerate(self.bitmaps) for bit in range(32) if word >> bit & 1
        )


HELLO_ELEMENTS: Final = Numbers[HelloElement]("hello element", UnknownHelloElement, {VersionBitmap: {Version.V1_3: 1}})
_HELLO_FAILED: Final = (0, 0)  # OFPET_HELLO_FAILED, OFPHFC_INCOMPATIBLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello(Message):
    """The first message of either side: the highest version is in its header.

    :ivar elements: from version 1.3 on.
    :ivar data: what an older version's hello carries; to be ignored.
    """

    elements: tuple[HelloElement, ...] = ()
    data: bytes = b""
    LAYOUT: ClassVar[Layout] = (
        Field("data", Rest(), until=Version.V1_2),
        Field("elements", Many(Tagged(HELLO_ELEMENTS, _HELLO_FAILED, counted=False)), since=Version.V1_3),
    )

    @classmethod
    def offering(cls, versions: Iterable[int]) -> Hello:
        """A hello that says which versions we speak."""
        return cls(elements=(VersionBitmap.of(versions),))

    @classmethod
    def read(cls, frame: bytes) -> Hello:
        """The hello in these bytes, header included, whatever version it has.

        :raises RemoteProtocolError: when its elements are malformed.
        """
        reader = Reader(frame, HEADER.size, len(frame), "Hello", _HELLO_FAILED)
        column = Version.V1_3 if frame[0] >= Version.V1_3 else Version.V1_0
        hello = plan(cls, column).read(reader)
        assert isinstance(hello, Hello)
        return hello

    @property
    def versions(self) -> frozenset[int] | None:
        """The wire versions that its bitmap names; None for a hello without one."""
        for element in self.elements:
            if isinstance(element, VersionBitmap):
                return element.versions
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class EchoRequest(Message):
    """Asks the other side to send the same bytes back."""

    data: bytes = b""
    LAYOUT: ClassVar[Layout] = (Field("data", Rest()),)


@dataclass(frozen=True, slots=True, kw_only=True)
class EchoReply(Message):
    """The same bytes back."""

    data: bytes = b""
    LAYOUT: ClassVar[Layout] = (Field("data", Rest()),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Experimenter(Message):
    """A message that somebody defined; 1.0 calls it vendor.

    :ivar experimenter: whose it is: an OUI, as a rule.
    :ivar data: all that follows, the experimenter's type too.
    """

    experimenter: int
    data: bytes = b""
    LAYOUT: ClassVar[Layout] = (Field("experimenter", U32), Field("data", Rest()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Error(Message):
    """A message was not accepted (1.3.5, section 7.5.4). Names and 1.0's codes: `nox.lib.openflow.errorcodes`.

    :ivar type: ``ofp_error_type`` of the message's version.
    :ivar data: the first bytes, at least 64, of the message that it is about; or text, for a hello that failed.
    """

    type: int
    code: int
    data: bytes = b""
    LAYOUT: ClassVar[Layout] = (Field("type", U16), Field("code", U16), Field("data", Rest()))
