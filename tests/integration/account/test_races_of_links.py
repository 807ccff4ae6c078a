"""Concurrent uses of what a mail contains, on real engines. One wins, the mails and events are sent once, and no answer is a 500.

Threats G-12, H-12, H-18, M-02, M-12.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from idp.cli.leftovers import find_leftovers
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Invalid, Unavailable
from idp.domain.factors import recovery_codes
from idp.domain.tickets.ticket import TRIES
from idp.services.sessions.sign_in_notices import NEW_ACCOUNT
from tests.integration.account.deleting import deleted
from tests.integration.account.email_changing import code_in, link_in, subjects
from tests.integration.account.mail_coding import begun, offering
from tests.integration.account.passkeys import options
from tests.integration.account.passwordless import codes_of, new_device, stored
from tests.integration.account.people import granted, signed_in
from tests.integration.account.resetting import asked, newest
from tests.integration.account.signing_up import NEW_PASSWORD, begin, finish, mails, opened, prove
from tests.store.race import crowd
from tests.support.forms import Page
from tests.support.pages import ISSUER, hidden, press
from tests.support.people import Person

if TYPE_CHECKING:
    from idp.domain.people.deletion import Deletion
    from idp.domain.people.user import User
    from idp.services.tickets.tickets import Opened
    from tests.support.authenticator import Authenticator
    from tests.support.forms import Browser
    from tests.support.world import World

AT_ONCE = 20
BUSY = 503
"""An engine may say that another transaction holds the item: nothing was written, and the person sends the form again."""

pytestmark = pytest.mark.engines


def posted(browser: Browser, path: str, **fields: str) -> int:
    """The status of one form."""
    return browser.http.post(path, data=fields, headers={"Origin": ISSUER}).status_code


def test_link_and_code_at_once_verify_an_address_once(racing: World) -> None:
    """Four by the code, because five tries end the ticket, and sixteen by the link."""
    person = racing.person()
    browser = signed_in(racing, person)
    page = press(browser, browser.open("/account"), "/account/verify-email")
    ways = [{"code": code_in(racing, person.email)}, {"ticket": link_in(racing, person.email).removeprefix("/link/")}]
    csrf = hidden(page, "csrf")
    answers = crowd(
        AT_ONCE, lambda n: posted(browser, "/account/verify-email/code", csrf=csrf, **ways[n % TRIES > 0])
    )  # fmt: skip
    assert answers.count(303) == 1, answers
    assert set(answers) <= {303, 422, BUSY}
    user = racing.services.users.get(person.user.id)
    assert user
    assert user.email_verified
    assert len(racing.audited("email.verified", person)) == 1
    assert subjects(racing, person.email) == ["Verify your email address"]


def test_one_of_twenty_uses_of_this_was_not_me_ends_everything(racing: World) -> None:
    """The stamp moves once, and the owner gets one link for a new password."""
    person = racing.person()
    racing.clock.now += NEW_ACCOUNT
    stranger = racing.browser("198.51.100.91")
    stranger.submit(stranger.open("/account"), {"email": person.email, "password": person.password})
    granted(racing, person, racing.client().id)
    ticket, browsers = link_in(racing, person.email).removeprefix("/link/"), [racing.browser() for _ in range(AT_ONCE)]
    answers = crowd(AT_ONCE, lambda n: posted(browsers[n], "/not-me", ticket=ticket))
    assert answers.count(200) == 1, answers
    assert set(answers) <= {200, 400, BUSY}
    user = racing.services.user_service.get(person.user.id, scope=DEPLOYMENT)
    assert user.security_stamp == person.user.security_stamp + 1
    assert not racing.sessions(person)
    assert not racing.services.access.grants(user, scope=DEPLOYMENT)
    assert len(racing.audited("sign_in.disowned", person)) == 1
    assert len(subjects(racing, person.email)) == 2, subjects(racing, person.email)


def test_one_mail_signs_in_once_by_its_link_and_its_code(racing: World) -> None:
    """The same as `test_races_of_mail_code`, through the pages and in one browser: one session and one way back to the app."""
    person = offering(racing).person()
    browser, page = begun(racing, person)
    mail = newest(racing, person.email)
    fields = {"request": hidden(page, "request"), "asked": hidden(page, "asked"), "code": mail.code}
    by_link = browser.open(mail.path)
    form = next(form for form in by_link.forms if "ticket" in form.fields)

    def use(number: int) -> int:
        if number % TRIES:
            return posted(browser, form.action.removeprefix(ISSUER), **form.fields)
        return posted(browser, "/mail-code/type", **fields)

    answers = crowd(AT_ONCE, use)
    assert answers.count(303) == 1, answers
    assert set(answers) <= {303, 422, BUSY}
    assert len(racing.sessions(person)) == 1
    assert len(racing.audited("sign_in.succeeded", person)) == 1


def test_five_mails_to_one_address_make_one_account(racing: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five browsers prove the address, each by a mail of its own. Then each sends its last page four times."""
    site = opened(racing)
    monkeypatch.setattr(site.services.passwords, "_patience", 60.0)  # the machine may be busy
    email, ready = site.unused_email(), []
    for _ in range(5):
        began = begin(site, email=email)
        ready.append((began, prove(site, began)))
    sent = len(mails(site, email))

    def last_page(number: int) -> int:
        began, page = ready[number % 5]
        again = site.browser()
        again.http.cookies.update(began.browser.http.cookies)
        return finish(began._replace(browser=again), page, password=f"{NEW_PASSWORD} {number}").status

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(last_page, range(AT_ONCE)))
    assert answers.count(200) == 1, answers
    assert set(answers) <= {200, 422, BUSY}
    user_id = site.services.users.id_of(email)
    assert user_id
    user = site.services.users.get(user_id)
    assert user
    assert site.services.passwords.verify(user.password_hash, f"{NEW_PASSWORD} {answers.index(200)}")
    assert len([event for event in site.audited("user.signed_up") if event.subject == user_id]) == 1
    assert len(mails(site, email)) == sent == 5


