"""Signing in by a connection: which account it opens, makes or asks for, and what it never does (threats O, I)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.errors import Invalid
from idp.domain.sessions.request_origin import Origin
from tests.integration.account.signing_up import code_in, mails
from tests.integration.account.upstreams import (
    UPSTREAM,
    connection,
    identity,
    leave,
    link,
    link_of,
    put,
    return_as,
    sign_in_as,
    upstream_of,
    with_connections,
)
from tests.support.pages import APP

if TYPE_CHECKING:
    from tests.support.forms import Page
    from tests.support.world import World


def test_the_first_sign_in_makes_an_account_and_the_second_finds_it(alone: World) -> None:
    world = with_connections(alone, connection())
    app, email = world.client(), world.unused_email()
    who = identity("1", email, claims={"name": "Ada"})
    browser = world.browser()
    assert "code" in sign_in_as(world, browser, world.authorize(browser, app), who).answer
    user_id = world.services.users.id_of(email)
    assert user_id
    user = world.services.users.get(user_id)
    assert user
    assert user.email_verified
    assert user.password_hash is None
    assert user.claims == {"name": "Ada"}

    other = world.browser()
    assert "code" in sign_in_as(world, other, world.authorize(other, app), who).answer
    sessions = world.services.sessions.of(user_id)
    [link] = world.services.issuer_links.of(user_id)
    assert [one.amr for one in sessions] == [("fed",), ("fed",)]
    assert {(one.upstream or {})["link"] for one in sessions} == {link.id}
    assert (link.connection_id, link.subject, link.email, link.how) == ("corp", "1", email, "new_account")


def test_claims_and_terms_are_asked_for_as_at_sign_up_and_no_password(alone: World) -> None:
    world = with_connections(alone, connection(), sign_up_claims="name! nickname", terms_uri="https://idp.example/terms", terms_version="3")
    app, email, browser = world.client(), world.unused_email(), world.browser()
    page = sign_in_as(world, browser, world.authorize(browser, app), identity("2", email, claims={"name": "Ada"}))
    assert page.fields >= {"claim_name", "claim_nickname", "terms"}
    assert "new_password" not in page.fields
    assert page.form({}, "create-account").fields["claim_name"] == "Ada"
    refused = browser.submit(page, {"claim_name": "Ada"}, button="create-account")
    assert refused.status == 422
    assert world.services.users.id_of(email) is None
    done = browser.submit(refused, {"claim_name": "Ada L.", "terms": "1"}, button="create-account")
    assert "code" in done.answer
    user = world.services.users.get(world.services.users.id_of(email) or "")
    assert user
    assert user.claims["name"] == "Ada L."
    assert user.terms


@pytest.mark.parametrize("change", [{"email_trust": "none"}, {"email_trust": "domains", "domains": ("else.example",)}])
def test_trust_that_ends_before_the_form_is_sent_makes_no_account(alone: World, change: dict[str, Any]) -> None:
    """O-05: the page of the claims carries the address that was trusted when the person came back."""
    world = with_connections(alone, connection(), terms_uri="https://idp.example/terms", terms_version="3")
    app, email, browser = world.client(), world.unused_email(), world.browser()
    page = sign_in_as(world, browser, world.authorize(browser, app), identity("2", email))
    put(world, connection(**change))
    assert browser.submit(page, {"terms": "1"}, button="create-account").status == 422
    assert world.services.users.id_of(email) is None


def test_without_an_address_that_counts_the_person_proves_one_by_mail(alone: World) -> None:
    """Facebook tells none (O-12); GitHub's, and those of a connection that is not trusted, do not count (O-05)."""
    world = with_connections(alone, connection(email_trust="none"))
    app, email, browser = world.client(), world.unused_email(), world.browser()
    page = sign_in_as(world, browser, world.authorize(browser, app), identity("3", "somebody@else.example"))
    assert page.form({}, "send-code").fields["email"] == "somebody@else.example"
    asked = browser.submit(page, {"email": email}, button="send-code")
    finish = browser.submit(asked, {"code": code_in(mails(world, email)[0])})
    assert "new_password" not in finish.fields
    assert "code" in browser.submit(finish, button="create-account").answer
    [link] = world.services.issuer_links.of(world.services.users.id_of(email) or "")
    assert (link.subject, link.email, link.how) == ("3", "somebody@else.example", "new_account_by_mail")
    assert world.services.users.id_of("somebody@else.example") is None


