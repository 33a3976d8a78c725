"""Where components are found: `nox.core.component.plugins` searches every folder ``nox/plugins`` on the path.

A third party's package puts a module here, with a `ComponentPlugin` for each of its components. Its own folder has no
``__init__.py``.
"""

from twisted.plugin import pluginPackagePaths

__path__.extend(pluginPackagePaths(__name__))
