"""Consent is asked for when it is due, remembered, and given only by the person who was asked (OIDC Core §3.1.2.4; threat B-17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from tests.support.pages import APP, ISSUER, hidden, session_cookie, sign_in

if TYPE_CHECKING:
    from tests.support.world import World


def test_it_is_asked_once(world: World) -> None:
    """It is asked for again for a scope that was not allowed before, which is marked as new."""
    browser, client, person = world.browser(), world.client(first_party=False), world.person()
    page = sign_in(world, browser, client, person)
    assert "Your email address" in page.text
    assert '<b class="host" dir="ltr">app.example</b>' in page.text
    assert browser.submit(page, button="approve").answer["code"]
    assert world.authorize(browser, client).redirected_to
    page = world.authorize(browser, client, scope="openid email profile offline_access")
    assert "Access while you are away" in page.text
    assert browser.submit(page, button="approve").answer["code"]
    (consent,) = world.services.consents.of(person.user.id)
    assert set(consent.scopes) == {"openid", "email", "profile", "offline_access"}


def test_no_is_an_answer(world: World) -> None:
    """RFC 6749 §4.1.2.1: the app gets access_denied with state and issuer, and no consent is stored."""
    browser, client, person = world.browser(), world.client(first_party=False), world.person()
    answer = browser.submit(sign_in(world, browser, client, person), button="deny").answer
    assert (answer["error"], answer["state"], answer["iss"]) == ("access_denied", "s1", ISSUER)
    assert not world.services.consents.of(person.user.id)
    assert not world.services.grants.of(person.user.id)


def test_no_is_an_answer_in_a_form_too(world: World) -> None:
    """response_mode=form_post: the refusal is sent in the same way as a code."""
    browser, client, person = world.browser(), world.client(first_party=False), world.person()
    page = sign_in(world, browser, client, person, response_mode="form_post")
    page = browser.submit(page, button="deny")
    assert page.status == 200
    assert f'action="{APP}"' in page.text
    assert page.form({"error": "", "state": ""}, None).fields["error"] == "access_denied"


@pytest.mark.parametrize("decision", [None, "", "yes", "APPROVE"])
def test_silence_is_no_answer(world: World, decision: str | None) -> None:
    """The page asks again."""
    browser, client, person = world.browser(), world.client(first_party=False), world.person()
    page = sign_in(world, browser, client, person)
    data = {"request": hidden(page, "request"), "csrf": hidden(page, "csrf"), **({} if decision is None else {"decision": decision})}
    answer = browser.http.post("/consent", data=data, headers={"Origin": ISSUER})
    assert answer.status_code == 422
    assert not world.services.consents.of(person.user.id)


@pytest.mark.parametrize("token", [None, "", "x", "other"])
def test_only_the_person_who_saw_the_question_can_answer_it(world: World, token: str | None) -> None:
    """B-17: without the token, or with that of another session, the page asks again, with status 403."""
    client, person, other = world.client(first_party=False), world.person(), world.person()
    stranger = world.browser()
    strange = sign_in(world, stranger, client, other)
    browser = world.browser()
    page = sign_in(world, browser, client, person)
    csrf = hidden(strange, "csrf") if token == "other" else token
    data = {"request": hidden(page, "request"), "decision": "approve", **({} if csrf is None else {"csrf": csrf})}
    answer = browser.http.post("/consent", data=data, headers={"Origin": ISSUER})
    assert answer.status_code == 403
    assert "another session" in answer.text
    assert not world.services.consents.of(person.user.id)
    assert not world.services.grants.of(person.user.id)


def test_another_person_who_signed_in_meanwhile_is_asked(world: World) -> None:
    """Two tabs: the question in the first one was for another person."""
    browser, client, one, other = world.browser(), world.client(first_party=False), world.person(), world.person()
    first = sign_in(world, browser, client, one)
    second = browser.submit(world.authorize(browser, client, prompt="login"), {"email": other.email, "password": other.password})
    assert other.email in second.text
    answer = browser.submit(first, button="approve")
    assert answer.status == 403
    assert other.email in answer.text
    assert not world.services.consents.of(other.user.id)
    assert browser.submit(answer, button="approve").answer["code"]


def test_the_same_person_in_two_tabs_is_asked_once(world: World) -> None:
    """Signing in again in the second tab gives their session a new id: the question of the first was theirs, and is answered."""
    browser, client, person = world.browser(), world.client(first_party=False), world.person()
    first = sign_in(world, browser, client, person)
    second = browser.submit(world.authorize(browser, client, prompt="login"), {"email": person.email, "password": person.password})
    assert browser.submit(first, button="approve").answer["code"]
    assert browser.submit(second, button="approve").answer["code"]
    (session,) = world.services.access.sessions(person.user, scope=DEPLOYMENT)
    assert {grant.session_id for grant in world.services.grants.of(person.user.id)} == {session.sid}


def test_consent_needs_a_session(world: World) -> None:
    """The sign-in begins again."""
    browser, client, person = world.browser(), world.client(first_party=False), world.person()
    page = sign_in(world, browser, client, person)
    browser.http.cookies.delete("idp_session")
    page = browser.submit(page, button="approve")
    assert "password" in page.fields
    assert session_cookie(browser) is None
    assert not world.services.grants.of(person.user.id)


def test_a_back_button_answers_again(world: World) -> None:
    """The form is sent again from the history: there is another code, and the consent is the same."""
    browser, client, person = world.browser(), world.client(first_party=False), world.person()
    page = sign_in(world, browser, client, person)
    first = browser.submit(page, button="approve").answer["code"]
    assert browser.submit(page, button="approve").answer["code"] != first


def test_prompt_consent_asks_although_it_was_given(world: World) -> None:
    """OIDC Core §3.1.2.1: the answer counts for this request."""
    browser, client, person = world.browser(), world.client(), world.person()
    sign_in(world, browser, client, person)
    page = world.authorize(browser, client, prompt="consent")
    assert page.has_button("approve")
    assert browser.submit(page, button="approve").redirected_to
