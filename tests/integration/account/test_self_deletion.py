"""People delete their own account: disabled at once, erased after the days of grace, undone by a link until then (threats H-18)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idp.cli.leftovers import find_leftovers
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from idp.domain.people.former_emails import RESERVED
from idp.services.passkeys.sign_in_request import sign_in_request
from idp.services.people.erasure import Erasure
from idp.store import keys
from idp.store.admins import AdminsItem, join_part
from tests.integration.account.deleting import DAYS, GRACE, ask, deleted, link_in, mailed, stored, undo
from tests.integration.account.email_changing import changed, subjects
from tests.integration.account.passkeys import add, authenticator, visitor
from tests.integration.account.people import granted, signed_in
from tests.integration.account.signing_up import opened
from tests.support.pages import ISSUER, error, press, sign_in

if TYPE_CHECKING:
    from tests.support.authenticator import Authenticator
    from tests.support.people import Person
    from tests.support.world import World


def run(world: World) -> None:
    """The daily job. It also erases people of other tests, who share the deployment."""
    world.services.due_deletions.run(scope=DEPLOYMENT)


def left(world: World, person: Person) -> int:
    """How many items hold the id or the address."""
    return find_leftovers(world.services, person.user.id, [person.email], strip_events=False, seen=lambda: None).places.total()


def refusal(world: World, device: Authenticator) -> str:
    """The id of the message that a sign-in with the passkey alone ends with."""
    s = world.services
    asked = sign_in_request(s.settings, s.passkey_challenges, "b", "r")
    answer = device.assertion(asked.options["challenge"])
    with pytest.raises(Invalid) as refused:
        s.passkey_authentication.sign_in(
            asked.handle, answer, browser="b", request_id="r", client_id=None, device=None, origin=world.origin(), now=world.clock()
        )
    return refused.value.message.id


def test_everything_ends_at_once_and_the_account_is_erased_after_the_days_of_grace(world: World) -> None:
    """The page says what goes and when; the mail has the link; the last mail is the receipt."""
    person, client = world.person(), world.client()
    browser, grant = signed_in(world, person), granted(world, person, client.id)
    page = press(browser, browser.open("/account"), "/account/delete")
    assert "password" in page.text
    assert "erased" in page.text
    assert stored(world, person) == person.user, "nothing happens before the button"
    page = browser.submit(page, button="delete-account")
    user, now = stored(world, person), world.clock()
    assert user
    assert (user.disabled, user.deleting_until, user.security_stamp) == (True, now + GRACE, person.user.security_stamp + 1)
    assert not browser.http.cookies.get("idp_session")
    assert "password" in browser.open("/account").fields, "the session is over"
    assert not world.services.access.grants(user, scope=DEPLOYMENT)
    assert grant.user_id == user.id
    assert subjects(world, person.email) == ["Your account will be deleted"]
    world.clock.now += GRACE - 1
    run(world)
    assert stored(world, person)
    world.clock.now += 1
    run(world)
    assert stored(world, person) is None
    assert left(world, person) == 0
    assert subjects(world, person.email) == ["Your account was deleted"], "the earlier mail is forgotten"
    run(world)
    (event,) = world.audited("user.deleted", person)
    assert (event.actor, event.address) == (person.user.id, "")


def test_the_link_undoes_it_and_opening_it_changes_nothing(world: World) -> None:
    """Threats M-03: a program that opens the link undoes nothing. Afterwards the person signs in as before; apps ask anew."""
    person, client = world.person(), world.client()
    granted(world, person, client.id)
    link = deleted(world, person)
    page = world.browser().open(link)
    assert "Keep my account" in page.text
    assert person.email in page.text
    user = stored(world, person)
    assert user
    assert user.deleting_until
    assert "Your account is not deleted" in undo(world, link).text
    user = stored(world, person)
    assert user
    assert (user.disabled, user.deleting_until) == (False, 0)
    assert not world.services.access.grants(user, scope=DEPLOYMENT)
    assert sign_in(world, world.browser(), client, person).redirected_to
    assert world.audited("user.deletion_undone", person)
    assert "Your account stays" in subjects(world, person.email)
    world.clock.now += GRACE
    run(world)
    assert stored(world, person)


def test_the_link_works_once_and_until_the_day(world: World) -> None:
    """A used link, one of an earlier deletion, and one after the day get the same answer."""
    person = world.person()
    first = deleted(world, person)
    assert undo(world, first).status == 200
    assert undo(world, first).status == 400
    second = deleted(world, person)
    assert undo(world, first).status == 400
    world.clock.now += GRACE
    assert undo(world, second).status == 400
    run(world)
    assert stored(world, person) is None


def test_a_forged_link_and_one_of_another_kind_undo_nothing(world: World) -> None:
    """Threats M-04."""
    person, other = world.person(), world.person()
    link = deleted(world, person)
    changed(world, signed_in(world, other), world.unused_email())
    handle = link_in(world, other.email).rpartition("/")[2]
    for sent in (handle, "x" + link.rpartition("/")[2], ""):
        answer = world.browser().http.post("/delete-undo", data={"ticket": sent}, headers={"Origin": ISSUER})
        assert answer.status_code == 400
    user = stored(world, person)
    assert user
    assert user.deleting_until


def test_another_site_cannot_press_the_buttons(world: World) -> None:
    """F-05: without our origin and the token of the session the account stays; the undo form wants our origin."""
    person = world.person()
    browser = signed_in(world, person)
    for site in (ISSUER, "https://evil.example"):
        assert browser.http.post("/account/delete/confirm", headers={"Origin": site}).status_code in {400, 403}
    assert stored(world, person) == person.user
    link = deleted(world, person)
    form = {"ticket": link.rpartition("/")[2]}
    assert world.browser().http.post("/delete-undo", data=form, headers={"Origin": "https://evil.example"}).status_code in {400, 403}
    user = stored(world, person)
    assert user
    assert user.deleting_until


def test_it_needs_a_fresh_confirmation(world: World) -> None:
    """H-06: a session that was left open deletes nothing, neither by the page nor by its form."""
    person = world.person()
    browser = signed_in(world, person)
    page = press(browser, browser.open("/account"), "/account/delete")
    world.clock.now += 3600
    again = browser.submit(page, button="delete-account")
    assert "password" in again.fields
    assert stored(world, person) == person.user
    confirmed = browser.submit(again, {"password": person.password})
    assert "Delete my account" in confirmed.text
    assert "being deleted" in browser.submit(confirmed, button="delete-account").text


def test_only_the_right_password_tells_that_it_can_be_undone(world: World) -> None:
    """G-01: a stranger learns nothing; the person reads how to undo it, also with a passkey."""
    person, client = world.person(), world.client()
    unknown = replace(person, user=replace(person.user, email=world.unused_email()))
    deleted(world, person)
    right = sign_in(world, world.browser(), client, person)
    assert right.status == 422
    assert "open the link in the mail" in error(right)
    wrong, none = (
        sign_in(world, world.browser(), client, replace(who, password="something else entirely")) for who in (person, unknown)
    )  # fmt: skip
    assert error(wrong) == error(none) == "The email or the password is wrong."
    (event, *_) = world.audited("sign_in.failed", person)
    assert {each.reason for each in world.audited("sign_in.failed", person)} == {"deleting", "disabled"}
    assert event


def test_a_guess_that_is_over_the_limit_is_told_nothing(world: World) -> None:
    """G-05: the sentence is no oracle for guesses beyond the limit, also if the last one is right."""
    person, client = world.person(), world.client()
    deleted(world, person)
    for _ in range(world.settings.password_attempts):
        sign_in(world, world.browser(), client, replace(person, password="something else entirely"))
    assert "link in the mail" not in sign_in(world, world.browser(), client, person).text


def test_a_passkey_tells_it_too(world: World) -> None:
    """After the authenticator has checked the person. An account that an admin disabled gets the general answer."""
    person = world.person()
    device = authenticator(person.user)
    add(world, person.user, device)
    user = stored(world, person)
    assert user
    world.services.self_deletion.ask(visitor(world, user), attempt="a", origin=world.origin(), now=world.clock())
    assert refusal(world, device) == "sign_in.deleting"
    world.services.self_deletion.cancel(person.user.id, scope=DEPLOYMENT)
    world.services.user_service.patch(person.user.id, {"disabled": True}, scope=DEPLOYMENT)
    assert refusal(world, device) == "passkey.refused"


def test_the_last_admin_cannot_delete_themself(world: World, table_prefix: str) -> None:
    """J-05. Another admin can; an undo makes them an admin again. In tables of its own, without admins of other tests."""
    site = opened(world, table_prefix=table_prefix).with_tables()
    admins = [site.person(admin=True) for _ in range(2)]
    s = site.services
    for one in admins:
        s.database.transact(_joins(site, one))
    now, first = site.clock(), admins[0]
    others = [each for each in _admin_ids(site) if each != first.user.id]
    s.self_deletion.ask(visitor(site, first.user), attempt="a", origin=site.origin(), now=now)
    assert first.user.id not in _admin_ids(site)
    assert undo(site, link_in(site, first.email)).status == 200
    assert first.user.id in _admin_ids(site)
    for each in others:
        s.user_service.patch(each, {"admin": False}, scope=DEPLOYMENT)
    user = stored(site, first)
    assert user
    with pytest.raises(Forbidden) as refused:
        s.self_deletion.ask(visitor(site, user), attempt="b", origin=site.origin(), now=now)
    assert refused.value.message.id == "user.last_admin"
    assert stored(site, first) == user


def test_an_account_that_was_taken_is_not_erased_before_its_owner_can_take_it_back(world: World) -> None:
    """H-18: the thief changes the address and deletes the account. The owner's undo of the change still works, and ends the deletion."""
    site = opened(world, deletion_grace_days=0)
    person, new = site.person(), site.unused_email()
    browser = signed_in(site, person)
    changed(site, browser, new)
    link, now = link_in(site, person.email), site.clock()
    page = ask(browser)
    assert "being deleted" in page.text
    user = stored(site, person)
    assert user
    assert user.deleting_until == now + RESERVED
    run(site)
    assert stored(site, person)
    assert "Your address is back" in undo(site, link).text
    user = stored(site, person)
    assert user
    assert (user.disabled, user.deleting_until, user.email) == (False, 0, person.email)
    assert undo(site, link_in(site, new)).status == 400
    site.clock.now += RESERVED
    run(site)
    assert stored(site, person)


