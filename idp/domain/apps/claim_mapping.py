"""Claim mappings: which facts about access a client gets in its tokens, and under which claim names. Without a mapping it gets none.

{"roles": {"source": "roles", "in": ["access_token"]}, "department": {"source": "attributes.department", "in": ["id_token", "userinfo"]}}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from idp.domain.errors import InvalidValue
from idp.domain.people import user_attributes
from idp.domain.requests.scope import SCOPE_CLAIMS

ACCESS_TOKEN, ID_TOKEN, USERINFO = TARGETS = ("access_token", "id_token", "userinfo")
ATTRIBUTES = "attributes."
SOURCES = ("roles", "groups", "permissions", "client_roles")
"""The roles, groups and permissions of the token's subject; `client_roles` are the roles of the client that gets the token."""
MOST = 20

_CLAIM = re.compile(r"[A-Za-z][A-Za-z0-9_.:/-]{0,127}", re.ASCII)
_ATTRIBUTE = re.compile(re.escape(ATTRIBUTES) + user_attributes.NAME, re.ASCII)

_JWT = ("iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf", "sub_id")  # RFC 7519 §4.1, RFC 7800 §3.1, RFC 9493 §4.1
_ACCESS = (
    # RFC 9068 §2.2, RFC 8693 §4, RFC 9396 §9.1, RFC 7662 §2.2, RFC 9701 §5
    "auth_time", "acr", "amr", "client_id", "scope", "act", "may_act", "authorization_details", "active", "username", "token_type",
    "token_introspection",
)  # fmt: skip
_ID_TOKEN = (
    # OpenID Connect Core §2, §3.3.2.11, §5.6, §7.4; logout and RFC 8417 §2; FAPI 1.0 part 2 §5.1; session management; identity assurance
    "nonce", "at_hash", "c_hash", "azp", "_claim_names", "_claim_sources", "sub_jwk", "sid", "events", "toe", "txn", "s_hash",
    "session_state", "verified_claims",
)  # fmt: skip
_SCOPE_OF: Mapping[str, str] = {claim: scope for scope, claims in SCOPE_CLAIMS.items() for claim in claims}
"""The OAuth scope that releases each claim (OpenID Connect Core §5.4)."""
_PROOFS = (
    # RFC 9449 §4.2, RFC 7515 §4.1
    "htm", "htu", "ath", "alg", "typ", "kid", "jwk", "jku", "crit", "cty", "b64", "x5u", "x5c", "x5t",
)  # fmt: skip
_OTHERS = (
    "gid",
    "uid",
    "cst",
    "ost",
    "scp",
    "org_id",
    "org_name",
)  # claims of this provider: the grant, its owner, stamps, the organisation; API Gateway's JWT authorizer reads scp as scope
RESERVED = frozenset((*_JWT, *_ACCESS, *_ID_TOKEN, *_SCOPE_OF, *_PROOFS, *_OTHERS))
"""Claim names that have a meaning already. A mapping must not change who a user is or what a token allows."""

_MEANS: Mapping[str, frozenset[str]] = {
    "roles": frozenset({"roles", "client_roles"}),
    "groups": frozenset({"groups"}),
    "permissions": frozenset({"permissions"}),
    "entitlements": frozenset({"permissions", "roles"}),
}
"""Claim names of RFC 9068 §2.2.3.1 that verifiers use for authorization. An attribute cannot be their source."""


@dataclass(frozen=True, slots=True)
class ClaimMapping:
    """One mapping: the name of the claim, the source of its value, and the tokens and answers that contain it."""

    claim: str
    source: str
    targets: tuple[str, ...]


def parse(mappings: object) -> tuple[ClaimMapping, ...]:
    """Return the mappings that an admin sent.

    Raises:
        InvalidValue: they are not valid mappings. The message repeats only names of known claims from the input.
    """
    if not isinstance(mappings, Mapping) or len(mappings) > MOST:
        raise InvalidValue("claim_mapping.not_object", maximum=MOST)
    if len({str(claim).casefold() for claim in mappings}) < len(mappings):
        raise InvalidValue("claim_mapping.same_name")
    return tuple(_one(claim, mapping) for claim, mapping in mappings.items())


def read_stored(mappings: Mapping[str, Any] | None) -> tuple[ClaimMapping, ...]:
    """Return the stored mappings of a client. A mapping whose claim name is reserved by now is left out.

    Raises:
        TypeError, KeyError: the stored value is malformed.
    """
    found = [ClaimMapping(str(claim), mapping["source"], tuple(mapping["in"])) for claim, mapping in (mappings or {}).items()]
    if not all(isinstance(each.source, str) and each.targets for each in found):
        raise TypeError("a claim mapping is none")
    return tuple(each for each in found if each.claim.casefold() not in RESERVED)


def _one(claim: object, mapping: object) -> ClaimMapping:
    if not isinstance(claim, str) or not _CLAIM.fullmatch(claim):
        raise InvalidValue("claim_mapping.name_malformed")
    name = claim.casefold()
    if name in _SCOPE_OF:
        raise InvalidValue("claim_mapping.belongs_to_scope", claim=name, scope=_SCOPE_OF[name])
    if name in RESERVED:
        raise InvalidValue("claim_mapping.reserved", claim=name)
    if not isinstance(mapping, Mapping) or set(mapping) != {"source", "in"}:
        raise InvalidValue("claim_mapping.malformed")
    source, targets = mapping["source"], mapping["in"]
    if not isinstance(source, str) or not (source in SOURCES or _ATTRIBUTE.fullmatch(source)):
        raise InvalidValue("claim_mapping.source_unknown", sources=", ".join(SOURCES))
    if source not in _MEANS.get(name, {source}):
        raise InvalidValue("claim_mapping.source_refused", claim=name, sources=", ".join(sorted(_MEANS[name])))
    if not isinstance(targets, list | tuple) or not targets or not all(isinstance(each, str) and each in TARGETS for each in targets):
        raise InvalidValue("claim_mapping.target_unknown", targets=", ".join(TARGETS))
    return ClaimMapping(claim, source, tuple(dict.fromkeys(targets)))
