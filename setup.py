"""Compiles the files that every packet crosses, where ``NOX_COMPILE=1`` asks for it; all else is in setup.cfg."""

import os
import sys
from pathlib import Path

from setuptools import setup

sys.path.insert(0, str(Path(__file__).parent))  # a build back end does not look here


def extensions() -> list[object]:
    """What mypyc makes of `nox.core.compiled.MODULES`."""
    if os.environ.get("NOX_COMPILE") != "1":
        return []
    from mypyc.build import mypycify

    from nox.core.compiled import MODULES

    files = [f"{name.replace('.', '/')}.py" for name in MODULES]
    return list(mypycify(["--follow-imports=silent", *files], opt_level="3", debug_level="0"))


setup(ext_modules=extensions())
