"""An app may require a new sign-in, no page, or the choice of an account (OIDC Core §3.1.2.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.steps import allow, give_password, heading, leave, press, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.support.relying_party import RelyingParties
    from tests.support.served_provider import ServedProvider


@pytest.mark.parametrize("asked", [{"prompt": "login"}, {"max_age": "60"}, {"max_age": "0"}], ids=str)
def test_a_sign_in_happens_again(page: Page, idp: ServedProvider, apps: RelyingParties, asked: dict[str, str]) -> None:
    """The page states the reason and names the person, and auth_time is later than before."""
    ada, shop = idp.person(), apps.register("Shop")
    first = shop.redeem(sign_in(page, shop, ada)).claims
    idp.clock.advance(120)
    leave(page, shop, **asked)
    heading(page, "Confirm that it is you")
    expect(page.get_by_text("Shop asks you to sign in again.")).to_be_visible()
    expect(page.get_by_label("Email")).to_have_value(ada.email)
    expect(page.get_by_label("Password", exact=True)).to_be_focused()
    page.get_by_label("Password", exact=True).fill(ada.password)
    press(page, "Sign in")
    again = shop.redeem(shop.answer(page)).claims
    assert again["auth_time"] >= first["auth_time"] + 120


def test_a_sign_in_that_is_young_enough_counts(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """max_age=10000: no page is shown, and auth_time is identical."""
    ada, shop = idp.person(), apps.register("Shop")
    first = shop.redeem(sign_in(page, shop, ada)).claims
    idp.clock.advance(120)
    page.goto(shop.link(max_age="10000"))
    assert shop.redeem(shop.answer(page)).claims["auth_time"] == first["auth_time"]


def test_prompt_login_with_a_second_factor_asks_for_both(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """Password and code are asked for again. The sign-in counts for this request only, so the next prompt=login asks again."""
    grace, shop = idp.person("Grace Hopper", totp=True), apps.register("Shop", first_party=True)
    for _ in range(2):
        leave(page, shop, prompt="login")
        give_password(page, grace)
        heading(page, "Enter your code")
        page.get_by_label("Code from your authenticator app").fill(grace.codes.code())
        press(page, "Continue")
        assert shop.redeem(shop.answer(page)).claims["acr"] == "aal2"


def test_prompt_none_shows_nothing(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """Without a session: login_required. With a session but without consent: consent_required. Then a code, with the same auth_time."""
    ada, shop, library = idp.person(), apps.register("Shop"), apps.register("Library")
    page.goto(shop.link(prompt="none"))
    assert shop.answer(page)["error"] == "login_required"
    first = shop.redeem(sign_in(page, shop, ada)).claims
    page.goto(library.link(prompt="none"))
    assert library.answer(page)["error"] == "consent_required"
    page.goto(shop.link(prompt="none", state="s" * 128))
    answer = shop.answer(page)
    assert answer["state"] == "s" * 128
    claims = shop.redeem(answer).claims
    assert (claims["sub"], claims["auth_time"]) == (ada.user.id, first["auth_time"])


def test_another_account_can_be_chosen(any_page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """prompt=select_account: the page is empty, and the app is told about the person who signs in there."""
    ada, grace, shop = idp.person(), idp.person("Grace Hopper"), apps.register("Shop")
    sign_in(any_page, shop, ada)
    leave(any_page, shop, prompt="select_account")
    heading(any_page, "Sign in")
    expect(any_page.get_by_text("Enter the account that you want to use.")).to_be_visible()
    expect(any_page.get_by_label("Email")).to_have_value("")
    give_password(any_page, grace)
    allow(any_page, shop)
    assert shop.redeem(shop.answer(any_page)).claims["sub"] == grace.user.id


def test_a_hint_fills_the_email_in(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """login_hint: the email is filled in, and the password has the focus."""
    ada, shop = idp.person(), apps.register("Shop")
    leave(page, shop, login_hint=ada.email)
    expect(page.get_by_label("Email")).to_have_value(ada.email)
    expect(page.get_by_label("Password", exact=True)).to_be_focused()


def test_a_hint_at_another_person_asks_for_a_sign_in(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """id_token_hint: the ID Token is Ada's, and Grace is signed in. Grace is asked to sign in. With prompt=none the app gets an error."""
    ada, grace, shop = idp.person(), idp.person("Grace Hopper"), apps.register("Shop")
    hint = shop.redeem(sign_in(page, shop, ada)).answer["id_token"]
    page.goto(shop.link(prompt="none", id_token_hint=hint))
    assert shop.redeem(shop.answer(page)).claims["sub"] == ada.user.id
    page.context.clear_cookies()
    sign_in(page, shop, grace)
    page.goto(shop.link(prompt="none", id_token_hint=hint))
    assert shop.answer(page)["error"] == "login_required"
    page.goto(shop.link(id_token_hint=hint))
    heading(page, "Sign in")
