"""``capture``: the control channel of the running controller as a file for Wireshark."""

from __future__ import annotations

import sys
import time
from contextlib import closing, suppress
from typing import BinaryIO

import click

from nox.lib.capture.pcapng import ENHANCED, STATISTICS
from nox.lib.capture.writing import HEADER_SIZE, dropped_of, kind_and_size
from nox.noxctl.arguments import MOST_SECONDS, a_dpid, a_number
from nox.noxctl.client import Answer
from nox.noxctl.options import Options, common


@click.command()
@click.argument("dpid", callback=a_dpid, required=False)
@click.option(
    "-w", "output", type=click.File("wb"), default="-", metavar="FILE", help="Write here; - is standard output."
)
@click.option("--count", type=click.IntRange(1), metavar="N", help="End after so many packets.")
@click.option(
    "--seconds", type=click.FloatRange(0, MOST_SECONDS), callback=a_number, metavar="S", help="End after so long."
)
@common
def capture(options: Options, dpid: str | None, output: BinaryIO, count: int | None, seconds: float | None) -> None:
    """Write what switches and controller say to each other, as pcapng; of one switch or all. Ctrl-C ends it."""
    if output.isatty():
        raise click.UsageError("a capture is no text: give -w FILE, or send it to another program")
    parts = ("capture",) if dpid is None else ("capture", dpid)
    run = _Run(output, count)
    with closing(options.client.stream(*parts)) as answer, suppress(KeyboardInterrupt, TimeoutError):  # both are an end
        run.copy(answer, time.monotonic() + (MOST_SECONDS if seconds is None else seconds))
    lost = f"; {run.dropped} were lost, because they were not read fast enough" if run.dropped else ""
    sys.stderr.write(f"{run.packets} packets{lost}{'; the controller has gone' if answer.is_cut else ''}\n")
    if answer.is_cut:
        raise SystemExit(1)


class _Run:
    """One capture.

    :ivar packets: written so far; `dropped`: lost in the controller.
    """

    def __init__(self, output: BinaryIO, count: int | None) -> None:
        self._output, self._count = output, count
        self.packets = self.dropped = 0

    def copy(self, answer: Answer, deadline: float) -> None:
        """Copy whole blocks.

        :raises TimeoutError: at the deadline, a moment of `time.monotonic`.
        """
        while self.packets != self._count and (head := answer.read(HEADER_SIZE, deadline)):
            kind, size = kind_and_size(head)
            block = head + answer.read(size - HEADER_SIZE, deadline)
            if len(block) < size:
                return
            self._output.write(block)
            self._output.flush()
            self.packets += kind == ENHANCED
            if kind == STATISTICS:
                self.dropped = dropped_of(block)
