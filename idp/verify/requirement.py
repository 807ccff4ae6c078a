"""What a route requires of a valid token: scopes, authentication methods, roles."""

from __future__ import annotations

from idp.verify.record import Record
from idp.verify.refused import Refused
from idp.verify.token import Token


class Requirement(Record):
    """By default any valid token is sufficient.

    `scopes`, `amr`, `permissions`: the token needs all of them. `acr`, `roles`, `groups`, `clients`: it needs one of them.
    `max_age`: the greatest age of the sign-in, in seconds.
    """

    scopes: tuple[str, ...] = ()
    acr: tuple[str, ...] = ()
    amr: tuple[str, ...] = ()
    max_age: int | None = None
    roles: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()

    def check(self, token: Token, now: float) -> None:
        """Check a token. `now` in epoch seconds.

        Raises:
            Refused: insufficient_scope (RFC 6750 §3.1), insufficient_user_authentication (RFC 9470 §3), access_denied.
        """
        if self.scopes and not token.scopes.issuperset(self.scopes):
            raise Refused("insufficient_scope", "The access token lacks a scope.", 403, scope=" ".join(self.scopes))
        if (self.acr and token.acr not in self.acr) or (self.amr and not token.amr.issuperset(self.amr)) or not self._is_recent(token, now):
            more = {"acr_values": " ".join(self.acr), "max_age": "" if self.max_age is None else str(self.max_age)}
            raise Refused("insufficient_user_authentication", "The user has to sign in another way, or again.", 401, **more)
        for claim, wanted in (("roles", self.roles), ("groups", self.groups)):
            if wanted and token.names(claim).isdisjoint(wanted):
                raise Refused("access_denied", "The access token does not allow this request.", 403, reason=claim)
        if self.permissions and not token.names("permissions").issuperset(self.permissions):
            raise Refused("access_denied", "The access token does not allow this request.", 403, reason="permissions")
        if self.clients and token.client_id not in self.clients:
            raise Refused("access_denied", "The access token does not allow this request.", 403, reason="client")

    def _is_recent(self, token: Token, now: float) -> bool:
        if self.max_age is None:
            return True
        at = token.claims.get("auth_time")
        return type(at) is int and 0 <= now - at <= self.max_age


NOTHING_MORE = Requirement()
"""Any valid token is sufficient."""
