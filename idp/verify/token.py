"""The claims of a verified access token (RFC 9068 §2.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from idp.verify.record import Record


class Token(Record):
    """Verified claims. `kid`: the key that signed the token. `scheme`: bearer or dpop. `jwt`: the token itself."""

    claims: Mapping[str, Any]
    kid: str
    scheme: str = "bearer"
    jwt: str = ""

    def __repr__(self) -> str:
        """Without the token itself, so that no log contains it."""
        return f"Token(subject={self.subject!r}, client_id={self.client_id!r})"

    @property
    def subject(self) -> str:
        """The id of the user, or of the client itself."""
        return str(self.claims["sub"])

    @property
    def client_id(self) -> str:
        """The id of the app that the token was issued to."""
        return str(self.claims["client_id"])

    @property
    def scopes(self) -> frozenset[str]:
        """The granted scopes."""
        return frozenset(str(self.claims.get("scope", "")).split())

    @property
    def acr(self) -> str:
        """The authentication context class of the sign-in; empty if the token has none."""
        return str(self.claims.get("acr", ""))

    @property
    def amr(self) -> frozenset[str]:
        """The authentication methods of the sign-in (RFC 8176)."""
        return frozenset(self.claims.get("amr", ()))

    @property
    def confirmation(self) -> Mapping[str, Any]:
        """The key or certificate that the token is bound to (RFC 7800 §3.1); empty for a bearer token."""
        found: Mapping[str, Any] = self.claims.get("cnf") or {}
        return found

    def names(self, claim: str) -> frozenset[str]:
        """A claim that is a list of names: roles, groups, permissions. Empty if it is not a list of texts."""
        value = self.claims.get(claim)
        return frozenset(value) if isinstance(value, list) and all(isinstance(one, str) for one in value) else frozenset()
