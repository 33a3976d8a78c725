"""The network as a graph, and a tree in it along which what is for everybody goes."""
