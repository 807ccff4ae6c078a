"""Signing keys."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from idp.http.admin.schemas.common import NextCursor, Shape, Time


class Jwk(Shape):
    """The public part (RFC 7517)."""

    kty: str
    n: str
    e: str
    kid: str
    alg: str
    use: str


class Key(Shape):
    """A signing key. next → active → retiring → retired; revoked from any of them."""

    kid: str = Field(description="RFC 7638 thumbprint.")
    alg: str
    state: Literal["next", "active", "retiring", "retired", "revoked"]
    created_at: Time
    activated_at: Time | None
    retire_at: Time | None = Field(description="When it leaves the JWK Set, or did.")
    jwk: Jwk | None = Field(description="As in the JWK Set; null when it is not in it.")


class KeyPage(Shape):
    """All keys, the newest first."""

    items: list[Key]
    next_cursor: NextCursor
