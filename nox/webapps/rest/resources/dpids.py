"""A dpid in a path."""

from __future__ import annotations

from nox.lib.addresses import parse_dpid
from nox.lib.errors import LocalProtocolError
from nox.webapps.rest.answers import BadRequest


def dpid_of(text: str) -> int:
    """The dpid that a client wrote.

    :raises BadRequest: when it is none.
    """
    try:
        return parse_dpid(text)
    except LocalProtocolError as error:
        raise BadRequest(str(error)) from error
