"""What the operator names: hosts, switches, places, middleboxes and links. See docs/inventory.md."""
