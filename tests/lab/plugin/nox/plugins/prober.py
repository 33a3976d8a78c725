"""A third party's component that asks each switch to take all that it may be asked to, and writes down what it says."""

from __future__ import annotations

import json
from pathlib import Path

from nox.api import CONTINUE, Component, ComponentConfig, ComponentPlugin, Datapath, DatapathJoin, Outcome
from tests.lab.conformance import cases


class Prober(Component):
    """Runs the cases of a switch's version one after the other."""

    class Config(ComponentConfig):
        """`report`: the file that gets the outcome of each case by name, when all have run."""

        report: Path

    config: Config

    async def start(self) -> None:
        """Wait for a switch."""
        self.register(DatapathJoin, self.joined)

    def joined(self, event: DatapathJoin) -> Outcome:
        """Begin."""
        self.spawn(self.probe(event.datapath))
        return CONTINUE

    async def probe(self, datapath: Datapath) -> None:
        """Run every case."""
        outcomes = {case.name: await case.outcome(datapath) for case in cases(datapath.version)}
        partial = self.config.report.with_suffix(".partial")
        partial.write_text(json.dumps(outcomes))
        partial.rename(self.config.report)


prober = ComponentPlugin("prober", "nox.plugins.prober:Prober")
