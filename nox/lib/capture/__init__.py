"""Files of captured packets: what they hold, and OpenFlow's control channel in them. Files are hostile input.

`files` reads pcap and pcapng, `links` and `segments` find TCP in a packet, `streams` puts the bytes of a connection in
order, `controlchannel` cuts them into messages. `writing` makes pcapng, `conversation` the packets for it.
"""
