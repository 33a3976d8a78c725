"""Applications: each a component of its own."""
