"""The caller of the admin API: a service client, or an admin who used a second factor. Both are read strongly at each request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from idp.domain.access.tenancy import Organisation, Scope
from idp.domain.errors import InvalidToken, OAuthError
from idp.domain.message import Message
from idp.domain.sessions.session import AAL2
from idp.domain.tokens.verified_algorithms import ALGORITHMS
from idp.http.admin.authority import determine_power, determine_scope
from idp.oauth.resources.presented_token import challenge, read_presented_token
from idp.services.apps.client_rules.power import admin_power
from idp.services.audit.recorder import Actor

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.http.interfaces.admin import AdminServices
    from idp.oauth.caller import Caller
    from idp.settings import Settings

REALM = 'realm="admin"'


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller.

    `key` identifies the caller of stored idempotency keys and of cursors. A new client with the id of a former one has another key, and so
    has the same caller with another authority.
    `scopes`: the OAuth scopes of the token that are in force. The caller can grant no others (`actor.held`).
    `authority`: the part of the deployment that the caller administers.
    `refusal`: set if the token is valid and its holder may not use this API.
    `bound`: the token is bound to a DPoP key, so challenges use the DPoP scheme.
    """

    key: str
    actor: Actor
    scopes: frozenset[str]
    authority: Scope
    refusal: OAuthError | None = None
    bound: bool = False


class NoToken(OAuthError):
    """RFC 6750 §3.1: "If the request lacks any authentication information … SHOULD NOT include an error code"."""

    def __init__(self, settings: Settings) -> None:
        # RFC 9728 §5.1: where a client finds out which tokens this API takes and who issues them
        metadata = f'resource_metadata="{settings.issuer}/.well-known/oauth-protected-resource/admin/v1"'
        super().__init__(
            "",
            "admin_api.no_token",
            status=401,
            headers={"WWW-Authenticate": f"Bearer {REALM}, {metadata}, {challenge()}"},
        )


def authenticate(services: AdminServices, authorization: list[str], caller: Caller) -> Principal:
    """Authenticate a request by its Authorization headers. A token that is bound to a key needs its proof (RFC 9449 §7).

    Raises:
        NoToken: the request has no access token.
        InvalidToken: the token is not valid, or is for other APIs as well.
    """
    audience = services.settings.admin_resource
    scheme, token = _token(authorization, services.settings)
    held, origin = read_presented_token(services.provider, token, scheme, caller, audience=audience), caller.origin
    if held.claims["aud"] != audience:
        # Another API that gets this token could use it here (threats D-10).
        raise InvalidToken("access_token.for_other_apis")
    # The scopes of the token, not those that its client may have: a token with fewer scopes must not give more (threats J-05).
    scopes = admin_power(held.client, audience).intersection(held.scopes)
    bound, authority = scheme.lower() == "dpop", determine_scope(held)
    power = determine_power(held, authority)
    scopes &= power
    if held.user is None:
        if held.claims["sub"] != held.client.id or "client_credentials" not in held.client.grant_types:
            raise InvalidToken
        refusal = None if power else insufficient_scope(Message("admin_api.not_admin"), (), bound=bound)
        return Principal(_key(held.client, authority), Actor(held.client.id, origin, scopes), scopes, authority, refusal, bound)
    refusal = None
    if not power:
        refusal = insufficient_scope(Message("admin_api.not_admin"), (), bound=bound)
    elif held.claims.get("acr") != AAL2:
        refusal = _build_second_factor_refusal(bound=bound)
    key = f"{held.user.id} {_key(held.client, authority)}"
    return Principal(key, Actor(held.user.id, origin, scopes), scopes, authority, refusal, bound)


def _key(client: Client, authority: Scope) -> str:
    parts = (client.id, client.incarnation, f"organisation:{authority.id}" if isinstance(authority, Organisation) else "")
    return " ".join(part for part in parts if part)


def insufficient_scope(message: Message, needed: tuple[str, ...], *, bound: bool) -> OAuthError:
    """Build the refusal of a token that lacks OAuth scopes. RFC 6750 §3.1: "The request requires higher privileges than provided by the
    access token".
    """
    scope = f', scope="{" ".join(needed)}"' if needed else ""
    challenge = _challenge(f'error="insufficient_scope"{scope}', bound=bound)
    return OAuthError("insufficient_scope", message, status=403, headers={"WWW-Authenticate": challenge})


def _challenge(parameters: str, *, bound: bool) -> str:
    """Build a challenge in the scheme of the token (RFC 6750 §3, RFC 9449 §7.1)."""
    return f'DPoP {REALM}, {parameters}, algs="{" ".join(ALGORITHMS)}"' if bound else f"Bearer {REALM}, {parameters}"


def _build_second_factor_refusal(*, bound: bool) -> OAuthError:
    """Build the refusal that asks for a stronger sign-in (RFC 9470 §3)."""
    challenge = _challenge(f'error="insufficient_user_authentication", acr_values="{AAL2}"', bound=bound)
    return OAuthError("insufficient_user_authentication", "admin_api.no_second_factor", status=401, headers={"WWW-Authenticate": challenge})


def _token(authorization: list[str], settings: Settings) -> tuple[str, str]:
    if not authorization:
        raise NoToken(settings)
    scheme, _, token = authorization[0].partition(" ")
    if scheme.lower() not in {"bearer", "dpop"}:
        raise NoToken(settings)
    if len(authorization) > 1 or not token or " " in token:
        raise InvalidToken
    return scheme, token
