"""The look of an app in the console: a preview that stores nothing, colours that can be read, and texts that stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.console.apps_of_admins import MARKUP, now, web

if TYPE_CHECKING:
    from tests.integration.console.admins import Admin
    from tests.support.world import World

GOOD = {
    "look_name": "Corner shop", "look_light_accent": "#7C2D12", "look_radius": "4", "look_help": "https://shop.example/help",
    "logo_uri": "https://shop.example/logo.svg", "look_plain": "1",
}  # fmt: skip


def test_a_preview_draws_what_was_typed_and_stores_nothing(admin: Admin, world: World) -> None:
    client = web(world)
    page = admin.press(admin.open(f"/console/apps/{client.id}/looks"), "/looks", GOOD)
    assert "The changes were saved." in page.text
    saved = now(world, client)
    page = admin.open(f"/console/apps/{client.id}/looks")
    form = next(form for form in page.forms if form.action.endswith("/looks"))
    sent = {**form.fields, "look_light_accent": "#1d4ed8", "look_name": "Typed"}
    answer = admin.browser.http.post(
        form.buttons[1].action or "", data=sent, headers={"Origin": world.settings.issuer, "Referer": str(page.response.url)}
    )
    assert answer.status_code == 200
    assert 'fill="#1d4ed8"' in answer.text
    assert 'value="Typed"' in answer.text
    assert now(world, client) == saved


def test_a_look_is_saved_and_its_texts_stay(admin: Admin, world: World) -> None:
    texts = {"sign_in_intro": {"en": "Welcome.", "de": "Willkommen."}}
    client = web(world, branding={"texts": texts})
    admin.press(admin.open(f"/console/apps/{client.id}/looks"), "/looks", GOOD)
    after = now(world, client)
    assert after.branding == {
        "name": "Corner shop", "colours": {"light": {"accent": "#7c2d12"}}, "radius": 4, "ornament": False,
        "links": {"help": "https://shop.example/help"}, "texts": texts,
    }  # fmt: skip
    assert after.logo_uri == "https://shop.example/logo.svg"
    unchanged = admin.press(admin.open(f"/console/apps/{client.id}/looks"), "/looks")
    assert "Nothing was changed." in unchanged.text
    assert now(world, client) == after


@pytest.mark.parametrize(
    "wrong",
    [
        {"look_light_accent": "#ffcc00"},
        {"look_light_accent": "red"},
        {"look_light_accent": f'#000000{MARKUP}"'},
        {"look_dark_text": "#000000"},
        {"look_radius": "25"},
        {"look_radius": "-1"},
        {"look_radius": "٣"},
        {"look_help": "http://shop.example/help"},
        {"look_name": "x" * 61},
        {"logo_uri": "javascript:alert(1)"},
    ],
)
def test_a_wrong_look_stays_typed_and_changes_nothing(admin: Admin, world: World, wrong: dict[str, str]) -> None:
    client = web(world)
    page = admin.press(admin.open(f"/console/apps/{client.id}/looks"), "/looks", {"tos_uri": "https://kept.example/", **wrong})
    assert page.status == 422
    shown = next(form.fields for form in page.forms if form.action.endswith("/looks"))
    assert {name: shown[name] for name in wrong} == wrong
    assert shown["tos_uri"] == "https://kept.example/"
    assert "<img" not in page.text
    assert now(world, client) == client


def test_two_administrators_see_both_looks(admin: Admin, world: World) -> None:
    client = web(world)
    page = admin.open(f"/console/apps/{client.id}/looks")
    admin.press(admin.open(f"/console/apps/{client.id}/looks"), "/looks", {"look_name": "Theirs"})
    again = admin.press(page, "/looks", {"look_name": "Mine"})
    assert again.status == 412
    assert 'id="look_name-theirs"' in again.text
    assert (now(world, client).branding or {})["name"] == "Theirs"
    admin.press(again, "/looks")
    assert (now(world, client).branding or {})["name"] == "Mine"
