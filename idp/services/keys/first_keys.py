"""The first keys of a deployment: the data key and a sealing key, without which no environment starts."""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from idp.services.keys.data_encryption import encrypt
from idp.services.keys.keyring import HANDLE_KEY

if TYPE_CHECKING:
    from idp.services.keys.keyring import Envelope
    from idp.store.signing_keys import KeyItems, StoredKeys


def ensure_data_key(items: KeyItems, stored: StoredKeys, envelope: Envelope, now: int) -> None:
    """Make the data key and the first sealing key if `stored` has none. Two callers at the same time make one data key.

    `now`: epoch seconds.
    """
    if stored.data_key is None:
        items.put_data_key(envelope.wrap(AESGCM.generate_key(256)), envelope.name)
        stored = items.load()
    if not stored.sealing and stored.data_key is not None:
        _add_sealing_key(items, envelope.unwrap(stored.data_key.enveloped), now)


def _add_sealing_key(items: KeyItems, data_key: bytes, now: int) -> None:
    """Add the first sealing key."""
    key_id = base64.urlsafe_b64encode(os.urandom(3)).decode()
    sealed = encrypt(data_key, f"sealing:{key_id}", os.urandom(HANDLE_KEY))
    items.put_sealing_key(key_id, sealed, now)
