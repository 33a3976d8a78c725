"""The command line of ``twistd nox``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from twisted.python import usage

from nox.core.config.arguments import from_arguments
from nox.core.config.document import Document, read
from nox.lib.errors import ConfigError


class Options(usage.Options):
    """``-c FILE``, or components with their settings; ``-i`` says where switches connect."""

    synopsis = "[-i ENDPOINT]... { -c FILE | COMPONENT[,KEY=VALUE]... }"
    longdesc = (
        "NOX, an operating system for networks: runs components that control OpenFlow switches. "
        "Examples: twistd -n nox -c etc/nox.toml, or twistd -n nox -i tcp:6653 switch,idle_timeout=10. "
        "The running controller is observed and changed with noxctl; SIGHUP reloads the file."
    )
    optParameters = [  # noqa: RUF012 - usage.Options declares it so
        ["config", "c", None, "The configuration file, in TOML."],
    ]

    def __init__(self) -> None:
        usage.Options.__init__(self)
        self.listen: list[str] = []
        self.components: tuple[str, ...] = ()

    def opt_listen(self, endpoint: str) -> None:
        """Where switches connect, as a Twisted endpoint string such as tcp:6653 (the default); may be repeated."""
        self.listen.append(endpoint)

    opt_i = opt_listen

    def parseArgs(self, *components: str) -> None:
        """Take the components."""
        self.components = components

    def absolute(self) -> Path | None:
        """The configuration file, wherever the process goes."""
        return Path(self["config"]).absolute() if self["config"] else None

    def document(self, file: Path | None = None) -> Document:
        """What the command line says, and the file that it names.

        :param file: where that file is, when the process has changed its directory.
        :raises ConfigError: when it says nothing, or two things; when the file cannot be read.
        """
        if self["config"] and self.components:
            raise ConfigError("give either -c FILE or components, not both: the file lists its own")
        if self["config"]:
            return self._listening(read(file or self["config"]))
        if not self.components:
            raise ConfigError("say what to run: twistd nox -c FILE, or twistd nox COMPONENT...")
        return from_arguments(self.components, self.listen)

    def _listening(self, document: Document) -> Document:
        """The file's document, but for where switches connect."""
        nox = document.tables.get("nox", {})
        if not self.listen or not isinstance(nox, dict):
            return document
        return replace(document, tables={**document.tables, "nox": {**nox, "listen": self.listen}})
