"""Lists: pages by index and by cursor (RFC 9865), sorting, attributes, bounds (threats P-06), and calls to DynamoDB of each request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.engines.lossy_proxy import LossyProxy
from tests.integration.scim.provisioning import GROUP, USER

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.scim.provisioning import Directory, Provisioning


def names(page: dict[str, Any]) -> list[str]:
    return [each.get("userName") or each["displayName"] for each in page["Resources"]]


@pytest.fixture
def seven(scim: Provisioning) -> Directory:
    """A client with seven people, p0 to p6."""
    directory = scim.directory()
    for number in range(7):
        directory.person(f"p{number}@corp.example", displayName=f"Person {(number * 3) % 7}", active=number % 2 == 0)
    return directory


def test_pages_by_index_have_each_person_once(seven: Directory) -> None:
    """`startIndex` below 1 is 1, a negative `count` is 0, and there are no more after the last one (RFC 7644 §3.4.2.4)."""
    found: list[str] = []
    for start in (1, 4, 7, 8):
        page = seven.ok("GET", f"/Users?startIndex={start}&count=3")
        assert (page["totalResults"], page["startIndex"], page["itemsPerPage"]) == (7, start, len(page["Resources"]))
        found += names(page)
    assert sorted(found) == [f"p{number}@corp.example" for number in range(7)]
    assert seven.ok("GET", "/Users?startIndex=-5")["startIndex"] == 1
    for count in ("0", "-1"):
        page = seven.ok("GET", f"/Users?count={count}")
        assert (page["totalResults"], page["Resources"]) == (7, [])
    assert seven.call("GET", "/Users?count=x").json()["scimType"] == "invalidValue"
    assert seven.call("GET", "/Users?startIndex=10002").status_code == 400


@pytest.mark.parametrize("query", ["", "&sortBy=userName", "&filter=userName pr"])
def test_pages_by_cursor_have_each_person_once(seven: Directory, query: str) -> None:
    """The first page has an empty cursor, the last one no `nextCursor`. The cursor has unreserved characters only."""
    found: list[str] = []
    cursor, pages = "", 0
    while True:
        page = seven.ok("GET", f"/Users?count=3&cursor={cursor}{query}")
        found, pages = found + names(page), pages + 1
        assert page["totalResults"] == 7
        if "nextCursor" not in page:
            break
        cursor = page["nextCursor"]
        assert set(cursor) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
    assert (pages, sorted(found)) == (3, [f"p{number}@corp.example" for number in range(7)])
    posted = seven.ok("POST", "/Users/.search", {"cursor": "", "count": 3})
    assert "nextCursor" in posted


def test_a_cursor_is_for_one_list_and_an_hour(seven: Directory) -> None:
    cursor = seven.ok("GET", "/Users?count=3&cursor=")["nextCursor"]
    for query in ("sortBy=userName", "filter=active eq true", "attributes=id"):
        assert seven.call("GET", f"/Users?cursor={cursor}&{query}").json()["scimType"] == "invalidCursor"
    assert seven.call("GET", f"/Groups?cursor={cursor}").json()["scimType"] == "invalidCursor"
    assert seven.call("GET", f"/Users?cursor={cursor[:-1]}").json()["scimType"] == "invalidCursor"
    assert seven.call("GET", f"/Users?cursor={cursor}&count=x").json()["scimType"] == "invalidCount"
    seven.world.clock.now += 3600
    assert seven.call("GET", f"/Users?cursor={cursor}&count=3").json()["scimType"] == "expiredCursor"


def test_lists_are_sorted_and_projected(seven: Directory) -> None:
    """In both orders, without the case of letters; attributes and excludedAttributes; `.search` says the same."""
    params = {"sortBy": "displayName", "attributes": "displayName"}
    up = seven.ok("GET", "/Users", params=params)
    assert names(up) == [f"Person {number}" for number in range(7)]
    assert all(set(each) == {"id", "schemas", "displayName"} for each in up["Resources"])
    assert names(seven.ok("GET", "/Users", params={**params, "sortOrder": "descending"})) == names(up)[::-1]
    body = {"sortBy": "displayName", "attributes": ["displayName"]}
    assert seven.ok("POST", "/Users/.search", body) == up
    without = seven.ok("GET", "/Users", params={"excludedAttributes": "displayName,meta.location", "count": "1"})["Resources"][0]
    assert "displayName" not in without
    assert "location" not in without["meta"]
    assert {"id", "schemas", "userName"} <= set(without)


def test_etags_tell_whether_something_changed(seven: Directory) -> None:
    """If-None-Match answers 304, a stale If-Match 412 and changes nothing (threats P-08)."""
    made = seven.person("tag@corp.example")
    at, tag = f"/Users/{made['id']}", made["meta"]["version"]
    assert seven.call("GET", at).headers["etag"] == tag
    assert seven.call("GET", at, headers={"If-None-Match": f'W/"x", {tag}'}).status_code == 304
    changed = seven.patch(at, {"op": "add", "path": "title", "value": "Dr"}, headers={"If-Match": tag})
    assert (changed.status_code, changed.headers["etag"] != tag) == (200, True)
    for method, body in (("PUT", {"schemas": [USER], "userName": "tag@corp.example"}), ("DELETE", None)):
        assert seven.call(method, at, body, headers={"If-Match": tag}).status_code == 412
    assert seven.patch(at, {"op": "remove", "path": "title"}, headers={"If-Match": tag}).status_code == 412
    assert seven.ok("GET", at)["title"] == "Dr"
    assert seven.call("GET", at, headers={"If-Match": "x"}).status_code == 400
    group = seven.ok("POST", "/Groups", {"schemas": [GROUP], "displayName": "Tagged"})
    add = {"op": "add", "path": "members", "value": [{"value": made["id"]}]}
    old = group["meta"]["version"]
    assert seven.patch(f"/Groups/{group['id']}", add, headers={"If-Match": old}).status_code == 200
    assert seven.patch(f"/Groups/{group['id']}", {**add, "op": "remove"}, headers={"If-Match": old}).status_code == 412
    assert seven.call("DELETE", f"/Groups/{group['id']}", headers={"If-Match": old}).status_code == 412


def test_a_filter_over_too_many_people_is_refused(seven: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A filter by a key goes on; the others look at a limited number."""
    monkeypatch.setattr("idp.services.scim.searching.MOST_EVALUATED", 6)
    for query in ('filter=displayName co "x"', "sortBy=userName"):
        assert seven.call("GET", f"/Users?{query}").json()["scimType"] == "tooMany"
    assert seven.ok("GET", '/Users?filter=userName eq "p1@corp.example" and displayName co "Person"')["totalResults"] == 1


