"""Runs an application of os-ken: its current releases have no program for that any more.

``python -m bench.oskenapplication simple_switch_13 --ofp-tcp-listen-port 6653``
"""

from __future__ import annotations

import sys
from importlib import import_module

from os_ken.lib import hub


def main(application: str, *options: str) -> None:
    """Run it until it is ended.

    :param application: a module.
    :param options: of os-ken.
    """
    hub.patch(thread=True)  # before whatever uses sockets or threads is imported
    from os_ken import cfg
    from os_ken.base.app_manager import AppManager

    import_module("os_ken.controller.controller")  # whose options they are
    cfg.CONF(args=options, project="os_ken")
    AppManager.run_apps([application])


if __name__ == "__main__":
    main(*sys.argv[1:])
