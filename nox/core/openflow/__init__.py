"""Switches: the channel to each, what components see of them, and the entries that they write."""
