"""The files that every packet crosses, which mypyc may compile; `make compile` does.

They are plain Python, and what is compiled is what is interpreted otherwise: there is no second implementation.
`make test-compiled` runs the tests on the compiled form.
"""

from __future__ import annotations

from importlib import import_module

MODULES = (
    "nox.core.events.chain",
    "nox.core.openflow.inbox",
    "nox.core.openflow.outbox",
    "nox.core.openflow.packet_in",
    "nox.core.openflow.prepared",
    "nox.core.openflow.rounds",
    "nox.lib.flowkey",
)


def form() -> str:
    """How this process runs them: ``compiled``, ``interpreted``, or ``mixed``, which an incomplete build is."""
    files = [import_module(name).__file__ or "" for name in MODULES]
    forms = {"interpreted" if file.endswith(".py") else "compiled" for file in files}
    return forms.pop() if len(forms) == 1 else "mixed"
