"""What a provider has stored, and whether it is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.support.served_provider import ServedProvider


def everything(idp: ServedProvider) -> dict[str, list[dict[str, Any]]]:
    """Return all items by kind."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table in ("directory", "state", "keys"):
        for item in idp.services.database.scan(table):
            found.setdefault(item["kind"]["S"], []).append(item)
    return found


def whole(idp: ServedProvider) -> dict[str, list[dict[str, Any]]]:
    """Return the same after a check: each user has one item for each address, also a reserved former one; each such item has its user."""
    found = everything(idp)
    users: dict[str, str] = {}
    for item in found.get("user", []):
        users |= dict.fromkeys([item["email"]["S"].lower(), *item.get("former_emails", {"M": {}})["M"]], item["user_id"]["S"])
    owners = {item["pk"]["S"].removeprefix("EMAIL#"): item["user_id"]["S"] for item in found.get("email", [])}
    assert users == owners
    return found
