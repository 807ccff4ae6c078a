"""The step in which a person chooses the organisation for which they sign in (docs/organizations.md, threats H-04, B-17)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.organisations.profile import OrganisationPolicy, OrganisationProfile
from tests.support.organising import change, join, leave, organisation
from tests.support.pages import ISSUER, error, hidden, press, recorded, session_cookie, sign_in

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from tests.support.forms import Browser, Page
    from tests.support.people import Person
    from tests.support.world import World

Two = tuple[OrganisationProfile, OrganisationProfile]
HEADING = "Choose an organisation"
SCOPE = "openid email organization"


def client_of(world: World, **changes: Any) -> Client:
    """An app that may ask for an organisation."""
    scopes = ("openid", "email", "offline_access", "organization")
    return world.client(**{"organization": "allowed", "scopes": scopes, **changes})


def member_of(world: World, *organisations: OrganisationProfile, **flags: Any) -> Person:
    """A person who is in these organisations."""
    person = world.person(**flags)
    for it in organisations:
        join(world.services, person.user, it)
    return person


@pytest.fixture
def two(world: World) -> tuple[OrganisationProfile, OrganisationProfile]:
    """Two organisations."""
    return organisation(world.services, name="Acme"), organisation(world.services, name="Beta & <Söhne>")


def chosen(browser: Browser, page: Page, it: OrganisationProfile) -> Page:
    """The page after a press of the button of this organisation."""
    return browser.submit(page, button=it.id)


def grants(world: World, person: Person) -> list[str]:
    """The organisations of all grants of the person."""
    return [grant.org_id for grant in world.services.grants.of(person.user.id)]


def test_a_person_in_several_chooses_one(world: World, two: Two) -> None:
    """Each by its name, in the order of names, as text. The code is for the chosen one."""
    browser, client, person = world.browser(), client_of(world), member_of(world, *two)
    page = sign_in(world, browser, client, person, scope=SCOPE)
    assert HEADING in page.text
    assert "Beta &amp; &lt;Söhne&gt;" in page.text
    assert page.text.index("Acme") < page.text.index("Beta")
    assert chosen(browser, page, two[1]).answer["code"]
    assert grants(world, person) == [two[1].id]


def test_it_is_asked_each_time(world: World, two: Two) -> None:
    """A person may act for another one now. The session stays the same."""
    browser, client, person = world.browser(), client_of(world), member_of(world, *two)
    for it in two:
        known = bool(grants(world, person))
        page = world.authorize(browser, client, scope=SCOPE) if known else sign_in(world, browser, client, person, scope=SCOPE)
        assert chosen(browser, page, it).answer["code"]
    assert sorted(grants(world, person)) == sorted(it.id for it in two)
    assert len(world.sessions(person)) == 1


@pytest.mark.parametrize("others", [0, 1])
def test_there_is_nothing_to_choose_in_fewer_than_two(world: World, two: Two, others: int) -> None:
    """Also if a second one is disabled."""
    change(world.services, two[0], disabled=True)
    browser, client, person = world.browser(), client_of(world), member_of(world, two[0], *two[1 : 1 + others])
    assert sign_in(world, browser, client, person, scope=SCOPE).answer["code"]
    assert grants(world, person) == ([two[1].id] if others else [""])


def test_an_app_that_names_one_is_not_asked_about(world: World, two: Two) -> None:
    """By the scope or the parameter."""
    browser, client, person = world.browser(), client_of(world), member_of(world, *two)
    assert sign_in(world, browser, client, person, scope=f"openid organization:{two[0].slug}").answer["code"]
    assert world.authorize(browser, client, organization=two[1].id).answer["code"]
    assert sorted(grants(world, person)) == sorted(it.id for it in two)


@pytest.mark.parametrize("value", ["", "*", "org_x", "acme", "0", "foreign", "left"])
def test_only_an_own_organisation_can_be_chosen(world: World, two: Two, value: str) -> None:
    """The page is shown again with 422. What is sent decides nothing: the organisations are read for each form."""
    third, foreign = organisation(world.services), organisation(world.services)
    browser, client, person = world.browser(), client_of(world), member_of(world, *two)
    held = join(world.services, person.user, third)
    page = sign_in(world, browser, client, person, scope=SCOPE)
    leave(world.services, held)
    sent = {"foreign": foreign.id, "left": third.id}.get(value, value)
    form = {"request": hidden(page, "request"), "csrf": hidden(page, "csrf"), "organization": sent}
    answer = browser.http.post("/choose-organization", data=form, headers={"Origin": ISSUER})
    assert (answer.status_code, HEADING in answer.text, "Choose one of your organisations." in answer.text) == (422, True, True)
    assert not grants(world, person)


def test_one_that_is_left_between_choice_and_answer_is_refused(world: World, two: Two) -> None:
    """The choice travels sealed to the consent page. There the person is no member any more: access_denied, and no grant."""
    browser, client, person = world.browser(), client_of(world, first_party=False), world.person()
    held = [join(world.services, person.user, it) for it in two]
    page = chosen(browser, sign_in(world, browser, client, person, scope=SCOPE), two[0])
    assert page.has_button("approve")
    leave(world.services, held[0])
    assert browser.submit(page, button="approve").answer["error"] == "access_denied"
    assert not grants(world, person)
    assert [event.reason for event in world.audited("sign_in.failed", person)] == ["not_a_member"]


@pytest.mark.parametrize("token", [None, "", "x"])
def test_only_the_person_who_saw_the_question_can_answer_it(world: World, two: Two, token: str | None) -> None:
    """B-17: the token of the session is missing or forged."""
    browser, client, person = world.browser(), client_of(world), member_of(world, *two)
    page = sign_in(world, browser, client, person, scope=SCOPE)
    form = {"request": hidden(page, "request"), "organization": two[0].id, **({} if token is None else {"csrf": token})}
    answer = browser.http.post("/choose-organization", data=form, headers={"Origin": ISSUER})
    assert (answer.status_code, "another session" in answer.text) == (403, True)
    assert not grants(world, person)


def test_another_person_who_signed_in_meanwhile_is_asked(world: World, two: Two) -> None:
    """Two tabs: the question in the first one was for another person."""
    browser, client = world.browser(), client_of(world)
    one, other = member_of(world, *two), member_of(world, *two)
    first = sign_in(world, browser, client, one, scope=SCOPE)
    browser.submit(world.authorize(browser, client, scope=SCOPE, prompt="login"), {"email": other.email, "password": other.password})
    answer = chosen(browser, first, two[0])
    assert (answer.status, other.email in answer.text) == (403, True)
    assert not grants(world, other)


def test_nothing_is_told_before_the_second_factor(world: World, two: Two) -> None:
    """H-04: a caller with the password alone does not get the organisations, and not whether the person is in a named one."""
    foreign = organisation(world.services)
    client, person = client_of(world), member_of(world, *two, totp=True)
    for scope in (SCOPE, f"openid organization:{foreign.id}"):
        browser = world.browser()
        with recorded(world) as calls:
            page = browser.submit(world.authorize(browser, client, scope=scope), {"email": person.email, "password": person.password})
        assert "code" in page.fields
        assert "Query" not in calls
        form = {"request": hidden(page, "request"), "organization": two[0].id}
        jumped = browser.http.post("/choose-organization", data=form, headers={"Origin": ISSUER})
        assert (HEADING in jumped.text, "Acme" in jumped.text) == (False, False)
    assert not grants(world, person)


def test_a_choice_needs_a_session(world: World, two: Two) -> None:
    """The sign-in begins again."""
    browser, client, person = world.browser(), client_of(world), member_of(world, *two)
    page = sign_in(world, browser, client, person, scope=SCOPE)
    browser.http.cookies.delete("idp_session")
    again = chosen(browser, page, two[0])
    assert "password" in again.fields
    assert session_cookie(browser) is None


# --- consent --------------------------------------------------------------------------------------------------------------


def test_consent_is_for_one_organisation(world: World, two: Two) -> None:
    """The page names it. Another one is asked about anew, as new; both are remembered by their ids."""
    browser, client, person = world.browser(), client_of(world, first_party=False), member_of(world, *two)
    page = chosen(browser, sign_in(world, browser, client, person, scope=SCOPE), two[0])
    assert "That you act for Acme" in page.text
    assert browser.submit(page, button="approve").answer["code"]
    assert chosen(browser, world.authorize(browser, client, scope=SCOPE), two[0]).answer["code"]
    page = chosen(browser, world.authorize(browser, client, scope=SCOPE), two[1])
    assert ("That you act for Beta &amp; &lt;Söhne&gt;" in page.text, 'class="badge"' in page.text) == (True, True)
    assert browser.submit(page, button="approve").answer["code"]
    (consent,) = world.services.consents.of(person.user.id)
    assert set(consent.scopes) == {"openid", "email", *(f"organization:{it.id}" for it in two)}


def test_no_is_an_answer(world: World, two: Two) -> None:
    """access_denied, and no consent for the organisation."""
    browser, client, person = world.browser(), client_of(world, first_party=False), member_of(world, *two)
    page = chosen(browser, sign_in(world, browser, client, person, scope=SCOPE), two[0])
    assert browser.submit(page, button="deny").answer["error"] == "access_denied"
    assert not world.services.consents.of(person.user.id)


def test_an_answer_for_one_organisation_is_none_for_another(world: World, two: Two) -> None:
    """prompt=consent: with the form of before the choice, sent again, the person is asked about the other organisation too."""
    browser, client, person = world.browser(), client_of(world), member_of(world, *two)
    question = sign_in(world, browser, client, person, scope=SCOPE, prompt="consent")
    assert browser.submit(chosen(browser, question, two[0]), button="approve").answer["code"]
    again = chosen(browser, question, two[1])
    assert again.has_button("approve")
    assert grants(world, person) == [two[0].id]


def test_the_pages_after_the_choice_have_the_look_of_the_organisation(world: World, two: Two) -> None:
    """Over that of the app, on pages of the sign-in for it only. The app itself stays as it is."""
    change(world.services, two[0], branding={"name": "Acme Accounts", "colours": {"light": {"accent": "#7c2d12"}}})
    look = {"name": "Meadow Accounts", "colours": {"light": {"accent": "#1d4ed8"}}}
    browser, client, person = world.browser(), client_of(world, first_party=False, branding=look), member_of(world, *two)
    question = sign_in(world, browser, client, person, scope=SCOPE)
    page, other = chosen(browser, question, two[0]), chosen(browser, question, two[1])
    for shown, name, accent in ((question, "Meadow", "#1d4ed8"), (page, "Acme", "#7c2d12"), (other, "Meadow", "#1d4ed8")):
        assert (f"· {name} Accounts</title>" in shown.text, f"--accent:{accent}" in shown.text) == (True, True)
    silent = browser.http.post("/consent", data={**page.forms[-1].fields, "decision": "?"}, headers={"Origin": ISSUER})
    assert (silent.status_code, "Allow" in silent.text) == (422, True)
    assert browser.submit(page, button="approve").answer["code"]
    stored = world.services.clients.get(client.id)
    assert stored is not None
    assert stored.branding == look


# --- policies -------------------------------------------------------------------------------------------------------------


def test_a_second_factor_is_asked_for_after_the_choice(world: World, two: Two) -> None:
    """Of a person who has none: it is set up. For the organisation without the policy nothing is asked."""
    change(world.services, two[0], policy=OrganisationPolicy(mfa_required=True))
    browser, client, person = world.browser(), client_of(world), member_of(world, *two)
    page = sign_in(world, browser, client, person, scope=SCOPE)
    assert chosen(browser, page, two[1]).answer["code"]
    page = chosen(browser, world.authorize(browser, client, scope=SCOPE), two[0])
    assert "enrolment" in page.fields
    assert grants(world, person) == [two[1].id]


def test_a_remembered_or_optional_factor_is_asked_for_too(world: World) -> None:
    """A person with an authenticator has used it at the sign-in, so nothing more is asked."""
    it = organisation(world.services, policy=OrganisationPolicy(mfa_required=True))
    browser, client, person = world.browser(), client_of(world), member_of(world, it, totp=True)
    assert sign_in(world, browser, client, person, scope=SCOPE).answer["code"]
    (grant,) = world.services.grants.of(person.user.id)
    assert (grant.org_id, grant.acr) == (it.id, "aal2")


def test_an_old_session_signs_in_again_for_that_organisation_only(world: World, two: Two) -> None:
    """Once: the sign-in during the request answers it."""
    change(world.services, two[0], policy=OrganisationPolicy(session_hours=1))
    browser, client, person = world.browser(), client_of(world), member_of(world, *two)
    assert chosen(browser, sign_in(world, browser, client, person, scope=SCOPE), two[0]).answer["code"]
    world.clock.advance(3600)
    page = world.authorize(browser, client, scope=SCOPE)
    assert HEADING in page.text
    page = chosen(browser, page, two[0])
    assert "password" in page.fields
    assert browser.submit(page, {"email": person.email, "password": person.password}).answer["code"]
    world.clock.advance(3599)
    assert chosen(browser, world.authorize(browser, client, scope=SCOPE), two[1]).answer["code"]
    assert chosen(browser, world.authorize(browser, client, scope=SCOPE), two[0]).answer["code"]


def test_a_sign_in_for_no_organisation_reads_nothing_of_them(world: World, two: Two) -> None:
    """The calls of a member are those of a person who is in none."""
    client, member, plain = client_of(world), member_of(world, *two), world.person()
    world.authorize(world.browser(), client)
    made = []
    for person in (plain, member):
        with recorded(world) as calls:
            assert sign_in(world, world.browser(), client, person).answer["code"]
        made.append(list(calls))
    assert made[0] == made[1]


def test_the_page_of_the_choice_shows_an_error_of_the_form_alone(world: World, two: Two) -> None:
    """A first visit has none."""
    browser, client, person = world.browser(), client_of(world), member_of(world, *two)
    page = sign_in(world, browser, client, person, scope=SCOPE)
    assert error(page) == ""
    assert "password" in press(browser, page, "/login").fields
