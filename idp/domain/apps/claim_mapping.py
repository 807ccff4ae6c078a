"""Which facts about access a client finds in its tokens, and under which names: none, unless an admin mapped them.

{"roles": {"source": "roles", "in": ["access_token"]}, "department": {"source": "attributes.department", "in": ["id_token", "userinfo"]}}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from idp.domain.people import user_attributes
from idp.domain.requests.scope import SCOPE_CLAIMS

ACCESS_TOKEN, ID_TOKEN, USERINFO = TARGETS = ("access_token", "id_token", "userinfo")
ATTRIBUTES = "attributes."
SOURCES = ("roles", "groups", "permissions", "client_roles")
"""The roles, groups and permissions of whoever the token is about; the roles of the client that it is given to."""
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
"""By claim the scope that tells it (OpenID Connect Core §5.4)."""
_PROOFS = (
    # RFC 9449 §4.2, RFC 7515 §4.1
    "htm", "htu", "ath", "alg", "typ", "kid", "jwk", "jku", "crit", "cty", "b64", "x5u", "x5c", "x5t",
)  # fmt: skip
_OTHERS = ("gid", "uid", "cst", "scp")  # the grant, whose it is, the client's stamp; API Gateway's JWT authorizer takes scp for scope
RESERVED = frozenset((*_JWT, *_ACCESS, *_ID_TOKEN, *_SCOPE_OF, *_PROOFS, *_OTHERS))
"""Names that have a meaning already: nobody says who a user is, or what a token may do, by a mapping."""

_MEANS: Mapping[str, frozenset[str]] = {
    "roles": frozenset({"roles", "client_roles"}),
    "groups": frozenset({"groups"}),
    "permissions": frozenset({"permissions"}),
    "entitlements": frozenset({"permissions", "roles"}),
}
"""RFC 9068 §2.2.3.1 and what verifiers expect under these names: never an attribute, whoever may write that."""


@dataclass(frozen=True, slots=True)
class ClaimMapping:
    """One claim: its name, where its value comes from, where it is told."""

    claim: str
    source: str
    targets: tuple[str, ...]


def parse(mappings: object) -> tuple[ClaimMapping, ...]:
    """The mappings of a client as an admin sent them.

    Raises:
        ValueError: a sentence that says what they have to be; nothing of the input is in it but names of known members.
    """
    if not isinstance(mappings, Mapping) or len(mappings) > MOST:
        raise ValueError(f"This has to be an object of at most {MOST} claims.")
    if len({str(claim).casefold() for claim in mappings}) < len(mappings):
        raise ValueError("Two of the claims differ in nothing but upper and lower case.")
    return tuple(_one(claim, told) for claim, told in mappings.items())


def stored(mappings: Mapping[str, Any] | None) -> tuple[ClaimMapping, ...]:
    """The mappings of a client as they were stored. A name that has been given a meaning since then is left out.

    Raises:
        TypeError, KeyError: they cannot be read.
    """
    found = [ClaimMapping(str(claim), told["source"], tuple(told["in"])) for claim, told in (mappings or {}).items()]
    if not all(isinstance(each.source, str) and each.targets for each in found):
        raise TypeError("a claim mapping is none")
    return tuple(each for each in found if each.claim.casefold() not in RESERVED)


def _one(claim: object, told: object) -> ClaimMapping:
    if not isinstance(claim, str) or not _CLAIM.fullmatch(claim):
        raise ValueError("A claim's name has to be 1 to 128 letters, digits and _ . : / -, beginning with a letter.")
    name = claim.casefold()
    if name in _SCOPE_OF:
        raise ValueError(
            f"The claim {name} cannot be mapped: the scope {_SCOPE_OF[name]} tells it, in UserInfo. Set id_token_claims to have it in the "
            "ID token too."
        )
    if name in RESERVED:
        raise ValueError(f"The claim {name} has a meaning of its own and cannot be mapped.")
    if not isinstance(told, Mapping) or set(told) != {"source", "in"}:
        raise ValueError("A mapping has to be an object with source and in.")
    source, targets = told["source"], told["in"]
    if not isinstance(source, str) or not (source in SOURCES or _ATTRIBUTE.fullmatch(source)):
        raise ValueError(f"A source has to be one of {', '.join(SOURCES)}, or attributes. and the name of one.")
    if source not in _MEANS.get(name, {source}):
        raise ValueError(f"The claim {name} can be mapped from {' or '.join(sorted(_MEANS[name]))} only.")
    if not isinstance(targets, list | tuple) or not targets or not all(isinstance(each, str) and each in TARGETS for each in targets):
        raise ValueError(f"in has to be a list of some of {', '.join(TARGETS)}.")
    return ClaimMapping(claim, source, tuple(dict.fromkeys(targets)))
