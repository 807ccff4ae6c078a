"""Secrets of clients and of registrations: made at random, stored as SHA-256, kept for a time beside a new one."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.apps.client import Client, ClientSecret


def new_secret() -> str:
    """Return a new secret of 256 bits, URL-safe. It cannot be guessed, so its plain SHA-256 may be stored (RFC 6819 §5.1.4.1.3)."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """Return the stored form of a secret: its SHA-256, hex."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def keep_secrets(client: Client, now: int, overlap: int) -> tuple[ClientSecret, ...]:
    """Return the newest secret that is valid at `now` (epoch seconds), for at most `overlap` seconds more. None are kept for 0."""
    live = [secret for secret in client.secrets if secret.expires_at is None or secret.expires_at > now]
    if not live or not overlap:
        return ()
    newest = live[-1]
    until = now + overlap if newest.expires_at is None else min(newest.expires_at, now + overlap)
    return (replace(newest, expires_at=until),)
