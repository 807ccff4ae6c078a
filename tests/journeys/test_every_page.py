"""Each page passes axe-core and is no wider than a phone. The pictures are in .artefacts/screenshots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.access.tenancy import DEPLOYMENT
from tests.journeys.steps import allow, confirm, give_code, give_password, heading, leave, open_account, press, refused, scanned, sign_in
from tests.support.chromium import PHONE

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse
    from tests.journeys.gallery import Gallery
    from tests.support.relying_party import RelyingParties
    from tests.support.served_provider import ServedProvider


def test_the_sign_in_pages_are_accessible(page: Page, idp: ServedProvider, apps: RelyingParties, gallery: Gallery) -> None:
    ada, shop = idp.person(), apps.register("Corner shop", policy_uri="https://shop.example/privacy", tos_uri="https://shop.example/terms")
    leave(page, shop)
    gallery.show(page, "login")
    give_password(page, ada, "wrong and wrong again")
    refused(page, "wrong")
    gallery.show(page, "login-wrong")
    for _ in range(6):
        give_password(page, ada, "wrong and wrong again")
    refused(page, "Too many")
    gallery.show(page, "login-throttled")


def test_signing_in_again(page: Page, idp: ServedProvider, apps: RelyingParties, gallery: Gallery) -> None:
    ada, shop = idp.person(), apps.register("Corner shop")
    sign_in(page, shop, ada)
    leave(page, shop, prompt="login")
    gallery.show(page, "login-again")
    leave(page, shop, prompt="select_account")
    gallery.show(page, "login-select-account")


def test_the_second_step(page: Page, idp: ServedProvider, apps: RelyingParties, gallery: Gallery) -> None:
    grace, shop = idp.person("Grace Hopper", totp=True), apps.register("Corner shop")
    leave(page, shop)
    give_password(page, grace)
    heading(page, "Enter your code")
    gallery.show(page, "totp")
    give_code(page, grace.codes.wrong())
    refused(page, "wrong")
    gallery.show(page, "totp-wrong")
    press(page, "Use a recovery code")
    gallery.show(page, "recovery-code")
    page.get_by_label("Recovery code").fill("0000-0000")
    press(page, "Continue")
    refused(page, "wrong")
    gallery.show(page, "recovery-code-wrong")
    press(page, "Back to the authenticator app")
    idp.clock.advance(700)
    give_code(page, grace.codes.code())
    gallery.show(page, "login-after-a-while")


def test_setting_it_up(page: Page, idp: ServedProvider, apps: RelyingParties, gallery: Gallery) -> None:
    admin, console = idp.person("Annie Easley", admin=True), apps.register("Console")
    leave(page, console)
    give_password(page, admin)
    phone = scanned(page, idp, admin)
    gallery.show(page, "enrol")
    confirm(page, phone.wrong())
    refused(page, "wrong")
    gallery.show(page, "enrol-wrong")
    page.get_by_text("Enter the key by hand").click()
    gallery.show(page, "enrol-by-hand")
    confirm(page, phone.code())
    heading(page, "Save your recovery codes")
    gallery.show(page, "recovery-codes")


def test_the_consent_page_is_accessible(page: Page, browse: Browse, idp: ServedProvider, apps: RelyingParties, gallery: Gallery) -> None:
    ada = idp.person()
    shop = apps.register(
        "Corner shop", scope="openid email", policy_uri="https://shop.example/privacy", tos_uri="https://shop.example/terms"
    )
    sign_in(page, shop, ada)
    leave(page, shop, scope="openid profile email phone address offline_access")
    gallery.show(page, "consent")
    press(page, "Do not allow")
    without = browse()
    without.route("**/static/idp.js*", lambda route: route.abort())  # axe-core needs JavaScript, our page does not get any
    leave(without, shop, response_mode="form_post")
    give_password(without, ada)
    heading(without, "One moment")
    gallery.show(without, "form-post")


def test_the_account_pages_are_accessible(page: Page, browse: Browse, idp: ServedProvider, apps: RelyingParties, gallery: Gallery) -> None:
    grace, shop, library = idp.person("Grace Hopper", totp=True), apps.register("Corner shop"), apps.register("City library")
    other = browse()
    shop.redeem(sign_in(other, shop, grace, scope="openid profile email offline_access"))
    leave(other, library)
    allow(other, library)
    library.redeem(library.answer(other))
    open_account(page, idp.issuer, grace)
    gallery.show(page, "account")
    page.goto(idp.issuer + "/account/password")
    gallery.show(page, "password")
    idp.clock.advance(600)
    page.reload()
    page.get_by_label("Current password", exact=True).fill("wrong and wrong again")
    page.get_by_label("New password", exact=True).fill("eleven dry otters")
    page.locator("#new_password-strength").get_by_text("Long enough").wait_for()
    gallery.show(page, "password-typed")
    page.get_by_label("Code from your authenticator app").fill(grace.codes.code())
    press(page, "Change password")
    refused(page, "wrong")
    gallery.show(page, "password-wrong")
    page.goto(idp.issuer + "/account")
    press(page, "Turn off")
    heading(page, "Confirm that it is you")
    gallery.show(page, "reauthenticate")


def test_the_profile_page(page: Page, idp: ServedProvider, gallery: Gallery) -> None:
    grace = idp.person("Grace Hopper")
    kept = {"gender": "female", "address": {"locality": "New York"}, "zoneinfo": "America/New_York"}
    idp.services.user_service.patch(grace.user.id, {"claims": kept}, scope=DEPLOYMENT)
    open_account(page, idp.issuer, grace)
    page.get_by_role("link", name="Edit profile").click()
    gallery.show(page, "profile")
    page.get_by_label("Website").fill("https://user:word@example.com/")
    press(page, "Save")
    refused(page, "URL")
    gallery.show(page, "profile-wrong")


def test_the_page_of_ones_own_data(page: Page, browse: Browse, idp: ServedProvider, apps: RelyingParties, gallery: Gallery) -> None:
    grace, shop = idp.person("Grace Hopper", totp=True), apps.register("Corner shop")
    other = browse()
    shop.redeem(sign_in(other, shop, grace, scope="openid profile email offline_access"))
    allowed = {"roles": [], "attributes": {"team": ["navy", "compilers"]}}
    idp.services.user_service.patch(grace.user.id, allowed, scope=DEPLOYMENT)
    open_account(page, idp.issuer, grace)
    page.get_by_role("link", name="See your data").click()
    heading(page, "Your data")
    gallery.show(page, "data")


def test_the_pages_of_a_change_of_address(page: Page, browse: Browse, idp: ServedProvider, gallery: Gallery) -> None:
    grace, new = idp.person("Grace Hopper"), f"grace-{idp.services.new_id()[:6].lower()}@example.com"
    open_account(page, idp.issuer, grace)
    press(page, "Change email address")
    gallery.show(page, "email")
    page.get_by_label("New email address").fill(new)
    press(page, "Send the code")
    gallery.show(page, "email-code")
    page.goto(idp.link_in_mail(new))
    gallery.show(page, "email-link")
    elsewhere = browse()
    elsewhere.goto(idp.link_in_mail(new))
    gallery.show(elsewhere, "ticket-code")
    press(page, "Change email address")
    elsewhere.goto(idp.link_in_mail(grace.email))
    heading(elsewhere, "Take your account back")
    gallery.show(elsewhere, "email-undo")
    press(elsewhere, "Take it back")
    gallery.show(elsewhere, "email-undone")


def test_the_pages_of_a_deletion(page: Page, browse: Browse, idp: ServedProvider, gallery: Gallery) -> None:
    grace = idp.person("Grace Hopper")
    open_account(page, idp.issuer, grace)
    press(page, "Delete account")
    heading(page, "Delete your account")
    gallery.show(page, "delete-account")
    press(page, "Delete my account")
    heading(page, "Your account is being deleted")
    gallery.show(page, "deleted")
    elsewhere = browse()
    elsewhere.goto(idp.issuer + "/account")
    give_password(elsewhere, grace)
    heading(elsewhere, "Sign in")
    gallery.show(elsewhere, "sign-in-deleting")
    elsewhere.goto(idp.link_in_mail(grace.email))
    heading(elsewhere, "Keep your account")
    gallery.show(elsewhere, "delete-undo")
    press(elsewhere, "Keep my account")
    heading(elsewhere, "Your account stays")
    gallery.show(elsewhere, "delete-undone")
    open_account(elsewhere, idp.issuer, grace)


def test_the_pages_of_the_notice_about_a_sign_in(page: Page, browse: Browse, idp: ServedProvider, gallery: Gallery) -> None:
    grace = idp.person("Grace Hopper")
    idp.clock.advance(3600)
    open_account(browse(), idp.issuer, grace)
    page.goto(idp.link_in_mail(grace.email))
    heading(page, "This was not you?")
    gallery.show(page, "not-me")
    press(page, "Sign out everywhere")
    heading(page, "Signed out everywhere")
    gallery.show(page, "not-me-done")


def test_a_new_account(page: Page, idp: ServedProvider, gallery: Gallery) -> None:
    open_account(page, idp.issuer, idp.person())
    gallery.show(page, "account-new")
    press(page, "Set up two-step sign-in")
    heading(page, "Set up two-step sign-in")
    gallery.show(page, "enrol-by-choice")


def test_the_logout_pages_are_accessible(page: Page, idp: ServedProvider, apps: RelyingParties, gallery: Gallery) -> None:
    ada, shop = idp.person(), apps.register("Corner shop")
    sign_in(page, shop, ada)
    page.goto(shop.logout(client_id=shop.client_id))
    gallery.show(page, "logout")
    press(page, "Sign out")
    heading(page, "You are signed out")
    gallery.show(page, "logged-out")
    page.goto(idp.issuer + "/")
    gallery.show(page, "home")


def test_axe_would_have_complained(page: Page, gallery: Gallery) -> None:
    """axe-core reports a page with faults. Without this test a check that finds nothing could be broken."""
    page.set_content("<p style='color: #eee; width: 900px'>pale</p><img src='data:,'>")
    gallery.show(page, "ugly")
    page.set_viewport_size(PHONE)
    page.set_content(
        "<button style='width: 90px; white-space: nowrap; overflow: hidden'>Anmeldung in zwei Schritten einrichten</button><p></p>"
    )
    gallery.look(page, "ugly-button", axe=False)
    page.set_content("<p style='width: 900px'>wide</p>")
    gallery.look(page, "ugly-width", axe=False)
    found, gallery.complaints = "\n".join(gallery.complaints), []
    for what in ("color-contrast", "image-alt", "html-has-lang", "wider than a narrow phone", "wider than its box", "leaves the screen"):
        assert what in found


def test_the_error_pages_are_accessible(page: Page, idp: ServedProvider, apps: RelyingParties, gallery: Gallery) -> None:
    shop = apps.register("Corner shop")
    page.goto(shop.leave(redirect_uri="https://evil.example/callback"))
    gallery.show(page, "error")
    page.goto(idp.issuer + "/no/such/page")
    gallery.show(page, "error-not-found")
    leave(page, shop)
    idp.clock.advance(idp.services.settings.sign_in_lifetime + 1)
    give_password(page, idp.person())
    gallery.show(page, "error-expired")