CALLS: list[tuple[str, Callable[[Directory, str, str], Any], int]] = [
    ("read a person", lambda d, user, _: d.ok("GET", f"/Users/{user}"), 2),
    ("find by userName", lambda d, _, __: d.ok("GET", '/Users?filter=userName eq "first@corp.example"'), 3),
    ("find by externalId", lambda d, _, __: d.ok("GET", '/Users?filter=externalId eq "e1"'), 3),
    ("list a page", lambda d, _, __: d.ok("GET", "/Users?count=100"), 4),
    ("make a person", lambda d, _, __: d.person("new@corp.example"), 2),
    ("refuse an address elsewhere", lambda d, _, __: d.call("POST", "/Users", {"userName": "new@elsewhere.example"}), 1),
    ("change a person", lambda d, user, _: d.patch(f"/Users/{user}", {"op": "add", "path": "title", "value": "x"}), 3),
    ("disable a person", lambda d, user, _: d.patch(f"/Users/{user}", {"op": "replace", "value": {"active": False}}), 4),
    ("read a group without members", lambda d, _, group: d.ok("GET", f"/Groups/{group}?excludedAttributes=members"), 2),
    ("read a group", lambda d, _, group: d.ok("GET", f"/Groups/{group}"), 3),
    ("add a member", lambda d, user, group: d.patch(
        f"/Groups/{group}?excludedAttributes=members", {"op": "add", "path": "members", "value": [{"value": user}]}), 8),
    ("remove a member", lambda d, user, group: d.patch(
        f"/Groups/{group}?excludedAttributes=members", {"op": "remove", "path": "members", "value": [{"value": user}]}), 6),
]  # fmt: skip
"""A request, and the greatest number of its calls, with the one that reads the client."""


@pytest.mark.parametrize(("name", "act", "most"), CALLS, ids=[name for name, _, _ in CALLS])
def test_calls_of_each_request_are_few(
    make_scim: Any, lossy_quick: LossyProxy, name: str, act: Callable[[Directory, str, str], Any], most: int
) -> None:
    """And do not grow with the number of people or members: the group has a hundred."""
    del name
    scim = make_scim(lossy_quick.url)
    directory = scim.directory(domains=["corp.example"])
    user = directory.person("first@corp.example", externalId="e1")["id"]
    scim.services.scim_members.add(directory.id, group := directory.group("G")["id"], [f"usr_{number}" for number in range(100)])
    lossy_quick.take()
    act(directory, user, group)
    assert sum(lossy_quick.take().values()) <= most


def test_a_client_without_domains_needs_three_calls_more_to_make_a_person(make_scim: Any, lossy_quick: LossyProxy) -> None:
    """For the domains of the other SCIM clients and of the connections, and for the owner of the domain."""
    directory = make_scim(lossy_quick.url).directory()
    directory.ok("GET", "/Users?count=0")
    lossy_quick.take()
    directory.person("new@free.example")
    assert sum(lossy_quick.take().values()) <= 5
