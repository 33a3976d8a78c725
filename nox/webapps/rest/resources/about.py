"""``/v1/version`` and ``/metrics``: the controller itself."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator

from prometheus_client import CONTENT_TYPE_LATEST

import nox
import twisted
from nox.core.metrics import IMetrics
from nox.webapps.rest.answers import Json, Route, Text
from nox.webapps.rest.location import API_VERSION


class About:
    """What runs here, and how it does."""

    def __init__(self, metrics: IMetrics) -> None:
        self._metrics = metrics

    def routes(self) -> Iterator[Route]:
        """The family's routes."""
        yield Route("GET", "/v1/version", self.version)
        yield Route("GET", "/metrics", self.metrics)

    async def version(self) -> Json:
        """The versions that matter in a report of a defect."""
        return {
            "nox": nox.__version__,
            "api": API_VERSION,
            "python": platform.python_version(),
            "twisted": twisted.__version__,
            "pid": os.getpid(),
        }

    async def metrics(self) -> Text:
        """Everything that is counted, in Prometheus' text format."""
        return Text(CONTENT_TYPE_LATEST, self._metrics.render())
