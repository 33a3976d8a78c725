"""The component ``routing``: paths through the network, and the entries that realise them. See docs/routing.md.

| file | what |
|---|---|
| `component.py` | events in; the component's interface |
| `links.py`, `costs.py` | the topology's links as a graph whose edges cost something |
| `choosing.py` | a path between two ports, under constraints |
| `identity.py`, `flow.py`, `table.py` | what a flow is; the flows by all that may concern them |
| `change.py`, `carrying.py`, `entries.py` | from one path to another: in which order; doing it; the entries |
| `healing.py` | which flows a change of the network concerns |
| `membership.py`, `streams.py` | who wants which group; trees of entries to them |
| `protection.py` | backups for links, in the switches |
| `flooding.py` | what is for everybody, and what is answered by the controller alone |
| `brake.py` | what comes fast and goes nowhere |
| `adoption.py`, `trees.py` | the entries of an earlier run: of flows, and of trees to groups |
"""