def test_an_undo_and_the_erasure_at_once_leave_everything_or_nothing(racing: World) -> None:
    """The person presses the button in the last second, and the job begins: ten of each."""
    s = racing.services
    for _ in range(5):
        person = racing.person()
        link = s.tickets.open(deleted(racing, person).removeprefix("/link/"), now=racing.clock())
        leaving = s.users.get(person.user.id)
        assert link
        assert leaving
        due = leaving.deleting_until
        (deletion,) = [each for each in s.deletions.due(due, limit=500) if each.user_id == leaving.id]

        def act(n: int, link: Opened = link, due: int = due, deletion: Deletion = deletion) -> bool:
            try:
                if n % 2:
                    s.self_deletion.undo(link, attempt=f"a{n}", origin=racing.origin(), now=due - 1)
                    return True
                return s.erasure.erase(deletion, scope=DEPLOYMENT)
            except (Invalid, Unavailable):  # another request was first, or holds the item
                return False

        answers = crowd(AT_ONCE, act)
        undone, erased, user = sum(answers[1::2]), sum(answers[::2]), s.users.get(leaving.id)
        assert len(racing.audited("user.deletion_undone", person)) == undone <= 1
        assert len(racing.audited("user.deleted", person)) == bool(erased) == (not undone)
        if undone:
            assert user
            assert (user.disabled, user.deleting_until, user.email) == (False, 0, person.email)
            assert subjects(racing, person.email) == ["Your account stays", "Your account will be deleted"]
            signed_in(racing, person)
        else:
            assert user is None
            assert find_leftovers(s, leaving.id, [person.email], strip_events=False, seen=lambda: None).places.total() == 0


def test_twenty_last_pages_with_one_passkey_make_one_account(racing: World) -> None:
    """One session begins, and one set of recovery codes is shown: the stored one. Others would not work when they are needed."""
    site = opened(racing)
    began = begin(site)
    page = prove(site, began)
    pages = answers_at_once(began.browser, page, "/sign-up/finish", new_device(page))
    assert {shown.status for shown in pages} <= {200, 422, BUSY}
    (won,) = [shown for shown in pages if shown.status == 200]
    user = stored(site, began.email)
    assert len(site.services.passkeys.of(user.id)) == 1
    assert len(site.sessions(Person(user, ""))) == 1
    assert len([event for event in site.audited("user.signed_up") if event.subject == user.id]) == 1
    recovery_code_works(site, user, codes_of(won)[0])


def test_twenty_answers_with_one_passkey_reset_once(racing: World) -> None:
    """One answer shows the recovery codes that are stored. The owner is told once."""
    person, browser = racing.person(), racing.browser()
    asked(racing, browser, person.email)
    page = browser.submit(browser.open(newest(racing, person.email).path), button="new-passkey")
    pages = answers_at_once(browser, page, "/reset", new_device(page))
    assert {shown.status for shown in pages} <= {200, 400, 422, BUSY}
    (won,) = [shown for shown in pages if shown.status == 200 and codes_of(shown)]
    user = stored(racing, person.email)
    assert len(racing.services.passkeys.of(user.id)) == 1
    assert user.security_stamp == person.user.security_stamp + 1
    assert subjects(racing, person.email).count("A passkey replaced your password") == 1
    assert len(racing.audited("password.reset_by_passkey", person)) == 1
    recovery_code_works(racing, user, codes_of(won)[0])


def answers_at_once(browser: Browser, page: Page, path: str, device: Authenticator) -> list[Page]:
    """What the same answer of a device to a page gets, twenty times at once."""
    form = next(form for form in page.forms if "credential" in form.fields)
    fields = {**form.fields, "credential": device.registration(options(page)["challenge"]), "passkey_name": "Phone"}
    return crowd(AT_ONCE, lambda _: Page(browser.http.post(path, data=fields, headers={"Origin": ISSUER})))


def recovery_code_works(world: World, user: User, code: str) -> None:
    """This code is one of those that are stored for the user."""
    key = world.services.keyring.derive(recovery_codes.PURPOSE)
    digest = recovery_codes.digest(key, user.id, recovery_codes.canonical(code) or "")
    assert world.services.factors.use_recovery_code(user.id, digest, attempt="a")
