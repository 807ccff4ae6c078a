"""Secrets of a first run (K-14). No two deployments share one, and this repository contains none.

In development they are derived from the key file, so that a second run can print them again. In production they are random and are
printed once.
"""

from __future__ import annotations

import base64
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

if TYPE_CHECKING:
    from idp.settings import Settings

_BITS_80 = 10
_BITS_160 = 20
_BITS_256 = 32


class Source(Protocol):
    """Makes secrets by name."""

    def new(self, name: str, size: int) -> bytes:
        """Return the secret of something that is created now."""
        ...

    def again(self, name: str, size: int) -> bytes | None:
        """Return what `new` returned when it was created, or None if it is unknown."""
        ...


class Derived:
    """HKDF-SHA256 (RFC 5869) of a deployment's key file. The file gives all secrets; one secret does not give another."""

    def __init__(self, key: bytes, table_prefix: str) -> None:
        self._key, self._prefix = key, table_prefix

    def new(self, name: str, size: int) -> bytes:
        info = f"idp first run\0{self._prefix}\0{name}".encode()
        return HKDF(SHA256(), length=size, salt=None, info=info).derive(self._key)

    def again(self, name: str, size: int) -> bytes | None:
        return self.new(name, size)


class Random:
    """Random secrets, which are printed once."""

    def new(self, name: str, size: int) -> bytes:
        del name
        return secrets.token_bytes(size)

    def again(self, name: str, size: int) -> bytes | None:
        del name, size
        return None


def source(settings: Settings) -> Source:
    """Return the source of a deployment whose keys exist."""
    if settings.dev and settings.key_file:
        return Derived(Path(settings.key_file).read_bytes(), settings.table_prefix)
    return Random()


def password(source: Source, name: str, *, strong: bool, minimum: int, again: bool = False) -> str | None:
    """Return groups of four letters and digits, which can be typed: 160 bits if `strong`, otherwise 80; more if `minimum` demands it.

    `minimum`: characters (IDP_PASSWORD_MIN_LENGTH).
    """
    size = _BITS_160 if strong else _BITS_80
    while len(_in_groups(bytes(size))) < minimum:
        size += _BITS_80
    raw = (source.again if again else source.new)(f"password {name}", size)
    return _in_groups(raw) if raw else None


def _in_groups(raw: bytes) -> str:
    text = base64.b32encode(raw).decode().lower()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def totp_secret(source: Source, name: str) -> str:
    """Return 160 bits in base32, as authenticator apps read them (RFC 4226 §4, R6)."""
    return base64.b32encode(source.new(f"totp {name}", _BITS_160)).decode()


def client_secret(source: Source, name: str, *, again: bool = False) -> str | None:
    """Return 256 bits, URL-safe."""
    raw = (source.again if again else source.new)(f"client {name}", _BITS_256)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=") if raw else None
