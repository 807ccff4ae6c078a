"""The rights of an admin as a form: none, all, or the OAuth scopes that are chosen one by one, in words."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from idp.domain.errors import Invalid
from idp.domain.texts import marked

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from idp.domain.texts import Texts
    from idp.oauth.params import Params

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "users": marked("People"), "clients": marked("Apps"), "roles": marked("Roles and groups"), "sessions": marked("Sessions"),
        "organizations": marked("Organisations"), "issuers": marked("Trusted issuers"), "connections": marked("Connections"),
        "scim": marked("Directories (SCIM)"), "provisioning": marked("Accounts in apps"),
        "webhooks": marked("Webhooks"), "signals": marked("Shared signals"), "hooks": marked("Hooks"),
        "imports": marked("Imports"), "policies": marked("Policies"), "keys": marked("Keys"), "audit": marked("Audit events"),
    }
)  # fmt: skip
"""What a scope is about, by the part before the colon. One without words is shown by its name."""
NONE, ALL, SOME = "none", "all", "some"


class Right(NamedTuple):
    """A row of the form. `read`, `write`: the scopes, or an empty text."""

    words: str
    read: str
    write: str


def rows(scopes: Collection[str], texts: Texts) -> list[Right]:
    """Return a row for each subject of these scopes, in the order of WORDS."""
    kinds = {scope.partition(":")[0] for scope in scopes}
    order = [*(kind for kind in WORDS if kind in kinds), *sorted(kinds - WORDS.keys())]
    return [Right(texts.text(WORDS[kind]) if kind in WORDS else kind, *_pair(kind, scopes)) for kind in order]


def _pair(kind: str, scopes: Collection[str]) -> tuple[str, str]:
    read, write = f"{kind}:read", f"{kind}:write"
    return read if read in scopes else "", write if write in scopes else ""


def level_of(*, admin: bool, scopes: Collection[str] | None) -> str:
    """Return what is chosen for an account: NONE, ALL or SOME."""
    return NONE if not admin else ALL if scopes is None else SOME


def chosen(sent: Params, offered: Collection[str]) -> set[str]:
    """Return the scopes whose boxes are ticked."""
    return {scope for scope in offered if sent.get(scope)}


def changes(sent: Params, offered: Collection[str]) -> dict[str, object]:
    """Return the members `admin` and `admin_scopes` of a patch.

    Raises:
        Invalid: nothing is chosen, or single rights without any.
    """
    level, scopes = sent.get("level") or "", chosen(sent, offered)
    if level not in {NONE, ALL, SOME} or (level == SOME and not scopes):
        raise Invalid("console.rights_unclear", field="level")
    return {"admin": level != NONE, "admin_scopes": sorted(scopes) if level == SOME else None}
