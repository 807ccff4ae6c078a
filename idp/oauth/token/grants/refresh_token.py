"""The refresh token grant (RFC 6749 §6): one read, and one conditional write that uses the token up. See `refresh_family` for rotation."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from idp.domain.errors import InvalidGrant, InvalidValue, OAuthError
from idp.domain.requests import scope as rules
from idp.domain.sessions.sign_in_rules import is_second_factor_owed
from idp.oauth.token.grant import Approved, Subject, Used
from idp.oauth.token.grants.details import granted_details
from idp.oauth.token.grants.resource import narrow_audience
from idp.oauth.token.refresh_family import next_generation
from idp.services.tokens.issuing import REFRESH

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.organisations.profile import OrganisationProfile
    from idp.oauth.params import Params
    from idp.oauth.sender.constraint import Constraint
    from idp.oauth.token.grant import NewHandler, TokenRequest
    from idp.store.reads.client import StoredClient


class RefreshToken:
    """New tokens for a refresh token (OIDC Core §12.2). The old one is used up."""

    GRANT_TYPE: ClassVar[str] = "refresh_token"
    PUBLIC_CLIENTS: ClassVar[bool] = True
    FOR_USERS: ClassVar[bool] = True
    SIGN_IN: ClassVar[bool] = True
    REDEEMS_CODE: ClassVar[bool] = False

    def __init__(self, request: TokenRequest) -> None:
        self._request = request
        self._handle = request.provider.tokens.open(REFRESH, request.params.one("refresh_token"))

    def read(self) -> StoredClient | None:
        """The client, and with a refresh token of this provider its user and grant."""
        grant, org_id = ((self._handle.user_id, self._handle.grant_id), self._handle.org_id) if self._handle else (None, "")
        self._facts = self._request.provider.reads.redemption(self._request.credentials.client_id, grant, org_id)
        return self._facts.client

    def identify(self, client: Client, bound: Constraint) -> Subject:
        """The user and the grant of the refresh token, and the user in its organisation."""
        return Subject(self._facts.user, self._facts.grant, belonging=self._facts.belonging)

    def check(self, client: Client, subject: Subject, bound: Constraint) -> Approved:
        """The scopes, resources and authorization details of the grant, or fewer."""
        user, grant, params = subject.user, subject.grant, self._request.params
        if user is None or grant is None or "offline_access" not in client.scopes:
            raise InvalidGrant
        if is_second_factor_owed(grant, client=client, user=user, organisation=subject.organisation):
            # RFC 6749 §5.2: after this error an app begins a new sign-in. The token is not used up: an admin may remove the requirement.
            raise InvalidGrant("grant.second_factor_required", detail="second factor")
        scopes = _narrow(params, rules.keep(grant.scopes, client.scopes), subject.organisation)
        resources = narrow_audience(params, client, grant.resources)
        return Approved(scopes, resources, granted_details(params, client, grant))

    def use(self, client: Client, subject: Subject, approved: Approved, bound: Constraint) -> Used:
        """Rotate the refresh token."""
        if self._handle is None or subject.grant is None:
            raise InvalidGrant
        generation = next_generation(self._request.provider, client, subject.grant, self._handle.generation, self._request.caller.origin)
        return Used(subject.grant, generation)


def _narrow(params: Params, granted: tuple[str, ...], organisation: OrganisationProfile | None) -> tuple[str, ...]:
    """The granted scopes, or fewer if the request says so (RFC 6749 §6). `granted`: without those that the client lost since.

    `organisation`: the one that the grant is for. A request may name it again, as the authorization request did.
    """
    try:
        asked = rules.parse(params.get("scope") or "")
        if organisation is not None:
            asked = _of_organisation(asked, organisation)
        scopes = rules.narrow(asked, granted)
    except InvalidValue as problem:
        raise OAuthError("invalid_scope", problem.message) from None
    if scopes is None:
        raise OAuthError("invalid_scope", "grant.scope_refused")
    return scopes


def _of_organisation(asked: tuple[str, ...], organisation: OrganisationProfile) -> tuple[str, ...]:
    """The scopes with `organization` in place of the name of the grant's own organisation. Another name stays, and is refused."""
    from idp.domain.requests import organisation_scope

    own = {organisation_scope.PREFIX + organisation.id, organisation_scope.PREFIX + organisation.slug}
    return tuple(dict.fromkeys(organisation_scope.SCOPE if scope in own else scope for scope in asked))


HANDLER: NewHandler = RefreshToken
