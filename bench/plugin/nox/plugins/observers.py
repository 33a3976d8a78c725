"""Names the components of this package to NOX."""

from nox.core.component.plugins import ComponentPlugin

ports = ComponentPlugin("bench_ports", "nox_observers.observers:PortCounter")
senders = ComponentPlugin("bench_senders", "nox_observers.observers:LastSenders")