def test_what_a_directory_said_meanwhile_outlives_the_undo(world: World) -> None:
    """P-13: the link ends the deletion, and the account stays disabled. The undo of a change of address is refused, as for an admin's."""
    person, new = world.person(), world.unused_email()
    browser = signed_in(world, person)
    changed(world, browser, new)
    undo_change = link_in(world, person.email)
    assert "being deleted" in ask(browser).text
    link, user = link_in(world, new), stored(world, person)
    assert user
    assert world.services.users.replace(replace(user, deactivated_by="acme-okta"))
    assert undo(world, undo_change).status == 400
    assert "Your account is not deleted" in undo(world, link).text
    user = stored(world, person)
    assert user
    assert (user.disabled, user.deleting_until, user.deactivated_by, user.email) == (True, 0, "acme-okta", new)
    assert undo(world, undo_change).status == 400


def test_without_days_of_grace_the_account_is_erased_now(world: World) -> None:
    """The page says so before, and the receipt is the only mail."""
    site = opened(world, deletion_grace_days=0)
    person = site.person()
    browser = signed_in(site, person)
    page = press(browser, browser.open("/account"), "/account/delete")
    assert "This cannot be undone." in page.text
    assert "Your account is deleted" in browser.submit(page, button="delete-account").text
    assert stored(site, person) is None
    assert left(site, person) == 0
    assert subjects(site, person.email) == ["Your account was deleted"]


