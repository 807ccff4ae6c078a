"""A passkey that the browser makes without a gesture after a sign-in with a password, in Chromium.

Chromium says that it can do so (`conditionalCreate`), and then asks only the password manager of its user, which a browser under test does
not have. So it refuses, or waits with a virtual authenticator until the call is ended; both are seen here. For a passkey that is made, the
tests answer the one call of the page by an authenticator in software.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from playwright.sync_api import expect

from idp.verify import base64url
from tests.journeys.steps import allow, give_password, heading, leave, press, saved
from tests.support.authenticator import BE, BS, Authenticator
from tests.support.relying_party import RelyingParties, relying_parties
from tests.support.served_provider import ServedProvider, served_provider
from tests.support.virtual_authenticator import virtual_authenticator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse
    from tests.journeys.gallery import Gallery

MADE = "Your browser made this passkey by itself"
MAKES = """
  const ask = navigator.credentials.create.bind(navigator.credentials);
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0)).buffer;
  navigator.credentials.create = async function (asked) {
    if (asked.mediation !== "conditional") { return ask(asked); }
    const made = JSON.parse(await window.makePasskey(JSON.stringify({
      challenge: Array.from(new Uint8Array(asked.publicKey.challenge)), user: Array.from(asked.publicKey.user.id),
    })));
    return { type: "public-key", rawId: bytes(made.rawId), response: {
      clientDataJSON: bytes(made.response.clientDataJSON), attestationObject: bytes(made.response.attestationObject),
      getTransports: () => made.response.transports,
    } };
  };
"""
"""A browser whose password manager makes the passkey."""
NEVER_ANSWERS = """
  const later = window.setTimeout.bind(window);
  window.setTimeout = (act, after, ...given) => (after === 4000 ? 0 : later(act, after, ...given));
  navigator.credentials.create = () => new Promise(() => {});
"""
"""A browser that never answers, and whose page never stops to wait."""
CANNOT = "PublicKeyCredential.getClientCapabilities = async () => ({});"


@pytest.fixture(scope="module")
def running(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProvider]:
    """A provider where browsers may make passkeys."""
    with served_provider(quick_endpoint, folder=tmp_path_factory.mktemp("upgrade"), brand="Harbour", passkey_upgrade="on") as running:
        yield running


@pytest.fixture(scope="module")
def apps(running: ServedProvider) -> Iterator[RelyingParties]:
    """The apps of that provider."""
    with relying_parties(running) as site:
        yield site


def says(page: Page, can: str) -> None:
    """Wait until the page knows whether the browser makes passkeys."""
    expect(page.locator("[data-makes-passkeys]")).to_have_value(can)


def test_the_passkey_is_made_without_a_gesture_and_used_later(
    browse: Browse, idp: ServedProvider, apps: RelyingParties, gallery: Gallery
) -> None:
    """The app gets its answer with no button pressed. The first sign-in with the passkey shows recovery codes."""
    page, ada, shop, made = browse(), idp.person(), apps.register("Shop", first_party=True), []

    def make(asked: str) -> str:
        """Answer as a password manager does: neither touch nor check."""
        wanted = json.loads(asked)
        device = Authenticator(origin=idp.issuer, rp_id="localhost", flags=BE | BS, user_handle=bytes(wanted["user"]))
        made.append(device)
        return device.registration(base64url.encode(bytes(wanted["challenge"])))

    page.expose_function("makePasskey", make)
    page.add_init_script(MAKES)
    leave(page, shop)
    says(page, "1")
    give_password(page, ada)
    assert shop.redeem(shop.answer(page)).claims["sub"] == ada.user.id
    [device] = made
    assert [mail.subject for mail in idp.mails if mail.to == ada.email] == ["Your browser made a passkey for your account"]
    page.goto(f"{idp.issuer}/account")
    expect(page.get_by_text(MADE)).to_be_visible()
    gallery.show(page, "account-passkey-made")

    other = browse()
    secret = device.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    virtual = virtual_authenticator(other, synced=True, present=False)
    virtual.put(
        {
            "credentialId": base64.b64encode(device.credential_id).decode(), "isResidentCredential": True, "rpId": "localhost",
            "privateKey": base64.b64encode(secret).decode(), "userHandle": base64.b64encode(device.user_handle or b"").decode(),
            "signCount": 0, "backupEligibility": True, "backupState": True,
        }
    )  # fmt: skip
    virtual.present()
    other.goto(f"{idp.issuer}/login")
    saved(other)
    press(other, "I have saved them")
    heading(other, "Your account")
    expect(other.get_by_text(MADE)).to_have_count(0)


def test_a_browser_without_a_password_manager_refuses_and_the_sign_in_goes_on(
    page: Page, idp: ServedProvider, apps: RelyingParties
) -> None:
    """Chromium's own answer."""
    ada, shop = idp.person(), apps.register("Shop")
    leave(page, shop)
    says(page, "1")
    give_password(page, ada)
    allow(page, shop)
    assert shop.redeem(shop.answer(page)).claims["sub"] == ada.user.id
    assert not idp.stored(ada).all_passkeys


def test_a_call_that_does_not_end_is_ended(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """Chromium with a virtual authenticator waits: the page goes on by itself."""
    ada, shop = idp.person(), apps.register("Shop")
    virtual_authenticator(page)
    leave(page, shop)
    says(page, "1")
    give_password(page, ada)
    allow(page, shop)
    assert not idp.stored(ada).all_passkeys


def test_the_person_need_not_wait(browse: Browse, idp: ServedProvider, apps: RelyingParties, gallery: Gallery) -> None:
    """The button goes on at once, on a phone too."""
    page, ada, shop = browse(phone=True), idp.person(), apps.register("Shop")
    page.add_init_script(NEVER_ANSWERS)
    leave(page, shop)
    says(page, "1")
    give_password(page, ada)
    heading(page, "You are signed in")
    gallery.show(page, "passkey-upgrade")
    press(page, "Continue")
    allow(page, shop)
    assert not idp.stored(ada).all_passkeys


def test_a_browser_that_cannot_is_not_asked(browse: Browse, idp: ServedProvider, apps: RelyingParties) -> None:
    page, ada, shop = browse(), idp.person(), apps.register("Shop")
    page.add_init_script(CANNOT)
    page.add_init_script(NEVER_ANSWERS)
    leave(page, shop)
    says(page, "")
    give_password(page, ada)
    allow(page, shop)


def test_without_javascript_nothing_changes(browse: Browse, idp: ServedProvider, apps: RelyingParties) -> None:
    page, ada, shop = browse(javascript=False), idp.person(), apps.register("Shop")
    leave(page, shop)
    says(page, "")
    give_password(page, ada)
    allow(page, shop)
