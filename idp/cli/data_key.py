"""Compares the data keys of a backup and a deployment. Secrets encrypted under one key cannot be decrypted with another."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from idp.domain.errors import Unavailable
from idp.store import deployment_keys
from idp.store.factors import TotpItem
from idp.store.signing_keys import DataKeyItem, KeyItems

if TYPE_CHECKING:
    from idp.cli.archive_file import Contents
    from idp.store.database import Database
    from idp.wiring.all_services import AllServices


def fingerprint(database: Database) -> str:
    """Return the SHA-256 of the encrypted data key in hexadecimal, or "" if there is none. It needs no KMS and discloses nothing."""
    return _hash(KeyItems(database).load().data_key)


def differs(services: AllServices, contents: Contents) -> bool:
    """Return whether the items of a backup were encrypted under another data key than this deployment has.

    A backup of an earlier release does not name its data key. Then one of its second factors is tried; without any the answer is False.
    """
    here, there = fingerprint(services.database), contents.data_key or _hashed_of(contents.keys)
    if there:
        return here != there
    credential = contents.second_factor and TotpItem.of(contents.second_factor)
    if not credential:
        return False
    user_id = credential.pk.partition("#")[2]
    try:
        services.keyring.reveal(f"totp:{user_id}", credential.sealed)
    except Unavailable as trouble:
        if trouble.detail.startswith("no keys yet") or "does not open" in trouble.detail:
            return True
        raise
    return False


def _hashed_of(items: list[dict[str, Any]]) -> str:
    place = deployment_keys.data_key()
    found: Mapping[str, Any] | None = next((item for item in items if (item["pk"]["S"], item["sk"]["S"]) == place), None)
    return _hash(DataKeyItem.of(dict(found))) if found else ""


def _hash(item: DataKeyItem | None) -> str:
    return hashlib.sha256(item.enveloped).hexdigest() if item else ""
