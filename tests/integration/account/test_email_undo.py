"""The link of a mail to a former address: it restores the address and ends everything (threats H-15, M-03, M-14, M-16)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import Mock

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Unavailable
from idp.domain.people.former_emails import RESERVED
from idp.store import factor_keys
from idp.store.factors import RecoveryItem, TotpItem
from tests.integration.account.email_changing import ask, changed, code_in, link_in
from tests.integration.account.passkeys import add, authenticator, enrol, replace_codes, use, with_session
from tests.integration.account.people import NEW, change, granted, signed_in
from tests.integration.account.upstreams import connection, identity, link_of, put
from tests.integration.account.upstreams import link as link_account
from tests.support.pages import ISSUER, sign_in
from tests.support.people import Person

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from tests.support.forms import Page
    from tests.support.world import World


def stored(world: World, person: Person) -> User:
    """The user as stored now."""
    user = world.services.users.get(person.user.id)
    assert user
    return user


def taken_over(world: World) -> tuple[Person, str]:
    """A person whose address was changed, and the path of the link that undoes it."""
    person, new = world.person(), world.unused_email()
    changed(world, signed_in(world, person), new)
    return person, link_in(world, person.email)


def undo(world: World, link: str) -> Page:
    """Open the link in a new browser, and press its button."""
    browser = world.browser()
    return browser.submit(browser.open(link), button="undo")


def test_it_restores_the_address_and_ends_everything(world: World) -> None:
    """Without a session. The address that the account had since is free, and nothing of the former access is left."""
    person, client = world.person(), world.client()
    browser, new = signed_in(world, person), world.unused_email()
    granted(world, person, client.id)
    changed(world, browser, new)
    page = undo(world, link_in(world, person.email))
    assert "Your address is back" in page.text
    now = stored(world, person)
    assert (now.email, now.email_verified, now.former_emails) == (person.email, True, {})
    assert world.services.users.id_of(person.email) == now.id
    assert world.services.users.id_of(new) is None
    assert "password" in browser.open("/account").fields
    assert not world.services.access.grants(now, scope=DEPLOYMENT)
    assert world.audited("email.restored", person)


def test_the_password_is_gone_and_a_new_one_is_chosen_by_mail(world: World) -> None:
    """The person who changed the address knew it. The owner gets the link of a reset; the former password opens nothing."""
    person, link = taken_over(world)
    page = undo(world, link)
    assert "choose a new password" in page.text
    assert stored(world, person).password_hash is None
    client = world.client()
    assert sign_in(world, world.browser(), client, person).status == 422
    browser = world.browser()
    browser.submit(browser.open(link_in(world, person.email)), {"new_password": NEW})
    person.password = NEW
    assert sign_in(world, world.browser(), client, person).redirected_to


def test_a_passkey_of_the_person_who_took_the_account_goes(world: World) -> None:
    """It opens the account without the password. A passkey that is older than the change by more than an hour stays."""
    person = world.person()
    own, planted = authenticator(person.user), authenticator(person.user)
    user = add(world, person.user, own).user
    world.clock.now += 7200
    add(world, user, planted)
    changed(world, with_session(world, person, planted), world.unused_email())
    undo(world, link_in(world, person.email))
    for device, place in ((planted, "/passkey-sign-in"), (own, "/account")):
        browser = world.browser()
        page = use(browser, browser.open("/login"), device, "/passkey-sign-in")
        assert str(page.response.url).endswith(place)
    assert list(stored(world, person).passkeys) == list(user.passkeys)
    assert world.services.factors.recovery_codes_left(person.user.id)


def test_a_link_of_the_person_who_took_the_account_goes(world: World) -> None:
    """It opens the account without the password. A link that is older than the change by more than an hour stays."""
    put(world, connection())
    person = world.person()
    older = link_account(world, person, identity())
    world.clock.now += 7200
    changed(world, signed_in(world, person), world.unused_email())
    planted = link_account(world, person, identity())
    undo(world, link_in(world, person.email))
    assert [one.id for one in link_of(world, person)] == [older.id]
    assert world.services.issuer_links.user_of(planted.id) is None
    assert world.services.issuer_links.user_of(older.id) == person.user.id


def test_an_authenticator_of_the_person_who_took_the_account_goes(world: World) -> None:
    """The reset would ask the owner for its code. Without it the owner chooses a password and is in again, by password alone."""
    person = world.person()
    changed(world, signed_in(world, person), world.unused_email())
    enrol(world, stored(world, person))
    undo(world, link_in(world, person.email))
    assert not stored(world, person).has_second_factor
    assert not world.services.factors.totp(person.user.id)
    assert not world.services.factors.recovery_codes_left(person.user.id)
    browser = world.browser()
    browser.submit(browser.open(link_in(world, person.email)), {"new_password": NEW})
    person.password = NEW
    signed_in(world, person)


def test_an_older_authenticator_stays_and_newer_recovery_codes_go(world: World) -> None:
    """M-12: the factor of the owner is older than the event. The codes were replaced by the person who took the account."""
    person = world.person(totp=True)
    world.clock.now += 7200
    browser = signed_in(world, person)
    replace_codes(world, person.user)
    changed(world, browser, world.unused_email())
    undo(world, link_in(world, person.email))
    assert stored(world, person).totp_enabled
    assert world.services.factors.totp(person.user.id)
    assert not world.services.factors.recovery_codes_left(person.user.id)


def test_older_recovery_codes_stay(world: World) -> None:
    """Also those of an item without a time, as one that was stored by hand: it counts as old."""
    person = world.person(totp=True)
    world.clock.now += 7200
    place = factor_keys.recovery_codes(person.user.id)
    world.services.database.update(RecoveryItem, place, [RecoveryItem.created_at.remove()])
    world.services.database.update(TotpItem, factor_keys.totp(person.user.id), [TotpItem.confirmed_at.remove()])
    changed(world, signed_in(world, person), world.unused_email())
    undo(world, link_in(world, person.email))
    assert stored(world, person).totp_enabled
    assert world.services.factors.recovery_codes_left(person.user.id)


def test_the_recovery_codes_go_with_the_last_factor(world: World) -> None:
    """The person who planted the only passkey saw them. The owner needs no factor to choose a new password."""
    person = world.person()
    planted = authenticator(person.user)
    add(world, person.user, planted)
    changed(world, with_session(world, person, planted), world.unused_email())
    undo(world, link_in(world, person.email))
    assert not stored(world, person).has_second_factor
    assert not world.services.factors.recovery_codes_left(person.user.id)


def test_without_resets_the_password_stays(world: World) -> None:
    """Otherwise its owner could not sign in any more. The page says what to do."""
    person, link = taken_over(world)
    world.services.email_undo._start_reset = None  # noqa: SLF001  # as in a deployment with IDP_PASSWORD_RESET=off
    page = undo(world, link)
    assert "change your password now" in page.text
    assert stored(world, person).password_hash
    signed_in(world, person)


def test_opening_the_link_changes_nothing(world: World) -> None:
    """M-03: programs that check mails open links, also with HEAD."""
    person, link = taken_over(world)
    for _ in range(3):
        page = world.browser().open(link)
        assert person.email in page.text
        world.browser().http.head(link)
    assert stored(world, person).email != person.email


def test_it_works_once(world: World) -> None:
    """A second use, also of a page that was open before, is refused."""
    person, link = taken_over(world)
    browser = world.browser()
    page = browser.open(link)
    undo(world, link)
    again = browser.submit(page, button="undo")
    assert again.status == 400
    assert browser.open(link).status == 400
    assert stored(world, person).security_stamp == 1


def test_it_works_after_a_new_password(world: World) -> None:
    """The person who took the account may have set it. So the stamp does not end the link."""
    person, new = world.person(), world.unused_email()
    browser = signed_in(world, person)
    changed(world, browser, new)
    change(browser)
    undo(world, link_in(world, person.email))
    assert stored(world, person).email == person.email


def test_it_ends_after_seven_days(world: World) -> None:
    """M-16."""
    person, link = taken_over(world)
    world.clock.now += RESERVED
    assert world.browser().open(link).status == 400
    assert stored(world, person).email != person.email


def test_a_second_change_leaves_the_first_undo(world: World) -> None:
    """Changing the address twice does not shake off the owner: the first link still restores the first address."""
    person, second, third = world.person(), world.unused_email(), world.unused_email()
    browser = signed_in(world, person)
    changed(world, browser, second)
    world.clock.now += 61
    changed(world, browser, third)
    undo(world, link_in(world, second))
    assert stored(world, person).email == second
    undo(world, link_in(world, person.email))
    assert stored(world, person).email == person.email


def test_an_undo_ends_the_links_of_what_it_undid(world: World) -> None:
    """The mailbox in the middle of the chain gets the account no more."""
    person, second, third = world.person(), world.unused_email(), world.unused_email()
    browser = signed_in(world, person)
    changed(world, browser, second)
    world.clock.now += 61
    changed(world, browser, third)
    later = link_in(world, second)
    undo(world, link_in(world, person.email))
    assert world.browser().open(later).status == 400
    assert stored(world, person).email == person.email


def test_a_change_back_ends_the_link(world: World) -> None:
    """The address is the person's present one again; its link would restore nothing."""
    person, new = world.person(), world.unused_email()
    browser = signed_in(world, person)
    changed(world, browser, new)
    link = link_in(world, person.email)
    world.clock.now += 61
    changed(world, browser, person.email)
    assert world.browser().open(link).status == 400


