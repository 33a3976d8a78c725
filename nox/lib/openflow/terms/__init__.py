"""Matches, actions and ports of each version from and into 1.3's terms. Controllers and switches use it alike."""
