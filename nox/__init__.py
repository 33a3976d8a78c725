"""NOX, an operating system for networks."""

__version__ = "1.0.0.dev0"
