"""TLS with certificates on both sides, for connections of switches."""
