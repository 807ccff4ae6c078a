"""A passkey: a public key credential of a user (WebAuthn Level 3 §4, "credential record")."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

MOST = 20
"""The greatest number of passkeys of a user."""
LONGEST_ID = 1023
"""Bytes of a credential id (WebAuthn Level 3 §7.1, "verify that the credentialId is <= 1023 bytes")."""
LONGEST_NAME = 60
"""Characters of the name that a person gives a passkey."""
TRANSPORTS = frozenset({"usb", "nfc", "ble", "smart-card", "hybrid", "internal"})
"""How a browser reaches an authenticator (WebAuthn Level 3 §5.8.4). Others are dropped."""


@dataclass(frozen=True, slots=True)
class Passkey:
    """`public_key`: in COSE form (RFC 9052 §7). `sign_count`: of the last use; 0 for an authenticator without a counter.

    `backup_eligible`: it may be synced to other devices; this never changes. `backed_up`: it was synced at its last use.
    `backup_unknown`: it was imported without `backup_eligible`, which is taken from its first use.
    `user_verified`: the authenticator has checked a PIN or a fingerprint at least once. `aaguid`: the model of the authenticator.
    `alone`: it opened the account without a password once, or was made to do so. For others it is not known whether they can.
    `browser_known_since`: of the session that added it (`Session`), or None if that is unknown. Times are epoch seconds.
    """

    user_id: str
    credential_id: bytes
    public_key: bytes
    alg: int
    sign_count: int
    backup_eligible: bool
    backed_up: bool
    user_verified: bool
    transports: tuple[str, ...]
    aaguid: str
    name: str
    created_at: int
    used_at: int | None = None
    alone: bool = False
    browser_known_since: int | None = None
    backup_unknown: bool = False

    @property
    def id(self) -> str:
        """The id of its items: a hash, because a credential id may be long."""
        return passkey_id(self.credential_id)

    @property
    def summary(self) -> str:
        """What the user keeps of it: its credential id in base64url, and its transports."""
        return " ".join((encode(self.credential_id), *self.transports))


def passkey_id(credential_id: bytes) -> str:
    """The id of the items of this credential: the SHA-256 of its credential id, in base64url."""
    return encode(hashlib.sha256(credential_id).digest())


def encode(data: bytes) -> str:
    """Encode in base64url without padding (RFC 4648 §5)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def clean_name(typed: str, otherwise: str) -> str:
    """The name in one line of at most LONGEST_NAME printable characters; `otherwise` if nothing is left."""
    printable = "".join(c if c.isprintable() else " " for c in typed)
    return " ".join(printable.split())[:LONGEST_NAME].strip() or otherwise