def test_where_it_is_off_there_is_no_button_and_the_form_is_refused(world: World) -> None:
    """IDP_SELF_DELETION=off."""
    person = world.person()
    site = opened(world, self_deletion="off")
    browser = signed_in(site, person)
    page = browser.open("/account")
    assert "/account/delete" not in page.text
    token = page.forms[0].fields
    for path in ("/account/delete", "/account/delete/confirm"):
        browser.http.post(path, data=token, headers={"Origin": ISSUER})
    assert stored(site, person) == person.user
    with pytest.raises(Forbidden):
        site.services.self_deletion.ask(visitor(site, person.user), attempt="a", origin=site.origin(), now=site.clock())


def test_an_admin_sees_cancels_and_hurries_it(world: World) -> None:
    """`deleting_until`; enabling and disabling are refused meanwhile; the cancelled one has no link; the erased one gets the receipt."""
    one, other = world.person(), world.person()
    s, link = world.services, deleted(world, one)
    for disabled in (False, True):
        with pytest.raises(Conflict):
            s.user_service.patch(one.user.id, {"disabled": disabled}, scope=DEPLOYMENT)
    s.self_deletion.cancel(one.user.id, scope=DEPLOYMENT)
    user = stored(world, one)
    assert user
    assert (user.disabled, user.deleting_until) == (False, 0)
    assert world.audited("user.deletion_cancelled", one)
    assert undo(world, link).status == 400
    with pytest.raises(Conflict):
        s.self_deletion.cancel(one.user.id, scope=DEPLOYMENT)
    with pytest.raises(NotFound):
        s.self_deletion.cancel("usr_unknown", scope=DEPLOYMENT)
    deleted(world, other)
    s.user_service.delete(other.user.id, scope=DEPLOYMENT)
    assert stored(world, other) is None
    assert left(world, other) == 0
    assert "Your account was deleted" in mailed(world, other.email).subject
    world.clock.now += 2 * GRACE
    run(world)
    assert stored(world, one)