def test_the_link_of_the_mail_goes_on_in_the_same_browser(alone: World) -> None:
    world = with_connections(alone, connection())
    app, email, browser = world.client(), world.unused_email(), world.browser()
    page = sign_in_as(world, browser, world.authorize(browser, app), identity("4"))
    browser.submit(page, {"email": email}, button="send-code")
    link = next(word for word in mails(world, email)[0].text.split() if "/link/" in word)
    finish = browser.open(link)
    assert "new_password" not in finish.fields
    assert "code" in browser.submit(finish, button="create-account").answer
    assert len(world.services.issuer_links.of(world.services.users.id_of(email) or "")) == 1


def test_a_proof_of_an_address_counts_for_the_identity_that_asked_for_it(alone: World) -> None:
    """I-07: in the same browser, an attacker's identity does not take over the proof that another identity began."""
    world = with_connections(alone, connection())
    app, email, browser = world.client(), world.unused_email(), world.browser()
    page = sign_in_as(world, browser, world.authorize(browser, app), identity("victim"))
    asked = browser.submit(page, {"email": email}, button="send-code")
    finish = browser.submit(asked, {"code": code_in(mails(world, email)[0])})
    proof = finish.form({}, "create-account").fields["ticket"]

    other = sign_in_as(world, browser, world.authorize(browser, app), identity("attacker"))
    sealed = other.form({}, "send-code").fields["request"]
    body = {"request": sealed, "ticket": proof}
    stolen = browser.http.post("/upstream/finish", data=body, headers={"Origin": world.settings.issuer})
    assert stolen.status_code == 422
    assert world.services.users.id_of(email) is None
    assert "code" in browser.submit(finish, button="create-account").answer


@pytest.mark.parametrize("trust", ["verified", "none"])
@pytest.mark.parametrize("verified", [True, False])
def test_an_address_alone_opens_no_account(alone: World, trust: str, verified: bool) -> None:
    """I-01, I-02, O-01, O-05, O-06: the owner of the account is asked, or another address is."""
    world = with_connections(alone, connection(email_trust=trust))
    person, app, browser = world.person(email_verified=verified), world.client(), world.browser()
    page = sign_in_as(world, browser, world.authorize(browser, app), identity("evil", person.email))
    assert page.redirected_to is None
    assert world.services.sessions.of(person.user.id) == []
    assert link_of(world, person) == []


def test_whether_an_account_exists_is_not_told_to_an_identity_whose_address_does_not_count(alone: World) -> None:
    """G-02: an upstream where anybody may type any address is no oracle."""
    world = with_connections(alone, connection(email_trust="none"))
    person, app = world.person(), world.client()

    def shown(email: str) -> str:
        browser = world.browser()
        page = sign_in_as(world, browser, world.authorize(browser, app), identity("evil", email))
        assert page.has_button("send-code")
        return page.response.text.replace(email, "X")

    def shape(text: str) -> list[str]:
        return [line for line in text.splitlines() if "value=" not in line and "request=" not in line]

    assert shape(shown(person.email)) == shape(shown(world.unused_email()))


def test_the_owner_signs_in_and_then_links(alone: World) -> None:
    world = with_connections(alone, connection())
    person, app, browser = world.person(), world.client(), world.browser()
    who = identity("5", person.email)
    page = sign_in_as(world, browser, world.authorize(browser, app), who)
    assert page.form({"password": ""}, "sign-in").fields["email"] == person.email
    assert not page.has_button("connection-corp")
    question = browser.submit(page, {"email": person.email, "password": person.password})
    assert question.has_button("connect")
    assert link_of(world, person) == []
    assert "code" in browser.submit(question, button="connect").answer
    [link] = link_of(world, person)
    assert (link.subject, link.how) == ("5", "sign_in")
    assert mails(world, person.email)[0].subject == "Another way to sign in was added to your account"
    assert [event.target for event in world.audited("upstream.linked", person)] == [link.id]

    other = world.browser()
    assert "code" in sign_in_as(world, other, world.authorize(other, app), who).answer


def test_a_link_waits_for_the_second_factor(alone: World) -> None:
    """A remembered device does not stand for it."""
    world = with_connections(alone, connection(), remember_device_days=30)
    person, app, browser = world.person(totp=True), world.client(), world.browser()
    known = browser.submit(world.authorize(browser, app), {"email": person.email, "password": person.password})
    assert "code" in browser.submit(known, {"code": person.code(world.clock()), "remember": "1"}).answer
    world.clock.advance(60)
    for name in [name for name in browser.http.cookies if name.endswith("session")]:
        browser.http.cookies.delete(name)
    again = browser.submit(world.authorize(browser, app), {"email": person.email, "password": person.password})
    assert "code" in again.answer  # the device is remembered
    for name in [name for name in browser.http.cookies if name.endswith("session")]:
        browser.http.cookies.delete(name)
    page = sign_in_as(world, browser, world.authorize(browser, app), identity("6", person.email))
    asked = browser.submit(page, {"email": person.email, "password": person.password})
    assert "code" in asked.fields
    assert link_of(world, person) == []
    question = browser.submit(asked, {"code": person.code(world.clock())})
    assert "code" in browser.submit(question, button="connect").answer
    assert len(link_of(world, person)) == 1


