"""Packets: each protocol's headers as values, parsed from bytes and built into them.

One protocol a file. A packet is a frozen value; what it carries is a field of bytes, which the next protocol parses:
`Ethernet.parse(frame)`, then `Ipv4.parse(ethernet.payload)`, then `Udp.parse(ip.payload, ip.ends)`. Layouts are
those of `nox.lib.openflow.structure`. Whatever is cut short or wrong raises `RemoteProtocolError` and nothing else;
what cannot be built is a `LocalProtocolError`. Where only match fields are wanted, `nox.lib.flowkey` is faster.
"""
