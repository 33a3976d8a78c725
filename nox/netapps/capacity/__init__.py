"""The component ``capacity``: how full flow tables are, and what is done when one is full. See docs/capacity.md."""
