"""An OpenFlow switch without sockets and clock: bytes of controllers and frames in, bytes and frames out."""
