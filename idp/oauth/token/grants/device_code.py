"""The device grant (RFC 8628 §3.4, §3.5): pending, too soon, denied, over; or tokens, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.apps.grant_types import DEVICE_CODE
from idp.domain.errors import InvalidGrant, OAuthError
from idp.domain.requests.scope import keep
from idp.oauth.clients.authentication import authenticate
from idp.oauth.clients.identification import known
from idp.oauth.device_authorization import PURPOSE
from idp.oauth.token import sender_constraint
from idp.oauth.token.grants.details import granted_details
from idp.oauth.token.grants.resource import audience
from idp.oauth.token.response import for_grant, mapped
from idp.store.grant_outcomes import AlreadyRedeemed, Redeemed

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.people.user import User
    from idp.domain.requests.device_authorization import DeviceAuthorization
    from idp.domain.sessions.request_origin import Origin
    from idp.domain.tokens.grant import Grant
    from idp.oauth.caller import Caller
    from idp.oauth.clients.authentication import Credentials
    from idp.oauth.params import Params
    from idp.oauth.provider import Provider
    from idp.oauth.token.response import TokenResponse


def device_code(provider: Provider, params: Params, given: Credentials, caller: Caller) -> TokenResponse:
    """What a poll is told. While nobody has answered: one read and at most one write. The grant's own write decides who gets tokens."""
    named = provider.tokens.unseal(PURPOSE, params.one("device_code"))
    code, device_id, expires_at = named if isinstance(named, list) else ("", "", 0)
    facts = provider.reads.device_poll(given.client_id, code if named else None)
    client = authenticate(provider, given, known(provider, given.client_id, facts.client))
    if DEVICE_CODE not in client.grant_types:
        raise OAuthError("unauthorized_client", "This client may not use the device grant.")
    bound = sender_constraint.asked(provider, client, caller)
    if not named:
        raise InvalidGrant("The device_code is none of this provider.")
    device = facts.device
    if device is not None and device.id == device_id and not _holds(client, device):
        raise InvalidGrant("The device_code was given to another client.")
    if device is None or device.id != device_id or provider.clock() >= expires_at:
        raise OAuthError("expired_token", "The device_code has expired: begin again.")  # §3.5
    user, grant = _answered(provider, client, device)
    sender_constraint.held_to(bound, client, grant, code=True)
    resources = audience(params, client, grant.resources)
    details = granted_details(params, client, grant)
    told = mapped(provider, client, user, caller.origin, "access_token", "id_token", beside=(grant.scopes, resources, details))
    now = provider.clock()
    bound.use(provider)
    done = provider.grants.redeem_code(
        grant, attempt=provider.new_id(), now=now, expires_at=min(now + provider.settings.refresh_idle_lifetime, grant.not_after),
        confirmation=sender_constraint.kept(bound, client, grant),
    )  # fmt: skip
    if isinstance(done, AlreadyRedeemed):
        _replayed(provider, done.grant, caller.origin)
    if not isinstance(done, Redeemed):
        raise InvalidGrant
    return for_grant(
        provider, client, done.grant, user, scopes=keep(grant.scopes, client.scopes), resources=resources, generation=0, nonce=None,
        mapped=told, confirmation=bound.confirmation, details=details,
    )  # fmt: skip


def _holds(client: Client, device: DeviceAuthorization) -> bool:
    """Whether it was this client that asked, and it was not disabled since."""
    return device.client_id == client.id and client.accepts(device.client_stamp, device.created_at)


def _answered(provider: Provider, client: Client, device: DeviceAuthorization) -> tuple[User, Grant]:
    """Who allowed it, and what.

    Raises:
        OAuthError: nobody did yet, or somebody refused (§3.5); or who allowed it may not any more.
    """
    if device.denied_by:
        raise OAuthError("access_denied", "The user did not allow it.")
    if not device.grant_id:
        if provider.device_codes.poll(device, provider.clock()):
            raise OAuthError("authorization_pending", "The user has not answered yet.")
        # §3.5: "the interval MUST be increased by 5 seconds for this and all subsequent requests"
        raise OAuthError("slow_down", "Wait longer between two requests: five seconds more than until now.")
    facts = provider.reads.grant((device.user_id, device.grant_id))
    user, grant = facts.user, facts.grant
    if user is None or grant is None or not client.holds(grant):
        raise InvalidGrant
    if not user.accepts(grant.security_stamp):
        raise InvalidGrant
    return user, grant


def _replayed(provider: Provider, grant: Grant, origin: Origin) -> None:
    """A device code that is used twice is in two hands: as with a code, what it gave is over (RFC 6749 §4.1.2)."""
    if provider.grants.revoke(grant.user_id, grant.id, provider.clock()):
        provider.audit.record(
            "device_code.replayed", origin=origin, outcome="failure", actor=grant.client_id, subject=grant.user_id, target=grant.id,
            client_id=grant.client_id,
        )  # fmt: skip
