"""The settings of an app in the console: each member can be changed, wrong input stays typed, and two administrators lose nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.http.console.app_members import LINKS, USUAL, advanced
from idp.services.apps.client_metadata import MEMBERS
from tests.integration.console.admins import sign_in
from tests.integration.console.apps_of_admins import MARKUP, now, web

if TYPE_CHECKING:
    from tests.integration.console.admins import Admin
    from tests.support.world import World

ELSEWHERE = {"branding", "disabled", "response_types", "token_endpoint_auth_method"}
"""Members with a page or a button of their own, and two that follow from others."""


def test_each_member_is_in_one_form() -> None:
    names = [field.name for field in (*USUAL, *LINKS, *advanced())]
    assert sorted(names) == sorted(set(MEMBERS) - ELSEWHERE)


@pytest.mark.parametrize("tab", ["/edit", "/advanced"])
def test_a_form_that_is_sent_as_it_is_changes_nothing(admin: Admin, world: World, tab: str) -> None:
    client = web(
        world, claim_mappings={"groups": {"source": "groups", "in": ["id_token"]}}, default_acr_values=["aal2"], mail_code=False,
        contacts=["ops@example.com"], scope="openid orders:read",
    )  # fmt: skip
    page = admin.press(admin.open(f"/console/apps/{client.id}{tab}"), tab)
    assert "Nothing was changed." in page.text
    assert now(world, client) == client


def test_usual_settings_are_saved(admin: Admin, world: World) -> None:
    client = web(world)
    values = {"client_name": "Shop 2", "redirect_uris": "https://a.example/cb\r\nhttps://b.example/cb", "scope": "", "require_mfa": "1"}
    page = admin.press(admin.open(f"/console/apps/{client.id}/edit"), "/edit", values)
    assert "The changes were saved." in page.text
    after = now(world, client)
    assert (after.name, after.redirect_uris, after.scopes) == ("Shop 2", ("https://a.example/cb", "https://b.example/cb"), ())
    assert (after.require_mfa, after.sign_up) == (True, True)
    assert [event.details["changed"] for event in world.audited("client.updated") if event.target == client.id]


def test_advanced_members_are_saved_and_removed(admin: Admin, world: World) -> None:
    client = web(world, claim_mappings={"old": {"source": "groups", "in": ["id_token"]}}, jwks_uri="https://a.example/jwks")
    values = {
        "claim_mappings": '{"teams": {"source": "groups", "in": ["access_token"]}}', "default_max_age": "600", "mail_code": "true",
        "jwks_uri": "", "default_acr_values:aal2": "1", "contacts": "a@example.com\nb@example.com", "auth_methods:client_secret_post": "",
    }  # fmt: skip
    page = admin.press(admin.open(f"/console/apps/{client.id}/advanced"), "/advanced", values)
    assert "The changes were saved." in page.text
    after = now(world, client)
    assert after.claim_mappings == {"teams": {"source": "groups", "in": ["access_token"]}}
    assert (after.default_max_age, after.mail_code, after.jwks_uri, after.default_acr_values) == (600, True, None, ("aal2",))
    assert (after.contacts, after.auth_methods) == (("a@example.com", "b@example.com"), ("client_secret_basic",))


WRONG = [
    ("/edit", {"redirect_uris": "javascript:alert(1)"}),
    ("/edit", {"redirect_uris": ""}),
    ("/edit", {"client_name": "..."}),
    ("/edit", {"scope": 'orders"read'}),
    ("/edit", {"resources": f"nothing {MARKUP}"}),
    ("/advanced", {"default_max_age": "-5"}),
    ("/advanced", {"default_max_age": "9" * 400}),
    ("/advanced", {"claim_mappings": "{"}),
    ("/advanced", {"claim_mappings": "[" * 20000}),
    ("/advanced", {"claim_mappings": '{"a": 1, "a": 2}'}),
    ("/advanced", {"jwks": '{"keys": [{"kty": "oct", "k": "x"}]}'}),
    ("/advanced", {"jwks_uri": "http://a.example/jwks"}),
    ("/advanced", {"id_token_signed_response_alg": "none"}),
    ("/advanced", {"subject_type": "secret"}),
    ("/advanced", {"mail_code": "perhaps"}),
    ("/advanced", {"backchannel_logout_uri": "https://x/#y"}),
    ("/advanced", {"auth_methods:none": "1"}),
    ("/advanced", {"org_id": "org_nothing"}),
]


@pytest.mark.parametrize(("tab", "values"), WRONG)
def test_wrong_values_stay_typed_and_change_nothing(admin: Admin, world: World, tab: str, values: dict[str, str]) -> None:
    client = web(world)
    name = "contacts" if tab == "/advanced" else "post_logout_redirect_uris"
    page = admin.press(admin.open(f"/console/apps/{client.id}{tab}"), tab, {name: "https://kept.example/", **values})
    assert page.status == 422
    assert 'role="alert"' in page.text
    shown = next(form.fields for form in page.forms if form.action.endswith(tab))
    assert shown[name].strip() == "https://kept.example/"
    typed = next(iter(values.items()))
    if ":" not in typed[0] and typed[0] not in {"subject_type", "mail_code"}:
        assert shown[typed[0]].strip() == typed[1].strip()
    assert "<img" not in page.text
    assert now(world, client) == client


@pytest.mark.parametrize(("tab", "name"), [("/edit", "client_name"), ("/advanced", "software_id")])
def test_two_administrators_see_both_values(admin: Admin, world: World, tab: str, name: str) -> None:
    client = web(world)
    page = admin.open(f"/console/apps/{client.id}{tab}")
    world.services.client_service.patch(client.id, {name: "theirs"}, scope=DEPLOYMENT)
    again = admin.press(page, tab, {name: "mine"})
    assert again.status == 412
    assert "Somebody else changed this app meanwhile." in again.text
    assert f'id="{name}-theirs"' in again.text
    assert "The changes were saved." in admin.press(again, tab).text
    after = now(world, client)
    assert "mine" in {after.name, after.software_id}


def test_an_old_sign_in_is_confirmed_before_redirect_uris_change(admin: Admin, world: World) -> None:
    client = web(world)
    page = admin.open(f"/console/apps/{client.id}/edit")
    admin.later()
    asked = admin.press(page, "/edit", {"redirect_uris": "https://evil.example/cb"})
    assert "Confirm that it is you" in asked.text
    assert now(world, client) == client
    assert "The changes were saved." in admin.confirm(asked).text
    assert now(world, client).redirect_uris == ("https://evil.example/cb",)


def test_a_member_that_needs_more_rights_is_refused_and_stays_typed(world: World) -> None:
    """J-05: clients:write alone gives no app the right to read about people, or to act as them."""
    limited, client = sign_in(world, admin_scopes=("clients:read", "clients:write")), web(world)
    refused = limited.press(limited.open(f"/console/apps/{client.id}/edit"), "/edit", {"first_party": "1", "client_name": "Typed"})
    assert refused.status == 403
    assert 'value="Typed"' in refused.text
    assert limited.press(limited.open(f"/console/apps/{client.id}/advanced"), "/advanced", {"may_impersonate": "1"}).status == 403
    assert now(world, client) == client
    reader = sign_in(world, admin_scopes=("clients:read",))
    assert [reader.open(f"/console/apps/{client.id}{tab}").status for tab in ("", "/edit", "/advanced", "/secrets")] == [200, 403, 403, 403]
    assert "/edit" not in reader.open(f"/console/apps/{client.id}").text
