"""Parallel requests on real engines: one name has one owner, one ETag has one winner, and no member is lost (threats P-08)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.integration.admin.isolation.tenants import tenant
from tests.integration.scim.provisioning import GROUP, USER, directory_of
from tests.store.race import crowd

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.scim.provisioning import Provisioning

MANY = 8


def race(acts: list[Callable[[], int]]) -> list[int]:
    """The statuses of calls that start together."""
    return crowd(len(acts), lambda number: acts[number]())


def test_of_parallel_creations_with_one_name_one_succeeds(racing: Provisioning) -> None:
    """People and groups. The others are conflicts, and leave nothing behind."""
    directory = racing.directory()
    acts: list[Callable[[], int]] = [
        lambda: directory.call("POST", "/Users", {"schemas": [USER], "userName": "ada@corp.example"}).status_code
    ] * MANY
    statuses = sorted(race(acts))
    assert (statuses.count(201), set(statuses)) in [(1, {201, 409}), (1, {201, 409, 503})]
    acts = [lambda: directory.call("POST", "/Groups", {"schemas": [GROUP], "displayName": "Staff"}).status_code] * MANY
    statuses = sorted(race(acts))
    assert statuses.count(201) == 1
    assert (directory.ok("GET", "/Users")["totalResults"], directory.ok("GET", "/Groups")["totalResults"]) == (1, 1)


def test_of_parallel_changes_with_one_etag_one_succeeds(racing: Provisioning) -> None:
    directory = racing.directory()
    made = directory.person("ada@corp.example")
    headers = {"If-Match": made["meta"]["version"]}

    def change(title: str) -> Callable[[], int]:
        operation = {"op": "replace", "path": "title", "value": title}
        return lambda: directory.patch(f"/Users/{made['id']}", operation, headers=headers).status_code

    statuses = race([change(f"title {number}") for number in range(MANY)])
    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 412, 503}


def test_parallel_additions_of_members_are_all_kept(racing: Provisioning) -> None:
    """Entra sends one request for each member. None of them refuses another one."""
    directory = racing.directory()
    ids = [directory.person()["id"] for _ in range(MANY)]
    group = directory.group("Staff")

    def add(id_: str) -> Callable[[], int]:
        operation = {"op": "Add", "path": "members", "value": [{"value": id_}]}
        return lambda: directory.patch(f"/Groups/{group['id']}", operation).status_code

    assert set(race([add(id_) for id_ in ids])) == {200}
    told = directory.ok("GET", f"/Groups/{group['id']}")
    assert sorted(each["value"] for each in told["members"]) == sorted(ids)
    assert racing.services.scim_groups_store.read(directory.id, [group["id"]])[0].members == MANY


def test_of_parallel_changes_of_a_group_with_one_etag_one_succeeds(racing: Provisioning) -> None:
    """Changes of members, and of the name. The others get 412, and none of their members is in the group."""
    directory = racing.directory()
    ids = [directory.person()["id"] for _ in range(MANY)]
    group = directory.group("Staff")
    headers = {"If-Match": group["meta"]["version"]}

    def add(id_: str) -> Callable[[], int]:
        operation = {"op": "add", "path": "members", "value": [{"value": id_}]}
        return lambda: directory.patch(f"/Groups/{group['id']}", operation, headers=headers).status_code

    def rename(number: int) -> Callable[[], int]:
        operation = {"op": "replace", "path": "displayName", "value": f"Staff {number}"}
        return lambda: directory.patch(f"/Groups/{group['id']}", operation, headers=headers).status_code

    statuses = race([add(id_) for id_ in ids[:6]] + [rename(number) for number in range(2)])
    assert (statuses.count(200), set(statuses) <= {200, 412, 503}) == (1, True)
    told = directory.ok("GET", f"/Groups/{group['id']}")
    assert len(told.get("members", [])) == (1 if statuses.index(200) < 6 else 0)  # the additions came first


def test_a_member_who_is_erased_at_the_same_time_is_not_left_behind(racing: Provisioning) -> None:
    """Either the erasure sees the new item, or the addition sees that the person is gone."""
    directory = racing.directory()
    group = directory.group("Staff")
    for _ in range(4):
        id_ = directory.person()["id"]
        operation = {"op": "add", "path": "members", "value": [{"value": id_}]}
        acts: list[Callable[[], int]] = [
            lambda: directory.patch(f"/Groups/{group['id']}", operation).status_code,  # noqa: B023  # it is called in this turn
            lambda: directory.call("DELETE", f"/Users/{id_}").status_code,  # noqa: B023  # as above
        ]
        race(acts)
        assert id_ not in str(list(racing.services.scim_members.of(directory.id, group["id"])))


def test_in_parallel_changes_of_one_member_group_and_role_agree(racing: Provisioning) -> None:
    """In the directory of an organisation: the same person into several groups and out of one. Who gets 409 or 503 can repeat it."""
    it = tenant(racing, "acme")
    it.prove()
    okta = directory_of(it)
    one = okta.person("ada@acme.example")["id"]
    ids = [okta.group(f"Group {number}", *([one] if number == 0 else []))["id"] for number in range(MANY // 2)]

    def change(id_: str) -> Callable[[], int]:
        operation = {"op": "remove" if id_ == ids[0] else "add", "path": "members", "value": [{"value": one}]}
        return lambda: okta.patch(f"/Groups/{id_}", operation).status_code

    changes = [change(id_) for id_ in ids]
    assert set(race(changes)) <= {200, 409, 503}
    told = set[str]()
    for _ in range(2):
        told = {each["value"] for each in okta.ok("GET", f"/Users/{one}?attributes=groups").get("groups", [])}
        found = racing.services.memberships.get(one, it.id)
        assert found
        assert set(found.roles.values()) == told
        assert {id_ for id_ in ids if one in json.dumps(okta.ok("GET", f"/Groups/{id_}"))} == told
        assert {each() for each in changes} == {200}
    assert told == set(ids[1:])
