"""Organisations are found by the beginning of their slug and by beginnings of the words of their name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.store.organisation_name_items import OrganisationNameItem
from tests.integration.admin.isolation.tenants import tenant

if TYPE_CHECKING:
    from tests.support.world import World


def made(world: World, slug: str, name: str) -> str:
    return world.services.organisation_service.create(slug, name, scope=DEPLOYMENT).id


def found(world: World, search: str, **params: Any) -> list[str]:
    """The slugs on all pages, each of which has its own cursor."""
    slugs, cursor = list[str](), ""
    while True:
        asked = {"search": search, **params, **({"cursor": cursor} if cursor else {})}
        answer = world.call("GET", "/organizations", params=asked)
        assert answer.status_code == 200, answer.text
        slugs += [each["slug"] for each in answer.json()["items"]]
        cursor = answer.json()["next_cursor"]
        if not cursor:
            return slugs


def rows(world: World) -> list[tuple[str, str]]:
    """The rows that are stored: the organisation and the word."""
    raws = world.services.database.scan("directory")
    items = [each for raw in raws if (each := OrganisationNameItem.of(raw))]
    return sorted((each.org_id, each.word) for each in items)


def test_it_is_found_by_the_words_of_its_name_and_by_its_slug(world: World) -> None:
    """Those that the slug finds come first. Each is shown once."""
    made(world, "zeta", "Nordwind Stahl AG")
    made(world, "nord-1", "Nordwind Werft")
    made(world, "a-3", "Acme Academy")
    made(world, "b-4", "Société Générale")
    for search, slugs in {
        "nord": ["nord-1", "zeta"], "NORDWIND stahl": ["zeta"], "stahl nord": ["zeta"], "ac": ["a-3"], "societe": ["b-4"], "génér": ["b-4"],
        "nord 1": ["nord-1"], "zeta": ["zeta"], "ordwind": [], "stahl werft": [], "%": [], "#": [], "\u200b": [], "nothing": [],
        "a": ["a-3", "zeta"],
    }.items():  # fmt: skip
        assert found(world, search) == slugs, search
    assert found(world, "nord", slug="ze") == ["zeta"]
    assert found(world, "nord", slug="nord-1") == ["nord-1"]


def test_a_long_list_is_read_page_by_page_to_its_end(world: World) -> None:
    slugs = [f"org-{number}" for number in range(6)]
    for slug in slugs:
        made(world, slug, "Steel North" if slug != "org-3" else "Steel Steelworks")
    both = sorted(each for each in slugs if each != "org-3")
    for limit in (1, 3, 6, 100):
        assert sorted(found(world, "ste", limit=limit)) == slugs
        assert sorted(found(world, "north ste", limit=limit)) == both
    assert sorted(found(world, "o", limit=4)) == slugs


def test_rows_follow_a_change_of_the_name_and_go_with_the_organisation(world: World) -> None:
    service, org_id = world.services.organisation_service, made(world, "one", "Old Name")
    other = made(world, "two", "Old Other")
    assert (org_id, "old") in rows(world)
    service.patch(org_id, {"name": "New Name"}, scope=DEPLOYMENT)
    assert [word for id_, word in rows(world) if id_ == org_id] == ["name", "new"]
    assert (found(world, "old"), found(world, "new"), found(world, "name")) == (["two"], ["one"], ["one"])
    service.patch(org_id, {"slug": "three", "disabled": True}, scope=DEPLOYMENT)
    assert found(world, "new") == ["three"]
    service.delete(org_id, scope=DEPLOYMENT)
    assert (found(world, "new"), rows(world)) == ([], [(other, "old"), (other, "other")])


def test_a_row_that_does_not_fit_any_more_shows_nothing(world: World) -> None:
    """As an earlier release leaves it, which writes a name and a deletion without rows."""
    org_id = made(world, "one", "Old Name")
    stale = [each for raw in world.services.database.scan("directory") if (each := OrganisationNameItem.of(raw))]
    world.services.organisation_service.patch(org_id, {"name": "New Name"}, scope=DEPLOYMENT)
    world.services.database.batch_write(puts=stale)
    assert (found(world, "old"), found(world, "name")) == ([], ["one"])
    world.services.organisation_service.delete(org_id, scope=DEPLOYMENT)
    world.services.database.batch_write(puts=stale)
    assert (found(world, "old"), found(world, "name")) == ([], [])


def test_a_refused_change_leaves_the_rows(world: World) -> None:
    made(world, "taken", "Taken")
    org_id = made(world, "one", "Old Name")
    before = rows(world)
    answer = world.call("PATCH", f"/organizations/{org_id}", json={"slug": "taken", "name": "New"})
    assert answer.status_code == 409
    assert world.call("POST", "/organizations", json={"slug": "taken", "name": "Other words"}).status_code == 409
    assert rows(world) == before


def test_an_organisation_s_admin_finds_this_one_only(world: World) -> None:
    """Whatever they type, and whether others have the same words or not (Q-02)."""
    acme, other = tenant(world, "acme"), tenant(world, "other")
    service = world.services.organisation_service
    service.patch(acme.id, {"name": "Steel North"}, scope=DEPLOYMENT)
    service.patch(other.id, {"name": "Steel South"}, scope=DEPLOYMENT)
    for search, count in {"steel": 1, "north": 1, "acm": 1, "south": 0, "other": 0, "steel south": 0, "%": 0}.items():
        answer = acme.call("GET", "/organizations", params={"search": search})
        assert [each["id"] for each in answer.json()["items"]] == [acme.id] * count, search
        assert answer.json()["next_cursor"] is None
    cursor = world.call("GET", "/organizations", params={"search": "steel", "limit": 1}).json()["next_cursor"]
    assert acme.call("GET", "/organizations", params={"search": "steel", "cursor": cursor}).status_code == 400


@pytest.mark.parametrize("params", [{"search": "south"}, {}, {"search": "steel", "slug": "x"}])
def test_a_cursor_is_for_the_search_that_it_was_given_for(world: World, params: dict[str, str]) -> None:
    made(world, "one", "Steel North")
    made(world, "two", "Steel South")
    cursor = world.call("GET", "/organizations", params={"search": "steel", "limit": 1}).json()["next_cursor"]
    assert cursor
    assert world.call("GET", "/organizations", params={**params, "cursor": cursor}).status_code == 400


@pytest.mark.parametrize("search", ["", "x" * 255])
def test_a_search_has_a_length(world: World, search: str) -> None:
    assert world.call("GET", "/organizations", params={"search": search}).status_code == 400
