"""What ``twistd`` imports when it is asked for ``nox``, and no sooner."""

from nox.core.options import Options
from nox.core.service import make_service as makeService

__all__ = ["Options", "makeService"]
