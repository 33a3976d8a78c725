"""``/v1/components``, ``/v1/reload`` and ``/v1/events``: the kernel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from nox.core.interfaces import IKernel
from nox.lib.nearest import did_you_mean
from nox.webapps.rest.answers import Json, NotFound, Route


class Components:
    """What runs, what handles which event, and how to change it."""

    def __init__(self, kernel: IKernel) -> None:
        self._kernel = kernel

    def routes(self) -> Iterator[Route]:
        """The family's routes."""
        yield Route("GET", "/v1/components", self.components)
        yield Route("GET", "/v1/components/graph", self.graph)
        yield Route("POST", "/v1/components/<name>/load", self.load)
        yield Route("POST", "/v1/components/<name>/unload", self.unload)
        yield Route("POST", "/v1/components/<name>/restart", self.restart)
        yield Route("POST", "/v1/reload", self.reload)
        yield Route("GET", "/v1/events", self.events)

    async def components(self) -> Json:
        """Every component, in start order."""
        return [asdict(status) for status in self._kernel.components()]

    async def graph(self) -> Json:
        """The names that each component depends on."""
        return {name: list(needed) for name, needed in self._kernel.graph().items()}

    async def load(self, name: str) -> Json:
        """Load a component; the names of all that were loaded for it."""
        before = self._names()
        await self._kernel.load(name)
        return {"loaded": [one for one in self._names() if one not in before or one == name]}

    async def unload(self, name: str) -> Json:
        """Unload a component and its dependents; their names."""
        self._must_be_loaded(name)
        return {"unloaded": list(await self._kernel.unload(name))}

    async def restart(self, name: str) -> Json:
        """Restart a component and its dependents; their names."""
        self._must_be_loaded(name)
        return {"restarted": list(await self._kernel.restart(name))}

    async def reload(self) -> Json:
        """Apply what has changed in the configuration file; the names of whom it concerns."""
        difference = await self._kernel.reload()
        return {
            "added": list(difference.added),
            "removed": list(difference.removed),
            "changed": list(difference.changed),
        }

    async def events(self) -> Json:
        """Every handler with its counts."""
        return [asdict(handler) for handler in self._kernel.events()]

    def _names(self) -> list[str]:
        return [status.name for status in self._kernel.components()]

    def _must_be_loaded(self, name: str) -> None:
        if name not in self._names():
            raise NotFound(f'component "{name}" is not loaded{did_you_mean(name, self._names())}')
