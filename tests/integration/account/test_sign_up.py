"""Creating one's own account: the address is proved first, and everything else comes after it (threats G, M, O)."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.people.terms import read_stored
from idp.domain.sessions.sign_in_step import LOGIN
from tests.integration.account.signing_up import NEW_PASSWORD, begin, code_in, finish, link_in, mails, opened, prove
from tests.support.pages import error, hidden, recorded, session_cookie

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from tests.support.world import World


@pytest.fixture(name="site")
def _site(world: World) -> World:
    """A provider where people may create accounts."""
    return opened(world)


def user_of(world: World, email: str) -> User | None:
    """The user with this address, as stored."""
    user_id = world.services.users.id_of(email)
    return world.services.users.get(user_id) if user_id else None


def test_the_request_of_the_app_goes_on_after_the_account_was_created(site: World) -> None:
    """From the app to the code of its answer: the person typed address, code and password, and is signed in."""
    browser, app = site.browser(), site.client()
    began = begin(site, page=site.authorize(browser, app), browser=browser)
    assert began.email in began.page.text
    assert "Meadow" in began.page.text
    done = finish(began, prove(site, began))
    assert "code" in done.answer
    user = user_of(site, began.email)
    assert user
    assert user.email_verified
    assert user.password_hash
    (session,) = site.services.access.sessions(user, scope=DEPLOYMENT)
    assert session.amr == ("pwd",)
    (event,) = [each for each in site.audited("user.signed_up") if each.subject == user.id]
    assert (event.client_id, event.actor) == (app.id, user.id)


def test_without_an_app_it_ends_at_the_account_page(site: World) -> None:
    """GET /sign-up works alone. The password works at the next sign-in."""
    began = begin(site)
    page = finish(began, prove(site, began))
    assert str(page.response.url).endswith("/account")
    again = site.browser()
    page = again.submit(again.open("/account"), {"email": began.email, "password": NEW_PASSWORD})
    assert str(page.response.url).endswith("/account")


def test_nothing_is_stored_for_a_person_before_the_proof(site: World) -> None:
    """O-01: no user and no address exist, so a stranger cannot plant a password or a name in the account of another person."""
    began = begin(site)
    assert user_of(site, began.email) is None
    prove(site, began)
    assert user_of(site, began.email) is None
    assert session_cookie(began.browser) is None


def test_all_of_it_takes_six_calls(site: World) -> None:
    """From the address to the answer for the app, with the session and the grant: at most six calls of DynamoDB."""
    browser, app = site.browser(), site.client()
    form = browser.submit(site.authorize(browser, app), button="sign-up")
    email = site.unused_email()
    with recorded(site) as calls:
        page = browser.submit(form, {"email": email}, button="send-code")
        page = browser.submit(page, {"code": code_in(mails(site, email)[0])})
        done = browser.submit(page, {"new_password": NEW_PASSWORD}, button="create-account")
    assert "code" in done.answer
    assert calls == [
        "BatchGetItem", "TransactWriteItems", "UpdateItem", "BatchGetItem", "TransactWriteItems", "BatchWriteItem",
    ]  # fmt: skip


def test_the_link_goes_on_in_the_browser_that_asked(site: World) -> None:
    """It opens the last page, with the request of the app. Opening it twice changes nothing."""
    browser, app = site.browser(), site.client()
    began = begin(site, page=site.authorize(browser, app), browser=browser)
    link = link_in(mails(site, began.email)[0])
    with recorded(site) as calls:
        browser.open(link)
    assert calls == ["BatchGetItem"]
    assert "code" in finish(began, browser.open(link)).answer


def test_a_long_request_of_an_app_survives_the_mail(site: World) -> None:
    """It is longer than 3 KB when it is sealed. The link leads on to the app."""
    browser = site.browser()
    text = base64.b64encode(hashlib.shake_256(b"state").digest(3750)).decode()  # it hardly compresses, and is always the same
    state, nonce = text[:4000], text[-1000:]
    began = begin(site, page=site.authorize(browser, site.client(), state=state, nonce=nonce), browser=browser)
    assert len(hidden(began.page, "request")) > 3072
    page = browser.open(link_in(mails(site, began.email)[0]))
    assert finish(began, page).answer["state"] == state


def test_the_link_shows_the_code_in_another_browser_and_uses_nothing_up(site: World) -> None:
    """M-03: a program that checks mails opens links. The person then types the code where they began."""
    began = begin(site)
    mail = mails(site, began.email)[0]
    elsewhere = site.browser()
    for _ in range(3):
        page = elsewhere.open(link_in(mail))
        assert code_in(mail) in page.text
        assert not page.forms
        assert elsewhere.http.head(link_in(mail)).status_code == 200
    assert user_of(site, began.email) is None
    assert finish(began, prove(site, began)).status == 200


def test_a_request_that_is_too_old_is_left_out_and_the_account_is_created(site: World) -> None:
    """A link is valid for a day, a sign-in page for an hour: after that the sign-in ends at the account page."""
    browser, app = site.browser(), site.client()
    began = begin(site, page=site.authorize(browser, app), browser=browser)
    site.clock.advance(site.settings.sign_in_lifetime)
    page = finish(began, browser.open(link_in(mails(site, began.email)[0])))
    assert str(page.response.url).endswith("/account")


def test_a_link_ends_after_a_day_and_after_its_use_and_when_it_is_forged(site: World) -> None:
    """M-05: 400 and a sentence that says what to do."""
    used, late = begin(site), begin(site)
    finish(used, prove(site, used))
    assert used.browser.open(link_in(mails(site, used.email)[0])).status == 400
    link = link_in(mails(site, late.email)[0])
    for forged in (
        link[:-1],
        link[:-30],
        link + "A",
        f"{site.settings.issuer}/link/x",
        f"{site.settings.issuer}/link/{hidden(late.page, 'request')}",
    ):
        with recorded(site) as calls:
            assert late.browser.open(forged).status == 400
        assert not calls
    site.clock.advance(86400)
    page = late.browser.open(link)
    assert (page.status, page.forms) == (400, [])
    assert "no longer valid" in page.text


@pytest.mark.parametrize("typed", ["", "x", "1234567", "123456789", "12 34 56 7a", "١٢٣٤٥٦٧٨", "0" * 500])
def test_a_text_that_is_no_code_is_refused_without_a_call(site: World, typed: str) -> None:
    """And costs none of the five tries."""
    began = begin(site)
    with recorded(site) as calls:
        page = began.browser.submit(began.page, {"code": typed})
    assert page.status == 422
    assert not calls
    assert "code is wrong" in error(page)


def test_the_terms_are_those_of_the_app_of_the_page(site: World) -> None:
    """The mail was asked for on the way to another app, in another tab. A person accepts only terms that the page shows."""
    browser, first, second = site.browser(), *(site.client(tos_uri=f"https://{name}.example/terms") for name in ("one", "two"))
    began = begin(site, page=site.authorize(browser, first), browser=browser)
    page = begin(site, page=site.authorize(browser, second), browser=browser, email=began.email).page
    shown = browser.submit(page, {"code": code_in(mails(site, began.email)[0])})
    assert ("https://two.example/terms" in shown.text, "https://one.example/terms" in shown.text) == (True, False)


def test_five_codes_may_be_typed(site: World) -> None:
    """M-01: after them the right one is refused, too."""
    began = begin(site)
    right = code_in(mails(site, began.email)[0])
    wrong = "0000 0000" if right != "0000 0000" else "1111 1111"
    for _ in range(5):
        assert "wrong" in error(began.browser.submit(began.page, {"code": wrong}))
    page = began.browser.submit(began.page, {"code": right})
    assert "no longer valid" in error(page)
    assert user_of(site, began.email) is None


def test_a_code_counts_only_in_the_browser_that_asked(site: World) -> None:
    """M-11: a person who read their code to a stranger gave away nothing, because the stranger's browser did not ask for it."""
    began = begin(site)
    mine = code_in(mails(site, began.email)[0])
    stranger = begin(site, email=began.email)
    page = stranger.browser.submit(stranger.page, {"code": mine})
    assert "code is wrong" in error(page)
    no_ticket = site.browser()
    page = no_ticket.submit(begin(site, browser=no_ticket).page, {"code": mine})
    assert "code is wrong" in error(page)


