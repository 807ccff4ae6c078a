"""The successful answer of the token endpoint (RFC 6749 §5.1, OIDC Core §3.1.3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from idp.domain.apps.client import Client
    from idp.domain.organisations.profile import OrganisationProfile
    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin
    from idp.domain.tokens.grant import Grant
    from idp.oauth.provider import GrantParts, MappingParts
    from idp.oauth.token.grant import Approved, GrantHandler, Subject, Used
    from idp.oauth.token.whose import Whose
    from idp.services.upstream.tokens_for_apps import Given

TokenResponse = dict[str, Any]
Mapped = dict[str, dict[str, Any]]
"""By target (access_token, id_token, userinfo), the mapped claims."""


def read_mapped(provider: MappingParts, client: Client, whose: Whose, origin: Origin, *targets: str, beside: Sequence[Any] = ()) -> Mapped:
    """The claims that the client's mappings and hooks add. Call it before anything is used up, because it may refuse.

    `beside`: other large values of the access token, the granted scopes first.
    """
    mapped: Mapped = {}
    if client.claim_mappings:
        from idp.oauth.token import mapped_claims

        mapped = mapped_claims.read(provider, client, whose, origin, targets, beside)
    if provider.settings.hooks != "on":
        return mapped
    from idp.oauth.token import hooked_claims

    return hooked_claims.add(mapped, provider, client, whose, origin, targets, beside)


def issue(
    handler: GrantHandler, provider: GrantParts, client: Client, subject: Subject, approved: Approved, used: Used, *,
    confirmation: Mapping[str, str] | None, claims: Mapped,
) -> TokenResponse:  # fmt: skip
    """Sign the tokens. `confirmation`: their `cnf`. `claims`: the mapped claims."""
    if approved.id_jag is not None:
        return _id_jag(provider, client, approved)
    if used.upstream is not None:
        return _of_upstream(used.upstream, approved)
    if handler.SIGN_IN and used.grant is not None and subject.user is not None:
        signed_in = _SignedIn(used.grant, subject.user, subject.organisation)
        return _for_grant(provider, client, signed_in, approved, used, confirmation=confirmation, mapped=claims)
    token = provider.tokens.issue_access_token(
        client, scopes=approved.scopes, grant=used.grant, resources=approved.resources, confirmation=confirmation,
        details=approved.details, act=approved.act, until=approved.not_after, more=claims.get("access_token"),
        organisation=subject.organisation,
    )  # fmt: skip
    answer = _access_token_response(provider, token, approved.scopes, confirmation)
    if approved.not_after is not None:
        answer["expires_in"] = min(answer["expires_in"], approved.not_after - provider.clock())
    if approved.issued_token_type is not None:
        answer["issued_token_type"] = approved.issued_token_type
    if approved.names_resource:
        answer["resource"] = approved.resources[0] if len(approved.resources) == 1 else list(approved.resources)
    if approved.details:
        answer["authorization_details"] = [dict(detail) for detail in approved.details]  # RFC 9396 §7
    return answer


def _of_upstream(given: Given, approved: Approved) -> TokenResponse:
    """The access token of an upstream (RFC 8693 §2.2.1). `expires_in` is left out if the upstream did not tell it."""
    answer: TokenResponse = {"access_token": given.access_token, "issued_token_type": approved.issued_token_type, "token_type": "Bearer"}
    told = {"expires_in": given.expires_in, "scope": given.scope}
    return answer | {name: value for name, value in told.items() if value}


def _id_jag(provider: GrantParts, client: Client, approved: Approved) -> TokenResponse:
    """An ID-JAG in place of an access token (ID-JAG §4.3.4)."""
    from idp.domain.tokens import id_jag

    claims = dict(approved.id_jag or {})
    answer: TokenResponse = {
        "issued_token_type": id_jag.TOKEN_TYPE,
        "access_token": provider.tokens.sign(client, claims, typ=id_jag.TYP, chosen=client.id_token_signed_response_alg),
        "token_type": "N_A",
        "expires_in": id_jag.LIFETIME,
    }
    return {**answer, "scope": " ".join(approved.scopes)} if approved.scopes else answer


class _SignedIn(NamedTuple):
    """The grant of a sign-in, its user, and the organisation that it is for, or None."""

    grant: Grant
    user: User
    organisation: OrganisationProfile | None


def _for_grant(
    provider: GrantParts, client: Client, of: _SignedIn, approved: Approved, used: Used, *,
    confirmation: Mapping[str, str] | None, mapped: Mapped,
) -> TokenResponse:  # fmt: skip
    """Tokens of a sign-in: an ID Token with the scope openid, and a refresh token with the scope offline_access.

    See OIDC Core §11, §5.5, RFC 9396 §3.

    A refresh request for fewer scopes does not narrow the grant: the refresh token keeps all of them (RFC 6749 §6).
    """
    tokens, scopes, grant = provider.tokens, approved.scopes, of.grant
    access_token = tokens.issue_access_token(
        client, scopes=scopes, grant=grant, resources=approved.resources, confirmation=confirmation, details=approved.details,
        more=mapped.get("access_token"), organisation=of.organisation,
    )  # fmt: skip
    answer = _access_token_response(provider, access_token, scopes, confirmation)
    if approved.details:
        answer["authorization_details"] = [dict(detail) for detail in approved.details]  # RFC 9396 §7
    if "openid" in scopes:
        from idp.oauth.token.id_token import sign_id_token  # a client's own token, the first one after a cold start, has none

        answer["id_token"] = sign_id_token(
            provider, client, grant, of.user, used, scopes=scopes, access_token=access_token, mapped=mapped.get("id_token", {}),
            organisation=of.organisation,
        )  # fmt: skip
    if grant.is_offline and "offline_access" in client.scopes and "refresh_token" in client.grant_types:
        answer["refresh_token"] = tokens.seal_refresh_token(grant, used.generation)
    return answer


def _access_token_response(
    provider: GrantParts, access_token: str, scopes: Sequence[str], confirmation: Mapping[str, str] | None = None
) -> TokenResponse:
    """The members of every response: `scope` is what was granted (RFC 6749 §3.3), `token_type` how to send the token (RFC 9449 §5).

    See RFC 6749 §5.1.
    """
    answer: TokenResponse = {
        "access_token": access_token,
        "token_type": token_type(confirmation),
        "expires_in": provider.settings.access_token_lifetime,
    }
    if scopes:
        answer["scope"] = " ".join(scopes)
    return answer


def token_type(confirmation: Mapping[str, str] | None) -> str:
    """DPoP for a token that is bound to a key (RFC 9449 §5). A token that is bound to a certificate has the type Bearer (RFC 8705 §3)."""
    return "DPoP" if confirmation and "jkt" in confirmation else "Bearer"
