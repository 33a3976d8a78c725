"""The component ``neighbours``: who asks for an address gets the answer, and the network is spared the question."""
