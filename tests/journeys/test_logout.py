"""Signing out: at once with an ID Token as hint, otherwise after a question (OpenID Connect RP-Initiated Logout 1.0)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.steps import give_password, heading, leave, open_account, press, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.support.relying_party import App, RelyingParties
    from tests.support.served_provider import ServedProvider


def signed_in(page: Page, app: App) -> bool:
    """Return whether the browser has a session, by prompt=none."""
    page.goto(app.link(prompt="none"))
    return "code" in app.answer(page)


def test_an_app_that_knows_the_person_signs_them_out_at_once(any_page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """With id_token_hint: no question, a redirect to the app with its state, and the session has ended."""
    ada, shop = idp.person(), apps.register("Shop")
    hint = shop.redeem(sign_in(any_page, shop, ada)).answer["id_token"]
    state = "s" * 128
    any_page.goto(shop.logout(id_token_hint=hint, post_logout_redirect_uri=shop.goodbye, state=state))
    heading(any_page, "Goodbye from Shop")
    assert any_page.locator("#state").inner_text() == state
    assert not signed_in(any_page, shop)


def test_a_bare_link_to_logout_asks_first(any_page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """C-13: a bare link to /logout shows a question; "Stay signed in" stays, "Sign out" ends the session."""
    ada, shop = idp.person(), apps.register("Shop")
    sign_in(any_page, shop, ada)
    any_page.goto(shop.logout())
    heading(any_page, "Sign out?")
    any_page.get_by_role("link", name="Stay signed in").click()
    heading(any_page, "Your account")
    assert signed_in(any_page, shop)
    any_page.goto(shop.logout())
    press(any_page, "Sign out")
    heading(any_page, "You are signed out")
    assert not signed_in(any_page, shop)


def test_after_the_question_the_app_has_them_back(any_page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """With client_id and a registered address but without a hint, the page names the app. "Sign out" leads to it with its state."""
    ada, shop = idp.person(), apps.register("Shop")
    sign_in(any_page, shop, ada)
    any_page.goto(shop.logout(client_id=shop.client_id, post_logout_redirect_uri=shop.goodbye, state="later"))
    heading(any_page, "Sign out?")
    expect(any_page.get_by_text("Shop asks to sign you out here.")).to_be_visible()
    press(any_page, "Sign out")
    heading(any_page, "Goodbye from Shop")
    assert any_page.locator("#state").inner_text() == "later"
    assert not signed_in(any_page, shop)


@pytest.mark.parametrize("address", ["https://evil.example/", "{goodbye}?more=1", "javascript:alert(1)", "//evil.example"])
def test_no_address_is_gone_to_that_is_not_the_apps_own(page: Page, idp: ServedProvider, apps: RelyingParties, address: str) -> None:
    """The person stays on the provider's page, with the hint and after the question."""
    ada, shop = idp.person(), apps.register("Shop")
    hint = shop.redeem(sign_in(page, shop, ada)).answer["id_token"]
    page.goto(shop.logout(id_token_hint=hint, post_logout_redirect_uri=address.format(goodbye=shop.goodbye)))
    heading(page, "Sign out?")
    press(page, "Sign out")
    heading(page, "You are signed out")
    assert page.url.startswith(idp.issuer)
    assert "evil" not in page.content()


def test_without_a_session_no_question_is_asked(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """The page says that there is no session, and links to a new sign-in."""
    shop = apps.register("Shop")
    page.goto(shop.logout())
    heading(page, "You are signed out")
    page.get_by_role("link", name="Sign in again").click()
    heading(page, "Sign in")


def test_what_ends_with_the_session_and_what_does_not(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """OIDC Core §11: without offline_access an app's access ends at the sign-out. With it the access continues."""
    ada, shop, backup = idp.person(), apps.register("Shop"), apps.register("Backup", first_party=True)
    here = shop.redeem(sign_in(page, shop, ada))
    page.goto(backup.link(scope="openid offline_access"))
    away = backup.redeem(backup.answer(page))
    page.goto(shop.logout(id_token_hint=here.answer["id_token"]))
    heading(page, "You are signed out")
    if "refresh_token" in here.answer:
        assert shop.refresh(here).json()["error"] == "invalid_grant"
    assert backup.refresh(away).status_code == 200


def test_the_account_page_signs_out(page: Page, idp: ServedProvider) -> None:
    """The session ends after the question. Going back shows nothing of the account, and opening it again asks for the password."""
    ada = idp.person()
    open_account(page, idp.issuer, ada)
    page.get_by_role("link", name="Sign out").click()
    heading(page, "Sign out?")
    press(page, "Sign out")
    heading(page, "You are signed out")
    page.goto(idp.issuer + "/account")
    heading(page, "Sign in")
    expect(page.locator("body")).not_to_contain_text(ada.email)


def test_a_question_for_one_session_ends_no_other(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """The page was made for Ada. Before it is answered, Grace signs in in another tab. She gets a question of her own."""
    ada, grace, shop = idp.person(), idp.person("Grace Hopper"), apps.register("Shop", first_party=True)
    open_account(page, idp.issuer, ada)
    page.goto(idp.issuer + "/logout")
    heading(page, "Sign out?")
    other = page.context.new_page()
    leave(other, shop, prompt="login")
    give_password(other, grace)
    shop.answer(other)
    press(page, "Sign out")
    heading(page, "Sign out?")
    assert signed_in(other, shop)
