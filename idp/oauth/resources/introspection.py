"""Token introspection (RFC 7662), for the client that the token was issued to and for the resource server in its audience."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.apps.claim_mapping import RESERVED
from idp.domain.errors import InvalidClient, InvalidToken
from idp.domain.requests.scope import keep
from idp.oauth.clients.authenticated_client import authenticate_caller
from idp.oauth.token.live_access_token import read_access_token
from idp.oauth.token.refresh_family import is_usable
from idp.oauth.token.response import token_type
from idp.services.tokens.issuing import REFRESH

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.caller import Caller
    from idp.oauth.params import Params
    from idp.oauth.provider import IntrospectionParts
    from idp.oauth.token.live_access_token import LiveAccessToken

_INACTIVE: dict[str, Any] = {"active": False}
_RETURNED = (
    "iss",
    "sub",
    "aud",
    "client_id",
    "scope",
    "iat",
    "exp",
    "jti",
    "auth_time",
    "acr",
    "amr",
    "cnf",
    "act",
    "authorization_details",
    "org_id",
    "org_name",
)


def introspect(provider: IntrospectionParts, params: Params, caller: Caller, *, as_jwt: bool = False) -> dict[str, Any] | str:
    """The introspection response: {"active": false} for a token that is not live or that this caller may not see (§2.2, §4).

    See RFC 6749 §5.2, RFC 7662 §2.1.

    `as_jwt`: the caller accepts a signed answer (RFC 9701 §4).
    """
    token = params.one("token")
    client = authenticate_caller(provider, params, caller)
    if client.is_public:
        raise InvalidClient("introspection.public_client")
    answer = _refresh_token(provider, client, token) or _access_token(provider, client, token)
    if not as_jwt:
        return answer
    from idp.oauth.resources.answer_jwt import introspection_jwt

    return introspection_jwt(provider, client, answer)


def _access_token(provider: IntrospectionParts, client: Client, token: str) -> dict[str, Any]:
    """The claims of a live access token that this client may see, `cnf` among them (RFC 7662 §2.2, RFC 8705 §3.2, RFC 9449 §6.2)."""
    try:
        held = read_access_token(provider, token)
    except InvalidToken:
        return _INACTIVE
    audience = held.claims["aud"] if isinstance(held.claims["aud"], list) else [held.claims["aud"]]
    if held.client.id != client.id and not set(audience) & set(client.introspects):
        return _INACTIVE
    # Mapped claims are returned as they are in the token: the caller could also read them there.
    claims = {name: value for name, value in held.claims.items() if name in _RETURNED or name.casefold() not in RESERVED}
    now = _allowed_now(held)
    claims = {name: value for name, value in claims.items() if name not in now} | {name: value for name, value in now.items() if value}
    return {"active": True, "token_type": token_type(held.claims.get("cnf")), **claims}


def _allowed_now(held: LiveAccessToken) -> dict[str, Any]:
    """The scopes and details (RFC 9396 §9.1, §9.2) of the token that its client may still use. Empty values for none."""
    details = held.claims.get("authorization_details", ())
    return {
        "scope": " ".join(held.scopes),
        "authorization_details": [detail for detail in details if detail["type"] in held.client.authorization_details_types],
    }


def _refresh_token(provider: IntrospectionParts, client: Client, token: str) -> dict[str, Any] | None:
    handle = provider.tokens.open(REFRESH, token)
    if handle is None:
        return None
    found, now = provider.reads.grant((handle.user_id, handle.grant_id), handle.org_id), provider.clock()
    user, grant, belonging = found.user, found.grant, found.belonging
    if user is None or grant is None:
        return _INACTIVE
    current = is_usable(client, user, grant, now, belonging) and grant.expires_at > now and grant.generation == handle.generation
    if not current or "refresh_token" not in client.grant_types:
        return _INACTIVE
    details = [dict(detail) for detail in grant.authorization_details if detail["type"] in client.authorization_details_types]
    return {
        **({"authorization_details": details} if details else {}),
        "active": True,
        "iss": provider.settings.issuer,
        "sub": provider.subjects.of(client, grant.user_id),
        "client_id": grant.client_id,
        "scope": " ".join(keep(grant.scopes, client.scopes)),
        "iat": grant.rotated_at or grant.redeemed_at,
        "exp": grant.expires_at,
        **({"org_id": belonging.organisation.id, "org_name": belonging.organisation.slug} if belonging else {}),
    }
