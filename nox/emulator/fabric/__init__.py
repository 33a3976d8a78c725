"""Hosts, switches and the links between them: what happens when, without sockets, clock or reactor."""
