"""The client that calls an endpoint, authenticated by one read. Only the token endpoint has a read of its own, which is the grant's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.oauth.clients.authentication import authenticate, parse_credentials
from idp.oauth.clients.identification import find_client

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.caller import Caller
    from idp.oauth.params import Params
    from idp.oauth.provider import CallerParts


def authenticate_caller(provider: CallerParts, params: Params, caller: Caller) -> Client:
    """The client of this request, authenticated by the method that it is registered for (RFC 6749 §2.3). One read.

    Raises:
        OAuthError: invalid_client, or invalid_request for credentials that are sent in two ways.
    """
    sent = parse_credentials(params, caller)
    return authenticate(provider, sent, find_client(provider, sent.client_id, provider.reads.client(sent.client_id)))
