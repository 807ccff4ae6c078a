"""The user, audience, scopes and details that an assertion grants, within the limits of its issuer and of the client."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from idp.domain.access.trusted_issuer import ID_JAG
from idp.domain.errors import InvalidGrant, InvalidValue, OAuthError
from idp.domain.people.email import normalise
from idp.domain.requests import scope as rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.access.trusted_issuer import TrustedIssuer
    from idp.domain.apps.client import Client
    from idp.domain.people.user import User
    from idp.oauth.params import Params
    from idp.oauth.provider import SubjectParts


def find_user(provider: SubjectParts, issuer: TrustedIssuer, claims: Mapping[str, Any], linked: str | None) -> User:
    """The user that the assertion is about: by a link, or by an email address that both sides verified, if an admin allows that.

    Raises:
        InvalidGrant: there is no such user, or the user is disabled.
    """
    user_id = linked or _by_address(provider, issuer, claims)
    found = provider.users.get(user_id) if user_id else None
    # An address alone does not identify a user with a second factor: an admin has to link the subject.
    by_address_only = not linked and found is not None and (not found.email_verified or found.needs_second_factor)
    if found is None or found.disabled or by_address_only:
        raise InvalidGrant("assertion.subject_unknown")
    return found


def _by_address(provider: SubjectParts, issuer: TrustedIssuer, claims: Mapping[str, Any]) -> str | None:
    address = claims.get("email")
    # Letters of other alphabets that fold into ASCII may belong to another mailbox at the issuer.
    if not issuer.email_domains or not isinstance(address, str) or not address.isascii() or claims.get("email_verified") is not True:
        return None
    try:
        address = normalise(address)
    except ValueError:
        return None
    return provider.users.id_of(address) if address.rpartition("@")[2] in issuer.email_domains else None


def narrow_audience(
    provider: SubjectParts, params: Params, client: Client, issuer: TrustedIssuer, claims: Mapping[str, Any]
) -> tuple[str, ...]:
    """The audience: the asserted resources (ID-JAG §3.1, §4.4.1), else all that client and issuer may use. The request may narrow it.

    See ID-JAG §4.4.1.

    Raises:
        OAuthError: invalid_target, also if nothing is left. The admin API is never an audience: it requires a sign-in.
    """
    asserted = claims.get("resource")
    named = [asserted] if isinstance(asserted, str) else asserted
    if named is not None and not (isinstance(named, list) and all(isinstance(each, str) for each in named)):
        raise InvalidGrant("assertion.invalid", detail="assertion: resource")
    may = [each for each in client.resources if each in issuer.audiences and each != provider.settings.admin_resource]
    allowed = tuple(each for each in may if named is None or each in named)
    asked = tuple(dict.fromkeys(params.all("resource")))
    if not allowed or not set(asked) <= set(allowed):
        raise OAuthError("invalid_target", "assertion.resource_refused")
    return asked or allowed


def narrow_scopes(params: Params, client: Client, issuer: TrustedIssuer, claims: Mapping[str, Any]) -> tuple[str, ...]:
    """The asserted scopes that client and issuer may use (ID-JAG §4.4.1). The request may narrow them.

    An ID-JAG without scopes grants none. A plain assertion without scopes grants all that both may use.
    """
    asserted = claims.get("scope", "" if issuer.profile == ID_JAG else None)
    if asserted is not None and not isinstance(asserted, str):
        raise InvalidGrant("assertion.invalid", detail="assertion: scope")
    try:
        may = rules.keep(client.scopes, issuer.scopes)
        allowed = may if asserted is None else rules.keep(rules.parse(asserted), may)
        found = rules.narrow(rules.parse(params.get("scope") or ""), [scope for scope in allowed if scope != "offline_access"])
    except InvalidValue as problem:
        raise OAuthError("invalid_scope", problem.message) from None
    if found is None:
        raise OAuthError("invalid_scope", "assertion.scope_refused")
    return found


def narrow_details(provider: SubjectParts, params: Params, client: Client, claims: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """The asserted authorization_details, checked against their types as those of a request (RFC 9396 §5)."""
    asserted = claims.get("authorization_details")
    if asserted is None and params.get("authorization_details") is None:
        return ()
    from idp.oauth.authorization.details import narrow_details as narrow_requested
    from idp.oauth.authorization.details import parse_details, require_types

    granted = parse_details(json.dumps(asserted), client) if asserted is not None else ()
    require_types(provider, granted)
    return narrow_requested(params, client, granted)


def auth_time(claims: Mapping[str, Any], now: int) -> int:
    """When the user signed in at the issuer, in epoch seconds; 0 if the assertion does not say."""
    auth_time = claims.get("auth_time")
    return auth_time if isinstance(auth_time, int) and not isinstance(auth_time, bool) and 0 < auth_time <= now else 0
