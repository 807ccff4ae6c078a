"""The client credentials grant (RFC 6749 §4.4): a token for the client itself, without a user and without a refresh token.

One read, and one more for a client that belongs to an organisation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from idp.domain.errors import InvalidClient, InvalidValue, OAuthError
from idp.domain.requests import scope as rules
from idp.oauth.token.grant import Approved, Subject, Used
from idp.oauth.token.grants.details import own_details
from idp.oauth.token.grants.resource import narrow_audience

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.sender.constraint import Constraint
    from idp.oauth.token.grant import NewHandler, TokenRequest
    from idp.store.reads.client import StoredClient

_USERS_ONLY = frozenset({"openid", "profile", "email", "address", "phone", "offline_access", "organization"})


class ClientCredentials:
    """The client is the subject of the token (RFC 9700 §4.15). Scopes about a user are never granted."""

    GRANT_TYPE: ClassVar[str] = "client_credentials"
    PUBLIC_CLIENTS: ClassVar[bool] = False
    FOR_USERS: ClassVar[bool] = False
    SIGN_IN: ClassVar[bool] = False
    REDEEMS_CODE: ClassVar[bool] = False

    def __init__(self, request: TokenRequest) -> None:
        self._request = request

    def read(self) -> StoredClient | None:
        """The client."""
        return self._request.provider.reads.client(self._request.credentials.client_id)

    def identify(self, client: Client, bound: Constraint) -> Subject:
        """No user. A client that belongs to an organisation gets tokens for it, while the organisation is live.

        Raises:
            InvalidClient: the organisation is disabled or gone.
        """
        if not client.org_id:
            return Subject()
        organisation = self._request.provider.organisations.get(client.org_id)
        if organisation is None or not organisation.live:
            raise InvalidClient("client.organisation_ended")
        return Subject(own_organisation=organisation)

    def check(self, client: Client, subject: Subject, bound: Constraint) -> Approved:
        """The scopes, resources and authorization details that the client is registered for (RFC 6749 §3.3)."""
        params = self._request.params
        allowed = tuple(scope for scope in client.scopes if scope not in _USERS_ONLY)
        try:
            scopes = rules.narrow(rules.parse(params.get("scope") or ""), allowed)
        except InvalidValue as problem:
            raise OAuthError("invalid_scope", problem.message) from None
        if scopes is None:
            raise OAuthError("invalid_scope", "client.a_scope_not_registered")
        resources = narrow_audience(params, client)
        return Approved(scopes, resources, own_details(self._request.provider, params, client))

    def use(self, client: Client, subject: Subject, approved: Approved, bound: Constraint) -> Used:
        """Nothing is used up, and there is no refresh token (RFC 6749 §4.4.3)."""
        return Used()


HANDLER: NewHandler = ClientCredentials
