"""Arrays of tables at the top of a file, such as ``[[host]]``, which belong to a component's table.

Whose they are its plugin says. `[[host]]` is then the same as `[[inventory.host]]`, which is what to write where a
component has a table of that name.
"""

from __future__ import annotations

from collections.abc import Iterable

from nox.core.config.document import Document
from nox.core.interfaces import IComponentPlugin


def gathered(document: Document, plugins: Iterable[IComponentPlugin]) -> Document:
    """The document with each such array where it belongs. Doing it again changes nothing."""
    tables = dict(document.tables)
    for plugin in plugins:
        for name in plugin.arrays:
            array, own = tables.get(name), tables.get(plugin.name, {})
            if isinstance(array, list) and isinstance(own, dict):
                del tables[name]
                tables[plugin.name] = {**own, name: [*_entries(own.get(name, [])), *array]}
    return Document(document.source, tables)


def _entries(found: object) -> list[object]:
    return found if isinstance(found, list) else [found]
