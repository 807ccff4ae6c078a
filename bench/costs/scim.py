"""Requests of a directory by SCIM."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from bench.costs import Prepare, expect
from tests.integration.scim.provisioning import USER, Directory, Provisioning
from tests.support.world import World

PEOPLE = 120
"""More than a page has."""
BULK = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"]}
_numbers = itertools.count(1)


def flows(world: Provisioning) -> dict[str, Prepare]:
    """The requests of one directory, which has made more people than a page has."""
    one = world.directory(domains=["corp.example"])
    people = [one.ok("POST", "/Users", _person()) for _ in range(PEOPLE)]
    ids, groups = [each["id"] for each in people], [one.group() for _ in range(3)]
    turns = itertools.count()

    def some() -> str:
        return str(ids[next(turns) % len(ids)])

    def patch(path: str, *operations: dict[str, Any]) -> None:
        expect(one.patch(path, *operations).is_success, f"{path} was not changed")

    runs: dict[str, Callable[[], object]] = {
        "read a person": lambda: one.ok("GET", f"/Users/{some()}"),
        "find by userName": lambda: one.ok("GET", "/Users", params={"filter": f'userName eq "{given()}"'}),
        "make a person": lambda: one.ok("POST", "/Users", _person()),
        "deactivate a person": lambda: patch(f"/Users/{some()}", {"op": "replace", "path": "active", "value": False}),
        "rename a person": lambda: patch(f"/Users/{some()}", {"op": "replace", "path": "name.familyName", "value": word()}),
        "replace a person": lambda: _replaced(one, people[next(turns) % len(people)]),
        "list 100 people": lambda: one.ok("GET", "/Users", params={"count": "100"}),
        "make a group": one.group,
        "read a group": lambda: one.ok("GET", f"/Groups/{groups[0]['id']}"),
        "list groups": lambda: one.ok("GET", "/Groups"),
        "add a person to a group": lambda: patch(
            f"/Groups/{groups[0]['id']}", {"op": "add", "path": "members", "value": [{"value": some()}]}
        ),
        "make ten people at once": lambda: one.ok("POST", "/Bulk", {**BULK, "Operations": [_made() for _ in range(10)]}),
    }  # fmt: skip
    return {**{name: _fixed(run) for name, run in runs.items()}, "delete a person": lambda _: _deletion(one)}


def word() -> str:
    """A name that no one has."""
    return f"King{next(_numbers)}"


def given() -> str:
    """A userName that no one has."""
    return f"someone{next(_numbers)}@corp.example"


def _fixed(run: Callable[[], object]) -> Prepare:
    def prepare(_: World) -> Callable[[], object]:
        return run

    return prepare


def _person() -> dict[str, Any]:
    return {"schemas": [USER], "userName": given(), "active": True, "name": {"givenName": "Ada", "familyName": "King"}}


def _made() -> dict[str, Any]:
    return {"method": "POST", "path": "/Users", "bulkId": f"b{next(_numbers)}", "data": _person()}


def _replaced(one: Directory, person: dict[str, Any]) -> None:
    body = {"schemas": [USER], "userName": person["userName"], "active": True, "name": {"givenName": "Ada", "familyName": word()}}
    one.ok("PUT", f"/Users/{person['id']}", body)


def _deletion(one: Directory) -> Callable[[], object]:
    id_ = one.person(given())["id"]
    return lambda: one.ok("DELETE", f"/Users/{id_}")
