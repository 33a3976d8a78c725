"""What a configuration may say: ``[nox]``, and a table for each component.

Values are checked as strictly as JSON's: a number is no text and 1 is not true, but an array becomes a tuple and a path
is written as text. Everything is frozen. Read more of the rules that a field can have in pydantic's documentation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict
from zope.interface import Attribute, Interface, implementer

from nox.core.config.endpoint import Endpoint

LISTEN = ("tcp:6653",)  # OpenFlow's registered port


class ISettings(Interface):
    """What ``[nox]`` says to components. One that requires it is restarted when it changes."""

    listen: tuple[str, ...] = Attribute("Twisted endpoint strings where switches connect")


class Table(BaseModel):
    """A table of the file: frozen, strict, and nothing unknown in it."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class ComponentConfig(Table):
    """The keys that every component's table may have. A component's own ``Config`` extends it.

    :ivar required: whether the process ends when the component fails to start.
    :ivar on_stop: what becomes of its flow entries when it stops.
    """

    required: bool = True
    on_stop: Literal["keep", "remove"] = "keep"


@implementer(ISettings)
class NoxConfig(Table):
    """The table ``[nox]``.

    :ivar listen: Twisted endpoint strings where switches connect.
    :ivar components: names, started in this order where dependencies leave a choice.
    :ivar providers: by interface, the component that shall provide it.
    :ivar order: by event, the components whose handlers run first, in this order.
    :ivar json_log: a file that gets every log event as a line of JSON.
    """

    listen: tuple[Endpoint, ...] = LISTEN
    components: tuple[str, ...] = ()
    providers: Mapping[str, str] = {}
    order: Mapping[str, tuple[str, ...]] = {}
    json_log: str | None = None
