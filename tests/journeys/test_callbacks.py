"""The provider's Content Security Policy does not block the redirects of an app after a form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.journeys.steps import allow, give_password, heading, leave, press, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse
    from tests.support.relying_party import RelyingParties
    from tests.support.served_provider import ServedProvider


@pytest.mark.parametrize("mode", ["query", "form_post"])
@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_an_app_may_send_people_on_to_another_host(
    browse: Browse, idp: ServedProvider, apps: RelyingParties, mode: str, *, javascript: bool
) -> None:
    """A backend whose callback leads to its frontend, or a broker between us and the app: the browser follows to the end."""
    page, ada, broker = browse(javascript=javascript), idp.person(), apps.register("Broker")
    broker.moves_to = broker.home.replace("127.0.0.1", "localhost") + "frontend"
    leave(page, broker, response_mode=mode)
    give_password(page, ada)
    allow(page, broker)
    if mode == "form_post" and not javascript:  # with JavaScript the form sends itself
        press(page, "Continue")
    heading(page, "^Broker$")
    assert page.url.startswith(broker.moves_to)


def test_an_app_may_redirect_people_after_a_refusal(any_page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """The same holds for an error."""
    ada, broker = idp.person(), apps.register("Broker")
    broker.moves_to = broker.home.replace("127.0.0.1", "localhost") + "frontend"
    leave(any_page, broker)
    give_password(any_page, ada)
    heading(any_page, "Allow Broker?")
    press(any_page, "Do not allow")
    heading(any_page, "^Broker$")
    assert "error=access_denied" in any_page.url


@pytest.mark.parametrize("mode", ["query", "form_post"])
def test_an_app_may_send_people_on_to_a_program(browse: Browse, idp: ServedProvider, apps: RelyingParties, mode: str) -> None:
    """A callback opens a desktop program by its own scheme. The provider's policy does not block it after consent."""
    page, ada, desktop = browse(), idp.person(), apps.register("Desktop")
    desktop.moves_to = "someapp://done"
    leave(page, desktop, response_mode=mode)
    give_password(page, ada)
    heading(page, "Allow Desktop?")
    with page.expect_response(lambda response: "/callback" in response.url) as called:
        page.get_by_role("button", name="Allow", exact=True).click()  # the redirect opens a program, not a page
    assert called.value.headers["location"].startswith("someapp://done")
    page.goto(idp.issuer)  # by now the browser has reported violations of the last page's policy; `browse` fails on them
    heading(page, "Sign-in service")


def test_an_app_may_redirect_people_after_a_sign_out(browse: Browse, idp: ServedProvider, apps: RelyingParties) -> None:
    """The same holds after the question whether to sign out."""
    page, ada, desktop = browse(), idp.person(), apps.register("Desktop")
    shop = apps.register("Shop")
    sign_in(page, shop, ada)
    desktop.moves_to = "someapp://bye"
    page.goto(desktop.logout(client_id=desktop.client_id, post_logout_redirect_uri=desktop.goodbye))
    with page.expect_response(lambda response: "/goodbye" in response.url):
        page.get_by_role("button", name="Sign out", exact=True).click()
    page.goto(idp.issuer)
    heading(page, "Sign-in service")
