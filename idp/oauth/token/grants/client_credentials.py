"""The client credentials grant (RFC 6749 §4.4): a client for itself, no user, no refresh token. One read, no write of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import OAuthError
from idp.domain.requests import scope as rules
from idp.oauth.clients.authentication import authenticate
from idp.oauth.clients.identification import known
from idp.oauth.token import sender_constraint
from idp.oauth.token.grants.details import own_details
from idp.oauth.token.grants.resource import audience
from idp.oauth.token.response import bare, mapped

if TYPE_CHECKING:
    from idp.oauth.caller import Caller
    from idp.oauth.clients.authentication import Credentials
    from idp.oauth.params import Params
    from idp.oauth.provider import Provider
    from idp.oauth.token.response import TokenResponse

_USERS_ONLY = frozenset({"openid", "profile", "email", "address", "phone", "offline_access"})


def client_credentials(provider: Provider, params: Params, given: Credentials, caller: Caller) -> TokenResponse:
    """A token whose subject is the client. Scopes that speak of a user are never granted here."""
    client = authenticate(provider, given, known(provider, given.client_id, provider.reads.client(given.client_id)))
    if client.public or "client_credentials" not in client.grant_types:
        raise OAuthError("unauthorized_client", "This client may not use the client credentials grant.")
    allowed = tuple(scope for scope in client.scopes if scope not in _USERS_ONLY)
    try:
        scopes = rules.narrow(rules.parse(params.get("scope") or ""), allowed)
    except ValueError as problem:
        raise OAuthError("invalid_scope", str(problem)) from None
    if scopes is None:
        raise OAuthError("invalid_scope", "This client is not registered for a scope that it asks for.")
    bound = sender_constraint.asked(provider, client, caller)
    resources = audience(params, client)
    details = own_details(provider, params, client)
    told = mapped(provider, client, None, caller.origin, "access_token", beside=(scopes, resources, details))
    bound.use(provider)
    token = provider.tokens.access_token(
        client, scopes=scopes, resources=resources, confirmation=bound.confirmation, details=details, more=told.get("access_token")
    )
    answer = bare(provider, token, scopes, bound.confirmation)
    return {**answer, "authorization_details": list(details)} if details else answer
