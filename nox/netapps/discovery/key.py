"""The key that frames are signed with: made once, and kept in the view, which all instances share."""

from __future__ import annotations

import secrets
from contextlib import suppress
from typing import Final

from nox.core.view.errors import Moved
from nox.core.view.interfaces import INetworkView
from nox.core.view.rows import Secret
from nox.core.view.tables import SECRETS
from nox.lib.errors import ComponentError
from nox.netapps.discovery.frames import KEY_SIZE

NAME: Final = "discovery"  # of the secret


async def shared_key(view: INetworkView) -> bytes:
    """The key; made now where there is none.

    :raises ComponentError: when what the view has is no key. :raises StoreError: when it cannot be written.
    """
    if view.get(SECRETS, NAME) is None:
        transaction = view.transaction()
        transaction.expect(SECRETS, (NAME,), 0)
        transaction.put(SECRETS, Secret(name=NAME, value=secrets.token_hex(KEY_SIZE)))
        with suppress(Moved):  # another instance was quicker, and its key is there
            await transaction.commit()
    row = view.get(SECRETS, NAME)
    try:
        key = bytes.fromhex(row.value if row is not None else "")
    except ValueError:
        key = b""
    if len(key) != KEY_SIZE:
        raise ComponentError(f'the view\'s secret "{NAME}" is no key of {KEY_SIZE} bytes: remove it from the store')
    return key
