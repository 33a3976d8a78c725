"""The demonstration: a controller and an emulated network, and what happens between them."""
