"""What this provider adds, for admins alone: no client sets it for itself (threats J-02).

`resources` (RFC 8707 identifiers that become the `aud` of access tokens), `introspects`, `auth_methods` (when more than one is allowed).
"""

from __future__ import annotations

from idp.domain.fapi import PROFILES
from idp.services.client_metadata.access import AUTH_METHODS
from idp.services.client_metadata.values import Member, among, flag, names, one_of, resources

MEMBERS: dict[str, Member] = {
    "auth_methods": ("auth_methods", among(AUTH_METHODS)),
    "resources": ("resources", resources),
    "introspects": ("introspects", resources),
    "token_exchange_audiences": ("token_exchange_audiences", resources),
    "token_exchange_scopes": ("token_exchange_scopes", names(50)),
    "may_impersonate": ("may_impersonate", flag),
    "profile": ("profile", one_of(PROFILES)),
    "require_pkce": ("require_pkce", flag),
    "first_party": ("first_party", flag),
    "require_mfa": ("require_mfa", flag),
    "disabled": ("disabled", flag),
}
REMOVABLE = frozenset({"profile"})
