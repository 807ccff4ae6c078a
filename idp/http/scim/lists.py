"""Lists: GET of a type, and POST to `/.search` (RFC 7644 §3.4.2 and §3.4.3, RFC 9865)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.scim.projection import project
from idp.domain.scim.refusal import ScimRefusal
from idp.domain.scim.schemas import KINDS, USERS
from idp.http.scim.answers import Answer
from idp.http.scim.requests import posted_search, read_search

if TYPE_CHECKING:
    from idp.domain.scim.attribute import Kind
    from idp.http.scim.requests import Call
    from idp.services.scim.searching import Page, Source

LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"


def listing(call: Call, name: str) -> Answer:
    """Return a page of the resources of one type."""
    kind = call.kind(name)
    call.require(kind, write=False)
    asked = read_search(call, kind)
    page = call.services.scim_searching.search(call.caller.client, _source(call, kind), asked)
    return _show(page, [project(kind, each, asked.wanted) for each in page.resources], by_cursor=asked.cursor is not None)


def search(call: Call, name: str) -> Answer:
    """Return the same for a search in a body."""
    return listing(call._replace(params=posted_search(call.object())), name)


def search_all(call: Call) -> Answer:
    """Return the resources of all types that fit (`/.search` at the base). One page of each type, people first.

    Pages after the first one are those of one type: the search at its own address has them.
    """
    asked = call._replace(params=posted_search(call.object()))
    if asked.params.get("cursor") is not None or (asked.params.get("startIndex") or "1") != "1":
        raise ScimRefusal("scim.pages_of_one_type", scim_type="invalidValue")
    allowed = [kind for kind in KINDS if call.caller.client.allows(kind.name, write=False)]
    told = [answer.body or {} for kind in allowed if (answer := listing(asked, kind.name))]
    resources = [each for one in told for each in one["Resources"]]
    return Answer(200, {
        "schemas": [LIST], "totalResults": sum(one["totalResults"] for one in told), "startIndex": 1, "itemsPerPage": len(resources),
        "Resources": resources,
    })  # fmt: skip


def _source(call: Call, kind: Kind) -> Source:
    if kind.name == USERS.name:
        return call.services.scim_source_of_people(call.caller.client, kind)
    return call.services.scim_source_of_groups(call.caller.client)


def _show(page: Page, resources: list[dict[str, Any]], *, by_cursor: bool) -> Answer:
    told: dict[str, Any] = {"schemas": [LIST], "totalResults": page.total, "itemsPerPage": len(resources), "Resources": resources}
    if not by_cursor:
        told["startIndex"] = page.start_index
    if page.next_cursor is not None:
        told["nextCursor"] = page.next_cursor
    return Answer(200, told)
