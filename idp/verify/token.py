"""What a verified access token says (RFC 9068 §2.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from idp.verify.record import Record


class Token(Record):
    """Verified claims. `kid`: the key that signed it. `scheme`: bearer or dpop, how it was sent."""

    claims: Mapping[str, Any]
    kid: str
    scheme: str = "bearer"
    jwt: str = ""

    def __repr__(self) -> str:
        """Without the token itself: it would be in some log."""
        return f"Token(subject={self.subject!r}, client_id={self.client_id!r})"

    @property
    def subject(self) -> str:
        """Whom it is about: a user, or the client itself."""
        return str(self.claims["sub"])

    @property
    def client_id(self) -> str:
        """The app that it was given to."""
        return str(self.claims["client_id"])

    @property
    def scopes(self) -> frozenset[str]:
        """What it may be used for."""
        return frozenset(str(self.claims.get("scope", "")).split())

    @property
    def acr(self) -> str:
        """How sure the issuer is of the user; empty when it does not say."""
        return str(self.claims.get("acr", ""))

    @property
    def amr(self) -> frozenset[str]:
        """How the user signed in (RFC 8176)."""
        return frozenset(self.claims.get("amr", ()))

    @property
    def confirmation(self) -> Mapping[str, Any]:
        """What it is bound to (RFC 7800 §3.1); empty for a bearer token."""
        found: Mapping[str, Any] = self.claims.get("cnf") or {}
        return found

    def names(self, claim: str) -> frozenset[str]:
        """A claim that is a list of names: roles, groups, permissions. Anything else in its place is nobody's role."""
        value = self.claims.get(claim)
        return frozenset(value) if isinstance(value, list) and all(isinstance(one, str) for one in value) else frozenset()
