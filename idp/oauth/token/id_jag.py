"""Issues Identity Assertion Authorization Grants (ID-JAG §4.3) by token exchange: to a client, for another authorization server.

The claims about the user come from the live grant of the subject token. An admin registered the audiences and the limits of the client.
A client with pairwise subjects must send a refresh token, because its ID Tokens do not identify the user elsewhere. An ID-JAG has a `typ`
of its own and no other use (ID-JAG §8.3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from idp.domain.apps.grant_types import TOKEN_EXCHANGE
from idp.domain.errors import InvalidGrant, InvalidValue, OAuthError
from idp.domain.requests import scope as rules
from idp.domain.sessions.sign_in_rules import is_second_factor_owed
from idp.domain.tokens import id_jag as policy
from idp.domain.tokens.liveness import grant_problem
from idp.oauth.sender import constraint as sender_constraint
from idp.oauth.token.grant import Approved, Event, Subject, Used
from idp.oauth.token.refresh_family import follow_superseded, is_usable
from idp.services.tokens.issuing import REFRESH

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.people.user import User
    from idp.domain.tokens.grant import Grant
    from idp.domain.tokens.id_jag import Target
    from idp.oauth.caller import Caller
    from idp.oauth.params import Params
    from idp.oauth.provider import GrantParts
    from idp.oauth.sender.constraint import Constraint
    from idp.oauth.token.grant import TokenRequest
    from idp.store.reads.client import StoredClient

_URN = "urn:ietf:params:oauth:token-type:"


class IdJag:
    """One or two reads besides the client, three if the other server has its own subjects. One write, the audit event."""

    GRANT_TYPE: ClassVar[str] = TOKEN_EXCHANGE
    PUBLIC_CLIENTS: ClassVar[bool] = False
    FOR_USERS: ClassVar[bool] = True
    SIGN_IN: ClassVar[bool] = False
    REDEEMS_CODE: ClassVar[bool] = False

    def __init__(self, request: TokenRequest) -> None:
        self._request = request

    def read(self) -> StoredClient | None:
        """The client. The subject token is read after the client is authenticated."""
        return self._request.provider.reads.client(self._request.credentials.client_id)

    def identify(self, client: Client, bound: Constraint) -> Subject:
        """The user and the grant of the subject token (ID-JAG §4.3).

        Raises:
            OAuthError: invalid_target; invalid_request for the subject_token (RFC 8693 §2.2.2).
        """
        provider, params = self._request.provider, self._request.params
        for name in ("actor_token", "actor_token_type", "authorization_details"):
            if params.get(name) is not None:  # §4.3.3: what "is outside the scope of this specification" is refused
                raise OAuthError("invalid_request", "id_jag.parameter_refused", name=name)
        target = policy.target(client.id_jag_audiences, params.one("audience"))
        if target is None or target.audience == provider.settings.issuer:
            raise OAuthError("invalid_target", "id_jag.audience_refused")
        self._target = target
        self._user, self._grant = _subject(provider, params, client, bound, self._request.caller)
        return Subject(self._user, self._grant)

    def check(self, client: Client, subject: Subject, bound: Constraint) -> Approved:
        """The resources and scopes that an admin allowed for the target.

        Raises:
            OAuthError: invalid_target, invalid_scope.
        """
        params, target = self._request.params, self._target
        resources, scopes = _resources(params, target), _scopes(params, target)
        claims = _claims(self._request.provider, target, self._user, self._grant)
        claims |= {"resource": resources[0] if len(resources) == 1 else list(resources)} if resources else {}
        claims |= {"scope": " ".join(scopes)} if scopes else {}
        jkt = (bound.confirmation or {}).get(sender_constraint.JKT)
        claims |= {"cnf": {"jkt": jkt}} if jkt else {}  # §8.6: "the IdP MUST include a cnf claim in the issued ID-JAG"
        return Approved(scopes, resources, id_jag=claims)

    def use(self, client: Client, subject: Subject, approved: Approved, bound: Constraint) -> Used:
        """The subject token is not used up."""
        event = {"audience": self._target.audience, "resource": " ".join(approved.resources), "scope": " ".join(approved.scopes)}
        return Used(self._grant, event=Event("id_jag.issued", subject=self._user.id, target=self._grant.id, details=event))


def _claims(provider: GrantParts, target: Target, user: User, grant: Grant) -> dict[str, Any]:
    """The claims (§3.1): subject, audience, the sign-in, and the email address if the grant has the scope email."""
    now, known_as = provider.clock(), user.id
    if target.sso_client_id:
        # §5: "the same identifier for the user that it would have included in an ID Token intended for the Resource Authorization Server"
        there = provider.clients.get(target.sso_client_id)
        if there is None or there.disabled:
            raise OAuthError("invalid_target", "id_jag.audience_unknown")
        known_as = provider.subjects.of(there, user.id)
    claims: dict[str, Any] = {
        "iss": provider.settings.issuer, "sub": known_as, "aud": target.audience, "client_id": target.client_id,
        "jti": provider.new_id(), "iat": now, "exp": now + policy.LIFETIME,
    }  # fmt: skip
    sign_in = {"auth_time": grant.auth_time, "acr": grant.acr, "amr": list(grant.amr)}
    claims |= {name: value for name, value in sign_in.items() if value}
    return claims | ({"email": user.email, "email_verified": user.email_verified} if "email" in grant.scopes else {})


def _subject(provider: GrantParts, params: Params, client: Client, bound: Constraint, caller: Caller) -> tuple[User, Grant]:
    """The user of the subject token, and the live grant of this client that the token belongs to."""
    token, type_ = params.one("subject_token"), params.one("subject_token_type")
    if type_ == _URN + "id_token":
        found = _identify_by_id_token(provider, client, token)
    elif type_ == _URN + "refresh_token":
        found = _identify_by_refresh_token(provider, client, token, bound, caller)
    else:
        raise OAuthError("invalid_request", "id_jag.subject_type_refused")
    if found is None:
        raise OAuthError("invalid_request", "id_jag.subject_not_live")
    return found


def _identify_by_id_token(provider: GrantParts, client: Client, token: str) -> tuple[User, Grant] | None:
    """§4.3.3: the user and the live grant of a valid ID Token of this client, or None."""
    claims, now = provider.tokens.verify_id_token(token), provider.clock()
    if claims is None or claims["aud"] != client.id or not isinstance(exp := claims.get("exp"), int) or now >= exp:
        return None
    _refuse_organisation(claims.get("org_id"))
    user = provider.users.get(claims["sub"])
    if user is None:
        return None
    live_grants = [
        grant for grant in provider.grants.of(user.id)
        if grant_problem(grant, user, client, now) is None and not grant.org_id and grant.session_id == claims.get("sid")
        and grant.created_at <= claims["iat"] and not is_second_factor_owed(grant, client=client, user=user, organisation=None)
    ]  # fmt: skip
    return (user, max(live_grants, key=lambda grant: grant.created_at)) if live_grants else None


def _identify_by_refresh_token(
    provider: GrantParts, client: Client, token: str, bound: Constraint, caller: Caller
) -> tuple[User, Grant] | None:
    """§4.3.3: validated "the same way it would for a standard refresh_token grant", replays included. The token is not used up."""
    handle = provider.tokens.open(REFRESH, token)
    if handle is None or "refresh_token" not in client.grant_types:
        return None
    _refuse_organisation(handle.org_id)
    found, now = provider.reads.grant((handle.user_id, handle.grant_id)), provider.clock()
    user, grant = found.user, found.grant
    if user is None or grant is None or not is_usable(client, user, grant, now, None) or now >= grant.expires_at:
        return None
    try:
        sender_constraint.require_bound_key(bound, client, grant, code=False)
        follow_superseded(provider, grant, handle.generation, caller.origin)
    except InvalidGrant:
        return None
    return user, grant


def _refuse_organisation(org_id: str | None) -> None:
    """An ID-JAG has no claim for an organisation: the other server would take the user for one without it."""
    if org_id:
        raise OAuthError("invalid_request", "id_jag.of_organisation")


def _resources(params: Params, target: Target) -> tuple[str, ...]:
    asked = tuple(dict.fromkeys(params.all("resource")))
    if not set(asked) <= set(target.resources):
        raise OAuthError("invalid_target", "id_jag.resource_refused")
    return asked or target.resources


def _scopes(params: Params, target: Target) -> tuple[str, ...]:
    try:
        scopes = rules.narrow(rules.parse(params.get("scope") or ""), target.scopes)
    except InvalidValue as problem:
        raise OAuthError("invalid_scope", problem.message) from None
    if scopes is None:
        raise OAuthError("invalid_scope", "id_jag.scope_refused")
    return scopes