def test_a_stranger_who_asks_ends_no_code_and_no_link(site: World) -> None:
    """M-13: five mails an hour for the address, from the stranger's network. The code and link of the person stay valid."""
    email, stranger = site.unused_email(), site.browser("203.0.113.9")
    begin(site, email=email, browser=stranger)
    mine = begin(site, email=email)
    own = mails(site, email)[0]
    for _ in range(6):
        site.clock.advance(61)
        begin(site, email=email, browser=stranger)
    assert len(mails(site, email)) == 6
    assert mine.browser.open(link_in(own)).has_button("create-account")
    page = mine.browser.submit(mine.page, {"code": code_in(own)})
    assert finish(mine, page).status == 200


def test_a_stranger_who_asked_too_often_leaves_the_person_a_mail(site: World) -> None:
    """The limit of an address holds for each network, so that one network cannot use up the mails of all."""
    email = site.unused_email()
    for _ in range(9):
        begin(site, email=email, browser=site.browser("203.0.113.10"))
    assert len(mails(site, email)) == 5
    mine = begin(site, email=email)
    assert len(mails(site, email)) == 6
    assert finish(mine, prove(site, mine)).status == 200


def test_all_networks_together_send_ten_mails_and_each_link_works(site: World) -> None:
    """M-07: the mailbox is not flooded. A person who gets no mail of their own creates the account by the link of a stranger's mail."""
    email = site.unused_email()
    for number in range(4):
        for _ in range(5):
            begin(site, email=email, browser=site.browser(f"203.0.113.{20 + number}"))
    begin(site, email=email)
    assert len(mails(site, email)) == 10
    browser = site.browser()
    shown = browser.open(link_in(mails(site, email)[-1]))
    assert not shown.forms
    page = browser.open(link_in(mails(site, email)[-1]) + "?here=1")
    assert email in page.text
    done = browser.submit(page, {"new_password": NEW_PASSWORD}, button="create-account")
    assert str(done.response.url).endswith("/account")


