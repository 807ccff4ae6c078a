"""A passkey that a browser makes without a gesture after a sign-in with a password (IDP_PASSKEY_UPGRADE, threat N-15)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Forbidden, Invalid
from idp.services.audit.recorder import SYSTEM
from idp.services.passkeys.authentication import CONFIRM, RESET, SECOND_FACTOR, Given
from idp.services.passkeys.challenges import LIFETIME
from tests.integration.account.mail_coding import ask, newest
from tests.integration.account.passkeys import ORIGIN, add, answered, authenticator, options, use, visitor
from tests.integration.account.passwordless import codes_of, new_device, stored
from tests.integration.account.people import NEW, mails
from tests.integration.account.remembering import remembers, signed_out
from tests.integration.account.resetting import asked, set_password
from tests.integration.account.resetting import newest as newest_reset
from tests.integration.account.upgrading import PATH, SILENT, UPGRADE, alone, known, made, sign_in, upgrading
from tests.support.authenticator import UP, UV
from tests.support.forms import Page
from tests.support.pages import ISSUER, hidden, recorded
from tests.support.stored import change_user

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from idp.domain.sessions.visitor import Visitor
    from idp.services.passkeys.options import Asked
    from tests.support.authenticator import Authenticator
    from tests.support.people import Person
    from tests.support.world import World


@pytest.fixture
def site(world: World) -> World:
    return upgrading(world)


@pytest.fixture
def person(site: World) -> Person:
    return known(site)


def finish(site: World, who: Visitor, asked_for: Asked, device: Authenticator, *, challenge: str = "", handle: str = "") -> User:
    """Store what the device answers to this page."""
    given = Given(handle or asked_for.handle, device.registration(challenge or asked_for.options["challenge"]))
    return site.services.passkey_upgrade.finish(who, given, name="Laptop", origin=ORIGIN, now=site.clock())


def reason_of_refusal(site: World, person: Person) -> str:
    """Why the newest new passkey was refused."""
    return str(site.audited("passkey.refused", person)[0].reason)


# What the person has then


def test_a_passkey_without_a_touch_is_made_and_the_app_gets_its_answer(site: World, person: Person) -> None:
    """The owner is told by mail and on the account page. The passkey proves nothing: one factor, no recovery codes."""
    browser, page = sign_in(site, person)
    assert UPGRADE in page.text
    device = new_device(page, flags=SILENT)
    done = answered(browser, page, PATH, device.registration(options(page)["challenge"]), name="Laptop")
    assert done.answer["state"] == "kept"
    user = stored(site, person.email)
    [passkey] = site.services.passkeys.of(user.id)
    assert (passkey.name, passkey.user_verified, passkey.alone, passkey.used_at) == ("Laptop", False, False, None)
    assert (list(user.waiting_passkeys), dict(user.passkeys), user.has_second_factor) == ([passkey.id], {}, False)
    assert site.services.factors.recovery_codes_left(user.id) == 0
    [session], [grant] = site.sessions(person), site.services.grants.of(user.id)
    assert (session.amr, grant.acr) == (("pwd",), "aal1")
    assert mails(site, person) == ["Your browser made a passkey for your account"]
    assert [event.target for event in site.audited("passkey.made_by_browser", person)] == [passkey.id]
    account = browser.open("/account").text
    assert "Your browser made this passkey by itself" in account
    assert 'id="next-step"' in account, "the second step is still recommended"
    assert "A password alone opens your account" in account
    assert "is asked for besides your password" not in account
    assert 'id="new-recovery-codes"' not in account


def test_the_browser_is_asked_for_a_discoverable_passkey_and_not_for_a_check_of_the_person(site: World, person: Person) -> None:
    """WebAuthn Level 3 §5.1.3: a required check makes create() fail where no gesture is possible."""
    _, page = sign_in(site, person)
    wanted = options(page)
    assert wanted["authenticatorSelection"] == {"residentKey": "required", "requireResidentKey": True, "userVerification": "preferred"}
    assert (wanted["attestation"], wanted["excludeCredentials"]) == ("none", [])
    assert "data-upgrade" in page.text


def test_a_passkey_that_waits_is_excluded_from_other_registrations(site: World, person: Person) -> None:
    """So the same authenticator makes no second passkey for the account."""
    device = made(site, person)
    user = stored(site, person.email)
    excluded = site.services.passkey_registration.offer(visitor(site, user), now=site.clock()).options["excludeCredentials"]
    assert [one["id"] for one in excluded] == [summary.split()[0] for summary in user.waiting_passkeys.values()]
    assert device.credential_id


def test_the_password_alone_still_opens_the_account_and_nothing_is_made_again(site: World, person: Person) -> None:
    """A person who cannot reach the passkey loses nothing by it. One such passkey in the life of an account."""
    made(site, person)
    assert sign_in(site, person)[1].answer["state"] == "kept"


def test_its_first_use_counts_it_and_shows_recovery_codes(site: World, person: Person) -> None:
    """The use checked the person. From then on the passkey is a second factor, as any other one."""
    device = made(site, person)
    shown = alone(site, device)
    codes = codes_of(shown)
    assert len(codes) == 10
    user = stored(site, person.email)
    [passkey] = site.services.passkeys.of(user.id)
    assert (list(user.passkeys), dict(user.waiting_passkeys), user.has_second_factor) == ([passkey.id], {}, True)
    assert (passkey.alone, passkey.user_verified) == (True, True)
    assert site.services.factors.recovery_codes_left(user.id) == 10
    assert site.audited("passkey.used_first", person)
    assert sorted(one.acr for one in site.sessions(person)) == ["aal1", "aal2"]
    browser, page = sign_in(site, person)
    assert use(browser, page, device).answer["state"] == "kept"
    assert str(alone(site, device).response.url).endswith("/account"), "the codes are shown once"


def test_the_first_use_beside_another_factor_makes_no_codes(site: World, person: Person) -> None:
    """The codes that the person has stay."""
    device = made(site, person)
    add(site, stored(site, person.email), authenticator(person.user))
    assert str(alone(site, device).response.url).endswith("/account")
    user = stored(site, person.email)
    assert (len(user.passkeys), dict(user.waiting_passkeys)) == (2, {})
    assert site.services.factors.recovery_codes_left(user.id) == 10


def test_the_first_use_costs_as_many_calls_as_each_other_one(site: World, person: Person) -> None:
    device = made(site, person)
    counted: list[list[str]] = []
    for _ in range(2):
        browser = site.browser()
        page = browser.open("/login")
        with recorded(site) as operations:
            use(browser, page, device, "/passkey-sign-in")
        counted.append([one for one in operations if "Transact" in one or "Update" in one])
    assert len(counted[0]) <= len(counted[1]), counted


# UP and UV


@pytest.mark.parametrize("flags", [SILENT, UP | SILENT])
def test_each_use_demands_touch_and_check(site: World, person: Person, flags: int) -> None:
    """N-07: a passkey that was made without either is not used without either, and still waits."""
    device = made(site, person)
    device.flags = flags
    assert alone(site, device).status == 422
    user = stored(site, person.email)
    assert (bool(user.waiting_passkeys), user.has_second_factor) == (True, False)


@pytest.mark.parametrize("flags", [0, SILENT, UV, UV | SILENT])
def test_an_ordinary_registration_demands_a_touch(site: World, person: Person, flags: int) -> None:
    """N-15: UP may be 0 only for a challenge that was issued for conditional mediation (§7.1 step 15)."""
    who = visitor(site, person.user)
    offer = site.services.passkey_registration.offer(who, now=site.clock())
    answer = authenticator(person.user, flags=flags).registration(offer.options["challenge"])
    with pytest.raises(Invalid):
        site.services.passkey_registration.finish(who, offer.handle, answer, name="", origin=ORIGIN, now=site.clock())
    assert reason_of_refusal(site, person) == "not_present"
    assert not stored(site, person.email).all_passkeys


def test_a_challenge_of_one_kind_is_not_accepted_for_the_other(site: World, person: Person) -> None:
    """N-03: otherwise a page with a button would take a passkey without a touch, and a silent one would count at once."""
    services, who = site.services, visitor(site, person.user)
    silent, ordinary = services.passkey_upgrade.offer(who, now=site.clock()), services.passkey_registration.offer(who, now=site.clock())
    device = authenticator(person.user, flags=UP | UV | SILENT)
    with pytest.raises(Invalid) as caught:
        finish(site, who, ordinary, device)
    assert caught.value.message.id == "passkey.expired"
    answer = device.registration(silent.options["challenge"])
    with pytest.raises(Invalid) as caught:
        services.passkey_registration.finish(who, silent.handle, answer, name="", origin=ORIGIN, now=site.clock())
    assert caught.value.message.id == "passkey.expired"
    assert not stored(site, person.email).all_passkeys


def test_everything_else_of_a_registration_is_checked(site: World, person: Person) -> None:
    """Another origin, a frame, another challenge, backed up without being eligible, a taken credential."""
    who, taken = visitor(site, person.user), authenticator(person.user)
    other = site.person()
    add(site, other.user, replace(taken, user_handle=other.user.id.encode()))
    wrong: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({}, {"origin": "https://evil.example"}), ({}, {"crossOrigin": True}), ({}, {"challenge": "x" * 43}), ({"flags": 0x10}, {}),
        ({"credential_id": taken.credential_id}, {}), ({"rp_id": "evil.example"}, {}),
    ]  # fmt: skip
    for given, changes in wrong:
        offer = site.services.passkey_upgrade.offer(who, now=site.clock())
        device = authenticator(person.user, **{"flags": SILENT, **given})
        answer = device.registration(**{"challenge": offer.options["challenge"], **changes})
        with pytest.raises(Invalid):
            site.services.passkey_upgrade.finish(who, Given(offer.handle, answer), name="", origin=ORIGIN, now=site.clock())
    assert not stored(site, person.email).all_passkeys


# The challenge


def test_a_challenge_makes_one_passkey(site: World, person: Person) -> None:
    """N-02: also for a request that read the user before the first one wrote."""
    who = visitor(site, person.user)
    offer = site.services.passkey_upgrade.offer(who, now=site.clock())
    after = finish(site, who, offer, authenticator(person.user, flags=SILENT))
    for again in (who, replace(who, user=after)):
        with pytest.raises(Invalid) as caught:
            finish(site, again, offer, authenticator(person.user, flags=SILENT))
        assert caught.value.message.id == "passkey.expired"
    assert len(site.services.passkeys.of(person.user.id)) == 1


@pytest.mark.parametrize("whose", ["account", "session", "version"])
def test_a_challenge_is_of_one_account_one_session_and_one_state(site: World, person: Person, whose: str) -> None:
    """N-03."""
    who = visitor(site, person.user)
    offer = site.services.passkey_upgrade.offer(who, now=site.clock())
    if whose == "account":
        there = replace(who, user=known(site).user)
    elif whose == "session":
        there = visitor(site, person.user)
    else:
        there = replace(who, user=change_user(site.services.users, person.user.id, claims={"name": "Ada"}))
    with pytest.raises(Invalid) as caught:
        finish(site, there, offer, authenticator(person.user, flags=SILENT))
    assert caught.value.message.id == "passkey.expired"


def test_a_challenge_ends_after_five_minutes(site: World, person: Person) -> None:
    """And no new one is issued later than five minutes after the password."""
    who = visitor(site, person.user)
    offer = site.services.passkey_upgrade.offer(who, now=site.clock())
    site.clock.advance(LIFETIME)
    with pytest.raises(Forbidden):
        finish(site, who, offer, authenticator(person.user, flags=SILENT))
    with pytest.raises(Forbidden):
        site.services.passkey_upgrade.offer(who, now=site.clock())
    late = replace(who, session=replace(who.session, auth_time=site.clock()))
    with pytest.raises(Invalid):
        finish(site, late, offer, authenticator(person.user, flags=SILENT))


def test_the_page_of_a_person_who_was_away_only_goes_on(site: World, person: Person) -> None:
    browser, page = sign_in(site, person)
    answer = new_device(page, flags=SILENT).registration(options(page)["challenge"])
    site.clock.advance(LIFETIME)
    again = browser.open(f"{PATH}?request=" + hidden(page, "request"))
    assert UPGRADE in again.text
    assert "data-options" not in again.text
    assert answered(browser, page, PATH, answer).answer["state"] == "kept"
    assert not stored(site, person.email).all_passkeys


def test_after_the_sign_out_nothing_is_made(site: World, person: Person) -> None:
    """The form leads to the sign-in. The session of another sign-in does not help."""
    browser, page = sign_in(site, person)
    answer = new_device(page, flags=SILENT).registration(options(page)["challenge"])
    signed_out(browser)
    assert "password" in answered(browser, page, PATH, answer).fields
    _, second = sign_in(site, person, browser=browser)
    sent = {"request": hidden(second, "request"), "challenge": hidden(page, "challenge"), "credential": answer}
    browser.http.post(PATH, data=sent, headers={"Origin": ISSUER})
    assert not stored(site, person.email).all_passkeys


def test_the_form_of_another_site_makes_nothing(site: World, person: Person) -> None:
    browser, page = sign_in(site, person)
    answer = new_device(page, flags=SILENT).registration(options(page)["challenge"])
    sent = {**page.forms[0].fields, "credential": answer}
    assert browser.http.post(PATH, data=sent, headers={"Origin": "https://evil.example"}).status_code == 403
    assert not stored(site, person.email).all_passkeys


# Who is asked


@pytest.mark.parametrize(
    "why", ["setting", "passkeys off", "browser", "unverified", "must have a factor", "admin", "has an app", "has a passkey", "never"]
)
def test_the_browser_is_not_asked(site: World, world: World, person: Person, why: str) -> None:
    """Off by default. A person with a second factor chose how the account is protected, and the mail must reach the owner."""
    elsewhere = site
    if why == "setting":
        elsewhere = upgrading(world, passkey_upgrade="off")
    elif why == "passkeys off":
        elsewhere = upgrading(world, passkeys="off")
    elif why == "unverified":
        change_user(site.services.users, person.user.id, email_verified=False)
    elif why == "must have a factor":
        change_user(site.services.users, person.user.id, mfa_required=True)
    elif why == "admin":
        change_user(site.services.users, person.user.id, admin=True)
    elif why == "has an app":
        person = known(site, totp=True)
    elif why == "has a passkey":
        add(site, person.user, authenticator(person.user))
    browser = elsewhere.browser()
    if why == "never":
        browser.http.cookies.set("idp_no_offer", "1", domain="localhost.local")
    browser, page = sign_in(elsewhere, person, browser=browser, upgrade="" if why == "browser" else "1")
    assert UPGRADE not in page.text
    forced = browser.http.post(
        PATH, data={"request": hidden(page, "request") if page.forms else "", "credential": "x"}, headers={"Origin": ISSUER}
    )
    assert UPGRADE not in forced.text
    assert not stored(elsewhere, person.email).waiting_passkeys


def test_a_person_with_a_second_factor_is_not_asked_after_it(site: World) -> None:
    guarded = known(site, totp=True)
    browser, page = sign_in(site, guarded)
    assert browser.submit(page, {"code": guarded.codes.code()}).answer["state"] == "kept"


def test_a_remembered_device_does_not_stand_for_the_password_and_factor(site: World) -> None:
    """Such a session was not proved by all factors of the account."""
    guarded = known(remembers(site), totp=True)
    browser, page = sign_in(site, guarded)
    assert browser.submit(page, {"code": guarded.codes.code(), "remember": "1"}).answer["state"] == "kept"
    assert sign_in(site, guarded, browser=signed_out(browser))[1].answer["state"] == "kept"


def test_a_visit_with_a_session_is_not_asked(site: World, person: Person) -> None:
    browser, page = sign_in(site, person)
    assert browser.submit(page, button="go-on").answer["state"] == "kept"
    assert site.authorize(browser, site.client(first_party=True), state="two").answer["state"] == "two"


def test_a_sign_in_by_mail_is_not_asked(world: World) -> None:
    """Not even in a request that a password was used for before: the session says how the person came in."""
    site = upgrading(world, mail_code="on")
    person = known(site)
    browser = site.browser()
    typed = ask(site, browser, person.email, site.client(first_party=True), state="kept")
    assert browser.submit(typed, {"code": newest(site, person.email).code}).answer["state"] == "kept"
    site.clock.advance(61)
    browser, page = sign_in(site, person)
    assert UPGRADE in page.text
    sent = {"request": hidden(page, "request"), "email": person.email}
    typed = Page(browser.http.post("/mail-code", data=sent, headers={"Origin": ISSUER}))
    assert browser.submit(typed, {"code": newest(site, person.email).code}).answer["state"] == "kept"


def test_a_reset_does_not_lead_to_it(site: World, person: Person) -> None:
    """Only the form of the password has the field."""
    browser = site.browser()
    asked(site, browser, person.email)
    page = browser.open(newest_reset(site, person.email).path)
    assert "upgrade" not in page.fields
    sent = {**page.forms[0].fields, "new_password": NEW, "upgrade": "1"}
    done = browser.http.post("/reset", data=sent, headers={"Origin": ISSUER}, follow_redirects=True)
    assert "Your password is changed" in done.text
    assert UPGRADE not in done.text
    assert not stored(site, person.email).all_passkeys


# The sign-in goes on


@pytest.mark.parametrize("answer", ["", "x", "{}", "[]", "\0", "x" * 20_000])
def test_a_browser_that_makes_none_goes_on(site: World, person: Person, answer: str) -> None:
    """N-11: also with an answer that is no passkey."""
    browser, page = sign_in(site, person)
    assert answered(browser, page, PATH, answer).answer["state"] == "kept"
    assert not stored(site, person.email).all_passkeys


def test_without_a_passkey_the_offer_follows_where_it_is_on(world: World) -> None:
    """And not where one was just made, or waits."""
    site = upgrading(world, passkey_offer="on")
    person = known(site)
    browser, page = sign_in(site, person, offer="1")
    assert UPGRADE in page.text
    offered = browser.submit(page, button="go-on")
    assert "Sign in faster next time" in offered.text
    assert browser.submit(offered, button="not-now").answer["state"] == "kept"
    browser, page = sign_in(site, person, offer="1")
    done = answered(browser, page, PATH, new_device(page, flags=SILENT).registration(options(page)["challenge"]))
    assert done.answer["state"] == "kept"
    assert sign_in(site, person, offer="1")[1].answer["state"] == "kept"


def test_it_costs_nothing_where_it_is_off(site: World, world: World, person: Person) -> None:
    """The same calls as without the setting, also for a browser that says that it can."""
    calls = []
    for each, upgrade in ((upgrading(world, passkey_upgrade="off"), "1"), (site, "")):
        browser = each.browser()
        page = each.authorize(browser, each.client(first_party=True), state="kept")
        sent = {"email": person.email, "password": person.password, **({"upgrade": upgrade} if "upgrade" in page.fields else {})}
        with recorded(each) as operations:
            assert browser.submit(page, sent).answer["state"] == "kept"
        calls.append(operations)
    assert calls[0] == calls[1]


# Before its first use it is no factor, and it goes easily


@pytest.mark.parametrize("purpose", [SECOND_FACTOR, CONFIRM, RESET])
def test_a_passkey_that_waits_is_no_factor(site: World, person: Person, purpose: str) -> None:
    """Only a sign-in with it alone counts it. It is not asked for after a password, to confirm, or in a reset, and is refused there."""
    device = made(site, person)
    who = visitor(site, stored(site, person.email))
    asked_for = site.services.passkey_authentication.request(who.user, purpose, who.session.id)
    assert asked_for.options["allowCredentials"] == []
    given = Given(asked_for.handle, device.assertion(asked_for.options["challenge"]))
    with pytest.raises(Invalid):
        site.services.passkey_authentication.use(who.user, purpose, who.session.id, given, origin=ORIGIN, now=site.clock())
    assert not stored(site, person.email).has_second_factor


def test_it_does_not_let_the_password_go(site: World, person: Person) -> None:
    """N-13: it is not known yet that it opens the account."""
    made(site, person)
    assert not site.services.own_password.may_remove(stored(site, person.email))
    browser, page = sign_in(site, person)
    assert page.answer["state"] == "kept"
    assert "remove-password" not in browser.open("/account").text


def _by_owner(site: World, person: Person, passkey: str) -> None:
    who = visitor(site, stored(site, person.email))
    site.services.own_passkeys.remove(who, passkey, origin=ORIGIN, now=site.clock())


def _by_admin(site: World, person: Person, passkey: str) -> None:
    assert [one.id for one in site.services.passkey_service.of(person.user.id, scope=DEPLOYMENT)] == [passkey]
    site.services.passkey_service.remove(person.user.id, passkey, scope=DEPLOYMENT, by=SYSTEM)


def _by_reset(site: World, person: Person, passkey: str) -> None:
    del passkey
    browser = site.browser()
    asked(site, browser, person.email)
    page = browser.open(newest_reset(site, person.email).path)
    assert "code" not in page.fields, "it is no factor that a reset asks for"
    set_password(browser, page, NEW)
    person.password = NEW


@pytest.mark.parametrize("remove", [_by_owner, _by_admin, _by_reset])
def test_a_passkey_that_was_removed_is_not_made_again(site: World, person: Person, remove: Any) -> None:
    """By its owner, by an admin, or with the password that it was made after (N-15): a thief of the password may have made it."""
    device = made(site, person)
    [passkey] = stored(site, person.email).waiting_passkeys
    remove(site, person, passkey)
    user = stored(site, person.email)
    assert (dict(user.all_passkeys), list(user.automatic_passkeys)) == ({}, [passkey])
    assert site.services.passkeys.of(user.id) == []
    assert alone(site, device).status == 422
    assert sign_in(site, person)[1].answer["state"] == "kept"


def test_its_owner_renames_it(site: World, person: Person) -> None:
    made(site, person)
    user = stored(site, person.email)
    [passkey] = user.waiting_passkeys
    site.services.own_passkeys.rename(visitor(site, user), passkey, "My laptop", origin=ORIGIN)
    assert [one.name for one in site.services.passkeys.of(user.id)] == ["My laptop"]


def test_the_removal_of_a_passkey_that_waits_keeps_the_codes_of_another_factor(site: World, person: Person) -> None:
    made(site, person)
    user = add(site, stored(site, person.email), authenticator(person.user)).user
    [passkey] = user.waiting_passkeys
    who = visitor(site, user, amr=("pwd", "hwk", "user", "mfa"))
    site.services.own_passkeys.remove(who, passkey, origin=ORIGIN, now=site.clock())
    after = stored(site, person.email)
    assert (len(after.passkeys), dict(after.waiting_passkeys)) == (1, {})
    assert site.services.factors.recovery_codes_left(user.id) == 10


def test_an_account_that_is_being_deleted_is_not_changed_by_a_use(site: World, person: Person) -> None:
    """The passkey still waits after the deletion was taken back, so the recovery codes are shown then."""
    device = made(site, person)
    change_user(site.services.users, person.user.id, disabled=True, deleting_until=site.clock() + 86400)
    assert alone(site, device).status == 422
    change_user(site.services.users, person.user.id, disabled=False, deleting_until=0)
    assert len(codes_of(alone(site, device))) == 10


def test_the_first_use_of_an_account_that_changed_meanwhile_is_tried_again(
    site: World, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is half written: the passkey still waits."""
    device = made(site, person)
    services = site.services
    before = services.passkeys.use_first

    def late(user: User, *args: Any, **given: Any) -> Any:
        change_user(services.users, user.id, claims={"name": "Ada"})
        return before(user, *args, **given)

    monkeypatch.setattr(services.passkeys, "use_first", late)
    assert alone(site, device).status == 422
    user = stored(site, person.email)
    assert (bool(user.waiting_passkeys), user.has_second_factor) == (True, False)
    monkeypatch.undo()
    assert len(codes_of(alone(site, device))) == 10
