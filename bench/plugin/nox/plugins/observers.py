"""Names the components of this package to NOX."""

from nox.api import ComponentPlugin

ports = ComponentPlugin("bench_ports", "nox_observers.observers:PortCounter")
senders = ComponentPlugin("bench_senders", "nox_observers.observers:LastSenders")