def test_a_session_from_before_links_nothing(alone: World) -> None:
    """I-07, O-14: a person who is signed in already signs in again. A stranger's identity finds no open account to attach to."""
    world = with_connections(alone, connection())
    person, app, browser = world.person(), world.client(), world.browser()
    tab = world.authorize(browser, app)
    browser.submit(world.authorize(browser, app), {"email": person.email, "password": person.password})
    page = sign_in_as(world, browser, tab, identity("evil", person.email))
    sealed = page.form({"password": ""}, "sign-in").fields["request"]
    skipped = browser.http.post(
        "/upstream/link", data={"request": sealed, "decision": "link"}, headers={"Origin": world.settings.issuer}
    )  # fmt: skip
    assert 'name="password"' in skipped.text
    assert link_of(world, person) == []


def test_the_answer_to_the_question_needs_the_token_of_the_session(alone: World) -> None:
    world = with_connections(alone, connection())
    person, app, browser = world.person(), world.client(), world.browser()
    page = sign_in_as(world, browser, world.authorize(browser, app), identity("7", person.email))
    question = browser.submit(page, {"email": person.email, "password": person.password})
    fields = question.form({}, "connect").fields
    body = {"request": fields["request"], "decision": "link", "csrf": "forged"}
    assert browser.http.post("/upstream/link", data=body, headers={"Origin": world.settings.issuer}).status_code == 403
    assert link_of(world, person) == []


def test_not_to_link_goes_on_without_a_link(alone: World) -> None:
    world = with_connections(alone, connection())
    person, app, browser = world.person(), world.client(), world.browser()
    page = sign_in_as(world, browser, world.authorize(browser, app), identity("8", person.email))
    question = browser.submit(page, {"email": person.email, "password": person.password})
    assert "code" in browser.submit(question, button="do-not-connect").answer
    assert link_of(world, person) == []


def test_a_silent_link_needs_the_rule_and_an_upstream_that_decides_about_the_address(alone: World) -> None:
    world = with_connections(alone, connection(link_verified=True))
    app = world.client()
    person, unverified, other = world.person(email_verified=True), world.person(), world.person(email_verified=True)

    def arrive(subject: str, email: str, *, decides: bool = True) -> bool:
        browser = world.browser()
        who = identity(subject, email, email_authoritative=decides)
        return sign_in_as(world, browser, world.authorize(browser, app), who).redirected_to is not None

    assert not arrive("a", other.email, decides=False)
    assert not arrive("b", unverified.email)
    assert arrive("c", person.email)
    assert [one.how for one in link_of(world, person)] == ["verified_address"]
    assert link_of(world, unverified) == link_of(world, other) == []


def test_our_second_factor_stands_on_top(alone: World) -> None:
    """O-15, unless the connection is trusted for its own."""
    world = with_connections(alone, connection(), connection("bank", trusts_factors=True))
    person, app = world.person(totp=True), world.client()
    for name in ("corp", "bank"):
        link(world, person, identity("9", of=name))
    for name, amr, asked in (("corp", ("pwd", "mfa"), True), ("bank", ("pwd",), True), ("bank", ("pwd", "mfa"), False)):
        browser = world.browser()
        page = sign_in_as(world, browser, world.authorize(browser, app), identity("9", of=name, amr=amr), name)
        assert ("code" in page.fields) == asked, (name, amr)
        if asked:
            assert world.sessions(person) == []


@pytest.mark.parametrize("who", [{"admin": True}, {"mfa_required": True}])
def test_factors_of_an_upstream_never_stand_for_one_that_the_user_must_have(alone: World, who: dict[str, Any]) -> None:
    """O-19: connections:write is no way to become an admin."""
    world = with_connections(alone, connection("bank", trusts_factors=True))
    person, bare, app = world.person(totp=True, **who), world.person(**who), world.client()
    for number, one in enumerate((person, bare)):
        account = identity(str(number), of="bank", amr=("mfa",), acr="aal3")
        link(world, one, account)
        browser = world.browser()
        page = sign_in_as(world, browser, world.authorize(browser, app), account, "bank")
        assert page.redirected_to is None
        assert "code" in page.fields
        assert world.sessions(one) == []


