"""Invitations: only the mail has the link, and what it gives is checked again when it is accepted (threats G-13, J-05)."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Conflict, Forbidden, Invalid, NotFound
from idp.domain.sessions.request_origin import Origin
from idp.services.audit.recorder import Actor
from tests.integration.account.signing_up import NEW_PASSWORD, link_in, mails, opened
from tests.support.kept_ids import SHAPES, moved
from tests.support.pages import error, hidden

if TYPE_CHECKING:
    from idp.domain.people.invitation import Invitation
    from idp.domain.people.user import User
    from tests.support.forms import Page
    from tests.support.world import World

WEEK = 7 * 86400


@pytest.fixture(name="site")
def _site(world: World) -> World:
    """A provider where only invited people get an account. It has a role and a group."""
    site = opened(world, sign_up="invited")
    for name in ("editor", "reader"):
        if not site.services.roles.role(name):
            site.services.role_service.create(name, scope=DEPLOYMENT)
    if not site.services.roles.group("staff"):
        site.services.group_service.create("staff", scope=DEPLOYMENT)
    return site


def invite(site: World, email: str = "", **what: Any) -> Invitation:
    """An invitation of an operator."""
    return site.services.invitation_service.create(email or site.unused_email(), scope=DEPLOYMENT, **what)


def link(site: World, invitation: Invitation) -> str:
    """The link of the newest mail."""
    return link_in(mails(site, invitation.email)[0])


def accept(site: World, invitation: Invitation, address: str = "", **typed: str) -> Page:
    """Open the link and choose a password."""
    browser = site.browser(address)
    page = browser.open(address or link(site, invitation))
    if page.status != 200:
        return page
    return browser.submit(page, {"new_password": NEW_PASSWORD, **typed}, button="create-account")


def user_of(site: World, invitation: Invitation) -> User | None:
    """The account of the invited address."""
    user_id = site.services.users.id_of(invitation.email)
    return site.services.users.get(user_id) if user_id else None


def onward(page: Page) -> list[str]:
    """The addresses of the button that opens the app of the invitation."""
    return re.findall(r'class="button primary" href="([^"]*)">Open ', page.text)


def test_the_page_after_the_invitation_opens_the_app(site: World) -> None:
    """It has the address that an admin registered (`Client.home`)."""
    shop = site.client(name="Corner shop", client_uri="https://shop.example/start")
    page = accept(site, invite(site, client_id=shop.id))
    assert "Your account is ready." in page.text
    assert onward(page) == ["https://shop.example/start"]
    assert "Open Corner shop" in page.text


@pytest.mark.parametrize(
    "changes", [{"client_uri": None}, {"client_uri": "http://shop.example"}, {"registered_by": "open"}, {"disabled": True}]
)
def test_an_app_without_an_address_is_not_opened(site: World, changes: dict[str, Any]) -> None:
    """An app that registered itself, is disabled, or has no https address has no button."""
    shop = site.client(**{"client_uri": "https://shop.example", **changes})
    page = accept(site, invite(site, client_id=shop.id))
    assert page.status == 200
    assert onward(page) == []


@pytest.mark.parametrize("app", ["", "nobody", "x" * 3000, "https://evil.example", "a\x00b", "é"])
def test_the_address_of_the_account_page_names_no_other_app(site: World, app: str) -> None:
    """An unknown or malformed id in the address has no button, and is no error."""
    browser = site.browser()
    page = browser.open(link(site, invite(site)))
    browser.submit(page, {"new_password": NEW_PASSWORD}, button="create-account")
    page = browser.open("/account", {"done": "account-created", "app": app})
    assert page.status == 200
    assert onward(page) == []


def test_an_invited_person_gets_an_account_with_roles_and_groups(site: World) -> None:
    """One mail, one link, any browser. The address is verified, and the person is signed in."""
    made = invite(site, roles=["editor"], groups=["staff"])
    (mail,) = mails(site, made.email)
    assert mail.subject == "You are invited"
    page = accept(site, made)
    assert str(page.response.url).endswith("/account?done=account-created")
    assert "Your account is ready." in page.text
    user = user_of(site, made)
    assert user
    assert (user.email_verified, set(user.roles), set(user.groups)) == (True, {"editor"}, {"staff"})
    assert len(mails(site, made.email)) == 1
    (event,) = [each for each in site.audited("user.signed_up") if each.subject == user.id]
    assert (event.details["invitation"], event.details["invited_by"]) == (made.id, "system")
    with pytest.raises(NotFound):
        site.services.invitation_service.get(made.id, scope=DEPLOYMENT)


def test_opening_the_link_uses_nothing_up(site: World) -> None:
    """M-03."""
    made = invite(site)
    for _ in range(3):
        assert site.browser().open(link(site, made)).status == 200
    assert user_of(site, made) is None
    assert accept(site, made).status == 200


def test_the_app_of_an_invitation_is_named_and_its_terms_are_accepted(site: World) -> None:
    """In the mail and on the page."""
    app = site.client(name="Meadow", tos_uri="https://app.example/terms")
    made = invite(site, client_id=app.id)
    assert "Meadow" in mails(site, made.email)[0].text
    assert "Meadow" in site.browser().open(link(site, made)).text
    assert "accept" in error(accept(site, made))
    assert accept(site, made, app_terms="1").status == 200
    user = user_of(site, made)
    assert user
    assert set(user.terms) == {f"client:{app.id}"}


@pytest.mark.parametrize("end", ["accepted", "withdrawn", "resent", "expired", "closed", "address taken"])
def test_a_link_ends(site: World, world: World, end: str) -> None:
    """Also a page that was opened before: nothing is created, and a person is told what to do."""
    made = invite(site, roles=["editor"])
    browser, address = site.browser(), link(site, made)
    before = browser.open(address)
    service, at = site.services.invitation_service, site
    if end == "accepted":
        accept(site, made)
    elif end == "withdrawn":
        service.withdraw(made.id, scope=DEPLOYMENT)
    elif end == "resent":
        service.resend(made.id, scope=DEPLOYMENT)
    elif end == "expired":
        site.clock.advance(WEEK)
    elif end == "address taken":
        site.person(made.email)
    else:
        at = opened(world, sign_up="closed")
        at.clock.now = site.clock.now
    count = site.services.users.id_of(made.email)
    fields = {"request": hidden(before, "request"), "ticket": hidden(before, "ticket"), "new_password": NEW_PASSWORD}
    late = at.browser()
    late.http.cookies = browser.http.cookies
    answer = late.http.post("/sign-up/finish", data=fields, headers={"Origin": site.settings.issuer})
    assert answer.status_code in {400, 403, 422}
    assert late.open(address).status in ({200} if end == "address taken" else {400})
    assert site.services.users.id_of(made.email) == count


def test_a_link_that_was_sent_again_works(site: World) -> None:
    """And is valid for a week from then."""
    made = invite(site, roles=["editor"])
    site.clock.advance(WEEK - 10)
    again = site.services.invitation_service.resend(made.id, scope=DEPLOYMENT)
    assert again.expires_at == site.clock() + WEEK
    assert len(mails(site, made.email)) == 2
    site.clock.advance(20)
    accept(site, made)
    user = user_of(site, made)
    assert user
    assert set(user.roles) == {"editor"}


def test_a_role_that_is_gone_or_made_anew_is_left_out(site: World) -> None:
    """A role is its id, not its name."""
    service = site.services.role_service
    for name in ("gone", "anew"):
        service.create(name, scope=DEPLOYMENT)
    made = invite(site, roles=["gone", "anew", "editor"])
    for name in ("gone", "anew"):
        service.delete(name, by=site.by, scope=DEPLOYMENT)
    service.create("anew", scope=DEPLOYMENT)
    accept(site, made)
    user = user_of(site, made)
    assert user
    assert set(user.roles) == {"editor"}


def test_an_inviter_who_may_not_invite_any_more_lets_no_person_in(site: World) -> None:
    """An admin who was demoted, disabled or deleted; a client that lost its scopes, was disabled or deleted."""
    admin = site.services.user_service.create(site.unused_email(), admin=True, scope=DEPLOYMENT)
    site.services.user_service.create(site.unused_email(), admin=True, scope=DEPLOYMENT)  # the first is never the last admin
    made = invite(site, roles=["editor"], by=Actor(admin.id, Origin("192.0.2.1", "", "r")))
    assert site.browser().open(link(site, made)).status == 200
    for changes in ({"admin": False}, {"disabled": True, "admin": True}):
        site.services.user_service.patch(admin.id, changes, scope=DEPLOYMENT)
        assert accept(site, made).status == 400
        assert user_of(site, made) is None
        site.services.user_service.patch(admin.id, {"disabled": False, "admin": True}, scope=DEPLOYMENT)
    site.services.user_service.delete(admin.id, scope=DEPLOYMENT)
    assert accept(site, made).status == 400
    resource = site.settings.admin_resource
    client = site.client(scopes=("users:write", "roles:write"), resources=(resource,))
    made = invite(site, roles=["editor"], by=Actor(client.id, Origin("192.0.2.1", "", "r")))
    assert site.browser().open(link(site, made)).status == 200
    for changed in (
        replace(client, scopes=("users:write",)), replace(client, resources=()), replace(client, disabled=True),
    ):  # fmt: skip
        stored = site.services.clients.get(client.id)
        assert stored
        assert site.services.clients.replace(replace(changed, version=stored.version))
        assert accept(site, made).status == 400, changed
    assert user_of(site, made) is None


@pytest.mark.parametrize("shape", SHAPES)
def test_an_admin_whose_id_was_kept_may_invite(site: World, shape: str) -> None:
    """The inviter is looked up by the id, in each form. An inviter without the right to invite makes the invitation invalid."""
    admin = moved(site, SHAPES[shape]())
    site.services.user_service.create(site.unused_email(), admin=True, scope=DEPLOYMENT)
    made = invite(site, by=Actor(admin.id, Origin("192.0.2.1", "", "r")))
    assert accept(site, made).status == 400
    site.services.user_service.patch(admin.id, {"admin": True}, scope=DEPLOYMENT)
    assert site.browser().open(link(site, made)).status == 200
    accept(site, made)
    assert user_of(site, made)


def test_what_cannot_be_invited_is_refused_and_nothing_is_sent(site: World, world: World) -> None:
    """An account, a second invitation, unknown roles and apps, no address; and a deployment that is closed."""
    known = site.person().email
    made = invite(site)
    service = site.services.invitation_service
    sent = len(site.services.mailer.sent)  # type: ignore[attr-defined]  # the outbox
    for email, what, refusal in (
        (known, {}, Conflict), (made.email, {}, Conflict), ("x", {}, Invalid), (site.unused_email(), {"roles": ["nothing"]}, Invalid),
        (site.unused_email(), {"groups": ["nothing"]}, Invalid), (site.unused_email(), {"client_id": "nothing"}, Invalid),
    ):  # fmt: skip
        with pytest.raises(refusal):
            service.create(email, scope=DEPLOYMENT, **what)
    for act in (service.get, service.resend, service.withdraw):
        with pytest.raises(NotFound):
            act("nothing", scope=DEPLOYMENT)
    assert len(site.services.mailer.sent) == sent  # type: ignore[attr-defined]  # the outbox
    with pytest.raises(Forbidden):
        invite(opened(world, sign_up="closed"))


def test_a_withdrawn_invitation_ends_no_other(site: World) -> None:
    """An expired one is withdrawn after a new one was made for the same address."""
    old = invite(site)
    site.clock.advance(WEEK)
    new = invite(site, old.email)
    site.services.invitation_service.withdraw(old.id, scope=DEPLOYMENT)
    assert accept(site, new).status == 200
    assert user_of(site, new)


def test_an_invitation_opens_no_other_form(site: World) -> None:
    """Its ticket opens no other form: a reset, or the code of sign-up."""
    made = invite(site)
    browser = site.browser()
    page = browser.open(link(site, made))
    fields = {"request": hidden(page, "request"), "ticket": hidden(page, "ticket"), "new_password": NEW_PASSWORD}
    answer = browser.http.post("/reset", data=fields, headers={"Origin": site.settings.issuer})
    assert answer.status_code in {400, 422}
    assert user_of(site, made) is None


@pytest.mark.engines
def test_twenty_acceptances_at_once_make_one_account(racing: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """G-12, G-13."""
    site = opened(racing, sign_up="invited")
    monkeypatch.setattr(site.services.passwords, "_patience", 60.0)  # the machine may be busy
    made = invite(site)
    ready = [(browser := site.browser(), browser.open(link(site, made))) for _ in range(20)]
    with ThreadPoolExecutor(20) as pool:
        answers = list(
            pool.map(lambda pair: pair[0].submit(pair[1], {"new_password": NEW_PASSWORD}, button="create-account").status, ready)
        )
    assert sorted(answers) == [200] + [422] * 19
    assert len([each for each in site.audited("user.signed_up") if each.details.get("invitation") == made.id]) == 1