@pytest.mark.engines
def test_of_twenty_at_once_one_deletes_and_of_twenty_one_undoes(racing: World) -> None:
    """Each is one conditional write: one mail, one event."""
    person = racing.person()
    s = racing.services

    def begin(number: int) -> bool:
        try:
            s.self_deletion.ask(visitor(racing, person.user), attempt=f"a{number}", origin=racing.origin(), now=racing.clock())
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(begin, range(20))) == 1
    assert subjects(racing, person.email) == ["Your account will be deleted"]
    assert len(racing.audited("user.deletion_asked", person)) == 1
    form = {"ticket": link_in(racing, person.email).rpartition("/")[2]}
    browsers = [racing.browser() for _ in range(20)]

    def press_undo(number: int) -> int:
        return browsers[number].http.post("/delete-undo", data=form, headers={"Origin": ISSUER}).status_code

    with ThreadPoolExecutor(20) as pool:
        assert sorted(pool.map(press_undo, range(20))) == [200] + [400] * 19
    assert len(racing.audited("user.deletion_undone", person)) == 1


def test_an_erasure_that_meets_an_undo_erases_nothing_or_everything(world: World) -> None:
    """The job read the deletion, and the person pressed the button before its first write."""
    person = world.person()
    link = deleted(world, person)
    (deletion,) = [each for each in world.services.deletions.due(world.clock() + GRACE, limit=500) if each.user_id == person.user.id]
    assert undo(world, link).status == 200
    assert not world.services.erasure.erase(deletion, scope=DEPLOYMENT)
    assert stored(world, person)
    assert sign_in(world, world.browser(), world.client(), person).redirected_to


def test_one_that_fails_does_not_stop_the_others(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run ends as a failure, so that the operator is told, and the next one tries again."""
    people = [world.person() for _ in range(3)]
    for one in people:
        deleted(world, one)
    world.clock.now += GRACE + DAYS
    erase, poisoned = Erasure.erase, people[0].user.id

    def fails(self: Erasure, deletion: Any, **more: Any) -> bool:
        if deletion.user_id == poisoned:
            raise Unavailable(detail="the store does not answer")
        return erase(self, deletion, **more)

    with monkeypatch.context() as broken:
        broken.setattr(Erasure, "erase", fails)
        with pytest.raises(Unavailable):
            run(world)
    assert [stored(world, one) is None for one in people] == [False, True, True]
    run(world)
    assert stored(world, people[0]) is None


def _admin_ids(world: World) -> set[str]:
    found = world.services.database.get(AdminsItem, keys.Key("ADMINS", "ADMINS"))
    return set(found.ids or ()) if found else set()


def _joins(world: World, person: Person) -> dict[str, object]:
    return join_part(world.services.database, person.user)
