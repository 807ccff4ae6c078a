"""Signing keys and sealing keys."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from idp.http.admin.schemas.common import NextCursor, Shape, Time


class Jwk(Shape):
    """The public part (RFC 7517, RFC 7518 §6, RFC 8037 §2)."""

    kty: str = Field(examples=["RSA", "EC", "OKP"])
    kid: str
    alg: str
    use: str
    n: str | None = Field(default=None, description="RSA.")
    e: str | None = Field(default=None, description="RSA.")
    crv: str | None = Field(default=None, description="EC and OKP.")
    x: str | None = Field(default=None, description="EC and OKP.")
    y: str | None = Field(default=None, description="EC.")


class Key(Shape):
    """A signing key. States: next, active, retiring, retired; each can become revoked. One key per algorithm is active."""

    kid: str = Field(description="The RFC 7638 thumbprint of the key.")
    alg: str
    state: Literal["next", "active", "retiring", "retired", "revoked"]
    created_at: Time
    activated_at: Time | None
    retire_at: Time | None = Field(description="When the key leaves or left the JWK Set.")
    jwk: Jwk | None = Field(description="The public key as in the JWK Set. null: it is not in the set.")


class KeyRotation(Shape):
    """Which signing keys to rotate, and whether it is an emergency."""

    alg: str = Field(default="", description="One algorithm, such as RS256. If it is absent, the keys of all algorithms are rotated.")
    at_once: bool = Field(
        default=False,
        description=(
            "Emergency: let a next key sign that has been in the JWK Set for less than two hours. Verifiers that cache the set refuse "
            "its tokens until they load it again."
        ),
    )


class RotatedKeys(Shape):
    """The keys that sign now, one for each algorithm that was rotated."""

    items: list[Key]


class KeyPage(Shape):
    """All signing keys, the newest first."""

    items: list[Key]
    next_cursor: NextCursor


class SealingKey(Shape):
    """A sealing key, which seals codes, refresh tokens, cookies and hidden fields. Its states are next, active, opening and retired."""

    id: str
    state: Literal["next", "active", "opening", "retired"]
    created_at: Time
    opens_until: Time | None = Field(
        description="When the last thing that it sealed expires, or when the key was erased. null for the newest key."
    )


class SealingKeyPage(Shape):
    """All sealing keys, the newest first."""

    items: list[SealingKey]
    next_cursor: NextCursor
