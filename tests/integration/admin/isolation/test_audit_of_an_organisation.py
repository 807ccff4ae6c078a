"""The export of events for an organisation's admin: their own events, and never one of another organisation or of the deployment."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from idp.domain.audit.event import AuditEvent
from idp.store.events import Events
from tests.integration.admin.isolation.tenants import Tenant

if TYPE_CHECKING:
    import httpx

    from tests.support.world import World


def export(who: Tenant, **filters: str) -> httpx.Response:
    return who.call("GET", "/audit/export", params=filters)


def everything(who: Tenant, **filters: str) -> str:
    """All pages of an export. They end."""
    found, cursor = "", dict[str, str]()
    for _ in range(60):
        page = export(who, **filters, **cursor)
        assert page.status_code == 200, page.text
        found += page.text
        if page.headers["caught-up"] == "true":
            return found
        cursor = {"cursor": page.headers["next-cursor"]}
    raise AssertionError("the pages do not end")


@pytest.fixture
def history(world: World, acme: Tenant, other: Tenant) -> World:
    """Both organisations and the deployment have acted, and a person signed in, a while ago."""
    for who in (acme, other):
        for nickname in ("a", "b"):
            changed = who.call("PATCH", f"/users/{who.owned.id}", json={"claims": {"nickname": nickname}})
            assert changed.status_code == 200
    assert world.call("POST", "/users", json={"email": "plain@example.com"}).status_code == 201
    world.clock.now += 120
    return world


@pytest.mark.parametrize(("form", "limit"), [("ndjson", "3"), ("ocsf", "500")])
def test_no_export_has_a_foreign_event(history: World, acme: Tenant, other: Tenant, form: str, limit: str) -> None:
    """Whatever it is filtered by, on every page."""
    foreign = [other.id, *(each.id for each in (other.owned, other.guest, other.boss, history.admin)), "root-service", "plain@"]
    own = everything(acme, format=form, limit=limit)
    assert acme.owned.id in own
    asked = [
        {}, {"user_id": other.owned.id}, {"actor": other.boss.id}, {"client_id": "root-service"}, {"type": "user"}, {"outcome": "success"},
    ]  # fmt: skip
    for filters in asked:
        found = everything(acme, format=form, limit=limit, **filters)
        assert [each for each in foreign if each in found] == [], filters
        assert set(found.splitlines()) <= set(own.splitlines())


def test_the_events_of_an_organisation_have_no_network_address(history: World, acme: Tenant) -> None:
    said = AuditEvent(id="e1", at=(history.clock() - 90) * 1000, type="user.updated", address="198.51.100.7", org_id=acme.id)
    Events(history.services.database).put_with_copy(said, retention=86400)
    for form in ("ndjson", "ocsf"):
        assert "198.51.100.7" not in everything(acme, format=form)
        assert "198.51.100.7" in history.call("GET", "/audit/export", params={"format": form, "since": str(history.clock() - 600)}).text
    assert "e1" in [json.loads(line)["id"] for line in everything(acme).splitlines()]


@pytest.mark.parametrize("filters", [{"email": "plain@example.com"}, {"address": "192.0.2.0/24"}])
def test_filters_that_tell_more_than_the_events_of_the_organisation_are_refused(
    history: World, acme: Tenant, filters: dict[str, str]
) -> None:
    assert export(acme, **filters).status_code == 403


def test_a_cursor_of_another_organisation_or_of_the_deployment_exports_nothing(history: World, acme: Tenant, other: Tenant) -> None:
    mine = export(acme, limit="1").headers["next-cursor"]
    theirs = export(other, limit="1").headers["next-cursor"]
    every = history.call("GET", "/audit/export", params={"limit": "1"}).headers["next-cursor"]
    for cursor in (theirs, every):
        assert export(acme, limit="1", cursor=cursor).status_code == 400
    assert export(acme, limit="1", cursor=mine).status_code == 200
    assert history.call("GET", "/audit/export", params={"limit": "1", "cursor": mine}).status_code == 400
    assert export(acme, limit="1", cursor=mine, type="user").status_code == 400
