"""Members of this provider that only admins set (threats J-02).

`resources`: RFC 8707 identifiers that become the `aud` of access tokens. `introspects`: see `Client`. `auth_methods`: if more than one is
allowed. `claim_mappings`: which facts about access tokens contain. `id_token_claims`: whether ID Tokens contain the claims of the scopes; a
setting lets clients that register themselves choose it too. `organization`, `org_id`: see `Client`.
"""

from __future__ import annotations

from typing import Any

from idp.domain.apps import claim_mapping
from idp.domain.apps.fapi import PROFILES
from idp.domain.errors import Invalid, InvalidValue
from idp.domain.requests import organisation_scope
from idp.domain.tokens import id_jag
from idp.services.apps.client_metadata.grants_and_authentication import AUTH_METHODS
from idp.services.apps.client_metadata.values import Member, among, flag, names, one_of, resources


def mappings(name: str, value: Any) -> dict[str, Any] | None:
    """Read claim mappings in their canonical form; None if there are none."""
    try:
        found = claim_mapping.parse(value)
    except InvalidValue as problem:
        raise Invalid(problem.message, field=name) from None
    return {each.claim: {"source": each.source, "in": list(each.targets)} for each in found} or None


def targets(name: str, value: Any) -> dict[str, Any] | None:
    """Read the authorization servers for which the client may get an ID-JAG; None if there are none."""
    try:
        found = id_jag.parse(value)
    except InvalidValue as problem:
        raise Invalid(problem.message, field=name) from None
    return {each.audience: each.as_document() for each in found} or None


def branding(name: str, value: Any) -> dict[str, Any] | None:
    """Read the look of the pages and mails that are about the client; None if it is empty."""
    from idp.domain.looks.look import as_document, parse_look  # a client without branding does not load it

    try:
        return as_document(parse_look(value, of_app=True)) or None
    except InvalidValue as problem:
        raise Invalid(problem.message, field=name) from None


def organisation_id(name: str, value: Any) -> str:
    """Read the id of an organisation. The caller checks that there is one."""
    from idp.domain.organisations.profile import may_be_org_id  # almost no client belongs to an organisation

    if not isinstance(value, str) or not may_be_org_id(value):
        raise Invalid("client.organization_unknown", field=name)
    return value


MEMBERS: dict[str, Member] = {
    "auth_methods": ("auth_methods", among(AUTH_METHODS)),
    "resources": ("resources", resources),
    "introspects": ("introspects", resources),
    "token_exchange_audiences": ("token_exchange_audiences", resources),
    "token_exchange_scopes": ("token_exchange_scopes", names(50)),
    "may_impersonate": ("may_impersonate", flag),
    "id_jag_audiences": ("id_jag_audiences", targets),
    "profile": ("profile", one_of(PROFILES)),
    "require_pkce": ("require_pkce", flag),
    "first_party": ("first_party", flag),
    "require_mfa": ("require_mfa", flag),
    "sign_up": ("sign_up", flag),
    "branding": ("branding", branding),
    "mail_code": ("mail_code", flag),
    "connections_only": ("connections_only", flag),
    "organization": ("organization", one_of(organisation_scope.KINDS)),
    "org_id": ("org_id", organisation_id),
    "disabled": ("disabled", flag),
    "claim_mappings": ("claim_mappings", mappings),
    "id_token_claims": ("id_token_claims", flag),
}
REMOVABLE = frozenset({"profile", "branding", "mail_code", "claim_mappings", "id_jag_audiences", "org_id"})
MERGED = frozenset({"claim_mappings"})
"""Members with an object that a patch changes member by member (RFC 7396)."""
