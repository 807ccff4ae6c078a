"""Names in place of ids, for admins who may read the people and the apps."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from tests.integration.console.admins import Admin, sign_in
from tests.integration.console.policy_texts import READERS, SCHEMA

if TYPE_CHECKING:
    from idp.settings import Settings
    from tests.support.people import Person
    from tests.support.world import World

GRACE = {"name": "Grace <b>Hopper</b>"}
SHOWN = "<bdi>Grace &lt;b&gt;Hopper&lt;/b&gt;</bdi>"


@pytest.fixture(scope="module")
def settings(settings: Settings) -> Settings:
    """Tables of this file only: pages with the newest events would show those of other files."""
    return replace(settings, table_prefix=f"t{uuid.uuid4().hex[:12]}")


@pytest.fixture(scope="module")
def prepared() -> set[str]:
    """The engines that have these tables."""
    return set()


def changed(world: World, by: Admin, ada: Person) -> None:
    """An event of this admin about Ada."""
    by.press(by.of(ada), "/disable")
    world.clock.now += 1


@pytest.fixture
def grace(world: World, ada: Person) -> Admin:
    """An admin with a name, who disabled Ada."""
    admin = sign_in(world, claims=GRACE)
    changed(world, admin, ada)
    return admin


def test_events_have_names(world: World, grace: Admin, ada: Person) -> None:
    """Of who did it, and about whom. A name is text."""
    other = sign_in(world)
    for path in (f"/console/people/{ada.user.id}/events", f"/console/audit?person={ada.user.id}", "/console"):
        text = other.open(path).text
        assert SHOWN in text, path
        assert "<b>Hopper" not in text
        assert "<bdi>Ada Lovelace</bdi></a>" in text or "/people/" in path
    assert SHOWN in grace.open("/console/audit").text


def test_an_admin_with_the_name_of_another_one_is_told_apart_in_the_trail(world: World, grace: Admin, ada: Person) -> None:
    """Each person chooses their own name, so a name alone says nothing about who did something."""
    other = sign_in(world, claims=GRACE)
    changed(world, other, world.person())
    for path in (f"/console/audit?person={ada.user.id}", f"/console/people/{ada.user.id}/events"):
        text = other.open(path).text
        assert f'{SHOWN} <code class="row-text">{grace.person.user.id}</code>' in text, path
    assert f'{SHOWN} <code class="row-text">{other.person.user.id}</code>' in other.open("/console/audit").text


def test_organisations_are_found_by_the_words_of_their_name(world: World, admin: Admin) -> None:
    """As the short name has them, or each at the beginning of a word: in any order and capitals, with spaces and accents."""
    world.services.organisation_service.create("cafe-noir-berlin", "Café Noir Berlin", by=world.by, scope=DEPLOYMENT)
    for words in ("Café Noir", "cafe-noir", "CAFE  NOIR b", "café_noir", "Noir", "berl caf"):
        assert "Café Noir Berlin" in admin.browser.open("/console/organizations", {"q": words}).text, words
    for words in ("oir", "Café Bleu", "é é", "%"):
        assert "Café Noir Berlin" not in admin.browser.open("/console/organizations", {"q": words}).text, words


@pytest.mark.usefixtures("grace")
def test_an_admin_without_the_right_to_read_people_sees_ids(world: World, ada: Person) -> None:
    reader = sign_in(world, admin_scopes=frozenset({"audit:read"}))
    text = reader.open(f"/console/audit?person={ada.user.id}").text
    assert ada.user.id in text
    assert "Ada Lovelace" not in text
    assert "Hopper" not in text


def test_an_app_has_its_name_for_admins_who_may_read_apps(world: World, admin: Admin) -> None:
    world.services.client_service.create({"client_name": "Night <i>shop", "redirect_uris": ["https://a.example/"]}, scope=DEPLOYMENT)
    path = "/console/audit?type=client.created"
    assert "<bdi>Night &lt;i&gt;shop</bdi>" in admin.open(path).text
    reader = sign_in(world, admin_scopes=frozenset({"audit:read", "users:read"}))
    assert "<bdi>Night" not in reader.open(path).text


def test_an_organisation_has_its_name_for_admins_who_may_read_it(world: World, admin: Admin) -> None:
    """In the first view of the trail too. A view that follows the trail reads no names."""
    made = world.services.organisation_service.create("rose-buds", "Rose <i>Buds", by=world.by, scope=DEPLOYMENT)
    shown = "<bdi>Rose &lt;i&gt;Buds</bdi>"
    for path in ("/console/audit", f"/console/audit?type=organization.created&target={made.id}"):
        assert shown in admin.open(path).text, path
    live = admin.browser.open("/console/audit", {"live": "on"}).text
    assert made.id in live
    assert shown not in live
    for scopes in ({"audit:read"}, {"audit:read", "users:read", "clients:read", "organizations:write"}):
        text = sign_in(world, admin_scopes=frozenset(scopes)).open("/console/audit").text
        assert made.id in text
        assert "Rose" not in text


def test_the_first_view_of_the_trail_has_names(world: World, grace: Admin, ada: Person) -> None:
    other = sign_in(world)
    text = other.open("/console/audit").text
    assert SHOWN in text
    assert f'<a href="/console/people/{ada.user.id}"><bdi>Ada Lovelace</bdi></a>' in text
    assert grace.person.user.id in text


def test_a_version_of_policies_has_the_name_of_its_author(world: World, grace: Admin) -> None:
    by = replace(world.by, id=grace.person.user.id)
    made = world.services.policy_service.create(policies=READERS, schema=SCHEMA, by=by, scope=DEPLOYMENT)
    assert SHOWN in grace.open("/console/policies").text
    assert SHOWN in grace.open(f"/console/policies/{made.number}").text


@pytest.mark.parametrize("sent", ["\u20ac" * 500, "x" * 2000, "#", "usr_" + "y" * 500, "\u0000", "a/b c"])
def test_an_id_that_is_none_breaks_no_page(world: World, admin: Admin, sent: str) -> None:
    """An event can have what a caller sent as a client_id."""
    world.services.audit.record("sign_in.failed", origin=world.by.origin, actor=sent, client_id=sent, target=sent, outcome="failure")
    assert admin.open("/console/audit?type=sign_in").status == 200
