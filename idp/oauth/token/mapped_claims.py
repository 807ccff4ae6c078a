"""What a client's claim mappings make its tokens tell of roles, groups, permissions and attributes (RFC 9068 §2.2.3.1). Read at each issue.

Loaded for clients that have mappings; for all others nothing is read and nothing is told. Attributes lie in the user, which the grant has
read; whoever has roles or groups costs one more read, of all roles and groups together.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from idp.domain.access.roles import RoleModel
from idp.domain.apps import claim_mapping
from idp.domain.apps.claim_mapping import ACCESS_TOKEN, ATTRIBUTES, USERINFO
from idp.domain.errors import OAuthError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from idp.domain.apps.client import Client
    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin
    from idp.oauth.provider import MappingParts

MOST_BYTES = 3 * 1024
"""Of one token's mapped claims as JSON."""
MOST_TOGETHER = 4900
"""With scopes, audience and authorization details: so the token fits into a header line of 8 KB, and this provider takes it back."""
MOST_BYTES_OF_USERINFO = 64 * 1024


def of(
    provider: MappingParts, client: Client, user: User | None, origin: Origin, targets: Collection[str], beside: Sequence[Any] = ()
) -> dict[str, dict[str, Any]]:
    """By target the claims that are mapped there. Without a user the token is the client's own, and so are roles and permissions.

    `beside`: what else is large in the access token.

    Raises:
        OAuthError: invalid_request, when they are too much. Half of what somebody may do, or must not, is never told.
    """
    mappings = [each for each in claim_mapping.read_stored(client.claim_mappings) if set(each.targets) & set(targets)]
    facts = _facts(provider, client, user, {each.source for each in mappings})
    told: dict[str, dict[str, Any]] = {
        target: {each.claim: facts[each.source] for each in mappings if target in each.targets and each.source in facts}
        for target in targets
    }
    for target, claims in told.items():
        most = MOST_BYTES_OF_USERINFO if target == USERINFO else MOST_BYTES
        if target == ACCESS_TOKEN and beside:
            most = min(most, MOST_TOGETHER - _size(beside))
        if claims and _size(claims) > most:
            provider.audit.record(
                "claims.too_large", origin=origin, outcome="failure", actor=client.id, subject=user.id if user else "",
                client_id=client.id, reason=f"more than fits into the {target}",
            )  # fmt: skip
            raise OAuthError("invalid_request", f"What is mapped for this client is too much for the {target}. An admin has to map less.")
    return told


def _size(value: Any) -> int:
    """Bytes of it in a token."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=dict).encode())


def _facts(provider: MappingParts, client: Client, user: User | None, sources: Collection[str]) -> dict[str, Any]:
    """By source its value. An attribute that the user does not have, and the groups of a client, have none."""
    roles, groups = (user.roles, user.groups) if user else (client.roles or {}, {})
    own = client.roles or {}
    asked = {"roles": roles or groups, "permissions": roles or groups, "groups": groups, "client_roles": own}
    model = provider.roles.model() if any(asked[source] for source in asked if source in sources) else RoleModel()
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
