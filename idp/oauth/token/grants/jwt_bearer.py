"""The JWT bearer grant (RFC 7523 §2.1): an access token for what a trusted issuer asserts, an ID-JAG as a rule. Off, unless switched on.

The issuer says who and, in an ID-JAG, how far; an admin said how far the issuer is believed, and the client's registration bounds both.
A user is known by a link that an admin made, or by a verified address where the admin wants that. There is never a refresh token
(ID-JAG §4.4.3), nor an ID Token: nobody signed in here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.apps.grant_types import JWT_BEARER
from idp.domain.errors import InvalidGrant, OAuthError
from idp.domain.tokens.grant import Grant
from idp.domain.tokens.trusted_issuer import issuer_id, link_id
from idp.oauth.clients.authentication import authenticate
from idp.oauth.clients.identification import known
from idp.oauth.token import assertion as assertions
from idp.oauth.token import assertion_scope as asserted
from idp.oauth.token import sender_constraint
from idp.oauth.token.response import bare, mapped
from idp.services.tokens import jose

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.people.user import User
    from idp.domain.tokens.trusted_issuer import TrustedIssuer
    from idp.oauth.caller import Caller
    from idp.oauth.clients.authentication import Credentials
    from idp.oauth.params import Params
    from idp.oauth.provider import Provider
    from idp.oauth.token.response import TokenResponse


def jwt_bearer(provider: Provider, params: Params, given: Credentials, caller: Caller) -> TokenResponse:
    """The access token. Two reads (three by address), three writes: the assertion is used up, the grant, the audit's."""
    assertion = params.one("assertion")
    said = jose.unverified_claims(assertion) or {}  # only to find out whom to ask; nothing of it is believed yet
    iss, tenant, sub = (value if isinstance(value := said.get(name), str) else "" for name in ("iss", "tenant", "sub"))
    subject = link_id(iss, tenant, sub)
    facts = provider.reads.assertion(given.client_id, issuer_id(iss), subject)
    client = authenticate(provider, given, known(provider, given.client_id, facts.client))
    if client.public or JWT_BEARER not in client.grant_types:
        raise OAuthError("unauthorized_client", "This client may not use assertions.")
    bound = sender_constraint.asked(provider, client, caller)
    issuer = _trusted(client, facts.issuer)
    claims = assertions.proved(provider, issuer, assertion, client)
    assertions.held_to(claims, bound.confirmation)
    user = asserted.user(provider, issuer, claims, facts.linked_user)
    audience = asserted.audience(provider, params, client, issuer, claims)
    scopes = asserted.scopes(params, client, issuer, claims)
    details = asserted.details(provider, params, client, claims)
    told = mapped(provider, client, user, caller.origin, "access_token", beside=(scopes, audience, details))
    bound.use(provider)
    now, attempt = provider.clock(), provider.new_id()
    if not assertions.use(provider, claims, attempt):
        _replayed(provider, client, issuer, user, caller)
    grant = Grant(
        id=provider.new_id(), user_id=user.id, client_id=client.id, client_stamp=client.stamp,
        scopes=scopes, created_at=now, redeemed_at=now, redeemed_by=attempt,
        auth_time=asserted.auth_time(claims, now), acr="", amr=(), session_id=subject, security_stamp=user.security_stamp,
        resources=audience, authorization_details=details, confirmation=bound.confirmation, code_expires_at=now,
        not_after=now + provider.settings.access_token_lifetime,
    )  # fmt: skip
    provider.grants.give(grant)
    token = provider.tokens.access_token(
        client, scopes=scopes, grant=grant, resources=audience, confirmation=bound.confirmation, details=details,
        more=told.get("access_token"),
    )  # fmt: skip
    provider.audit.record(
        "assertion.accepted", origin=caller.origin, actor=client.id, subject=user.id, target=grant.id, client_id=client.id,
        issuer=issuer.issuer, audience=" ".join(audience), scope=" ".join(scopes),
    )  # fmt: skip
    answer = bare(provider, token, scopes, bound.confirmation)
    if "resource" in claims:  # ID-JAG §4.4.1: "MUST include the granted resource (if any)"
        answer["resource"] = audience[0] if len(audience) == 1 else list(audience)
    return {**answer, "authorization_details": [dict(each) for each in details]} if details else answer


def _trusted(client: Client, issuer: TrustedIssuer | None) -> TrustedIssuer:
    """The issuer, if this client may use its assertions. One answer for all, so that nobody asks around whom this provider trusts."""
    if issuer is None or not issuer.names(client):
        raise InvalidGrant("This client may not use assertions of this issuer.")
    if client.require_mfa:
        raise InvalidGrant("This client needs a second factor, which an assertion does not show.")
    return issuer


def _replayed(provider: Provider, client: Client, issuer: TrustedIssuer, user: User, caller: Caller) -> None:
    provider.audit.record(
        "assertion.replayed", origin=caller.origin, outcome="failure", actor=client.id, subject=user.id, target=issuer.id,
        client_id=client.id, issuer=issuer.issuer,
    )  # fmt: skip
    raise InvalidGrant("The assertion was used before.")
