"""A person sees and takes away all that is stored about them, without secrets and other people (threats J-04, J-08, K-03)."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.audit.event import AuditEvent
from idp.domain.errors import NotFound
from idp.domain.people.consent import Consent
from idp.services.audit.recorder import SYSTEM, Actor
from idp.services.people.export.exported import EXPORTED
from idp.services.people.export.values import is_there, left_codes
from idp.store import keys
from tests.integration.account.people import granted, signed_in
from tests.integration.account.planting import planted
from tests.store.examples import session
from tests.support.pages import ISSUER, error, press, recorded
from tests.support.stored import change_user

if TYPE_CHECKING:
    from idp.services.people.export.row import Exported
    from tests.support.people import Person
    from tests.support.world import World

PATH, EXPORT = "/account/data", "/account/data/export"


def read(world: World, person: Person) -> dict[str, Any]:
    """The export of a person."""
    return world.services.person_export.read(person.user.id, scope=DEPLOYMENT)


@pytest.mark.parametrize("row", EXPORTED, ids=lambda row: row.model.kind_name)
def test_what_is_planted_comes_out_if_it_may(world: World, row: Exported) -> None:
    """J-08, K-03: a canary in each attribute of each kind. Those that are shown are in the export, the others are not."""
    person = world.person()
    if row.section == "invitations":
        ticket = next(each for each in EXPORTED if each.section == "mails_with_links")
        world.services.database.put(planted(world, ticket.model, person.user, itertools.count())[0])
    item, canaries = planted(world, row.model, person.user, itertools.count())
    world.services.database.put(item)
    found = read(world, person)
    rows = [found["account"]] if row.section == "account" else found[row.section]
    assert rows
    text = json.dumps(rows)
    for attribute, (name, convert) in row.shown.items():
        assert any(name in each for each in rows)
        if attribute in canaries and convert not in {is_there, left_codes} and attribute != "credential_id":
            assert canaries[attribute] in text, attribute
    everything = json.dumps(found)
    for attribute in row.left_out:
        if attribute in canaries:
            assert canaries[attribute] not in everything, attribute
    hidden = {attribute for attribute, (_, convert) in row.shown.items() if convert is is_there}
    for attribute in hidden & set(canaries):
        assert canaries[attribute] not in everything, attribute


def test_numbers_come_out_as_times(world: World) -> None:
    """In RFC 3339, not as seconds."""
    person = world.person()
    signed_in(world, person)
    [row] = read(world, person)["sessions"]
    assert row["began_at"].endswith("Z")
    assert row["methods"] == ["pwd"]
    assert "security_stamp" not in row


def crowded(world: World, person: Person, *, apps: int, sessions: int) -> None:
    """Give the person that many sessions, and apps with consent and access."""
    now = world.clock()
    for _ in range(sessions):
        world.services.session_service.write(session(user_id=person.user.id, created_at=now, auth_time=now, expires_at=now + 999))
    for _ in range(apps):
        client = world.client(name="Shop")
        world.services.consents.put(Consent(person.user.id, client.id, ("openid",), now))
        granted(world, person, client.id)
        world.services.audit.record(
            "consent.given", origin=world.origin(), actor=person.user.id, subject=person.user.id, client_id=client.id
        )


def test_a_person_with_many_sessions_and_apps_costs_few_queries(world: World) -> None:
    """The goal of the issue: at most four Queries for 200 sessions and 50 apps. Everything is in it."""
    person = world.person(totp=True)
    crowded(world, person, apps=50, sessions=200)
    with recorded(world) as operations:
        found = read(world, person)
    calls = Counter(operations)
    assert calls["Query"] == 3
    assert calls == {"Query": 3, "BatchGetItem": 2}
    assert (len(found["sessions"]), len(found["app_access"]), len(found["allowed_apps"]), len(found["apps"])) == (200, 50, 50, 50)
    assert found["complete"]
    assert set(found["apps"].values()) == {"Shop"}


def test_other_people_are_not_in_it(world: World) -> None:
    """J-04: neither their items, nor the id, network address and request of an admin who changed the account."""
    person, admin, neighbour = world.person(), world.person(admin=True), world.person()
    world.services.user_service.patch(
        person.user.id, {"claims": {"name": "Ada"}}, by=Actor(admin.user.id, world.origin("198.51.100.99")), scope=DEPLOYMENT
    )
    world.services.events.put(
        AuditEvent(
            "e", world.clock() * 1000, "user.signed_up", actor=person.user.id, subject=person.user.id, target=neighbour.user.id,
            address="203.0.113.50", request_id="own-request", details={"invited_by": admin.user.id, "account": "keyed-hash", "n": "1"},
        ),
        retention=999,
    )  # fmt: skip
    signed_in(world, neighbour)
    text = json.dumps(read(world, person))
    for secret in (admin.user.id, admin.email, neighbour.user.id, neighbour.email, "198.51.100.99", "keyed-hash"):
        assert secret not in text
    events = {event["type"]: event for event in read(world, person)["events"]}
    assert events["user.updated"]["by"] == "another person"
    assert events["user.updated"]["request_id"] is None
    own = events["user.signed_up"]
    assert (own["by"], own["target"], own["network_address"], own["request_id"]) == (
        person.user.id, "another person", "203.0.113.50", "own-request",
    )  # fmt: skip
    assert own["details"] == {"invited_by": "another person", "n": "1"}


def test_an_address_that_another_person_has_now_is_theirs(world: World) -> None:
    """The person gave it up, and the reservation is over or was taken by force. Its item and its mail problem are not in the export."""
    person, other = world.person(), world.person()
    change_user(world.services.users, person.user.id, former_emails={other.email: f"{world.clock()} t", "old@x.example": "1 t"})
    found = read(world, person)
    assert [row["email"] for row in found["addresses"]] == [person.email]


def test_no_secret_of_a_real_account_is_in_it(world: World) -> None:
    """K-03: password hash, authenticator, recovery codes, cookies, codes, tokens. The page shows none either."""
    person = world.person(totp=True)
    browser = signed_in(world, person)
    world.clock.now += 60
    granted(world, person, world.client().id)
    user = world.services.users.get(person.user.id)
    assert user
    assert user.password_hash
    text = json.dumps(read(world, person)) + browser.open(PATH).text
    cookies = [value for value in browser.http.cookies.values() if len(value) > 20]
    for secret in (user.password_hash, "$argon2", person.secret, *person.recovery_codes, *cookies):
        assert secret not in text
    for raw in world.services.database.query_all("directory", keys.user_pk(user.id)):
        for sealed in [*raw.get("codes", {"M": {}})["M"], raw.get("sealed", {}).get("B", "no")]:
            assert str(sealed) not in text or sealed == "no"


def test_the_file_needs_a_fresh_confirmation(world: World) -> None:
    """H-06: a session of a while ago gets the confirmation instead. After it the button works, and the page says so."""
    person = world.person()
    browser = signed_in(world, person)
    world.clock.now += 600
    page = press(browser, browser.open(PATH), EXPORT)
    assert "password" in page.fields
    assert not world.audited("user.exported", person)
    wrong = browser.submit(page, {"password": "not this one at all"})
    assert error(wrong)
    page = browser.submit(page, {"password": person.password})
    assert page.response.url.path == PATH
    assert "You can download the file now" in page.text
    answer = press(browser, page, EXPORT).response
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-disposition"] == 'attachment; filename="my-data.json"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["account"]["email"] == person.email
    [event] = world.audited("user.exported", person)
    assert (event.actor, event.subject) == (person.user.id, person.user.id)


def test_a_second_factor_is_part_of_the_confirmation(world: World) -> None:
    """H-06: a recent sign-in by password alone is not enough for a person who set one up since, in another browser."""
    person = world.person()
    browser = signed_in(world, person)
    page = browser.open(PATH)
    change_user(world.services.users, person.user.id, mfa_required=True)
    answer = press(browser, page, EXPORT).response
    assert answer.headers["content-type"].startswith("text/html")
    assert not world.audited("user.exported", person)


@pytest.mark.parametrize("data", [{}, {"csrf": "x"}])
def test_another_site_cannot_ask_for_the_file(world: World, data: dict[str, str]) -> None:
    """F-02: without the token of the session the answer is 403."""
    person = world.person()
    browser = signed_in(world, person)
    assert browser.http.post(EXPORT, data=data, headers={"Origin": ISSUER}).status_code == 403
    assert not world.audited("user.exported", person)


def test_a_stranger_gets_the_sign_in_page(world: World) -> None:
    """Without a session."""
    for answer in (world.browser().http.get(PATH), world.browser().http.post(EXPORT, data={}, headers={"Origin": ISSUER})):
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")


def test_the_page_says_what_there_is_in_words(world: World) -> None:
    """With the newest ten of a long list, and how many more are in the file. Text of apps and browsers is escaped (F-10)."""
    person = world.person(claims={"name": "<b>Ada</b>", "address": {"locality": "London"}}, attributes={"team": ["a", "b"]})
    browser = signed_in(world, person)
    crowded(world, person, apps=1, sessions=14)
    text = browser.open(PATH).text
    for words in ("Your data", "Sign-ins", "Security log", "And 5 more in the file", "London", "a, b", "Shop", person.user.id):
        assert words in text
    assert "<b>Ada</b>" not in text
    assert 'href="/account/data"' in browser.open("/account").text


def test_times_on_the_page_are_in_the_zone_of_the_person(world: World) -> None:
    """As on the account page. The file has them in UTC."""
    person = world.person(claims={"zoneinfo": "Asia/Tokyo"})
    assert " JST</time>" in signed_in(world, person).open(PATH).text
    assert read(world, person)["account"]["created_at"].endswith("Z")


def test_an_export_of_a_person_who_is_gone_is_refused(world: World) -> None:
    """The account was erased meanwhile; nothing is made up."""
    person = world.person()
    world.services.user_service.delete(person.user.id, scope=DEPLOYMENT)
    with pytest.raises(NotFound):
        world.services.person_export.export(person.user.id, by=SYSTEM, scope=DEPLOYMENT)


def test_a_damaged_item_is_said(world: World) -> None:
    """FI-17: the rest comes out, and `complete` is false."""
    person = world.person()
    signed_in(world, person)
    broken = keys.session(person.user.id, "broken")
    world.services.database.write_raw("state", [{"pk": {"S": broken.pk}, "sk": {"S": broken.sk}, "kind": {"S": "session"}}])
    found = read(world, person)
    assert not found["complete"]
    assert len(found["sessions"]) == 1


def test_a_person_with_very_many_events_gets_the_newest(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """K-01: the answer has a bound. What was left out is the oldest events, and `complete` says so."""
    person = world.person()
    signed_in(world, person)
    for number in range(6):
        event = AuditEvent(f"e{number}", world.clock() * 1000 - number, f"n{number}", subject=person.user.id)
        world.services.events.put(event, retention=9999)
    monkeypatch.setattr("idp.store.person_reader.MOST", 5)
    found = read(world, person)
    assert not found["complete"]
    assert len(found["sessions"]) == 1
    assert [event["type"] for event in found["events"]] == ["n0", "n1", "n2", "n3"][: len(found["events"])]
    assert 0 < len(found["events"]) < 6
