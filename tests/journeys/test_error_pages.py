"""An error page says what is wrong, stays on the provider's address, and runs no markup from the request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.steps import give_password, heading, leave, refused

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.support.relying_party import RelyingParties
    from tests.support.served_provider import ServedProvider

HOSTILE = "\"'><img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>{{7*7}}"


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "nobody"},
        {"client_id": ""},
        {"redirect_uri": "https://evil.example/callback"},
        {"redirect_uri": "javascript:alert(1)"},
        {"redirect_uri": ""},
        {"client_id": HOSTILE},
        {"redirect_uri": HOSTILE},
    ],
    ids=["unknown", "no client", "foreign", "script", "no address", "hostile client", "hostile address"],
)
def test_no_redirect_goes_to_an_unregistered_address(any_page: Page, apps: RelyingParties, wrong: dict[str, str]) -> None:
    """RFC 6749 §4.1.2.1: "the authorization server … MUST NOT automatically redirect the user-agent to the invalid redirection URI"."""
    shop = apps.register("Shop", redirect_uris=[f"{apps.origin}/one", f"{apps.origin}/two"])
    response = any_page.goto(shop.leave(**wrong))
    assert response
    assert response.status == 400
    assert any_page.url.startswith(shop.issuer)
    expect(any_page.get_by_role("heading", level=1)).to_be_visible()
    expect(any_page).not_to_have_title("owned")
    expect(any_page.locator("main a[href*='evil'], main a[href^='javascript']")).to_have_count(0)


@pytest.mark.parametrize(
    "wrong",
    [{"response_type": "token"}, {"scope": "openid users:read"}, {"code_challenge_method": "plain"}, {"prompt": "none login"}],
    ids=str,
)
def test_what_the_app_did_wrong_is_told_to_the_app(page: Page, apps: RelyingParties, wrong: dict[str, str]) -> None:
    """The error goes to the app with the state, and the browser shows the app."""
    shop = apps.register("Shop")
    page.goto(shop.link(**wrong))
    assert shop.answer(page)["error"] in {"unsupported_response_type", "invalid_scope", "invalid_request"}


@pytest.mark.parametrize("place", ["login_hint", "state", "nonce", "ui_locales"])
def test_what_a_stranger_wrote_stays_text(page: Page, idp: ServedProvider, apps: RelyingParties, place: str) -> None:
    """F-10: markup in a request stays text, on the page and on the page that comes back with a refusal."""
    shop = apps.register("Shop")
    leave(page, shop, **{place: HOSTILE})
    if page.url.startswith(idp.issuer):
        give_password(page, idp.person(), "wrong and wrong again")
        refused(page, "wrong")
    expect(page).not_to_have_title("owned")
    expect(page.locator("img[src=x]")).to_have_count(0)


@pytest.mark.parametrize(("name", "shown"), [(HOSTILE, "<img src=x onerror="), ("{{7*7}} <img src=x>", "{{7*7}} <img src=x>")])
def test_an_apps_name_stays_text(page: Page, idp: ServedProvider, apps: RelyingParties, name: str, shown: str) -> None:
    """F-10: markup in the name is shown as text, also where a long name is shortened, and a template in it is not evaluated."""
    shop = apps.register("Shop", client_name=name)
    leave(page, shop)
    give_password(page, idp.person())
    expect(page.get_by_role("heading", level=1)).to_contain_text(shown)
    expect(page).not_to_have_title("owned")
    expect(page.locator("img[src=x]")).to_have_count(0)


def test_an_address_that_is_none(any_page: Page, idp: ServedProvider) -> None:
    """404, with the provider's own page."""
    response = any_page.goto(idp.issuer + "/no/such/page")
    assert response
    assert response.status == 404
    heading(any_page, "Page not found")


def test_the_front_door(any_page: Page, idp: ServedProvider) -> None:
    """The home page leads to the account."""
    any_page.goto(idp.issuer + "/")
    any_page.get_by_role("link", name="Your account").click()
    heading(any_page, "Sign in")
