"""The pushed authorization request endpoint (RFC 9126): it checks a request and answers with a handle (`pushed_handle`).

The request_uri contains the whole request, sealed. So a push writes nothing, and /authorize reads nothing for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.errors import OAuthError
from idp.oauth.authorization.endpoints import PUSHED_REQUEST
from idp.oauth.authorization.pipeline import accept
from idp.oauth.authorization.pushed_handle import LIFETIME, PUSHED, URN
from idp.oauth.authorization.request_object import resolve_object
from idp.oauth.sender import constraint as sender_constraint

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.caller import Caller
    from idp.oauth.params import Params
    from idp.oauth.provider import BackChannelParts

MAX_LENGTH = 7400
"""Characters of a request_uri: CloudFront refuses URLs of more than 8192. A request that fits into a URL fits into this."""
_NOT_PUSHED = frozenset({"client_secret", "client_assertion", "client_assertion_type"})


def push(provider: BackChannelParts, params: Params, caller: Caller) -> dict[str, Any]:
    """Check the request as /authorize does, and answer with its request_uri (RFC 9126 §2, §2.1, §2.2).

    Raises:
        OAuthError: the error of /authorize. The client reads it in the response (RFC 9126 §2.3).
    """
    accepted = accept(PUSHED_REQUEST, provider, params, caller, find_params=_find_params)
    client, asked = accepted.client, accepted.params
    bound = sender_constraint.constraint_of_push(provider, client, caller, asked.get("dpop_jkt"))
    pushed = {name: list(values) if len(values) > 1 else values[0] for name, values in asked.every() if name not in _NOT_PUSHED}
    pushed |= bound.confirmation or {}
    handle = provider.tokens.seal(PUSHED, [provider.new_id(), provider.clock() + LIFETIME, client.id, pushed, client.stamp], packed=True)
    if len(handle) > MAX_LENGTH:
        raise OAuthError("invalid_request", "pushed_request.too_long", status=413)
    bound.use(provider)
    return {"request_uri": URN + handle, "expires_in": LIFETIME}


def _find_params(provider: BackChannelParts, params: Params, client: Client) -> Params:
    """The parameters of the request object, or else as sent (RFC 9126 §3)."""
    if "request_uri" in params:  # §2.1: "The request_uri authorization request parameter is one exception, and it MUST NOT be provided"
        raise OAuthError("invalid_request", "pushed_request.has_request_uri")
    return resolve_object(provider, params, client)
