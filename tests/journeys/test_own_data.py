"""A person sees what is stored about them, and downloads it, with and without JavaScript."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.journeys.steps import heading, open_account, press, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.support.relying_party import RelyingParties
    from tests.support.served_provider import ServedProvider


def test_a_person_sees_and_downloads_their_data(any_page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """A while after the sign-in the file is given after a confirmation only. It has what the page names."""
    ada, shop = idp.person(), apps.register("Corner shop")
    shop.redeem(sign_in(any_page, shop, ada, scope="openid profile offline_access"))
    any_page.goto(idp.issuer + "/account")
    any_page.get_by_role("link", name="See your data").click()
    heading(any_page, "Your data")
    expect(any_page.locator("main")).to_contain_text("Corner shop")
    expect(any_page.locator("main")).to_contain_text(ada.email)
    idp.clock.advance(600)
    press(any_page, "Download as a file (JSON)")
    heading(any_page, "Confirm that it is you")
    any_page.get_by_label("Password", exact=True).fill(ada.password)
    press(any_page, "Continue")
    expect(any_page.get_by_role("status")).to_contain_text("You can download the file now")
    with any_page.expect_download() as started:
        any_page.get_by_role("button", name="Download as a file (JSON)").click()
    assert started.value.suggested_filename == "my-data.json"
    found = json.loads(Path(started.value.path()).read_text(encoding="utf-8"))
    assert found["account"]["email"] == ada.email
    assert list(found["apps"].values()) == ["Corner shop"]
    expect(any_page.get_by_role("heading", level=1)).to_have_text("Your data")


def test_the_page_works_on_a_phone_after_an_empty_life(page: Page, idp: ServedProvider) -> None:
    """An account of a minute has no apps and no passkeys: sections without rows are not shown."""
    page.set_viewport_size({"width": 390, "height": 844})
    open_account(page, idp.issuer, idp.person())
    page.goto(idp.issuer + "/account/data")
    expect(page.get_by_role("heading", name="Passkeys")).to_have_count(0)
    expect(page.get_by_role("heading", name="Sign-ins")).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")
