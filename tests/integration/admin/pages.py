"""Lists of the admin API page by page, and people with similar names."""

from __future__ import annotations

from typing import Any

from tests.support.world import World

PEOPLE = {
    "ada@example.com": {"name": "Ada Lovelace"}, "chatelet@example.com": {"given_name": "E\u0301milie", "family_name": "du Ch\u00e2telet"},
    "cs@meier.example": {"name": "Carla Stra\u00dfe"}, "nick@example.com": {"nickname": "\uff21\uff24\uff21"},
    "web@example.com": {"website": "https://lovelace.example"}, "lovelock@example.com": {},
}  # fmt: skip


def walked(world: World, path: str, **params: Any) -> list[dict[str, Any]]:
    """Return all items, page by page."""
    items: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    for _ in range(100):
        told = world.call("GET", path, params={**params, **cursor}).json()
        items += told["items"]
        assert len(told["items"]) <= params.get("limit", 50)
        if told["next_cursor"] is None:
            return items
        cursor = {"cursor": told["next_cursor"]}
    raise AssertionError("the pages do not end")
