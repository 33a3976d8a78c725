"""How switches are linked: signed LLDP out of every port, and what is heard of it elsewhere."""
