"""The REST interface: what `noxctl` and other programs ask the running controller."""
