"""Pictures of signing in with another provider, and one of all mails. `tests.journeys.screenshots` takes them."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from idp.domain.access.trusted_issuer import IssuerLink
from idp.domain.connections.connection import Connection
from tests.journeys.steps import heading, leave, open_account
from tests.support.mails import MAILS, mail

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.screenshots_of_accounts import Picture
    from tests.support.relying_party import RelyingParties
    from tests.support.served_provider import ServedProvider

LOGOS = "https://img.example/"
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20">'
    '<circle cx="10" cy="10" r="7" fill="none" stroke="#36c" stroke-width="4"/></svg>'
)
UPSTREAMS = {"google": "Google", "github": "GitHub", "microsoft": "Microsoft"}
SHEET = "display: grid; grid-template-columns: repeat(4, 1fr); gap: 12px; margin: 12px; background: canvas; color-scheme: light dark"
ONE = "width: 640px; height: 900px; border: 1px solid gray; zoom: .42"


def take_connections(page: Page, idp: ServedProvider, apps: RelyingParties, picture: Picture) -> None:
    """The sign-in page with buttons for three providers, and the account page of a person who connected one of them."""
    page.route(LOGOS + "*", lambda route: route.fulfill(body=LOGO, content_type="image/svg+xml"))
    for number, (preset, name) in enumerate(UPSTREAMS.items()):
        idp.services.connections.create(
            Connection(
                id=preset, type="oidc", preset=preset, name=name, issuer=f"https://{preset}.example", position=number,
                logo_uri=f"{LOGOS}{preset}.svg",
            )
        )  # fmt: skip
    idp.clock.advance(61)
    leave(page, apps.register("Corner shop"))
    heading(page, "Sign in")
    picture(page, "sign-in-connections")
    mary = idp.person("Mary Somerville")
    made = IssuerLink(
        mary.user.id, "https://google.example", "", "1", idp.clock(), connection_id="google", email="mary@mail.example", how="signed_in"
    )  # fmt: skip
    assert idp.services.issuer_links.create(made, mary.user)
    page.context.clear_cookies()
    open_account(page, idp.issuer, mary)
    page.locator("#connections").evaluate("part => part.scrollIntoView()")
    picture(page, "account-connections")


def take_all_mails(page: Page, picture: Picture) -> None:
    """Each mail, as a mail program shows it, on one sheet."""
    sheet = "".join(f'<iframe style="{ONE}" srcdoc="{escape(mail(name).html)}"></iframe>' for name in MAILS)
    page.goto("about:blank")  # otherwise the policy of the page before it forbids the inline styles of the mails
    page.set_content(f'<!doctype html><body style="{SHEET}">{sheet}</body>')
    picture(page, "all-mails")
