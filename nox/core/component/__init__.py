"""Components: what they declare, how they are found, ordered, and what belongs to each."""