def test_an_admin_is_never_linked_without_a_question(alone: World) -> None:
    """O-19: the rule of silent links makes no person an admin."""
    world = with_connections(alone, connection(link_verified=True))
    admin, app, browser = world.person(admin=True, totp=True, email_verified=True), world.client(), world.browser()
    page = sign_in_as(world, browser, world.authorize(browser, app), identity("1", admin.email, email_authoritative=True))
    assert "password" in page.fields
    assert page.text.count(admin.email)
    assert link_of(world, admin) == []


def test_a_second_use_of_an_attempt_is_told_on_the_page_for_signing_in(alone: World) -> None:
    """The browser kept the cookie and the address. The page names what happened, and no mail."""
    world = with_connections(alone, connection())
    person, who, browser = world.person(), identity("again"), world.browser()
    link(world, person, who)
    state = leave(browser, world.authorize(browser, world.client()))
    assert "code" in return_as(world, browser, who, state).answer
    sessions = {one.id for one in world.sessions(person)}
    browser.http.cookies.set(f"__Host-up-{state}", f"secret-{state}")
    page = return_as(world, browser, who, state)
    assert page.status == 422
    assert page.redirected_to is None
    assert "This sign-in with Corp was used already. Start again here." in page.text
    assert "password" in page.fields
    assert {one.id for one in world.sessions(person)} <= sessions


def test_an_attempt_that_made_an_account_signs_in_no_second_time(alone: World) -> None:
    """The account and the use of the attempt are one write. Otherwise the same answer would sign in to the new account."""
    world = with_connections(alone, connection())
    who, browser = identity("new", world.unused_email()), world.browser()
    state = leave(browser, world.authorize(browser, world.client()))
    assert "code" in return_as(world, browser, who, state).answer
    browser.http.cookies.set(f"__Host-up-{state}", f"secret-{state}")
    page = return_as(world, browser, who, state)
    assert (page.status, page.redirected_to) == (422, None)


def test_a_disabled_account_connection_or_app_is_refused(alone: World) -> None:
    """O-16, I-06. Each is read at the sign-in, and a person who comes back meanwhile is refused, too."""
    world = with_connections(alone, connection())
    app, other = world.client(), world.client()
    person, disabled = world.person(), world.person(disabled=True)
    link(world, person, identity("p"))
    link(world, disabled, identity("d"))
    browser = world.browser()
    refused = sign_in_as(world, browser, world.authorize(browser, app), identity("d"))
    assert refused.status == 403
    assert "cannot be used" in refused.text
    assert world.audited("sign_in.failed", disabled)[0].reason == "account_closed"

    state = leave(browser, world.authorize(browser, app))
    put(world, connection(enabled=False))
    assert return_as(world, browser, identity("p"), state).status == 403
    put(world, connection(apps=(other.id,)))
    state = leave(browser, world.authorize(browser, other))
    assert "code" in return_as(world, browser, identity("p"), state).answer
    put(world, connection(apps=("third",)))
    away = browser.http.post(
        "/upstream", data={"request": world.authorize(browser, app, prompt="login").forms[0].fields["request"], "connection": "corp"},
        headers={"Origin": world.settings.issuer},
    )  # fmt: skip
    assert away.status_code == 422


def test_an_attempt_of_another_browser_is_refused(alone: World) -> None:
    """I-03, O-08: neither the state nor the request of one browser counts in another."""
    world = with_connections(alone, connection())
    app, mine, theirs = world.client(), world.browser(), world.browser()
    email = world.unused_email()
    state = leave(mine, world.authorize(mine, app))
    assert return_as(world, theirs, identity("x", email), state).status == 400
    theirs.http.cookies.set(f"__Host-up-{state}", f"secret-{state}")
    assert return_as(world, theirs, identity("x", email), state).status == 403
    assert world.services.users.id_of(email) is None
    assert "code" in return_as(world, mine, identity("x", email), state).answer


def test_an_attempt_signs_in_once(alone: World) -> None:
    """O-08: the same answer again, with the cookie of the attempt, begins no second session."""
    world = with_connections(alone, connection())
    person, app, browser = world.person(), world.client(), world.browser()
    link(world, person, identity("1"))
    state = leave(browser, world.authorize(browser, app))
    assert "code" in return_as(world, browser, identity("1"), state).answer
    browser.http.cookies.set(f"__Host-up-{state}", f"secret-{state}")
    assert return_as(world, browser, identity("1"), state).status == 422
    assert len(world.services.sessions.of(person.user.id)) == 1


