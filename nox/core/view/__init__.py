"""The network view: what NOX knows of the network, in tables that are whole in memory and kept by a store.

See docs/view.md for the flow of data.
"""
