"""The consent page: it is shown when consent is needed, the answer is stored, and only the person who was asked can answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.journeys.steps import allow, give_password, heading, leave, press, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse
    from tests.support.relying_party import RelyingParties
    from tests.support.served_provider import ServedProvider


def test_the_page_says_who_asks_for_what(any_page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """The page has the app's name, the signed-in person, each scope in words, and the host of the redirect URI."""
    ada, shop = idp.person(), apps.register("Shop")
    leave(any_page, shop, scope="openid email offline_access")
    give_password(any_page, ada)
    heading(any_page, "Allow Shop?")
    asked = any_page.get_by_role("list", name="Shop asks for this:").get_by_role("listitem")
    expect(asked).to_contain_text(["Know that it is you", "Your email address", "Access while you are away"])
    expect(any_page.locator(".person-mail")).to_contain_text(ada.email)
    expect(any_page.get_by_text("Either way you go on to")).to_contain_text("127.0.0.1")


def test_no_is_an_answer(any_page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """RFC 6749 §4.1.2.1: the app is told access_denied with its state; the next time it is asked again."""
    ada, shop = idp.person(), apps.register("Shop")
    leave(any_page, shop)
    give_password(any_page, ada)
    heading(any_page, "Allow Shop?")
    press(any_page, "Do not allow")
    answer = shop.answer(any_page)
    assert answer["error"] == "access_denied"
    assert "code" not in answer
    leave(any_page, shop)
    heading(any_page, "Allow Shop?")


def test_yes_is_remembered(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """The second time the app gets its answer without a page, also for fewer scopes."""
    ada, shop = idp.person(), apps.register("Shop")
    sign_in(page, shop, ada)
    for scope in (shop.scope, "openid"):
        page.goto(shop.link(scope=scope))
        assert shop.redeem(shop.answer(page)).claims["sub"] == ada.user.id


def test_more_is_asked_for_again(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """A scope that was not allowed before brings the page back and is marked as new. Afterwards all scopes are remembered."""
    ada, shop = idp.person(), apps.register("Shop")
    sign_in(page, shop, ada, scope="openid email")
    leave(page, shop, scope="openid email phone")
    heading(page, "Allow Shop?")
    items = page.get_by_role("listitem")
    expect(items.filter(has_text="Your phone number").get_by_text("New", exact=True)).to_be_visible()
    expect(page.get_by_text("New", exact=True)).to_have_count(1)
    allow(page, shop)
    assert set(shop.redeem(shop.answer(page)).answer["scope"].split()) == {"openid", "email", "phone"}
    leave(page, shop, scope="openid phone")
    shop.answer(page)


def test_an_app_may_ask_each_time(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """prompt=consent shows the page although it was allowed (OIDC Core §3.1.2.1)."""
    ada, shop = idp.person(), apps.register("Shop")
    sign_in(page, shop, ada)
    leave(page, shop, prompt="consent")
    allow(page, shop)
    shop.answer(page)


def test_another_person_cannot_answer_the_question(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """B-17: the page was made for Ada. Before it is answered, Grace signs in in another tab. The answer does not count as hers."""
    ada, grace, shop = idp.person(), idp.person("Grace Hopper"), apps.register("Shop")
    leave(page, shop)
    give_password(page, ada)
    heading(page, "Allow Shop?")
    other = page.context.new_page()
    leave(other, shop, prompt="login")
    give_password(other, grace)
    heading(other, "Allow Shop?")
    press(page, "Allow")
    expect(page.get_by_role("alert")).to_contain_text("open in another session")
    expect(page.locator(".person-mail")).to_contain_text(grace.email)
    allow(page, shop)
    assert shop.redeem(shop.answer(page)).claims["sub"] == grace.user.id


def test_a_long_name_does_not_push_the_answer_away(browse: Browse, idp: ServedProvider, apps: RelyingParties) -> None:
    """On a phone, "Allow" is in sight without scrolling, however long the names of the app and the address are."""
    page, shop = browse(phone=True), apps.register("Shop", client_name="W" * 200, scope="openid")
    leave(page, shop, scope="openid")
    give_password(page, idp.person())
    expect(page.locator("#approve")).to_be_in_viewport(ratio=1)
