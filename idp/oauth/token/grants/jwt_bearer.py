"""The JWT bearer grant (RFC 7523 §2.1): an access token for an assertion of a trusted issuer, usually an ID-JAG. Off by default.

The issuer names the user and, in an ID-JAG, resources and scopes. An admin registered the limits of the issuer and of the client. The user
is found by a link that an admin made, or by a verified email address if an admin allows that. There is no refresh token (ID-JAG §4.4.3)
and no ID Token, because the user did not sign in here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from idp.domain.access.trusted_issuer import issuer_id, link_id
from idp.domain.apps.grant_types import JWT_BEARER
from idp.domain.errors import InvalidGrant
from idp.domain.tokens.grant import Grant
from idp.oauth.token import assertion as assertions
from idp.oauth.token import assertion_scope as asserted
from idp.oauth.token.grant import Approved, Event, Subject, Used
from idp.services.keys import jose

if TYPE_CHECKING:
    from idp.domain.access.trusted_issuer import TrustedIssuer
    from idp.domain.apps.client import Client
    from idp.domain.people.user import User
    from idp.oauth.sender.constraint import Constraint
    from idp.oauth.token.grant import NewHandler, TokenRequest
    from idp.store.reads.client import StoredClient


class JwtBearer:
    """Two reads (three to find the user by address), three writes: the used assertion, the grant, the audit event (RFC 7523 §2.1)."""

    GRANT_TYPE: ClassVar[str] = JWT_BEARER
    PUBLIC_CLIENTS: ClassVar[bool] = False
    FOR_USERS: ClassVar[bool] = True
    SIGN_IN: ClassVar[bool] = False
    REDEEMS_CODE: ClassVar[bool] = False

    def __init__(self, request: TokenRequest) -> None:
        self._request = request
        self._assertion = request.params.one("assertion")

    def read(self) -> StoredClient | None:
        """The client, the issuer that the assertion names, and the user that its subject is linked to."""
        claims = jose.unverified_claims(self._assertion) or {}  # not verified yet: they only name the issuer and the subject
        iss, tenant, sub = (value if isinstance(value := claims.get(name), str) else "" for name in ("iss", "tenant", "sub"))
        self._link_id = link_id(iss, tenant, sub)
        self._facts = self._request.provider.reads.assertion(self._request.credentials.client_id, issuer_id(iss), self._link_id)
        return self._facts.client

    def identify(self, client: Client, bound: Constraint) -> Subject:
        """The user that the assertion is about, after its signature and claims were verified."""
        provider = self._request.provider
        self._issuer = _require_trusted(client, self._facts.issuer)
        self._claims = assertions.verify_assertion(provider, self._issuer, self._assertion, client)
        assertions.require_bound_key(self._claims, bound.confirmation)
        return Subject(asserted.find_user(provider, self._issuer, self._claims, self._facts.linked_user))

    def check(self, client: Client, subject: Subject, bound: Constraint) -> Approved:
        """The audience, scopes and details of the assertion, within the limits of the issuer and the client."""
        provider, params = self._request.provider, self._request.params
        audience = asserted.narrow_audience(provider, params, client, self._issuer, self._claims)
        scopes = asserted.narrow_scopes(params, client, self._issuer, self._claims)
        details = asserted.narrow_details(provider, params, client, self._claims)
        # ID-JAG §4.4.1: "MUST include the granted resource (if any)"
        return Approved(scopes, audience, details, names_resource="resource" in self._claims)

    def use(self, client: Client, subject: Subject, approved: Approved, bound: Constraint) -> Used:
        """Use up the assertion, then write the grant. So an admin can end the access (ID-JAG §4.4.2, §4.4.3)."""
        provider, user = self._request.provider, subject.user
        if user is None:
            raise InvalidGrant
        now, attempt = provider.clock(), provider.new_id()
        if not assertions.use(provider, self._claims, attempt):
            self._refuse_replayed(client, user)
        grant = Grant(
            id=provider.new_id(), user_id=user.id, client_id=client.id, client_stamp=client.stamp,
            scopes=approved.scopes, created_at=now, redeemed_at=now, redeemed_by=attempt,
            auth_time=asserted.auth_time(self._claims, now), acr="", amr=(), session_id=self._link_id,
            security_stamp=user.security_stamp, resources=approved.resources, authorization_details=approved.details,
            confirmation=bound.confirmation, code_expires_at=now, not_after=now + provider.settings.access_token_lifetime,
        )  # fmt: skip
        provider.grants.give(grant)
        event = {"issuer": self._issuer.issuer, "audience": " ".join(approved.resources), "scope": " ".join(approved.scopes)}
        return Used(grant, event=Event("assertion.accepted", subject=user.id, target=grant.id, details=event))

    def _refuse_replayed(self, client: Client, user: User) -> None:
        self._request.provider.audit.record(
            "assertion.replayed", origin=self._request.caller.origin, outcome="failure", actor=client.id, subject=user.id,
            target=self._issuer.id, client_id=client.id, issuer=self._issuer.issuer,
        )  # fmt: skip
        raise InvalidGrant("assertion.replayed")


def _require_trusted(client: Client, issuer: TrustedIssuer | None) -> TrustedIssuer:
    """The issuer, if this client may use its assertions.

    Raises:
        InvalidGrant: one error for all reasons, so that clients cannot find out which issuers are trusted.
    """
    if issuer is None or not issuer.names(client):
        raise InvalidGrant("assertion.issuer_refused")
    if client.require_mfa:
        raise InvalidGrant("assertion.second_factor_missing")
    return issuer


HANDLER: NewHandler = JwtBearer
