"""Which form of the hottest files these tests run on."""

from __future__ import annotations

import os

from nox.core.compiled import form


def test_the_form_is_the_one_that_was_asked_for() -> None:
    """`make test-compiled` tests compiled files, and all of them; everybody else tests the sources."""
    assert form() == os.environ.get("NOX_FORM", "interpreted")
