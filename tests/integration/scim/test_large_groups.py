"""A group of 50,000 members: what is read and written for a change, and the size of its answer (threats P-06)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.engines.lossy_proxy import LossyProxy

if TYPE_CHECKING:
    from tests.integration.scim.provisioning import Provisioning

MEMBERS = 50_000


def test_a_group_of_50_000_members_is_changed_without_reading_it(make_scim: Any, lossy_quick: LossyProxy) -> None:
    """One member more is refused, one less and one other are not. The answer is below the 6 MB of Lambda."""
    scim: Provisioning = make_scim(lossy_quick.url)
    directory = scim.directory()
    group = directory.group("Everybody")
    store, before = scim.services.scim_groups_store, scim.services.scim_groups_store.read(directory.id, [group["id"]])[0]
    scim.services.scim_members.add(directory.id, before.id, [f"usr_{number:022d}" for number in range(MEMBERS - 1)])
    assert store.touch(before, more=MEMBERS - 1, mark="m", now=scim.clock(), expected=None)
    one, other = directory.person()["id"], directory.person()["id"]
    at = f"/Groups/{group['id']}?excludedAttributes=members"
    lossy_quick.take()
    add = {"op": "add", "path": "members"}
    assert directory.patch(at, {**add, "value": [{"value": one}]}).status_code == 200
    assert sum(lossy_quick.take().values()) <= 8
    full = directory.patch(at, {**add, "value": [{"value": other}]})
    assert (full.status_code, full.json()["scimType"]) == (400, "tooMany")
    assert directory.patch(at, {"op": "remove", "path": f'members[value eq "{one}"]'}).status_code == 200
    assert directory.patch(at, {**add, "value": [{"value": other}]}).status_code == 200
    answer = directory.call("GET", f"/Groups/{group['id']}")
    assert len(answer.json()["members"]) == MEMBERS
    assert len(answer.content) < 5_000_000
    lossy_quick.take()
    assert directory.ok("GET", "/Groups", params={"filter": f'displayName eq "Everybody" and members eq "{other}"',
                                                  "excludedAttributes": "members"})["totalResults"] == 1  # fmt: skip
    assert sum(lossy_quick.take().values()) <= 4
    too_many = [{"value": f"usr_{number}"} for number in range(5001)]
    assert directory.patch(at, {**add, "value": too_many}).status_code == 413
