"""What needs neither reactor nor clock nor log: addresses, header fields, the OpenFlow wire."""
