"""The organisation of a sign-in: what a person's organisations mean for a request that asks for one (docs/organizations.md)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

from idp.domain.errors import PageError
from idp.domain.message import Message
from idp.domain.requests import organisation_scope
from idp.oauth.authorization.error_response import refusal
from idp.oauth.authorization.request_source import use_up

if TYPE_CHECKING:
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.domain.sessions.request_origin import Origin
    from idp.domain.sessions.visitor import Visitor
    from idp.oauth.provider import SignInParts

NOT_A_MEMBER = Message("organization.not_a_member")
NO_CONNECTION = Message("organization.no_connection")


def with_standing(provider: SignInParts, request: AuthorizationRequest, visitor: Visitor, origin: Origin) -> Visitor:
    """The visitor with their organisations, as stored now. At most three calls; none for a person who is in no organisation.

    Raises:
        AuthorizationError: access_denied: the person is not in the organisation that is asked for, which may not exist; or in none, and the
            app needs one; or the organisation accepts its own connections only and has none.
        PageError: the same, for a device.
    """
    standing = provider.standings.of(visitor.user, request.organization)
    needed = request.organization != organisation_scope.ANY or (
        visitor.client and visitor.client.organization == organisation_scope.REQUIRED
    )
    if standing.belonging is None and not standing.choices and needed:
        _refuse(provider, request, visitor, origin, NOT_A_MEMBER, reason="not_a_member")
    if standing.needs_connection(visitor.session) and not standing.connections:
        _refuse(provider, request, visitor, origin, NO_CONNECTION, reason="no_connection")
    return replace(visitor, standing=standing)


def _refuse(
    provider: SignInParts, request: AuthorizationRequest, visitor: Visitor, origin: Origin, message: Message, *, reason: str
) -> NoReturn:  # fmt: skip
    """Refuse the request: the app, or the waiting device, gets access_denied (RFC 6749 §4.1.2.1, RFC 8628 §3.5)."""
    provider.audit.record(
        "sign_in.failed", outcome="failure", reason=reason, origin=origin, subject=visitor.user.id, client_id=request.client_id
    )
    if request.device:
        from idp.oauth import device_authorization

        device_authorization.deny(provider, request, visitor.user.id)
        raise PageError("access_denied", message, app=visitor.client)
    use_up(provider, request)
    raise refusal(provider, request, "access_denied", message)
