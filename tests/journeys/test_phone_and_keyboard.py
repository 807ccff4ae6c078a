"""The pages work by touch on a phone, and with the keyboard alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.journeys.steps import heading, leave, open_account, press, saved, scanned

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse
    from tests.support.relying_party import RelyingParties
    from tests.support.served_provider import ServedProvider

SMALLEST = 44
"""CSS pixels: the target size of WCAG 2.2, 2.5.5 Target Size (Enhanced)."""


def test_a_thumb_is_enough(browse: Browse, idp: ServedProvider, apps: RelyingParties) -> None:
    """On a phone in dark mode each field and main button has the target size, and each field has the right keyboard."""
    page, grace, shop = browse(phone=True, dark=True), idp.person("Grace Hopper", totp=True), apps.register("Shop")
    leave(page, shop)
    heading(page, "Sign in")
    assert page.get_by_label("Email").get_attribute("type") == "email"
    page.get_by_label("Email").tap()
    page.get_by_label("Email").fill(grace.email)
    page.get_by_label("Password", exact=True).fill(grace.password)
    large(page, "#email", "#password", "#sign-in")
    page.locator("#sign-in").tap()
    heading(page, "Enter your code")
    assert page.get_by_label("Code from your authenticator app").get_attribute("inputmode") == "numeric"
    page.get_by_label("Code from your authenticator app").fill(grace.codes.code())
    large(page, "#code", "#verify")
    page.locator("#verify").tap()
    heading(page, "Allow Shop?")
    large(page, "#approve", "#deny")
    page.locator("#approve").tap()
    assert shop.redeem(shop.answer(page)).claims["acr"] == "aal2"


def large(page: Page, *selectors: str) -> None:
    """Check that each is high enough and inside the screen."""
    for selector in selectors:
        box = page.locator(selector).bounding_box()
        assert box
        assert box["height"] >= SMALLEST
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390


def test_a_keyboard_is_enough(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """Tab, Space and Enter lead from the first page to the app. The focus is always visible."""
    ada, shop = idp.person(), apps.register("Shop")
    leave(page, shop)
    heading(page, "Sign in")
    expect(page.get_by_label("Email")).to_be_focused()
    page.keyboard.type(ada.email)
    page.keyboard.press("Tab")
    expect(page.get_by_label("Password", exact=True)).to_be_focused()
    page.keyboard.type(ada.password)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Show: Password")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#sign-in")).to_be_focused()
    ring(page)
    page.keyboard.press("Space")
    heading(page, "Allow Shop?")
    page.wait_for_load_state()
    for button in ("Not you?", "Allow", "Do not allow"):
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name=button, exact=True)).to_be_focused()
        ring(page)
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#approve")).to_be_focused()
    page.keyboard.press("Enter")
    assert shop.redeem(shop.answer(page)).claims["sub"] == ada.user.id


def ring(page: Page) -> None:
    """WCAG 2.2, 2.4.7: the focused element has an outline."""
    style = page.evaluate("() => { const s = getComputedStyle(document.activeElement); return [s.outlineStyle, s.outlineWidth]; }")
    assert style[0] != "none", style
    assert style[1] != "0px", style


def test_recovery_codes_can_be_taken_along(browse: Browse, idp: ServedProvider) -> None:
    """They are copied with one click, or downloaded as a text that states their purpose."""
    page, ada = browse(), idp.person()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=idp.issuer)
    open_account(page, idp.issuer, ada)
    press(page, "Set up two-step sign-in")
    page.get_by_label("Six-digit code").fill(scanned(page, idp, ada).code())
    press(page, "Confirm")
    codes = saved(page)
    page.evaluate("window.setTimeout = () => 0")  # the button shows its confirmation for 2.5 s; without timers it stays
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").split() == codes
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "recovery-codes.txt"
    text = download.value.path().read_text()
    assert idp.issuer in text
    assert all(code in text for code in codes)