@pytest.mark.parametrize("trust", ["verified", "none"])
def test_an_account_that_a_form_makes_uses_the_attempt_up(alone: World, trust: str) -> None:
    """O-08: the page of terms, or of an address, is between the answer of the upstream and the account."""
    world = with_connections(alone, connection(email_trust=trust), terms_uri="https://idp.example/terms", terms_version="3")
    app, email, browser = world.client(), world.unused_email(), world.browser()
    state = leave(browser, world.authorize(browser, app))
    page = return_as(world, browser, identity("2", email), state)
    if trust == "none":
        asked = browser.submit(page, {"email": email}, button="send-code")
        page = browser.submit(asked, {"code": code_in(mails(world, email)[0])})
    assert "code" in browser.submit(page, {"terms": "1"}, button="create-account").answer
    browser.http.cookies.set(f"__Host-up-{state}", f"secret-{state}")
    assert return_as(world, browser, identity("2", email), state).status == 422
    assert len(world.services.sessions.of(world.services.users.id_of(email) or "")) == 1


def test_a_link_after_a_sign_in_uses_the_attempt_up(alone: World) -> None:
    """O-08: the sign-in to the account and the question are between the answer of the upstream and the link."""
    world = with_connections(alone, connection())
    person, app, browser = world.person(), world.client(), world.browser()
    state = leave(browser, world.authorize(browser, app))
    page = return_as(world, browser, identity("5", person.email), state)
    question = browser.submit(page, {"email": person.email, "password": person.password})
    assert "code" in browser.submit(question, button="connect").answer
    browser.http.cookies.set(f"__Host-up-{state}", f"secret-{state}")
    assert return_as(world, browser, identity("5", person.email), state).status == 422
    assert len(world.services.sessions.of(person.user.id)) == 1


def test_a_refused_second_use_leaves_the_session_of_the_browser(alone: World) -> None:
    """O-08: an address of the history that is opened again ends no session."""
    world = with_connections(alone, connection())
    person, app, browser = world.person(), world.client(), world.browser()
    link(world, person, identity("1"))
    state = leave(browser, world.authorize(browser, app))
    assert "code" in return_as(world, browser, identity("1"), state).answer
    browser.http.cookies.set(f"__Host-up-{state}", f"secret-{state}")
    assert return_as(world, browser, identity("1"), state).status == 422
    [session] = world.sessions(person)
    assert session.ended_at is None
    assert "code" in world.authorize(browser, app, prompt="none").answer


def test_a_new_sign_in_by_a_connection_ends_the_session_before_it(alone: World) -> None:
    """F-01. Apps keep the `sid` of the first one."""
    world = with_connections(alone, connection())
    person, app, browser = world.person(), world.client(), world.browser()
    link(world, person, identity("1"))
    sign_in_as(world, browser, world.authorize(browser, app), identity("1"))
    world.clock.advance(5)
    assert "code" in sign_in_as(world, browser, world.authorize(browser, app, prompt="select_account"), identity("1")).answer
    before, after = sorted(world.services.sessions.of(person.user.id), key=lambda one: one.created_at)
    assert (before.ended_at is None, after.ended_at) == (False, None)
    assert after.sid == before.sid


def test_a_session_that_ended_meanwhile_stops_no_sign_in(alone: World) -> None:
    """A sign-out in another tab, between the read of the former session and the write of the new one."""
    world = with_connections(alone)
    s, person = world.services, world.person()
    before, after = (s.session_service.begin(person.user, proved_for="", origin=Origin()) for _ in range(2))
    s.session_service.write(before)
    s.session_service.end(before.user_id, before.id)
    s.session_service.write(after, ends=before, parts=(s.used_once.use_part("upstream", "a", expires_at=world.clock() + 600, attempt="1"),))
    assert {one.id for one in world.sessions(person)} == {after.id}
    with pytest.raises(Invalid):
        s.session_service.write(before, ends=after, parts=(s.used_once.use_part("upstream", "a", expires_at=world.clock(), attempt="2"),))
    assert {one.id for one in world.sessions(person)} == {after.id}


