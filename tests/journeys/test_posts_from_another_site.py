"""A request by a form (POST) of an app works, although Chromium sends no cookies of ours with it (OIDC Core §3.1.2.1)."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys.steps import give_password, heading, leave, press, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse
    from tests.support.relying_party import App, RelyingParties
    from tests.support.served_provider import ServedProvider


def form(apps: RelyingParties, action: str, fields: dict[str, str]) -> str:
    """The address of a page on the apps' site with a form that posts these fields."""
    inputs = "".join(f'<input type="hidden" name="{name}" value="{html.escape(value)}">' for name, value in fields.items())
    return apps.publish("/form", f'<form method="post" action="{action}">{inputs}<button>Go</button></form>')


def go(page: Page, apps: RelyingParties, action: str, fields: dict[str, str]) -> None:
    """Open that page and press its button."""
    page.goto(form(apps, action, fields))
    page.get_by_role("button", name="Go").click()


def asked(app: App, **parameters: str) -> dict[str, str]:
    """A new authorization request of the app."""
    return dict(parse_qsl(urlsplit(app.leave(**parameters)).query))


def signed_in(page: Page, app: App) -> bool:
    """Return whether the browser has a session, by prompt=none."""
    page.goto(app.link(prompt="none"))
    return "code" in app.answer(page)


def test_sign_out_by_post(any_page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """RP-Initiated Logout 1.0 §2: the session and another app's tokens end before the browser returns to the app."""
    ada, shop, news = idp.person(), apps.register("Shop"), apps.register("News", first_party=True)
    hint = shop.redeem(sign_in(any_page, shop, ada)).answer["id_token"]
    any_page.goto(news.link(scope="openid"))
    read = news.redeem(news.answer(any_page))
    go(any_page, apps, f"{idp.issuer}/logout", {"id_token_hint": hint, "post_logout_redirect_uri": shop.goodbye, "state": "later"})
    heading(any_page, "Goodbye from Shop")
    assert any_page.locator("#state").inner_text() == "later"
    assert not signed_in(any_page, shop)
    userinfo = any_page.request.get(f"{idp.issuer}/userinfo", headers={"authorization": f"Bearer {read.answer['access_token']}"})
    assert userinfo.status == 401


def test_an_empty_form_of_any_site_asks(any_page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """C-13: the page asks, and the person stays signed in."""
    ada, shop = idp.person(), apps.register("Shop")
    sign_in(any_page, shop, ada)
    go(any_page, apps, f"{idp.issuer}/logout", {})
    heading(any_page, "Sign out?")
    assert signed_in(any_page, shop)


def test_single_sign_on_by_post(any_page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """OIDC Core §3.1.2.1: this works with and without prompt=none."""
    ada, shop = idp.person(), apps.register("Shop")
    sign_in(any_page, shop, ada)
    for parameters in ({}, {"prompt": "none"}):
        go(any_page, apps, f"{idp.issuer}/authorize", asked(shop, **parameters))
        assert "code" in shop.answer(any_page)


def test_open_tabs_outlive_a_post(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """A sign-in page that is open in another tab still takes the password."""
    ada, shop, news = idp.person(), apps.register("Shop", first_party=True), apps.register("News", first_party=True)
    leave(page, shop)
    other = page.context.new_page()
    go(other, apps, f"{idp.issuer}/authorize", asked(news))
    heading(other, "Sign in")
    give_password(page, ada)
    assert "code" in shop.answer(page)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_request_that_is_too_long_for_an_address(browse: Browse, idp: ServedProvider, apps: RelyingParties, *, javascript: bool) -> None:
    """A page of ours sends it again: by itself with JavaScript, by a button without it."""
    page, ada, shop = browse(javascript=javascript), idp.person(), apps.register("Shop")
    sign_in(page, shop, ada)
    go(page, apps, f"{idp.issuer}/authorize", asked(shop, ui_locales="en " * 4000))
    if not javascript:
        expect(page.get_by_text("An app sent you here.")).to_be_visible()
        press(page, "Continue")
    assert "code" in shop.answer(page)
