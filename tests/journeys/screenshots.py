"""The pictures of README.md and docs/, taken from the running provider: `python -m tests.journeys.screenshots` writes docs/images.

It opens the pages as the journeys do, so each picture shows a real page.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from idp.cli.dev_server import preview
from idp.http.app import build
from idp.http.mails import render_mail
from idp.settings import Settings
from idp.wiring import build_services
from tests.conftest import CREDENTIALS
from tests.engines.launch import ROOT, Engines
from tests.integration.account.resetting import newest
from tests.journeys.screenshots_of_accounts import take_choice, take_invitation, take_link_elsewhere, take_passkey_pages, take_verification
from tests.journeys.screenshots_of_connections import take_all_mails, take_connections
from tests.journeys.screenshots_of_console import take_console
from tests.journeys.steps import allow, give_code, give_password, heading, leave, open_account, press, sign_in
from tests.support.chromium import PHONE, chromium_at
from tests.support.relying_party import relying_parties
from tests.support.served_provider import served_provider
from tests.support.site import site
from tests.support.virtual_authenticator import virtual_authenticator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page, ViewportSize

    from tests.support.relying_party import RelyingParties
    from tests.support.served_provider import ServedProvider

IMAGES = ROOT / "docs" / "images"
SIZE: ViewportSize = {"width": 1120, "height": 640}
TALL: ViewportSize = {"width": 1120, "height": 1130}
HIGHER: ViewportSize = {"width": 1120, "height": 760}
LONG: ViewportSize = {"width": 1120, "height": 960}
MAIL: ViewportSize = {"width": 680, "height": 700}
QUALITY = 76


def picture(page: Page, name: str, size: ViewportSize = SIZE) -> None:
    """The page in light and in dark, as docs/images/<name>-{light,dark}.jpg."""
    page.set_viewport_size(size)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.screenshot(path=IMAGES / f"{name}-{scheme}.jpg", type="jpeg", quality=QUALITY, animations="disabled", caret="hide")


def tall(page: Page, name: str) -> None:
    """The picture of a long page."""
    picture(page, name, LONG)


def higher(page: Page, name: str) -> None:
    """The picture of a page that is a little longer."""
    picture(page, name, HIGHER)


def whole(page: Page, name: str) -> None:
    """The picture of a sheet, as high as it is."""
    high = page.evaluate("document.documentElement.scrollHeight")
    picture(page, name, {"width": SIZE["width"], "height": high})


def take(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """Sign in to a shop with two factors, allow it its scopes, and open the account page."""
    ada, shop, library = idp.person(email="ada@example.com", totp=True), apps.register("Corner shop"), apps.register("City library")
    leave(page, shop)
    heading(page, "Sign in")
    picture(page, "sign-in")
    page.get_by_label("Email").fill(ada.email)
    press(page, "Forgot password?")
    picture(page, "forgot")
    press(page, "Send the mail")
    picture(page, "reset-code")
    page.goto(idp.issuer + newest(idp, ada.email).path)
    picture(page, "reset", HIGHER)
    leave(page, shop)
    give_password(page, ada)
    heading(page, "Enter your code")
    picture(page, "code")
    give_code(page, ada.codes.code())
    heading(page, "Allow")
    picture(page, "consent")
    allow(page, shop)
    shop.redeem(shop.answer(page))
    page.context.clear_cookies()
    library.redeem(sign_in(page, library, ada, scope="openid profile offline_access"))
    page.goto(idp.issuer + "/account")
    heading(page, "Your account")
    picture(page, "account", TALL)
    picture(page, "account-phone", PHONE)
    page.set_viewport_size(HIGHER)
    page.locator("#your-devices").evaluate("part => part.scrollIntoView()")
    picture(page, "account-devices", HIGHER)
    mary = idp.person("Mary Somerville", email="mary.somerville@example.com")
    page.context.clear_cookies()
    open_account(page, idp.issuer, mary)
    picture(page, "account-new")
    take_passkeys(page, idp, apps)


def take_passkeys(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """Add a passkey, look at the account, and use it as the second step."""
    grace, shop = idp.person("Grace Hopper", email="grace@example.com"), apps.register("Corner shop")
    device = virtual_authenticator(page, synced=True)
    page.context.clear_cookies()
    open_account(page, idp.issuer, grace)
    press(page, "Add a passkey")
    picture(page, "passkey-add")
    press(page, "Create a passkey")
    press(page, "I have saved them")
    picture(page, "account-passkey", TALL)
    page.context.clear_cookies()
    device.absent()
    leave(page, shop)
    give_password(page, grace)
    heading(page, "Use your passkey")
    picture(page, "passkey")


def take_sign_up(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """Create an account on the way to a shop."""
    shop, email = apps.register("Corner shop", tos_uri="https://shop.example/terms"), "mary@example.com"
    leave(page, shop)
    press(page, "Create an account")
    picture(page, "sign-up")
    page.get_by_label("Email").fill(email)
    press(page, "Send the code")
    picture(page, "sign-up-code")
    page.goto(idp.issuer + newest(idp, email).path)
    heading(page, "Finish your account")
    picture(page, "sign-up-finish", HIGHER)


def take_email_change(page: Page, idp: ServedProvider) -> None:
    """Change an address, and open the links of the mails: that of the old address, and that of a sign-in elsewhere."""
    ada, new = idp.person("Ada Lovelace", email="ada.lovelace@example.com"), "countess@example.com"
    idp.clock.advance(3600)
    open_account(page, idp.issuer, ada)
    notice = idp.link_in_mail(ada.email)
    press(page, "Change email address")
    picture(page, "email")
    page.get_by_label("New email address").fill(new)
    press(page, "Send the code")
    picture(page, "email-code")
    page.goto(notice)
    picture(page, "not-me")
    page.goto(idp.link_in_mail(new))
    press(page, "Change email address")
    page.goto(idp.link_in_mail(ada.email))
    heading(page, "Take your account back")
    picture(page, "email-undo")


def take_deletion(page: Page, idp: ServedProvider) -> None:
    """Delete an account, and open the link that undoes it."""
    grace = idp.person("Grace Hopper", email="grace.hopper@example.com")
    open_account(page, idp.issuer, grace)
    press(page, "Delete account")
    picture(page, "delete-account")
    press(page, "Delete my account")
    page.goto(idp.link_in_mail(grace.email))
    heading(page, "Keep your account")
    picture(page, "delete-undo")


def take_own_data(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """Change the profile, and look at everything that is stored."""
    ada, shop = idp.person(totp=True), apps.register("Corner shop")
    shop.redeem(sign_in(page, shop, ada, scope="openid profile email offline_access"))
    page.goto(idp.issuer + "/account/profile")
    picture(page, "profile", TALL)
    page.goto(idp.issuer + "/account/data")
    picture(page, "own-data", TALL)


def take_mails(page: Page) -> None:
    """A mail with a code and a link, and one about a new sign-in, as a mail program shows them."""
    context = {
        "code": "1234 5678", "link": "https://id.example.com/link/…", "address": "192.0.2.1", "email": "ada@example.com", "minutes": "30",
        "name": "Ada", "app": "Corner shop", "brand": "Example", "issuer": "https://id.example.com", "at": "2026-01-02 03:04 UTC",
        "country": "DE", "browser": "Firefox", "system": "Linux", "days": "7",
    }  # fmt: skip
    for mail, name in {"password_reset": "mail", "new_sign_in": "mail-new-sign-in"}.items():
        page.goto("about:blank")  # otherwise the policy of the page before it forbids the inline styles of the mail
        page.set_content(render_mail(mail, context).html)
        picture(page, name, MAIL)


def take_theme(page: Page, apps: RelyingParties) -> None:
    """The example theme of the deployment, and an app with a look of its own."""
    leave(page, apps.register("Boat house"))
    picture(page, "theme")
    shop = {
        "name": "Corner shop accounts",
        "colours": {"light": {"accent": "#7c2d12"}},
        "radius": 4,
        "texts": {"sign_in_intro": "Welcome back to {app}."},
    }
    page.context.clear_cookies()
    leave(page, apps.register("Corner shop", branding=shop))
    picture(page, "branding")


def take_preview(page: Page, folder: Path) -> None:
    """The preview of the development server, with the example theme."""

    def server(issuer: str) -> Any:
        settings = Settings(issuer, env="dev", key_file=str(folder / "key"), theme=str(ROOT / "examples/theme"))
        return build(build_services(settings), extra=preview.ROUTES)

    with site(server) as issuer:
        page.goto(f"{issuer}/dev/preview?shown=consent.html&theme=1&width=tablet")
        page.frame_locator("iframe").get_by_role("button").first.wait_for()
        picture(page, "preview", HIGHER)


@contextlib.contextmanager
def ready(chromium: str, **settings: Any) -> Iterator[tuple[Page, ServedProvider, RelyingParties]]:
    """A provider, apps and a browser."""
    os.environ.update(CREDENTIALS)
    engines = Engines()
    with (
        contextlib.closing(engines),
        tempfile.TemporaryDirectory() as folder,
        chromium_at(chromium) as chrome,
        served_provider(engines.url("dynamodb-local"), folder=Path(folder), sign_up="open", sign_up_claims="name!", **settings) as idp,
        relying_parties(idp) as apps,
    ):
        yield chrome.new_page(reduced_motion="reduce"), idp, apps


def take_mail_code(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """Sign in with a code from a mail, on the way to a shop, and then with the second factor."""
    grace, shop = idp.person("Grace Hopper", email="grace.hopper@example.com", totp=True), apps.register("Corner shop")
    leave(page, shop)
    page.get_by_label("Email").fill(grace.email)
    press(page, "Email me a code")
    picture(page, "mail-code")
    page.context.clear_cookies()
    leave(page, shop)
    give_password(page, grace)
    heading(page, "Enter your code")
    picture(page, "remember-device")


def take_languages(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """The sign-in page in Arabic, from right to left."""
    del idp
    leave(page, apps.register("Corner shop"), ui_locales="ar")
    picture(page, "sign-in-arabic")


def main() -> None:
    """Take all pictures."""
    chromium = os.environ.get("IDP_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        sys.exit("no Chromium; install it with: apt-get install chromium (or set IDP_TEST_CHROMIUM)")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with ready(chromium) as (page, idp, apps):
        take(page, idp, apps)
        page.context.clear_cookies()
        take_sign_up(page, idp, apps)
        page.context.clear_cookies()
        take_email_change(page, idp)
        page.context.clear_cookies()
        take_deletion(page, idp)
        page.context.clear_cookies()
        take_own_data(page, idp, apps)
        page.context.clear_cookies()
        take_languages(page, idp, apps)
        page.context.clear_cookies()
        take_choice(page, idp, apps, picture)
        take_mails(page)
        take_all_mails(page, whole)
        page.goto(idp.issuer)
        take_invitation(page, idp, tall)
    with ready(chromium, mail_code="on", remember_device_days=30) as (page, idp, apps):
        take_mail_code(page, idp, apps)
        page.context.clear_cookies()
        take_link_elsewhere(page, idp, picture)
    with ready(chromium, passkey_offer="on", verify_email="before") as (page, idp, apps):
        take_verification(page, idp, apps, picture)
        page.context.clear_cookies()
        take_passkey_pages(page, idp, apps, tall)
    with ready(chromium) as (page, idp, apps):
        take_connections(page, idp, apps, higher)
    with ready(chromium, console="on", shared_signals="on", organization_connections=3) as (page, idp, apps):
        take_console(page, idp, apps, picture)
    with ready(chromium, theme=str(ROOT / "examples/theme")) as (page, _, apps):
        take_theme(page, apps)
        page.context.clear_cookies()
        with tempfile.TemporaryDirectory() as folder:
            take_preview(page, Path(folder))


if __name__ == "__main__":
    main()
