"""`idp dev` for a new user: its demo app, and the pages that only the development server has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyotp
import pytest
from playwright.sync_api import expect

from tests.journeys.steps import heading, press
from tests.support.dev_server import Running, dev

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.journeys.gallery import Gallery


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The server that `idp dev` starts in an empty folder."""
    with dev(tmp_path_factory.mktemp("newcomer")) as running:
        yield running


def go_through(page: Page, person: dict[str, Any], app: str) -> None:
    """Fill in the provider's pages as the command's output says."""
    heading(page, "Sign in")
    page.get_by_label("Email").fill(person["email"])
    page.get_by_label("Password", exact=True).fill(person["password"])
    press(page, "Sign in")
    if "totp_secret" in person:
        heading(page, "Enter your code")
        page.get_by_label("Code from your authenticator app").fill(pyotp.TOTP(person["totp_secret"]).now())
        press(page, "Continue")
    heading(page, f"Allow {app}?")
    press(page, "Allow")


@pytest.mark.slow
def test_the_demo_app_shows_an_id_token_refreshes_it_and_signs_out(page: Page, newcomer: Running, gallery: Gallery) -> None:
    """The person signs in with password and TOTP. Each page on the way is checked."""
    page.goto(newcomer.app)
    heading(page, "A demo app")
    gallery.show(page, "demo-home", translated=False)
    page.get_by_role("link", name="Sign in").click()
    go_through(page, newcomer.made["users"][1], "Demo app")
    heading(page, "You are signed in")
    claims = page.locator("#id-token-claims")
    expect(claims).to_contain_text(newcomer.issuer)
    expect(claims).to_contain_text("aal2")
    expect(page.locator("#userinfo")).to_contain_text("Grace Hopper")
    gallery.show(page, "demo-signed-in", translated=False)
    tokens = page.locator("#tokens-summary").inner_text()
    press(page, "Refresh")
    heading(page, "You are signed in")
    expect(page.locator("#tokens-summary")).not_to_have_text(tokens)
    press(page, "Sign out")
    heading(page, "A demo app")
    page.goto(newcomer.issuer + "/account")
    heading(page, "Sign in")


@pytest.mark.slow
def test_mail_is_shown_where_it_would_have_been_sent(page: Page, newcomer: Running, gallery: Gallery) -> None:
    """The person changes the password, and the outbox shows the mail about it."""
    ada = newcomer.made["users"][0]
    page.goto(newcomer.issuer + "/dev/outbox")
    heading(page, "Outbox")
    gallery.show(page, "outbox-empty", translated=False)
    page.goto(newcomer.app)
    page.get_by_role("link", name="Sign in").click()
    go_through(page, ada, "Demo app")
    heading(page, "You are signed in")
    page.goto(newcomer.issuer + "/account/password")
    page.get_by_label("Current password", exact=True).fill(ada["password"])
    page.get_by_label("New password", exact=True).fill("eleven dry otters on a raft")
    press(page, "Change password")
    heading(page, "Your account")
    page.goto(newcomer.issuer + "/dev/outbox")
    expect(page.get_by_role("article")).to_contain_text(ada["email"])
    gallery.show(page, "outbox", translated=False)
