"""People whose account has a passkey in place of a password."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from idp.verify import base64url
from tests.integration.account.passkeys import RP_ID, answered, options
from tests.integration.account.signing_up import begin, prove
from tests.support.authenticator import Authenticator
from tests.support.pages import ISSUER

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from tests.integration.account.signing_up import Began
    from tests.support.forms import Browser, Page
    from tests.support.world import World


class Created(NamedTuple):
    """A new account: the browser that is signed in, the device with the passkey, and the recovery codes."""

    browser: Browser
    page: Page
    device: Authenticator
    email: str
    codes: list[str]


def new_device(page: Page, **given: Any) -> Authenticator:
    """An authenticator that makes the passkey for which the page asks."""
    handle = base64url.decode(options(page)["user"]["id"])
    return Authenticator(**{"origin": ISSUER, "rp_id": RP_ID, "user_handle": handle, **given})


def finish(began: Began, page: Page, device: Authenticator, **more: str) -> Page:
    """Answer the last page of a sign-up with a new passkey."""
    answer = device.registration(options(page)["challenge"])
    return answered(began.browser, page, "/sign-up/finish", answer, passkey_name="Phone", **more)


def create(world: World, began: Began | None = None) -> Created:
    """Create an account with a passkey, up to the page with the recovery codes."""
    began = began or begin(world)
    page = prove(world, began)
    device = new_device(page)
    shown = finish(began, page, device)
    return Created(began.browser, shown, device, began.email, codes_of(shown))


def codes_of(page: Page) -> list[str]:
    """The recovery codes that the page shows."""
    return re.findall(r"<code>([A-Z0-9]{4}(?:-[A-Z0-9]{4}){3})</code>", page.text)


def stored(world: World, email: str) -> User:
    """The account as it is now."""
    user_id = world.services.users.id_of(email)
    found = world.services.users.get(user_id or "")
    assert found
    return found