def test_what_the_upstream_refuses_leads_back_to_the_same_request(alone: World) -> None:
    world = with_connections(alone, connection())
    person, app, browser = world.person(), world.client(), world.browser()
    state = leave(browser, world.authorize(browser, app))
    page = browser.open("/upstream/corp/callback", {"state": state, "error": "access_denied"})
    assert page.status == 422
    assert 'role="alert"' in page.text
    assert "code" in browser.submit(page, {"email": person.email, "password": person.password}).answer


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_callback_tells_no_one_which_connections_there_are(alone: World, method: str) -> None:
    """The name of a connection can name a customer (G-02). The real part that reads the answer is asked."""
    world = with_connections(alone, connection(), connection("posts", response_mode="form_post"), connection("off", enabled=False))
    del world.services.__dict__["upstream_sign_in"]

    def told(name: str) -> tuple[int, str]:
        sent = {"state": "0", "code": "c"}
        http, path = world.browser().http, f"/upstream/{name}/callback"
        answer = http.get(path, params=sent) if method == "GET" else http.post(path, data=sent)
        assert name.title() not in answer.text.replace("request", "")
        return answer.status_code, re.sub(r"[A-Za-z0-9_-]{20,}", "", answer.text)

    answers = {name: told(name) for name in ("corp", "posts", "off", "nothing", "UPPER", "a" * 60)}
    assert answers["corp"][0] == 400
    assert len(set(answers.values())) == 1, {name: answer[1][-800:] for name, answer in answers.items()}


def test_closed_sign_up_makes_no_account_except_for_the_domains_of_an_organisation(alone: World) -> None:
    """G-13."""
    world = with_connections(
        alone, connection(), connection("acme", email_trust="domains", domains=("acme.example",)), sign_up="closed"
    )  # fmt: skip
    app, browser, email = world.client(), world.browser(), world.unused_email()
    page = sign_in_as(world, browser, world.authorize(browser, app), identity("s", email))
    assert page.has_button("sign-in")
    assert not page.has_button("create-account")
    body = {"request": page.form({"password": ""}, "sign-in").fields["request"]}
    forced = browser.http.post("/upstream/finish", data=body, headers={"Origin": world.settings.issuer})
    assert forced.status_code == 422
    assert world.services.users.id_of(email) is None
    ours = sign_in_as(world, browser, world.authorize(browser, app), identity("s", "bob@acme.example", of="acme"), "acme")
    assert "code" in ours.answer
    other = sign_in_as(
        world, browser, world.authorize(browser, app, prompt="login"), identity("t", "bob@other.example", of="acme"), "acme"
    )  # fmt: skip
    assert other.redirected_to is None


def test_a_connection_for_known_people_makes_and_links_nothing(alone: World) -> None:
    world = with_connections(alone, connection(accounts="known"))
    person, app, browser = world.person(email_verified=True), world.client(), world.browser()
    page = sign_in_as(world, browser, world.authorize(browser, app), identity("k", person.email))
    assert page.status == 403
    assert "is not connected" in page.text
    assert link_of(world, person) == []


def test_a_connection_that_is_off_refuses_sign_ins_and_ends_no_session(alone: World) -> None:
    """O-16, docs/accounts.md: the session goes on, and the next sign-in by the connection is refused."""
    world = with_connections(alone, connection())
    person, app, browser = world.person(), world.client(), world.browser()
    link(world, person, identity("1"))
    assert "code" in sign_in_as(world, browser, world.authorize(browser, app), identity("1")).answer
    other = world.browser()
    state = leave(other, world.authorize(other, app))
    put(world, connection(enabled=False))
    assert "code" in world.authorize(browser, app).answer
    assert return_as(world, other, identity("1"), state).status == 403
    assert len(world.sessions(person)) == 1


def test_the_same_subject_at_two_connections_is_two_people(alone: World) -> None:
    """I-05."""
    world = with_connections(alone, connection(), connection("other"))
    app, one, two = world.client(), world.unused_email(), world.unused_email()
    browser = world.browser()
    sign_in_as(world, browser, world.authorize(browser, app), identity("1", one))
    again = replace(identity("1", two, of="other"), issuer="https://corp.example")
    sign_in_as(world, browser, world.authorize(browser, app, prompt="login"), again, "other")
    assert None not in {world.services.users.id_of(one), world.services.users.id_of(two)}
    assert world.services.users.id_of(one) != world.services.users.id_of(two)


def test_a_changed_address_at_the_upstream_changes_nothing_here(alone: World) -> None:
    """O-06, nOAuth: the account is found by the subject, and its address stays."""
    world = with_connections(alone, connection())
    victim, app, email = world.person(), world.client(), world.unused_email()
    for told in (email, victim.email, "new@else.example"):
        browser = world.browser()
        assert "code" in sign_in_as(world, browser, world.authorize(browser, app), identity("1", told)).answer
    user_id = world.services.users.id_of(email)
    assert len(world.services.sessions.of(user_id or "")) == 3
    assert world.services.sessions.of(victim.user.id) == []


