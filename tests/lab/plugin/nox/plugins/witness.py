"""A third party's component that writes down when the view changes, and whom nobody believes: an object a line."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from nox.api import CONTINUE, Component, ComponentConfig, ComponentPlugin, Event, Outcome
from nox.core.view.events import ViewChange
from nox.core.view.tables import ADDRESSES, HOSTS, LOCATIONS
from nox.netapps.events import HostConflict, SourceRefused


class Witness(Component):
    """Writes each event as it is told, with the machine's time."""

    class Config(ComponentConfig):
        """`report`: the file, which grows."""

        report: Path

    config: Config

    async def start(self) -> None:
        """Listen."""
        self._file = self.config.report.open("a", buffering=1)
        self.own(self._file.close, "report")
        self.register(HostConflict, self.told)
        self.register(SourceRefused, self.told)
        for table in (HOSTS, LOCATIONS, ADDRESSES):
            self.register(ViewChange, self.changed, where={"table": table})

    def told(self, event: HostConflict | SourceRefused) -> Outcome:
        """Somebody is not believed."""
        what = {"mac": str(event.mac), "dpid": event.dpid, "port": event.port, "reason": event.reason}
        return self._write(event, what)

    def changed(self, event: ViewChange) -> Outcome:
        """A row is there, or is there no more."""
        key = [str(part) for part in event.key]
        return self._write(event, {"table": event.table.name, "key": key, "is_there": event.after is not None})

    def _write(self, event: Event, what: dict[str, Any]) -> Outcome:
        self._file.write(json.dumps({"time": time.time(), "event": type(event).__name__, **what}) + "\n")
        return CONTINUE


witness = ComponentPlugin("witness", "nox.plugins.witness:Witness")
