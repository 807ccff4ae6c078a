"""A person signed in on their account page, their mails, and the apps with access."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyotp

from idp.domain.tokens.grant import Grant
from idp.store.grant_outcomes import Redeemed
from tests.support.people import PASSWORD

if TYPE_CHECKING:
    from tests.support.forms import Browser, Page
    from tests.support.people import Person
    from tests.support.world import World

NEW = "an unguessable sentence of mine"


def signed_in(world: World, person: Person, address: str = "") -> Browser:
    """A browser in which the person is signed in."""
    browser = world.browser(address)
    page = browser.submit(browser.open("/account"), {"email": person.email, "password": person.password})
    if person.secret:
        page = browser.submit(page, {"code": person.code(world.clock())})
    assert str(page.response.url).endswith("/account"), page
    return browser


def mails(world: World, person: Person) -> list[str]:
    """The subjects of the mails to the person, newest first."""
    return [mail.subject for mail in world.mails if mail.to == person.email]


def wrong_code(world: World, secret: str) -> str:
    """Six digits that are not a valid code at this time, for any secret."""
    near = {pyotp.TOTP(secret).at(world.clock() + 30 * step) for step in range(-2, 3)}
    return next(code for code in ("000000", "111111", "222222", "333333", "444444", "555555") if code not in near)


def change(browser: Browser, current: str = PASSWORD, new: str = NEW, **more: str) -> Page:
    """Fill the form that changes the password."""
    return browser.submit(browser.open("/account/password"), {"current_password": current, "new_password": new, **more})


def granted(world: World, person: Person, client_id: str) -> Grant:
    """A grant that an app has redeemed and may refresh."""
    now, client = world.clock(), world.services.clients.get(client_id)
    grant = Grant(
        id=world.services.new_id(), user_id=person.user.id, client_id=client_id, scopes=("openid", "offline_access"), created_at=now,
        auth_time=now, acr="aal1", amr=("pwd",), session_id="s", client_stamp=client.stamp if client else "",
        code_expires_at=now + 60, not_after=now + 9999,
    )  # fmt: skip
    world.services.grants.put(grant)
    assert isinstance(world.services.grants.redeem_code(grant, attempt="a", now=now, expires_at=now + 9999), Redeemed)
    return grant
