"""A frame on its way through a switch."""

from __future__ import annotations

from nox.emulator.packets.headers import Fields, Headers


class Packet:
    """A frame, where it came in, and what tables have noted about it.

    :ivar data: the frame; who changes it calls `changed`.
    :ivar queue_id: which queue outputs use.
    """

    __slots__ = ("_fields", "_headers", "data", "in_port", "metadata", "queue_id", "tunnel_id")

    def __init__(self, data: bytes | bytearray, in_port: int) -> None:
        self.data = data if isinstance(data, bytearray) else bytearray(data)
        self.in_port = in_port
        self.metadata = 0
        self.tunnel_id = 0
        self.queue_id = 0
        self._headers: Headers | None = None
        self._fields: Fields | None = None

    @property
    def headers(self) -> Headers:
        """Its header fields and where they stand."""
        if self._headers is None:
            self._headers = Headers(self.data)
        return self._headers

    @property
    def fields(self) -> Fields:
        """Everything that a match can look at."""
        if self._fields is None:
            beside = {"in_port": self.in_port, "in_phy_port": self.in_port}
            self._fields = self.headers.fields | beside | {"metadata": self.metadata, "tunnel_id": self.tunnel_id}
        return self._fields

    def changed(self) -> None:
        """Read the fields anew."""
        self._headers = self._fields = None

    def note(self, metadata: int) -> None:
        """Set the metadata."""
        self.metadata, self._fields = metadata, None

    def copy(self) -> Packet:
        """Another packet that is the same."""
        packet = Packet(self.data[:], self.in_port)
        packet.metadata, packet.tunnel_id, packet.queue_id = self.metadata, self.tunnel_id, self.queue_id
        packet._headers, packet._fields = self._headers, self._fields
        return packet