def test_the_link_creates_the_account_elsewhere_without_the_request_of_the_app(site: World) -> None:
    """B-17: the app's request is of the browser that began. Opening the page uses nothing up."""
    browser, elsewhere = site.browser(), site.browser()
    began = begin(site, page=site.authorize(browser, site.client()), browser=browser)
    link = link_in(mails(site, began.email)[0]) + "?here=1"
    elsewhere.open(link)
    elsewhere.http.head(link)
    page = elsewhere.open(link)
    assert user_of(site, began.email) is None
    done = elsewhere.submit(page, {"new_password": NEW_PASSWORD}, button="create-account")
    assert str(done.response.url).endswith("/account")
    assert began.browser.open(link_in(mails(site, began.email)[0])).status == 400


def test_a_hundred_codes_are_counted_over_all_browsers(site: World) -> None:
    """M-01: twenty tickets allow a hundred codes. After that the code of another one is refused, and its link works."""
    email = site.unused_email()
    for number in range(20):
        begin(site, email=email, browser=site.browser(f"203.0.113.{30 + number}"))
        if number % 5 == 4:
            site.clock.advance(3600)
    assert len(mails(site, email)) == 20
    late = begin(site, email=email)
    page = late.browser.submit(late.page, {"code": code_in(mails(site, email)[0])})
    assert "Open the link" in error(page)
    assert finish(late, late.browser.open(link_in(mails(site, email)[0]))).status == 200


def test_asking_again_within_a_minute_sends_nothing_and_shows_the_same_page(site: World) -> None:
    """M-13: the link that was sent does not end."""
    began = begin(site)
    for _ in range(3):
        assert begin(site, email=began.email, browser=began.browser).page.status == 200
    assert len(mails(site, began.email)) == 1
    assert finish(began, prove(site, began)).status == 200


def test_a_newer_mail_ends_the_older_one(site: World) -> None:
    """Only the newest code and link work."""
    began = begin(site)
    old = mails(site, began.email)[0]
    site.clock.advance(61)
    again = begin(site, email=began.email, browser=began.browser)
    assert began.browser.open(link_in(old)).status == 400
    assert "wrong" in error(again.browser.submit(again.page, {"code": code_in(old)}))
    assert finish(again, prove(site, again)).status == 200


def test_the_page_of_an_app_offers_it_only_where_it_is_allowed(site: World, world: World) -> None:
    """The button is on the sign-in page if setting and app allow it."""
    assert site.authorize(site.browser(), site.client()).has_button("sign-up")
    assert not site.authorize(site.browser(), site.client(sign_up=False)).has_button("sign-up")
    assert not world.authorize(world.browser(), world.client()).has_button("sign-up")


