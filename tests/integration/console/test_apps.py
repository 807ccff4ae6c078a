"""The list of apps and the page of one, in the console."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from idp.domain.access.tenancy import DEPLOYMENT
from tests.integration.console.admins import sign_in

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from tests.integration.console.admins import Admin
    from tests.support.world import World

MARKUP = '"><img src=x onerror=alert(1)>'


def register(world: World, **members: Any) -> Client:
    """A new web app, as the admin API makes one."""
    client, _ = world.services.client_service.create({"redirect_uris": ["https://a.example/cb"], **members}, scope=DEPLOYMENT)
    return client


def test_apps_are_listed_in_pages_and_found_by_words(admin: Admin, world: World) -> None:
    for number in range(52):
        register(world, client_id=f"listed-{number:02}", client_name=f"Corner shop {number:02}")
    seen, page = "", admin.open("/console/apps?q=corner+shop")
    while True:
        seen += page.text
        following = re.search(r'rel="next" href="([^"]+)"', page.text)
        if following is None:
            break
        page = admin.open(html.unescape(following[1]))
    assert all(f"Corner shop {number:02}" in seen for number in range(52))
    assert "Corner shop 07" in admin.open("/console/apps?q=listed-07+CORNER").text
    assert "No app fits" in admin.open("/console/apps?q=no-such-app-at-all").text


def test_a_client_id_leads_to_its_app(admin: Admin, world: World) -> None:
    client = register(world, client_name="Shop")
    page = admin.open(f"/console/apps?q={client.id}")
    assert str(page.response.url).endswith(f"/console/apps/{client.id}")
    for words in ("https://a.example/cb", f"{world.settings.issuer}/.well-known/openid-configuration", "offline_access", "Web app"):
        assert words in page.text
    assert admin.open("/console/apps?q=app_nothing").status == 200


def test_an_app_that_is_named_as_an_address_has_its_page(admin: Admin, world: World) -> None:
    """The page of the app `new` is not the form that creates one."""
    register(world, client_id="new", client_name="The new one")
    assert '<a href="/console/apps/new/overview">' in admin.open("/console/apps?q=The+new+one").text
    assert "The new one" in admin.open("/console/apps/new/overview").text


def test_a_public_app_is_said_to_have_no_secret_and_no_other_proof(admin: Admin, world: World) -> None:
    page = admin.open(f"/console/apps/{world.client(auth_methods=('none',)).id}/secrets")
    assert "it is a public client and uses PKCE" in page.text
    assert "in another way" not in page.text


def test_a_foreign_or_long_cursor_is_refused(admin: Admin) -> None:
    assert [admin.open(f"/console/apps?cursor={cursor}").status for cursor in ("x", "x" * 5000)] == [400, 400]


def test_an_admin_without_the_scope_sees_no_apps(world: World) -> None:
    client = world.client()
    limited = sign_in(world, admin_scopes=("users:read",))
    assert "/console/apps" not in limited.home.text
    assert [limited.open(path).status for path in ("/console/apps", f"/console/apps/{client.id}")] == [403, 403]


def test_an_unknown_app_is_not_found(admin: Admin) -> None:
    assert [admin.open(f"/console/apps/{client_id}").status for client_id in ("app_nothing", "..%2Fpeople", "%00", "https:%2F%2Fx")] == [
        404
    ] * 4


def test_names_and_addresses_are_text(admin: Admin, world: World) -> None:
    client = world.client(name=f"Mallory {MARKUP}", resources=("https://x.example/" + MARKUP,))
    for path in ("/console/apps?q=Mallory", f"/console/apps/{client.id}"):
        text = admin.open(path).text
        assert "Mallory &#34;&gt;&lt;img" in text
        assert "<img src=x" not in text
