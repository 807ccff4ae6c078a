"""The device grant (RFC 8628 §3.4, §3.5): a poll is answered pending, too soon, denied or expired; or with tokens, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from idp.domain.apps.grant_types import DEVICE_CODE
from idp.domain.errors import InvalidGrant, OAuthError
from idp.domain.requests.scope import keep
from idp.oauth.device_authorization import PURPOSE
from idp.oauth.token.grant import Approved, Subject, Used
from idp.oauth.token.grants.code_redemption import redeem
from idp.oauth.token.grants.details import granted_details
from idp.oauth.token.grants.resource import narrow_audience

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.requests.device_authorization import DeviceAuthorization
    from idp.oauth.provider import DeviceParts
    from idp.oauth.sender.constraint import Constraint
    from idp.oauth.token.grant import NewHandler, TokenRequest
    from idp.store.reads.client import StoredClient


class DeviceCode:
    """A poll before the answer of the user costs one read and at most one write."""

    GRANT_TYPE: ClassVar[str] = DEVICE_CODE
    PUBLIC_CLIENTS: ClassVar[bool] = True
    FOR_USERS: ClassVar[bool] = True
    SIGN_IN: ClassVar[bool] = True
    REDEEMS_CODE: ClassVar[bool] = True

    def __init__(self, request: TokenRequest) -> None:
        self._request = request
        opened = request.provider.tokens.unseal(PURPOSE, request.params.one("device_code"))
        self._opened = opened if isinstance(opened, list) and opened else None

    def read(self) -> StoredClient | None:
        """The client, and with a device code of this provider its device authorization."""
        user_code = self._opened[0] if self._opened else None
        self._facts = self._request.provider.reads.device_poll(self._request.credentials.client_id, user_code)
        return self._facts.client

    def identify(self, client: Client, bound: Constraint) -> Subject:
        """The user who allowed it, and the grant (RFC 8628 §3.4).

        Raises:
            OAuthError: the user has not answered or refused, or the code has expired (§3.5).
        """
        provider, device = self._request.provider, self._facts.device
        if self._opened is None:
            raise InvalidGrant("device.code_unknown")
        _, device_id, expires_at = self._opened
        if device is not None and device.id == device_id and not _belongs_to(client, device):
            raise InvalidGrant("device.other_client")
        if device is None or device.id != device_id or provider.clock() >= expires_at:
            raise OAuthError("expired_token", "device.code_expired")  # §3.5
        _require_answer(provider, device)
        found = provider.reads.grant((device.user_id, device.grant_id), device.org_id)
        return Subject(found.user, found.grant, belonging=found.belonging)

    def check(self, client: Client, subject: Subject, bound: Constraint) -> Approved:
        """The scopes and resources that the user allowed and the client still may use."""
        grant, params = subject.grant, self._request.params
        if grant is None:
            raise InvalidGrant
        resources = narrow_audience(params, client, grant.resources)
        return Approved(keep(grant.scopes, client.scopes), resources, granted_details(params, client, grant))

    def use(self, client: Client, subject: Subject, approved: Approved, bound: Constraint) -> Used:
        """Redeem the device code. A second use revokes the grant, as with a code (RFC 6749 §4.1.2)."""
        if subject.grant is None:
            raise InvalidGrant
        now = self._request.provider.clock()
        return Used(redeem(self._request, client, subject.grant, bound, now=now, replayed="device_code.replayed"))


def _belongs_to(client: Client, device: DeviceAuthorization) -> bool:
    """Whether this client made the request, and was not disabled since."""
    return device.client_id == client.id and client.accepts(device.client_stamp, device.created_at)


def _require_answer(provider: DeviceParts, device: DeviceAuthorization) -> None:
    """Return if the user allowed it.

    Raises:
        OAuthError: the user refused, or has not answered yet (§3.5).
    """
    if device.denied_by:
        raise OAuthError("access_denied", "device.denied")
    if not device.grant_id:
        if provider.device_codes.poll(device, provider.clock()):
            raise OAuthError("authorization_pending", "device.pending")
        # §3.5: "the interval MUST be increased by 5 seconds for this and all subsequent requests"
        raise OAuthError("slow_down", "device.slow_down")


HANDLER: NewHandler = DeviceCode
