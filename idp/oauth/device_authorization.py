"""Device authorization (RFC 8628): a device asks, the user answers in another browser, and the device polls for its tokens.

See RFC 8628 §3.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from idp.domain.errors import PageError, Unavailable
from idp.domain.message import Message
from idp.domain.requests import user_code
from idp.domain.requests.authorization_request import AuthorizationRequest
from idp.domain.requests.device_authorization import INTERVAL, LIFETIME, DeviceAuthorization
from idp.domain.sessions.sign_in_rules import asks_for_email
from idp.oauth.authorization.endpoints import DEVICE
from idp.oauth.authorization.pipeline import accept
from idp.oauth.authorization.response import new_grant

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.sessions.visitor import Visitor
    from idp.oauth.authorization.checks.draft import Draft
    from idp.oauth.caller import Caller
    from idp.oauth.params import Params
    from idp.oauth.provider import DeviceParts

PURPOSE = "device_code"
"""The purpose under which device codes are sealed. A device code contains the user code, the id and the end of its authorization."""
ANSWERED = Message("page.device_answered")
_TRIES = 4
_LONGEST_AGENT = 200
"""Characters of the User-Agent that are stored and shown."""


def device_authorization(provider: DeviceParts, params: Params, caller: Caller) -> dict[str, Any]:
    """Answer a device authorization request (RFC 8628 §3.1, §3.2). One read, one conditional write.

    Raises:
        OAuthError: as RFC 6749 §5.2 names it (§3.1: "the client authentication requirements of Section 3.2.1 of [RFC6749] apply").
    """
    accepted = accept(DEVICE, provider, params, caller)
    device = _waiting(provider, accepted.client, accepted.draft, caller)
    page = f"{provider.settings.issuer}/device"
    return {
        "device_code": provider.tokens.seal(PURPOSE, [device.user_code, device.id, device.expires_at]),
        "user_code": user_code.format_code(device.user_code),
        "verification_uri": page,
        "verification_uri_complete": f"{page}?user_code={user_code.format_code(device.user_code)}",
        "expires_in": LIFETIME,
        "interval": INTERVAL,
    }


def _waiting(provider: DeviceParts, client: Client, draft: Draft, caller: Caller) -> DeviceAuthorization:
    """Store the request under a user code that is free.

    Raises:
        Unavailable: no free user code was found.
    """
    now = provider.clock()
    for _ in range(_TRIES):
        device = DeviceAuthorization(
            id=provider.new_id(), user_code=user_code.new(), client_id=client.id, client_stamp=client.stamp, created_at=now,
            expires_at=now + LIFETIME,
            address=caller.origin.address, user_agent=caller.origin.user_agent[:_LONGEST_AGENT],
            **draft,
        )  # fmt: skip
        if provider.device_codes.create(device):
            return device
    raise Unavailable(detail="no user code is free")


def as_request(
    device: DeviceAuthorization, *, request_id: str, received_at: int, browser: str, verified_email: bool
) -> AuthorizationRequest:  # fmt: skip
    """The authorization request that the user answers. The response goes to the device, not to a redirect URI.

    `verified_email`: the deployment gives apps verified addresses only.
    """
    made = AuthorizationRequest(
        id=request_id, received_at=received_at, browser=browser, client_id=device.client_id,
        client_stamp=device.client_stamp, scopes=device.scopes, resources=device.resources,
        authorization_details=device.authorization_details, device=(device.user_code, device.id), organization=device.organization,
    )  # fmt: skip
    return replace(made, needs_verified_email=True) if verified_email and asks_for_email(made) else made


def approve(provider: DeviceParts, made: AuthorizationRequest, visitor: Visitor, client: Client | None) -> None:
    """Record that the user allowed it. The grant is written first; it is unusable until the device redeems it.

    Raises:
        PageError: the request was answered before, or has expired.
    """
    code, device_id = made.device
    grant = new_grant(provider, made, visitor, client)
    ends = provider.clock() + LIFETIME  # later than the end of the device authorization, which each poll checks
    lasts = grant.not_after - grant.code_expires_at
    grant = replace(grant, redirect_uri=None, redirect_uri_given=False, code_expires_at=ends, not_after=ends + lasts)
    provider.grants.put(grant)
    now, org_id = provider.clock(), grant.org_id
    if not provider.device_codes.approve(code, device_id, user_id=grant.user_id, grant_id=grant.id, now=now, org_id=org_id):
        raise PageError("expired_token", ANSWERED)


def deny(provider: DeviceParts, made: AuthorizationRequest, user_id: str) -> None:
    """Record that the user refused.

    Raises:
        PageError: the request was answered before, or has expired.
    """
    code, device_id = made.device
    if not provider.device_codes.deny(code, device_id, user_id=user_id, now=provider.clock()):
        raise PageError("expired_token", ANSWERED)
