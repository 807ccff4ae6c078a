"""The receiver of shared signals: an app, by its own access token for this API alone (Shared Signals Framework 1.0 §8,
CAEP Interoperability Profile 1.0 §2.7.3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.access.signal_scopes import MANAGE, READ, is_receiver
from idp.domain.errors import InvalidToken, OAuthError
from idp.oauth.resources.presented_token import challenge, read_presented_token

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.caller import Caller
    from idp.oauth.provider import ResourceParts


def authenticate(provider: ResourceParts, authorization: str | None, caller: Caller, *, reads: bool) -> Client:
    """The receiver that sent this Authorization header. `reads`: `ssf.read` is enough.

    Raises:
        OAuthError: 401 without a valid token; 403 if the app may not do this.
    """
    settings = provider.settings
    audience, where = settings.signals_resource, f"{settings.issuer}/.well-known/oauth-protected-resource/signals/v1"
    realm = f'realm="signals", resource_metadata="{where}"'
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() not in {"bearer", "dpop"} or not token:
        # RFC 6750 §3.1: without any authentication information, no error code.
        raise OAuthError("", "access_token.missing_for_api", status=401, headers={"WWW-Authenticate": f"Bearer {realm}, {challenge()}"})
    held = read_presented_token(provider, token, scheme, caller, audience=audience)
    if held.claims["aud"] != audience:
        # Another API that gets this token could use it here.
        raise InvalidToken("access_token.for_other_apis")
    client, wanted = held.client, {MANAGE, READ} if reads else {MANAGE}
    # A token that a person gave is none of a receiver: the stream is the app's own.
    may = not wanted.isdisjoint(held.scopes) and is_receiver(client, audience)
    if held.user is not None or held.claims["sub"] != client.id or not may:
        scope = READ if reads else MANAGE
        needed = f'{"DPoP" if scheme.lower() == "dpop" else "Bearer"} {realm}, error="insufficient_scope", scope="{scope}"'
        raise OAuthError("insufficient_scope", "signals.not_a_receiver", scope=scope, status=403, headers={"WWW-Authenticate": needed})
    return client
