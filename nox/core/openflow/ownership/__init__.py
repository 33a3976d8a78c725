"""Whose flow entries are whose: what components state, what switches have, and how the one becomes the other."""