@pytest.mark.parametrize("act", ["patch", "disable", "delete"])
def test_an_admin_has_the_last_word(world: World, act: str) -> None:
    """A change of the address by an admin, a disabled and an erased account end the link."""
    person, link = taken_over(world)
    users, written = world.services.user_service, world.unused_email()
    if act == "delete":
        users.delete(person.user.id, scope=DEPLOYMENT)
    else:
        users.patch(person.user.id, {"email": written} if act == "patch" else {"disabled": True}, scope=DEPLOYMENT)
    assert world.browser().open(link).status == 400
    user = world.services.users.get(person.user.id)
    assert user is None or user.email != person.email


def test_an_erasure_by_an_admin_that_a_failure_interrupted_is_not_undone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """J-17: the account is disabled and the daily job will erase it. The link does not bring it back before that."""
    person, link = taken_over(world)
    with monkeypatch.context() as patched:
        patched.setattr(world.services.user_erasures, "delete", Mock(side_effect=Unavailable(detail="for a test")))
        with pytest.raises(Unavailable):
            world.services.user_service.delete(person.user.id, scope=DEPLOYMENT)
    assert world.browser().open(link).status == 400
    sent = {"ticket": link.removeprefix("/link/")}
    assert world.browser().http.post("/email-undo", data=sent, headers={"Origin": ISSUER}).status_code == 400
    assert stored(world, person).disabled
    world.services.due_deletions.run(scope=DEPLOYMENT)
    assert world.services.users.get(person.user.id) is None


