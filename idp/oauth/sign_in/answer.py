"""The answer to an authorization request when every step is done: to an app, to a device, or to a page of our own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.message import Message
from idp.domain.requests.own_pages import own_page
from idp.oauth.authorization.error_response import refusal
from idp.oauth.authorization.request_source import use_up
from idp.oauth.authorization.response import code_response, new_grant, require_valid_client
from idp.oauth.sign_in.outcomes import DeviceAnswered, OpenPage, SendResponse

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.domain.sessions.request_origin import Origin
    from idp.domain.sessions.visitor import Visitor
    from idp.domain.tokens.grant import Grant
    from idp.oauth.authorization.response import AuthorizationResponse
    from idp.oauth.provider import SignInParts
    from idp.oauth.sign_in.outcomes import Answer


def answer(provider: SignInParts, request: AuthorizationRequest, visitor: Visitor, origin: Origin) -> tuple[Answer, Grant | None]:
    """The answer, and the grant that the caller writes before it sends the answer.

    A pushed request is used up and a provisional registration is kept. A device gets its grant here.

    Raises:
        PageError: the request, or the device, was answered before.
        Unavailable: the store does not answer.
    """
    if request.page:
        return OpenPage(own_page(request.page)), None
    client = require_valid_client(visitor.client, request)
    if client.provisional_until is not None:
        provider.registration.keep(client, scope=DEPLOYMENT)
    if request.device:
        from idp.oauth import device_authorization

        device_authorization.approve(provider, request, visitor, client)
        return _device(provider, request, visitor, origin, approved=True), None
    if request.pushed_id:
        use_up(provider, request)
    grant = new_grant(provider, request, visitor, client)
    return send_code(provider, request, grant, client), grant


def send_code(provider: SignInParts, request: AuthorizationRequest, grant: Grant, client: Client | None) -> SendResponse:
    """The answer for an app: the code of this grant."""
    client = require_valid_client(client, request)
    return SendResponse(_in_its_mode(provider, code_response(provider, request, grant, client), client))


def deny(provider: SignInParts, request: AuthorizationRequest, visitor: Visitor, origin: Origin) -> DeviceAnswered:
    """Refuse the request, because the person did. A device gets the answer when it polls, an app at its redirect URI.

    Raises:
        AuthorizationError: access_denied, for the app (RFC 6749 §4.1.2.1).
        PageError: the request, or the device, was answered before.
        Unavailable: the store does not answer.
    """
    if not request.device:
        use_up(provider, request)
        raise refusal(provider, request, "access_denied", Message("device.denied"))
    from idp.oauth import device_authorization

    device_authorization.deny(provider, request, visitor.session.user_id)
    return _device(provider, request, visitor, origin, approved=False)


def _in_its_mode(provider: SignInParts, response: AuthorizationResponse, client: Client) -> AuthorizationResponse:
    """The response as it travels: signed if the response mode asks for a JWT (JARM)."""
    if response.response_mode in {"query", "form_post"}:
        return response
    from idp.oauth.authorization import jarm

    signed = jarm.wrap(provider, client, response.parameters)
    return replace(response, response_mode=jarm.PLAIN[response.response_mode], parameters=signed)


def _device(provider: SignInParts, request: AuthorizationRequest, visitor: Visitor, origin: Origin, *, approved: bool) -> DeviceAnswered:
    """The answer to a device is stored; the audit trail gets its event."""
    user_id = visitor.session.user_id
    provider.audit.record(
        f"device.{'approved' if approved else 'denied'}", origin=origin, actor=user_id, subject=user_id, target=request.device[1],
        client_id=request.client_id,
    )  # fmt: skip
    return DeviceAnswered(visitor.client, approved)
