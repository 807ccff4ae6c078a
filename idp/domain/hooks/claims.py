"""The claims that a hook may add: none that identifies a person, describes a token or says what it allows."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from idp.domain.apps.claim_mapping import RESERVED
from idp.domain.errors import InvalidValue

MOST_NAMES, MOST_BYTES, MOST_DEPTH = 20, 2048, 4
"""The number of claims of one answer, their size as JSON, and the levels of objects and lists in one."""
_MOST_NUMBER = 2**53
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.:/-]{0,127}", re.ASCII)
_AUTHORISING = frozenset(
    {
        # RFC 9068 §2.2.3.1, and names that verifiers of other systems read for authorization
        "roles", "groups", "permissions", "entitlements", "role", "group", "permission", "entitlement", "scopes", "client_roles",
        "authorities", "realm_access", "resource_access", "cognito:groups", "cognito:roles", "cognito:preferred_role", "wids", "scp",
        "admin", "admin_scopes", "tenant", "tid", "oid", "org", "organization", "tenant_id", "organization_id",
    }
)  # fmt: skip
"""Names that authorise. Roles come from the provider's own roles, by a mapping of the app."""
REFUSED = RESERVED | _AUTHORISING


def check(claims: Mapping[str, Any]) -> None:
    """Check claims that an admin wrote or a function answered.

    Raises:
        InvalidValue: a name is refused, a value has a wrong form, or they are too many or too large. The message repeats known names only.
    """
    if len(claims) > MOST_NAMES or len({name.casefold() for name in claims}) < len(claims):
        raise InvalidValue("hook.claims_too_many", maximum=MOST_NAMES)
    for name, value in claims.items():
        if not _NAME.fullmatch(name):
            raise InvalidValue("hook.claim_name_malformed")
        if (known := name.casefold()) in REFUSED or known.startswith("org_"):
            raise InvalidValue("hook.claim_refused", claim=known)
        if not _is_value(value, MOST_DEPTH):
            raise InvalidValue("hook.claim_value_malformed")
    if size(claims) > MOST_BYTES:
        raise InvalidValue("hook.claims_too_large", maximum=MOST_BYTES)


def size(claims: Mapping[str, Any]) -> int:
    """Return the number of bytes as JSON in a token."""
    return len(json.dumps(claims, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"))


def _is_value(value: object, depth: int) -> bool:
    """Return whether it is a text, a number, true or false, or a list or object of such values. There is no null."""
    if isinstance(value, bool | str):
        return True
    if isinstance(value, int | float):
        return abs(value) <= _MOST_NUMBER
    if depth == 0:
        return False
    if isinstance(value, Mapping):
        return all(isinstance(name, str) and _is_value(each, depth - 1) for name, each in value.items())
    return isinstance(value, list) and all(_is_value(each, depth - 1) for each in value)
