"""The bearer token of a target, encrypted under the data key. It is decrypted only for a request to the target."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.provisioning.target import Target
    from idp.services.keys.keyring import Keyring


def seal_token(keyring: Keyring, target_id: str, base_url: str, plain: str) -> str:
    """Return what is stored in `Target.token`. It can be decrypted for this target and address only."""
    return urlsafe_b64encode(keyring.protect(_purpose(target_id, base_url), plain.encode())).decode()


def open_token(keyring: Keyring, target: Target) -> str:
    """Return the token.

    Raises:
        Unavailable, ValueError: it was not sealed for this target and address.
    """
    return keyring.reveal(_purpose(target.id, target.base_url), urlsafe_b64decode(target.token)).decode()


def _purpose(target_id: str, base_url: str) -> str:
    return f"provisioning:token:{target_id}:{base_url}"
