"""A device without a browser: a person types or scans its code and signs in, and the device gets what they allowed (RFC 8628)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest
from playwright.sync_api import expect

from idp.domain.apps.grant_types import DEVICE_CODE
from tests.journeys.steps import give_password, heading, press, refused

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.gallery import Gallery
    from tests.support.served_provider import ServedProvider


@pytest.fixture
def television(idp: ServedProvider) -> str:
    """A public client for the device flow."""
    client, _ = idp.client(
        client_name="Television", grant_types=[DEVICE_CODE], token_endpoint_auth_method="none", scope="openid email"
    )  # fmt: skip
    return client.id


def begin(idp: ServedProvider, client_id: str) -> dict[str, Any]:
    headers = {"User-Agent": "Mozilla/5.0 (SMART-TV; Linux) AppleWebKit/537.36 Chrome/120 Safari/537.36"}
    answer = httpx.post(f"{idp.issuer}/device_authorization", data={"client_id": client_id, "scope": "openid email"}, headers=headers)
    found: dict[str, Any] = answer.json()
    return found


def poll(idp: ServedProvider, client_id: str, codes: dict[str, Any]) -> dict[str, Any]:
    form = {"client_id": client_id, "grant_type": DEVICE_CODE, "device_code": codes["device_code"]}
    found: dict[str, Any] = httpx.post(f"{idp.issuer}/token", data=form).json()
    return found


def test_a_code_that_is_typed(page: Page, idp: ServedProvider, television: str, gallery: Gallery) -> None:
    """A wrong code is refused, then the right one is accepted. The person signs in, sees the device, and allows it."""
    ada, codes = idp.person(), begin(idp, television)
    page.goto(codes["verification_uri"])
    heading(page, "Connect a device")
    gallery.show(page, "device")
    page.get_by_label("Code").fill("bcdf ghjk")
    press(page, "Continue")
    refused(page, "No device is waiting")
    gallery.show(page, "device-wrong")
    page.get_by_label("Code").fill(codes["user_code"].lower())
    press(page, "Continue")
    give_password(page, ada)
    heading(page, "Allow Television?")
    expect(page.locator("#device")).to_contain_text(codes["user_code"])
    expect(page.locator("#device")).to_contain_text("Chrome on Linux")
    gallery.show(page, "consent-device")
    assert poll(idp, television, codes)["error"] == "authorization_pending"
    press(page, "Allow")
    heading(page, "Your device is connected")
    gallery.show(page, "device-done")
    assert poll(idp, television, codes)["scope"] == "openid email"


def test_a_link_that_is_scanned(any_page: Page, idp: ServedProvider, television: str) -> None:
    """The page has the code already. The person must confirm that the device shows it, and here says that it does not."""
    ada, codes = idp.person(), begin(idp, television)
    any_page.goto(codes["verification_uri_complete"])
    expect(any_page.get_by_label("Code")).to_have_value(codes["user_code"])
    press(any_page, "It is the same code")
    give_password(any_page, ada)
    heading(any_page, "Allow Television?")
    press(any_page, "Do not allow")
    heading(any_page, "Your device is not connected")
    assert poll(idp, television, codes)["error"] == "access_denied"
