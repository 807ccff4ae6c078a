"""Where the parameters of an authorization request come from: the request, a pushed request (RFC 9126), a signed object (RFC 9101)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import OAuthError, PageError
from idp.oauth.authorization.checks import response_mode, state
from idp.oauth.authorization.checks.redirect_uri import redirect_uri
from idp.oauth.authorization.error_response import AuthorizationError
from idp.oauth.authorization.pushed_handle import LIFETIME, PUSHED, URN, open_pushed

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.oauth.params import Params
    from idp.oauth.provider import RequestSourceParts


def resolve(provider: RequestSourceParts, params: Params, client: Client) -> tuple[Params, str | None]:
    """The parameters that count, and the id of the pushed request if they come from one.

    See FAPI 2.0 Security Profile §5.3.2.2, RFC 9101 §6, RFC 9126 §6.

    Raises:
        PageError: the request is invalid, and there is no valid redirect URI.
        AuthorizationError: the request object is invalid, and the plain parameters name a redirect URI of this client.
    """
    reference = params.get("request_uri")
    if reference is not None and reference.startswith(URN):
        from idp.oauth.authorization.request_object import from_claims

        pushed_id, pushed = open_pushed(provider, reference, client)
        return from_claims(pushed), pushed_id
    if client.must_push:
        _refuse(provider, params, client, OAuthError("invalid_request", "pushed_request.required"))
    if reference is None and params.get("request") is None and not client.must_sign:
        return params, None
    from idp.oauth.authorization.request_object import resolve_object

    try:
        return resolve_object(provider, params, client), None
    except OAuthError as error:
        _refuse(provider, params, client, error)
        raise


def _refuse(provider: RequestSourceParts, params: Params, client: Client, error: OAuthError) -> None:
    """Raise the error for the redirect URI of the plain parameters if it is the client's, else as a page."""
    try:
        uri, _ = redirect_uri(params, client)
    except PageError:
        raise PageError(error.code, error.message, app=client) from None
    raise AuthorizationError(
        error.code,
        error.message,
        client_id=client.id,
        redirect_uri=uri,
        response_mode=response_mode.of_error(params),
        state=state.of_error(params),
        issuer=provider.settings.issuer,
    ) from None


def use_up(provider: RequestSourceParts, made: AuthorizationRequest) -> None:
    """Use up the pushed request by one conditional write.

    RFC 9126 §4: "the authorization server SHOULD treat request_uri values as one-time use".

    Raises:
        PageError: it was used before.
    """
    if made.pushed_id is None:
        return
    expires_at = made.received_at + LIFETIME + provider.settings.sign_in_lifetime
    if not provider.used_once.use(PUSHED, made.pushed_id, expires_at=expires_at, attempt=provider.new_id()):
        raise PageError("invalid_request_uri", "page.already_answered")