def test_a_pending_change_dies_with_an_undo(world: World) -> None:
    """M-15: its code is refused, also for a person who signs in again with the password."""
    person, second, third = world.person(), world.unused_email(), world.unused_email()
    browser = signed_in(world, person)
    changed(world, browser, second)
    world.clock.now += 61
    ask(browser, third)
    world.services.email_undo._start_reset = None  # noqa: SLF001  # the password stays, so that the person can sign in
    undo(world, link_in(world, person.email))
    browser = signed_in(world, person)
    page = browser.submit(browser.open("/account/email/code"), {"code": code_in(world, third)}, button="use-code")
    assert page.status == 422
    assert stored(world, person).email == person.email


@pytest.mark.parametrize("ticket", ["", "x", "change"])
def test_another_ticket_undoes_nothing(world: World, ticket: str) -> None:
    """M-04: a forged one, or the link of a change."""
    person, new = world.person(), world.unused_email()
    ask(signed_in(world, person), new)
    sent = link_in(world, new).removeprefix("/link/") if ticket == "change" else ticket
    answer = world.browser().http.post("/email-undo", data={"ticket": sent}, headers={"Origin": ISSUER})
    assert answer.status_code == 400
    assert stored(world, person).security_stamp == 0


def test_another_site_cannot_send_it(world: World) -> None:
    """F-02."""
    person, link = taken_over(world)
    sent = {"ticket": link.removeprefix("/link/")}
    assert world.browser().http.post("/email-undo", data=sent, headers={"Origin": "https://evil.example"}).status_code == 403
    assert stored(world, person).email != person.email


def test_an_admin_account_is_restored_too(world: World) -> None:
    """The list of admins does not change."""
    person = world.person(totp=True, admin=True)
    changed(world, signed_in(world, person), world.unused_email())
    undo(world, link_in(world, person.email))
    assert stored(world, person).email == person.email