@pytest.mark.parametrize("setting", ["closed", "invited"])
def test_every_route_refuses_where_people_may_not_create_accounts(site: World, world: World, setting: str) -> None:
    """G-13: each address of sign-up, by GET and POST, with everything that was right while it was open; also the link of the mail."""
    began = begin(site)
    link, proved = link_in(mails(site, began.email)[0]), prove(site, began)
    shut = opened(world, sign_up=setting)
    shut.app, http = shut.app, began.browser.http
    shut.clock.now = site.clock.now
    refusing = shut.browser()
    refusing.http.cookies = http.cookies
    sent = {"request": hidden(proved, "request"), "ticket": hidden(proved, "ticket"), "asked": hidden(began.page, "asked"), "show": ""}
    sent |= {"email": site.unused_email(), "code": code_in(mails(site, began.email)[0]), "new_password": NEW_PASSWORD}
    routes = [path for path in LOGIN.forms if path.startswith("/sign-up")]
    assert len(routes) == 3
    for path in routes:
        for values in (sent, {**sent, "show": "1"}):
            answer = refusing.http.post(path, data=values, headers={"Origin": site.settings.issuer})
            assert (answer.status_code, "cannot be created here" in answer.text) == (403, True), path
        assert refusing.http.get(path).status_code == 403
        assert refusing.http.get(path, params={"request": sent["request"]}).status_code == 403
    assert refusing.open(link).status == 403
    assert user_of(site, began.email) is None
    assert user_of(site, sent["email"]) is None
    assert not shut.services.mailer.sent  # type: ignore[attr-defined]  # the outbox


def test_an_app_that_does_not_offer_it_is_not_reached_by_its_addresses(site: World) -> None:
    """`sign_up: false` counts at each form, also if the app was changed after the mail."""
    browser, app = site.browser(), site.client(sign_up=False)
    login = site.authorize(browser, app)
    sent = {"request": hidden(login, "request"), "email": site.unused_email()}
    for values in (sent, {**sent, "show": "1"}):
        assert browser.http.post("/sign-up", data=values, headers={"Origin": site.settings.issuer}).status_code == 403
    other = site.client()
    began = begin(site, page=site.authorize(browser, other), browser=browser)
    page = prove(site, began)
    assert site.services.clients.replace(replace(other, sign_up=False))
    assert finish(began, page).status == 403
    assert user_of(site, began.email) is None
    assert mails(site, sent["email"]) == []


def test_an_app_that_is_gone_gets_no_person(site: World) -> None:
    """The account is not created on the way to an app that cannot be answered."""
    browser, app = site.browser(), site.client()
    began = begin(site, page=site.authorize(browser, app), browser=browser)
    page = prove(site, began)
    assert site.services.clients.replace(replace(app, disabled=True))
    assert finish(began, page).status == 400
    assert user_of(site, began.email) is None


@pytest.mark.parametrize(
    ("email", "says"),
    [("", "not of the form"), ("ada", "not of the form"), ("a@b@c.example", "not of the form"), ("ada@exa mple.com", "space"),
     ("ada@example.com\r\nBcc: x@example.com", "invisible"), ("ada@ex\u00e4mple.com", "ASCII"), ("a" * 300 + "@example.com", "too long")],
)  # fmt: skip
def test_a_text_that_is_no_address_is_refused(site: World, email: str, says: str) -> None:
    """M-09, G-11: nothing is read, written or sent."""
    browser = site.browser()
    form = browser.open("/sign-up")
    with recorded(site) as calls:
        page = browser.submit(form, {"email": email}, button="send-code")
    assert page.status == 422
    assert says in error(page)
    assert not calls


def test_an_address_is_one_account_in_every_spelling(site: World) -> None:
    """G-11: the spelling of the mail server decides nothing; the canonical form does."""
    email = site.unused_email()
    began = begin(site, email=email)
    finish(began, prove(site, began))
    site.clock.advance(61)
    again = begin(site, email=email.upper().replace("@", "\uff20"))
    assert "already have an account" in mails(site, email)[0].subject
    assert not re.search(r"\d{4} \d{4}|/link/", mails(site, email)[0].text)
    assert again.page.status == 200


def test_the_password_is_checked_like_every_new_password(site: World) -> None:
    """Too short, common, or the address: the page says so, keeps what was typed, and the proof still counts."""
    began = begin(site)
    page = prove(site, began)
    for password in ("short", "password123", began.email):
        page = finish(began, page, password=password)
        assert page.status == 422
        assert error(page)
        assert user_of(site, began.email) is None
    assert finish(began, page).status == 200


