"""OAuth 2.0 Form Post Response Mode: the page sends the form by itself, or by a button without JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.journeys.steps import allow, give_password, heading, leave, press

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse
    from tests.support.relying_party import RelyingParties
    from tests.support.served_provider import ServedProvider

HOSTILE = "\"'><script>document.title='owned'</script><b>&amp;{{7*7}}"


def test_with_javascript_it_goes_by_itself(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """The app gets the code in a POST, and its address contains no parameter."""
    ada, shop = idp.person(), apps.register("Shop")
    leave(page, shop, response_mode="form_post")
    give_password(page, ada)
    allow(page, shop)
    answer = shop.answer(page)
    assert answer["method"] == "POST"
    assert page.url == shop.redirect_uri
    assert shop.redeem(answer).claims["sub"] == ada.user.id


def test_without_javascript_a_button_sends_it(browse: Browse, idp: ServedProvider, apps: RelyingParties) -> None:
    """The page names the app."""
    ada, shop, page = idp.person(), apps.register("Shop"), browse(javascript=False)
    leave(page, shop, response_mode="form_post")
    give_password(page, ada)
    allow(page, shop)
    heading(page, "One moment")
    expect(page.get_by_text("You are being sent back to")).to_be_visible()
    press(page, "Continue")
    assert shop.redeem(shop.answer(page)).claims["sub"] == ada.user.id


def test_an_error_goes_the_same_way(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """Errors use the response mode too, also those of prompt=none."""
    ada, shop = idp.person(), apps.register("Shop")
    page.goto(shop.link(response_mode="form_post", prompt="none"))
    answer = shop.answer(page)
    assert (answer["method"], answer["error"]) == ("POST", "login_required")
    leave(page, shop, response_mode="form_post")
    give_password(page, ada)
    heading(page, "Allow Shop?")
    press(page, "Do not allow")
    answer = shop.answer(page)
    assert (answer["method"], answer["error"]) == ("POST", "access_denied")


def test_a_state_full_of_markup_arrives_as_it_was(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """F-11: the markup is text in the form, does not run, and comes back unchanged."""
    shop = apps.register("Shop")
    page.goto(shop.link(response_mode="form_post", prompt="none", state=HOSTILE))
    assert shop.answer(page)["state"] == HOSTILE
    expect(page).to_have_title("Back in Shop")
