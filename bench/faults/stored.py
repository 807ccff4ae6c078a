"""I5: items without an owner, found by reading all tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench.faults.site import Site

Items = list[dict[str, Any]]


def everything(site: Site) -> Items:
    """All items of the three tables."""
    return [item for table in ("directory", "state", "keys") for item in site.services.database.scan(table)]


def orphans(items: Items) -> Iterator[str]:
    """Addresses without their user and users without their address; what belongs to a user who is not there."""
    users = {item["user_id"]["S"]: item for item in items if item["kind"]["S"] == "user"}
    going = {item["user_id"]["S"] for item in items if item["kind"]["S"] == "deletion"}
    owners = {item["pk"]["S"].removeprefix("EMAIL#"): item["user_id"]["S"] for item in items if item["kind"]["S"] == "email"}
    for address, user_id in owners.items():
        if user_id not in users:
            yield f"the address of {user_id} has no user"
        elif address not in _addresses(users[user_id]):
            yield f"an address of {user_id} is not in the user"
    for user_id, user in users.items():
        for address in _addresses(user):
            if owners.get(address) != user_id:
                yield f"an address of the user {user_id} has no item"
    for item in items:
        pk, kind = item["pk"]["S"], item["kind"]["S"]
        owner = pk.split("#")[1] if pk.startswith("USER#") else ""
        if owner.startswith(PERSON) and kind not in LEFT and owner not in users and owner not in going:
            yield f"{kind} has no user {owner}"


def _addresses(user: dict[str, Any]) -> list[str]:
    return [user["email"]["S"].lower(), *user.get("former_emails", {"M": {}})["M"]]


PERSON = "usr_"
"""How ids of people begin. Tickets of addresses without an account have partitions of their own."""
LEFT = frozenset({"user", "event", "deletion"})
"""Kinds that outlive their user: the audit trail, and the mark that the user is being deleted."""
