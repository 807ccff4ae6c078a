"""Client metadata: the members of RFC 7591 §2 and its extensions, and those of this provider (threats E-10, J-02).

Each module has a group of members. Other members cannot be set.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from types import MappingProxyType
from typing import Any

from idp.domain import merge_patch
from idp.domain.apps.client import Client
from idp.domain.errors import Invalid, InvalidValue
from idp.services.apps import client_rules
from idp.services.apps.client_metadata import about, addresses, answers, grants_and_authentication, keys, own, requests
from idp.services.apps.client_metadata.values import Member
from idp.settings import Settings

MOST_BYTES = 128 * 1024
_DEFAULTS = Client(id="")
_GROUPS = (about, grants_and_authentication, keys, answers, requests, addresses, own)

MEMBERS: Mapping[str, Member] = MappingProxyType({name: member for group in _GROUPS for name, member in group.MEMBERS.items()})
WRITABLE = frozenset(MEMBERS)
REGISTRABLE = WRITABLE - (frozenset(own.MEMBERS) - {"profile"}) - {"access_token_signed_response_alg"}
"""The members that a client may set when it registers itself (RFC 7591 §2), in each deployment."""
REMOVABLE = frozenset(name for group in _GROUPS for name in group.REMOVABLE)
"""The members that null removes."""


def registrable(settings: Settings) -> frozenset[str]:
    """Return the names of the members that a client may set when it registers itself in this deployment."""
    return REGISTRABLE | {"id_token_claims"} if settings.registration_id_token_claims == "on" else REGISTRABLE


def apply(client: Client, changes: Mapping[str, Any], settings: Settings) -> Client:
    """Return the client after an RFC 7396 patch, or the same object if nothing changes. null removes optional members.

    Raises:
        Invalid: a member is unknown, has the wrong type, is too long, or contradicts other members. `field` names it.
    """
    wanted: dict[str, Any] = {}
    for name, value in changes.items():
        if name not in MEMBERS:
            raise Invalid("member.unknown", field=name[:60] if name.isidentifier() else "")
        attribute, read = MEMBERS[name]
        wanted[attribute] = _reset(name, attribute) if value is None else read(name, _merge(client, name, attribute, value))
    _reconcile_methods(client, changes, wanted)
    response_types = wanted.pop("response_types", None)
    changed = client_rules.complete_members(replace(client, **wanted), settings)
    client_rules.check(changed, response_types, settings)
    if len(json.dumps(asdict(changed))) > MOST_BYTES:
        raise Invalid("client.too_large", bytes=MOST_BYTES)
    return changed


def _merge(client: Client, name: str, attribute: str, value: Any) -> Any:
    if name not in own.MERGED or not isinstance(value, Mapping):
        return value
    try:
        return merge_patch.apply_to_object(getattr(client, attribute) or {}, value)
    except InvalidValue as problem:
        raise Invalid(problem.message, field=name) from None


def _reset(name: str, attribute: str) -> Any:
    if name not in REMOVABLE:
        raise Invalid("value.null", field=name)
    return getattr(_DEFAULTS, attribute)


def _reconcile_methods(client: Client, changes: Mapping[str, Any], wanted: dict[str, Any]) -> None:
    """Derive `auth_methods` from RFC 7591's member for one method and this provider's member for several, or check that the two agree."""
    single = wanted.pop("token_endpoint_auth_method", None)
    if single is None:
        return
    if "auth_methods" not in changes:
        # A client that sends back the method from its registration keeps its other methods too (E-11).
        wanted["auth_methods"] = client.auth_methods if single == client.auth_methods[0] else (single,)
    elif single not in wanted["auth_methods"]:
        raise Invalid("client.method_not_in_auth_methods", field="token_endpoint_auth_method")
    else:
        wanted["auth_methods"] = (single, *(method for method in wanted["auth_methods"] if method != single))


def describe(client: Client) -> dict[str, Any]:
    """Return all members with their values; None for a member without a value. It contains no secret and only members (threats J-08)."""
    members: dict[str, Any] = {}
    for name, (attribute, _) in MEMBERS.items():
        value = getattr(client, attribute, None)
        members[name] = list(value) if isinstance(value, tuple) else value
    return members | {
        "client_name": client.name or None,
        "claim_mappings": client.claim_mappings or {},
        "org_id": client.org_id or None,
        "scope": " ".join(client.scopes),
        "token_endpoint_auth_method": client.auth_methods[0],
        "response_types": ["code"] if "authorization_code" in client.grant_types else [],
    }
