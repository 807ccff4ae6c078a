"""A valid and live access token. Its grant, user and client are read strongly each time (RFC 6750 §2, RFC 9068 §4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from idp.domain.errors import InvalidToken
from idp.domain.requests.scope import keep
from idp.domain.tokens.liveness import NotLiveError, TokenFacts, require_live_token

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.organisations.belonging import Belonging
    from idp.domain.organisations.profile import OrganisationProfile
    from idp.domain.people.user import User
    from idp.domain.tokens.grant import Grant
    from idp.oauth.provider import AccessTokenParts


@dataclass(frozen=True, slots=True)
class LiveAccessToken:
    """A live token: its claims and the facts that it depends on. `user`, `grant` and `given_to` are None for a client's own token.

    `given_to` is the client that the user gave the grant to. It differs from `client` after a token exchange (RFC 8693).
    `belonging`: the user in the organisation that the token is for. `own_organisation`: the one that the client of a client's own token
    belongs to.
    """

    claims: dict[str, Any]
    client: Client
    user: User | None = None
    grant: Grant | None = None
    given_to: Client | None = None
    belonging: Belonging | None = None
    own_organisation: OrganisationProfile | None = None

    @property
    def organisation(self) -> OrganisationProfile | None:
        """The organisation that the token is for, as stored now, or None."""
        return self.belonging.organisation if self.belonging else self.own_organisation

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scopes of the token that its client may still use."""
        granted = tuple(str(self.claims.get("scope", "")).split())
        if self.given_to is None or self.given_to.id == self.client.id:
            return keep(granted, self.client.scopes)
        return keep(keep(granted, self.client.token_exchange_scopes), self.given_to.scopes)


def read_access_token(provider: AccessTokenParts, token: str, *, audience: str | None = None) -> LiveAccessToken:
    """The claims of the token and the facts that it depends on: one signature check, one read.

    Raises:
        InvalidToken: the token is forged, expired, revoked, for another audience, or not live.
    """
    claims = provider.tokens.verify_access_token(token, audience=audience)
    user_id, grant_id, org_id = claims.get("uid", ""), claims.get("gid"), claims.get("org_id", "")
    facts = provider.reads.bearer(claims["client_id"], claims["jti"], (user_id, grant_id) if grant_id else None, org_id)
    client, user, grant = facts.client, facts.user, facts.grant
    token_facts = TokenFacts(claims.get("cst", ""), claims["iat"], bool(grant_id), org_id, claims.get("ost", 0))
    try:
        given_to = require_live_token(
            token_facts, client, user, grant, provider.clock(), revoked_until=facts.revoked_until, read_client=provider.clients.get,
            organisation=facts.organisation, belonging=facts.belonging,
        )  # fmt: skip
    except NotLiveError as error:
        raise InvalidToken(detail=error.reason) from None
    if client is None:
        raise InvalidToken
    own = facts.organisation if grant is None else None
    return LiveAccessToken(claims, client, user, grant, given_to, facts.belonging, own)
