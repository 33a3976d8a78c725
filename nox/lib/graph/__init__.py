"""A network as a graph: next hops that are kept up to date, walks along them, and searches under constraints."""

from nox.lib.graph.distances import Distances
from nox.lib.graph.edge import Edge
from nox.lib.graph.graph import Graph
from nox.lib.graph.search import search
from nox.lib.graph.walk import MOST_WAYS, walk, ways

__all__ = ["MOST_WAYS", "Distances", "Edge", "Graph", "search", "walk", "ways"]
