"""Other sites, other browsers and cookies of other people cannot change the sign-in of a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.steps import give_code, give_password, heading, leave, open_account, press, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from tests.journeys.conftest import Browse
    from tests.support.relying_party import RelyingParties
    from tests.support.served_provider import ServedProvider

SESSION = "idp_session"


def cookie(context: BrowserContext, name: str = SESSION) -> str:
    """The value of one of the provider's cookies."""
    return next((kept["value"] for kept in context.cookies() if kept["name"] == name), "")


def plant(context: BrowserContext, issuer: str, name: str, value: str) -> None:
    """Plant a cookie in the browser of another person."""
    context.add_cookies([{"name": name, "value": value, "url": issuer}])


def test_a_planted_session_is_not_adopted(browse: Browse, idp: ServedProvider, apps: RelyingParties) -> None:
    """F-01: the thief plants their own session, and Ada signs in. She gets a new session, and the thief's session does not become hers."""
    thief, ada, hers, theirs = idp.person("Mallory Thief"), idp.person(), browse(), browse()
    shop = apps.register("Shop", first_party=True)
    open_account(theirs, idp.issuer, thief)
    planted = cookie(theirs.context)
    plant(hers.context, idp.issuer, SESSION, planted)
    leave(hers, shop, prompt="login")
    give_password(hers, ada)
    assert shop.redeem(shop.answer(hers)).claims["sub"] == ada.user.id
    assert cookie(hers.context) not in {planted, ""}
    theirs.goto(idp.issuer + "/account")
    expect(theirs.locator("body")).not_to_contain_text(ada.email)


@pytest.mark.parametrize("planted", ["chosen-by-somebody-else", "", "a.b.c"])
def test_an_id_that_we_did_not_give_is_never_taken_over(page: Page, idp: ServedProvider, apps: RelyingParties, planted: str) -> None:
    """F-01: whatever value the cookie had, it has another one after the sign-in."""
    ada = idp.person()
    plant(page.context, idp.issuer, SESSION, planted)
    open_account(page, idp.issuer, ada)
    assert cookie(page.context) not in {planted, ""}


def test_each_step_up_has_a_new_session(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """F-01: the cookie changes with the second factor, and the former one opens nothing."""
    grace, shop = idp.person("Grace Hopper", totp=True), apps.register("Shop", first_party=True)
    leave(page, shop)
    give_password(page, grace)
    heading(page, "Enter your code")
    halfway = cookie(page.context)
    give_code(page, grace.codes.code())
    shop.answer(page)
    assert cookie(page.context) != halfway
    plant(page.context, idp.issuer, SESSION, halfway)
    page.goto(idp.issuer + "/account")
    heading(page, "Sign in")


def test_the_cookies_are_out_of_reach_of_scripts(page: Page, idp: ServedProvider) -> None:
    """F-03: HttpOnly, SameSite=Lax, for this host only."""
    open_account(page, idp.issuer, idp.person())
    assert page.evaluate("document.cookie") == ""
    kept = page.context.cookies()
    assert {"idp_session", "idp_browser", "idp_device"} == {one["name"] for one in kept}
    assert all(one["httpOnly"] and one["sameSite"] == "Lax" and one["path"] == "/" for one in kept)


def test_another_site_cannot_sign_a_person_in(browse: Browse, idp: ServedProvider, apps: RelyingParties) -> None:
    """F-02, login CSRF: a page that posts the thief's own password from a stranger's browser is refused, and leaves no session."""
    thief, theirs, hers = idp.person("Mallory Thief"), browse(), browse()
    shop = apps.register("Shop")
    leave(theirs, shop)
    request = theirs.locator("#password-form [name=request]").get_attribute("value") or ""
    fields = {"request": request, "email": thief.email, "password": thief.password}
    inputs = "".join(f'<input name="{name}" value="{value}">' for name, value in fields.items())
    hers.goto(apps.publish("/evil", f'<form method="post" action="{idp.issuer}/login">{inputs}<button>Win</button></form>'))
    press(hers, "Win")
    heading(hers, "That did not work")
    expect(hers.get_by_text("This form was not sent by our own page.")).to_be_visible()
    assert cookie(hers.context) == ""


def test_a_page_of_another_browser_is_refused(browse: Browse, idp: ServedProvider, apps: RelyingParties) -> None:
    """B-17: the sealed request of the thief's page is sent from Ada's browser. The page is shown again, and her input is not checked."""
    ada, theirs, hers, shop = idp.person(), browse(), browse(), apps.register("Shop", first_party=True)
    leave(theirs, shop)
    request = theirs.locator("#password-form [name=request]").get_attribute("value") or ""
    leave(hers, shop)
    hers.locator("#password-form [name=request]").evaluate("(field, value) => { field.value = value; }", request)
    give_password(hers, ada)
    expect(hers.get_by_role("alert")).to_contain_text(
        "This page was opened in another browser, or before the cookies of this browser changed."
    )
    assert cookie(hers.context) == ""


def test_without_cookies_the_page_says_so(browse: Browse, idp: ServedProvider, apps: RelyingParties) -> None:
    """If a browser keeps no cookies, the page says so. Once it keeps them, the same page works."""
    ada, page, shop = idp.person(), browse(), apps.register("Shop")
    leave(page, shop)
    page.context.clear_cookies()
    give_password(page, ada)
    expect(page.get_by_role("alert")).to_contain_text("allow cookies for this site")
    give_password(page, ada)
    heading(page, "Allow Shop?")


def test_another_site_changes_nothing_in_an_account(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """F-02: a form for the account page, sent by another site with the person's cookies, is refused."""
    ada = idp.person()
    open_account(page, idp.issuer, ada)
    token = page.locator("[name=csrf]").first.get_attribute("value") or ""
    target = f'action="{idp.issuer}/account/sessions/end"'
    page.goto(apps.publish("/evil2", f'<form method="post" {target}><input name="csrf" value="{token}"><button>Win</button></form>'))
    press(page, "Win")
    heading(page, "That did not work")


def test_another_site_signs_a_person_out_only_after_a_question(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """C-13: neither a picture nor a form of another site ends the session."""
    ada, shop = idp.person(), apps.register("Shop")
    sign_in(page, shop, ada)
    picture = f'<img src="{idp.issuer}/logout" alt=""><form method="post" action="{idp.issuer}/logout/confirm"><button>Win</button></form>'
    page.goto(apps.publish("/evil3", picture))
    press(page, "Win")
    page.goto(shop.link(prompt="none"))
    assert "code" in shop.answer(page)


@pytest.mark.parametrize("path", ["/login", "/account", "/logout", "/"])
def test_no_page_can_be_framed(browse: Browse, idp: ServedProvider, apps: RelyingParties, path: str) -> None:
    """F-04, clickjacking: the browser shows no page of the provider inside another site."""
    page = browse(policy_may_refuse=True)
    open_account(page, idp.issuer, idp.person())
    page.goto(apps.publish("/frame", f'<iframe src="{idp.issuer}{path}"></iframe>'))
    page.frames[1].wait_for_url("chrome-error://**")
