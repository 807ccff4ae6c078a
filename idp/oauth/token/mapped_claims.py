"""Claims about roles, groups, permissions and attributes, by the client's claim mappings (RFC 9068 §2.2.3.1). Read at each issue.

Only for clients with mappings. Attributes are part of the user, which the grant has read. Roles and groups cost one more read, of the whole
role model. Tokens for an organisation have the roles of the membership there, and no role or group of the deployment.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from idp.domain.access.roles import RoleModel
from idp.domain.apps import claim_mapping
from idp.domain.apps.claim_mapping import ACCESS_TOKEN, ATTRIBUTES, USERINFO
from idp.domain.errors import OAuthError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from idp.domain.access.roles import Assignments
    from idp.domain.apps.client import Client
    from idp.domain.sessions.request_origin import Origin
    from idp.oauth.provider import MappingParts
    from idp.oauth.token.whose import Whose

MOST_BYTES = 3 * 1024
"""Bytes of the mapped claims of one token, as JSON."""
MOST_TOGETHER = 4900
"""Bytes together with scopes, audience and authorization details. Then the token fits into a header line of 8 KB."""
MOST_BYTES_OF_USERINFO = 64 * 1024
"""Bytes of the mapped claims in a UserInfo response."""


def read(
    provider: MappingParts, client: Client, whose: Whose, origin: Origin, targets: Collection[str], beside: Sequence[Any] = ()
) -> dict[str, dict[str, Any]]:
    """The mapped claims by target. Without a user, roles and permissions are those of the client.

    `beside`: other large values of the access token.

    Raises:
        OAuthError: invalid_request, if the claims are too large. They are never cut off, because half of them would change their meaning.
    """
    mappings = [each for each in claim_mapping.read_stored(client.claim_mappings) if set(each.targets) & set(targets)]
    user = whose.user
    facts = _facts(provider, client, whose, {each.source for each in mappings})
    mapped: dict[str, dict[str, Any]] = {
        target: {each.claim: facts[each.source] for each in mappings if target in each.targets and each.source in facts}
        for target in targets
    }
    for target, claims in mapped.items():
        if claims and not fits(claims, target, beside):
            provider.audit.record(
                "claims.too_large", origin=origin, outcome="failure", actor=client.id, subject=user.id if user else "",
                client_id=client.id, reason=f"more than fits into the {target}",
            )  # fmt: skip
            raise OAuthError("invalid_request", "claim_mapping.too_large", target=target)
    return mapped


def fits(claims: Mapping[str, Any], target: str, beside: Sequence[Any] = ()) -> bool:
    """Whether these claims are small enough for the token or answer. `beside`: as of `read`."""
    most = MOST_BYTES_OF_USERINFO if target == USERINFO else MOST_BYTES
    if target == ACCESS_TOKEN and beside:
        most = min(most, MOST_TOGETHER - _size(beside))
    return _size(claims) <= most


def _size(value: Any) -> int:
    """Bytes of the value as JSON in a token."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=dict).encode())


def _facts(provider: MappingParts, client: Client, whose: Whose, sources: Collection[str]) -> dict[str, Any]:
    """The values by source. A missing attribute of the user has none, and groups have none for a client, and none in an organisation."""
    user, org_id = whose.user, whose.organisation.id if whose.organisation else ""
    roles, groups = _assigned(client, whose)
    own = client.roles or {} if client.org_id == org_id else {}
    asked = {"roles": roles or groups, "permissions": roles or groups, "groups": groups, "client_roles": own}
    model = _model(provider, org_id) if any(asked[source] for source in asked if source in sources) else RoleModel()
    effective = model.effective(roles, groups)
    facts: dict[str, Any] = {
        "roles": list(effective),
        "permissions": list(model.permissions(effective)),
        "client_roles": list(model.live_roles(own)),
    }
    if user:
        facts["groups"] = list(model.live_groups(groups))
        facts |= {ATTRIBUTES + name: value for name, value in user.attributes.items()}
    return facts


def _assigned(client: Client, whose: Whose) -> tuple[Assignments, Assignments]:
    """The roles and groups of the token's subject: of the membership for a token for an organisation."""
    if whose.user is None:
        return client.roles or {}, {}
    if whose.organisation is None:
        return whose.user.roles, whose.user.groups
    return whose.belonging.membership.roles if whose.belonging else {}, {}


def _model(provider: MappingParts, org_id: str) -> RoleModel:
    """The roles in which assignments are looked up: those of the organisation, or of the deployment. One call."""
    return provider.organisation_roles.model(org_id) if org_id else provider.roles.model()