def test_the_domain_of_a_typed_address_leads_to_its_connection(alone: World) -> None:
    """Home realm discovery reads the connections only: an address with an account and one without get the same answer (G-02)."""
    world = with_connections(alone, connection("acme", shown=False, domains=("acme.example",)))
    app, browser = world.client(), world.browser()
    page = world.authorize(browser, app)
    assert not page.has_button("connection-acme")
    browser.stop = "https://up.example"
    away = browser.submit(page, {"email": "Ada@ACME.example"}, button="organisation")
    assert away.redirected_to
    assert upstream_of(world).begun[-1]["login_hint"] == "Ada@ACME.example"
    known = world.person()
    for email in (known.email, world.unused_email(), "ada@notacme.example", "ada@sub.acme.example", "acme.example.evil"):
        refused = browser.submit(page, {"email": email}, button="organisation")
        assert (refused.status, refused.redirected_to) == (422, None)
        assert "No organisation is set up" in refused.text
    empty = browser.submit(page, {"email": " "}, button="organisation")
    assert empty.status == 422
    assert "Enter your email address first." in empty.text


def test_without_connections_the_page_is_as_before(alone: World) -> None:
    world = with_connections(alone)
    page = world.authorize(world.browser(), world.client())
    assert not page.has_button("organisation")
    assert "connections" not in page.text
    assert "form-action 'self'" in world.browser().open("/login").response.headers["Content-Security-Policy"]


def test_the_buttons_are_those_of_the_app_in_their_order(alone: World) -> None:
    world = with_connections(alone)
    app = world.client()
    put(world,
        connection("b", position=2), connection("a", position=1), connection("c", apps=("other",)), connection("d", enabled=False),
        connection("e", shown=False),
    )  # fmt: skip
    world.clock.advance(61)
    page = world.authorize(world.browser(), app)
    [form] = [each for each in page.forms if each.button("connection-a")]
    assert [button.value for button in form.buttons] == ["a", "b"]
    alone_page = world.browser().open("/login")
    assert alone_page.has_button("connection-c")
    assert "form-action" not in alone_page.response.headers["Content-Security-Policy"]


def away(world: World, parameters: dict[str, str], **client: object) -> tuple[str, Page]:
    """Where /authorize leads, and the page that is shown instead."""
    browser = world.browser()
    browser.stop = UPSTREAM
    page = world.authorize(browser, world.client(**client), **parameters)
    browser.stop = APP
    return page.redirected_to or "", page


@pytest.mark.parametrize("name", ["connection", "idp_hint"])
def test_a_request_that_names_a_connection_goes_straight_to_it(alone: World, name: str) -> None:
    world = with_connections(alone, connection(), connection("other", apps=("none",)), connection("off", enabled=False))
    assert away(world, {name: "corp"})[0].startswith(UPSTREAM)
    for unknown in ("other", "off", "nothing", "UPPER", "a" * 41, "../x"):
        target, page = away(world, {name: unknown})
        assert target == ""
        assert page.has_button("sign-in")


def test_a_session_answers_a_request_that_names_a_connection(alone: World) -> None:
    world = with_connections(alone, connection())
    person, app, browser = world.person(), world.client(), world.browser()
    browser.submit(world.authorize(browser, app), {"email": person.email, "password": person.password})
    assert "code" in world.authorize(browser, app, connection="corp").answer
    assert upstream_of(world).begun == []


def test_an_app_for_connections_only_goes_straight_to_its_only_one(alone: World) -> None:
    world = with_connections(alone, connection(), connection("other", apps=("none",)))
    assert away(world, {}, connections_only=True)[0].startswith(UPSTREAM)
    put(world, connection(), connection("third"))
    world.clock.advance(61)
    target, page = away(world, {}, connections_only=True)
    assert target == ""
    assert page.has_button("connection-third")
    assert "password" not in page.fields


def test_a_browser_is_sent_to_no_connection_that_was_switched_off_just_now(alone: World) -> None:
    """O-16: the list of buttons may be a minute old. A connection that is named, or the only one of an app, is read at the request."""
    world = with_connections(alone, connection())
    assert away(world, {"connection": "corp"})[0].startswith(UPSTREAM)
    assert away(world, {}, connections_only=True)[0].startswith(UPSTREAM)
    put(world, connection(enabled=False))
    for parameters, client in (({"connection": "corp"}, {}), ({"idp_hint": "corp"}, {}), ({}, {"connections_only": True})):
        target, page = away(world, parameters, **client)
        assert target == ""
        assert page.status == 200


