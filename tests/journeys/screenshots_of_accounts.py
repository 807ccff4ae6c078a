"""Pictures of the pages behind links of mails, and of those that offer a passkey. `tests.journeys.screenshots` takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.tickets.ticket import FAILURES, TRIES
from tests.integration.account.resetting import newest
from tests.journeys.passkeys import add_passkey
from tests.journeys.steps import give_password, heading, leave, press
from tests.support.organising import join, organisation
from tests.support.stored import change_user
from tests.support.virtual_authenticator import virtual_authenticator

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.support.people import Person
    from tests.support.relying_party import RelyingParties
    from tests.support.served_provider import ServedProvider

    Picture = Callable[[Page, str], None]
    """Takes a picture of the page, in light and in dark, under a name."""


def take_link_elsewhere(page: Page, idp: ServedProvider, picture: Picture) -> None:
    """The link of a sign-in by mail in another browser: with the code, and while codes of the address do not count."""
    ada = idp.person(email="ada.lovelace@example.com")
    _ask(page, idp, ada)
    _open_elsewhere(page, idp, ada)
    picture(page, "link-elsewhere")
    for _ in range(FAILURES // TRIES):
        idp.clock.advance(3600)
        _ask(page, idp, ada)
    _open_elsewhere(page, idp, ada)
    page.get_by_text("does not count at the moment").wait_for()
    picture(page, "link-closed")


def _ask(page: Page, idp: ServedProvider, person: Person) -> None:
    page.goto(f"{idp.issuer}/login")
    page.get_by_label("Email").fill(person.email)
    press(page, "Email me a code")


def _open_elsewhere(page: Page, idp: ServedProvider, person: Person) -> None:
    page.context.clear_cookies()
    page.goto(idp.issuer + newest(idp, person.email).path)
    heading(page, "Your code")


def take_invitation(page: Page, idp: ServedProvider, picture: Picture) -> None:
    """The link of an invitation."""
    made = idp.services.invitation_service.create("dorothy@example.com", scope=DEPLOYMENT)
    page.goto(idp.link_in_mail(made.email))
    page.get_by_text("You are invited to create this account").wait_for()
    picture(page, "invitation")


def take_verification(page: Page, idp: ServedProvider, apps: RelyingParties, picture: Picture) -> None:
    """An address that an admin entered is verified before an app gets it."""
    ada = idp.person()
    change_user(idp.services.users, ada.user.id, email_verified=False)
    leave(page, apps.register("Corner shop"), scope="openid email")
    give_password(page, ada)
    heading(page, "Verify your email address")
    picture(page, "verify-email")


def take_passkey_pages(page: Page, idp: ServedProvider, apps: RelyingParties, picture: Picture) -> None:
    """An offer after a password, the codes that come with a first passkey, the end of a password, and a reset by a passkey."""
    grace, device = idp.person("Grace Hopper", email="grace@example.com"), virtual_authenticator(page)
    leave(page, apps.register("Corner shop"))
    page.locator("[data-keeps-passkeys][value='1']").wait_for(state="attached")
    give_password(page, grace)
    heading(page, "Sign in faster next time")
    picture(page, "passkey-offer")
    page.context.clear_cookies()
    ada = idp.person(email="ada@example.com")
    page.goto(f"{idp.issuer}/account")
    give_password(page, ada)
    press(page, "Not now")
    add_passkey(page)
    heading(page, "Save your recovery codes")
    picture(page, "recovery-codes")
    press(page, "I have saved them")
    press(page, "Use passkeys only")
    picture(page, "passkeys-only")
    device.absent()
    page.context.clear_cookies()
    page.goto(f"{idp.issuer}/login")
    page.get_by_label("Email").fill(ada.email)
    press(page, "Forgot password?")
    press(page, "Send the mail")
    page.goto(idp.issuer + newest(idp, ada.email).path)
    heading(page, "Set a new password")
    picture(page, "reset-passkey")


def take_choice(page: Page, idp: ServedProvider, apps: RelyingParties, picture: Picture) -> None:
    """A person of two organisations signs in for one of them."""
    ada, shop = idp.person(email="ada.king@example.com"), apps.register("Corner shop", scope="openid organization")
    changes = {"organization": "allowed", "scope": "openid profile email organization"}
    idp.services.client_service.patch(shop.client_id, changes, scope=DEPLOYMENT)
    for name in ("Acme Ltd", "Bakers of Leeds"):
        join(idp.services, ada.user, organisation(idp.services, name=name))
    leave(page, shop)
    give_password(page, ada)
    heading(page, "Choose an organisation")
    picture(page, "choose-organization")
