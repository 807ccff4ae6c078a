"""A passkey of another system, checked: the key has to be one that we can verify with."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from idp.domain.moving.person import ImportedPasskey, RowError
from idp.domain.passkeys.passkey import LONGEST_ID, LONGEST_NAME, TRANSPORTS

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST_KEY = 4096
_LARGEST_COUNT = 2**32


def passkey(
    rp_id: str, credential_id: bytes, public_key: bytes, *, sign_count: int, transports: Iterable[str] = (), aaguid: str = "",
    name: str = "", created_at: int = 0, alone: bool = False, user_handle: bytes | None = None,
) -> ImportedPasskey:  # fmt: skip
    """Return the passkey of a system that does not keep whether it may be synced. Unknown transports are dropped, a long name is cut.

    Raises:
        RowError: a value is too long, too short, or the counter is no such number (WebAuthn Level 3 §6.1: 32 bits).
    """
    if not 0 < len(credential_id) <= LONGEST_ID or not 0 < len(public_key) <= _LONGEST_KEY or not 0 <= sign_count < _LARGEST_COUNT:
        raise RowError("moving.passkey_malformed")
    known = tuple(sorted(TRANSPORTS.intersection(transports)))
    return ImportedPasskey(
        rp_id, credential_id, public_key, sign_count, transports=known, aaguid=aaguid, name=name[:LONGEST_NAME], created_at=created_at,
        alone=alone, user_handle=user_handle, backup_unknown=True,
    )  # fmt: skip


def from_base64(text: str) -> bytes:
    """Return the bytes of a text in base64 of either alphabet, with or without padding.

    Raises:
        RowError: it is not base64.
    """
    try:
        raw = text.rstrip("=").translate(str.maketrans("-_", "+/")).encode("ascii")
        return base64.b64decode(raw + b"=" * (-len(raw) % 4), validate=True)
    except (ValueError, binascii.Error):
        raise RowError("moving.passkey_malformed") from None