def test_an_app_for_connections_only_accepts_no_other_session(alone: World) -> None:
    """Neither one from before, nor one by a form of the sign-in that its page does not show."""
    world = with_connections(alone, connection(), connection("other"))
    person, plain, app = world.person(), world.client(), world.client(connections_only=True)
    link(world, person, identity("1"))
    browser = world.browser()
    browser.submit(world.authorize(browser, plain), {"email": person.email, "password": person.password})
    page = world.authorize(browser, app)
    assert page.redirected_to is None
    body = {"request": page.forms[0].fields["request"], "email": person.email, "password": person.password}
    forced = browser.http.post("/login", data=body, headers={"Origin": world.settings.issuer})
    assert forced.status_code == 200
    assert "code" not in forced.headers.get("location", "")
    done = sign_in_as(world, browser, page, identity("1"))
    assert "code" in done.answer
    assert "code" in world.authorize(browser, app).answer


def test_an_app_for_connections_only_accepts_sessions_of_its_own_connections(alone: World) -> None:
    """A person who signed in elsewhere, by a connection that is not the app's, signs in again. So does one whose connection is off."""
    world = with_connections(alone, connection())
    person, app, plain, browser = world.person(), world.client(connections_only=True), world.client(), world.browser()
    put(world, connection("google", apps=(plain.id,)), connection(apps=(app.id,)))
    world.clock.advance(61)
    link(world, person, identity("1", of="google"))
    link(world, person, identity("1"))
    assert "code" in sign_in_as(world, browser, world.authorize(browser, plain), identity("1", of="google"), "google").answer
    asked = {"response_type": "code", "redirect_uri": APP, "scope": "openid email", "state": "s1", "nonce": "n1"}
    refused: list[str] = []
    accepted: list[str] = []
    for apps, enabled, outcomes in (((plain.id,), True, refused), ((plain.id, app.id), True, accepted), ((), False, refused)):
        put(world, connection("google", apps=apps, enabled=enabled), connection(apps=(app.id,)))
        world.clock.advance(61)
        outcomes.append(browser.http.get("/authorize", params={**asked, "client_id": app.id}, follow_redirects=False).headers["location"])
    assert all("code=" in target for target in accepted)
    assert all(target.startswith(UPSTREAM) for target in refused)


def test_a_person_connects_an_account_for_an_app_for_connections_only(alone: World) -> None:
    world = with_connections(alone, connection(), connection("other"))
    person, app, browser = world.person(), world.client(connections_only=True), world.browser()
    page = sign_in_as(world, browser, world.authorize(browser, app), identity("2", person.email))
    question = browser.submit(page, {"email": person.email, "password": person.password})
    again = browser.submit(question, button="connect")
    assert again.redirected_to is None
    assert "code" in sign_in_as(world, browser, again, identity("2", person.email)).answer


def test_attempts_do_not_pile_up_in_a_browser(alone: World) -> None:
    """The cookies of many attempts would make each request too long, and lock the person out. The last five stay open."""
    world = with_connections(alone, connection())
    app, browser, email = world.client(), world.browser(), world.unused_email()
    page = world.authorize(browser, app)
    states = [leave(browser, page) for _ in range(30)]
    held = [cookie.name for cookie in browser.http.cookies.jar if "up-" in cookie.name]
    assert held == [f"__Host-up-{state}" for state in states[-5:]]
    assert "code" in return_as(world, browser, identity("1", email), states[-5]).answer


def test_a_long_address_is_not_passed_on(alone: World) -> None:
    """A header of more than 10 KB is refused on the way."""
    world = with_connections(alone, connection(domains=("corp.example",)))
    browser = world.browser()
    sealed = world.authorize(browser, world.client()).forms[0].fields["request"]
    for length, passed_on in ((100, True), (9000, False)):
        body = {"request": sealed, "email": "a" * length + "@corp.example"}
        away = browser.http.post("/upstream", data=body, headers={"Origin": world.settings.issuer})
        assert away.headers["location"].startswith(UPSTREAM)
        assert bool(upstream_of(world).begun[-1]["login_hint"]) == passed_on


def test_connections_of_other_apps_are_not_told(alone: World) -> None:
    """The name of a connection can name a customer. It is answered like one that does not exist."""
    world = with_connections(alone, connection(), connection("secret", apps=("other",)), connection("off", enabled=False))
    browser = world.browser()
    sealed = world.authorize(browser, world.client()).forms[0].fields["request"]

    def told(name: str) -> tuple[int, str]:
        body = {"request": sealed, "connection": name}
        answer = browser.http.post("/upstream", data=body, headers={"Origin": world.settings.issuer})
        assert "Secret" not in answer.text
        return answer.status_code, answer.text.partition('role="alert"')[2][:200]

    assert told("secret") == told("off") == told("nothing")
    assert told("nothing")[0] == 422
