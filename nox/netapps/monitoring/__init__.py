"""The component ``monitoring``: counters of the whole network, read at a bounded pace, and what they say.

See docs/monitoring.md.
"""