def test_the_claims_that_are_asked_for_are_checked_and_stored(world: World) -> None:
    """A required one must be there, an optional one may be empty, and each is checked as admins' input is. Others are ignored."""
    site = opened(world, sign_up_claims="given_name! nickname website birthdate")
    began = begin(site)
    page = prove(site, began)
    assert {"claim_given_name", "claim_nickname", "claim_website", "claim_birthdate"} <= page.fields
    wrong: list[dict[str, str]] = [
        {}, {"claim_given_name": "  "}, {"claim_given_name": "Ada", "claim_website": "javascript:alert(1)"},
        {"claim_given_name": "Ada", "claim_birthdate": "31.12.1990"}, {"claim_given_name": "A\nda"}, {"claim_given_name": "A" * 300},
    ]  # fmt: skip
    for typed in wrong:
        page = finish(began, page, **typed)
        assert page.status == 422, typed
        assert error(page)
    assert user_of(site, began.email) is None
    sent = page.form({"new_password": ""}, None).fields | {
        "new_password": NEW_PASSWORD, "claim_given_name": " Ada ", "claim_nickname": "", "claim_website": "", "claim_birthdate": "",
        "claim_name": "Eve", "email": "eve@example.com", "admin": "true", "roles": "root",
    }  # fmt: skip
    answer = began.browser.http.post("/sign-up/finish", data=sent, headers={"Origin": site.settings.issuer})
    assert answer.status_code == 303
    user = user_of(site, began.email)
    assert user
    assert (dict(user.claims), user.admin, dict(user.roles)) == ({"given_name": "Ada"}, False, {})


def test_terms_are_accepted_and_recorded_with_version_and_time(world: World) -> None:
    """Of the deployment and of the app. Without each no account is created."""
    site = opened(world, terms_uri="https://example.com/terms", terms_version="2026-12")
    browser, app = site.browser(), site.client(tos_uri="https://app.example/terms")
    began = begin(site, page=site.authorize(browser, app), browser=browser)
    page = prove(site, began)
    for typed in ({}, {"terms": "1"}, {"app_terms": "1"}):
        refused = finish(began, page, **typed)
        assert refused.status == 422
        assert "accept" in error(refused)
        assert user_of(site, began.email) is None
    assert "code" in finish(began, page, terms="1", app_terms="1").answer
    user = user_of(site, began.email)
    assert user
    assert sorted(read_stored(user.terms)) == [
        (f"client:{app.id}", "https://app.example/terms", site.clock()), ("deployment", "2026-12", site.clock()),
    ]  # fmt: skip


def test_an_app_that_demands_a_second_factor_gets_one(site: World) -> None:
    """A new account owes what every account owes."""
    browser, app = site.browser(), site.client(require_mfa=True)
    began = begin(site, page=site.authorize(browser, app), browser=browser)
    page = finish(began, prove(site, began))
    assert page.has_button("confirm-enrolment")


def test_the_last_page_works_once(site: World) -> None:
    """A second tab or a second click is told to sign in; the account stays as it is."""
    began = begin(site)
    page = prove(site, began)
    finish(began, page)
    before = user_of(site, began.email)
    again = finish(began, page, password="another unguessable sentence")  # not a real one
    assert again.status == 422
    assert "Sign in" in error(again)
    assert user_of(site, began.email) == before


def test_an_admin_who_was_quicker_keeps_the_account(site: World) -> None:
    """The address got an account after the mail: the person is told to sign in, and neither account nor password changes."""
    began = begin(site)
    page = prove(site, began)
    person = site.person(began.email)
    answer = finish(began, page)
    assert answer.status == 422
    assert "There is an account" in error(answer)
    assert user_of(site, began.email) == person.user
    assert session_cookie(began.browser) is None


@pytest.mark.parametrize("address_is_known", [True, False])
def test_the_page_after_it_leads_to_every_way_in(site: World, *, address_is_known: bool) -> None:
    """An address that has an account by now, and a page that was used: passkey, password and "Forgot password?" are there."""
    began = begin(site)
    page = prove(site, began)
    if address_is_known:
        site.services.user_service.create(began.email, NEW_PASSWORD, scope=DEPLOYMENT)
    else:
        finish(began, page)
    answer = finish(began, page)
    assert answer.status == 422
    assert 'data-options="' in answer.text
    assert 'id="forgot"' in answer.text
    assert ('id="sign-up"' in answer.text) is not address_is_known, "a person whose page is over may begin again"
