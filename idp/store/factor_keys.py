"""Keys of second factors: the TOTP credential, recovery codes and passkeys of a user (see `idp.store.keys`)."""

from __future__ import annotations

from idp.store.keys import Key, part, user_pk


def totp(user_id: str) -> Key:
    """The user's TOTP credential."""
    return Key(user_pk(user_id), "TOTP")


def recovery_codes(user_id: str) -> Key:
    """The user's recovery codes."""
    return Key(user_pk(user_id), "RECOVERY")


PASSKEY = "PASSKEY#"
"""The beginning of the sort keys of passkeys."""


def passkey(user_id: str, passkey_id: str) -> Key:
    """A passkey of the user. `passkey_id` has only letters, digits, - and _."""
    return Key(user_pk(user_id), PASSKEY + part(passkey_id))


def credential(passkey_id: str) -> Key:
    """The item by which a credential id belongs to one user only."""
    return Key(f"CREDENTIAL#{part(passkey_id)}", "CREDENTIAL")
