"""A person takes an app's access back: one row for an app, and its end ends all that the app has (threats C-08)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.people.consent import Consent
from idp.domain.requests.authorization_details import DetailType
from tests.integration.account.people import granted, signed_in
from tests.support.pages import ISSUER, hidden, press, recorded, sign_in

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from tests.support.forms import Browser
    from tests.support.people import Person
    from tests.support.world import World

REVOKE = "/account/grants/revoke"


def consented(world: World, person: Person, client_id: str, *scopes: str) -> None:
    """Make a consent of the person for this app, some time ago."""
    world.services.consents.put(Consent(person.user.id, client_id, scopes or ("openid",), world.clock(), "r"))


def revoke(browser: Browser, client_id: str) -> int:
    """Send the form of this app's row. Return the status of the answer."""
    csrf = hidden(browser.open("/account"), "csrf")
    return browser.http.post(REVOKE, data={"csrf": csrf, "client": client_id}, headers={"Origin": ISSUER}).status_code


def live(world: World, person: Person, client: Client) -> int:
    """Return the number of live grants of this app."""
    return sum(grant.client_id == client.id for grant in world.services.access.grants(person.user, scope=DEPLOYMENT))


def test_one_row_for_an_app_however_often_it_was_let_in(world: World) -> None:
    """Forty-seven sign-ins make one row, with all that the app may have."""
    person, client = world.person(), world.client(name="Meadow")
    for _ in range(7):
        granted(world, person, client.id)
    consented(world, person, client.id, "openid", "email")
    page = signed_in(world, person).open("/account")
    assert page.text.count('name="client"') == 1
    assert page.text.count(">Meadow</strong>") == 1
    for words in ("Know that it is you", "Access while you are away", "Your email address"):
        assert page.text.count(words) == 1


def test_its_end_ends_all_of_it(world: World) -> None:
    """All refresh tokens, access tokens and unredeemed codes end, and so does the consent."""
    person, client, other = world.person(), world.client(first_party=False), world.client()
    browser = world.browser()
    browser.submit(sign_in(world, browser, client, person), button="approve")  # a code on its way
    for _ in range(3):
        granted(world, person, client.id)
    kept = granted(world, person, other.id)
    page = browser.open("/account")
    assert page.text.count('name="client"') == 2
    assert revoke(browser, client.id) == 303
    of_it = [grant for grant in world.services.grants.of(person.user.id) if grant.client_id == client.id]
    assert len(of_it) == 4
    assert all(grant.revoked_at for grant in of_it)
    assert not world.services.consents.of(person.user.id)
    assert world.services.access.grants(person.user, scope=DEPLOYMENT) == [world.services.grants.get(person.user.id, kept.id)]
    assert len(world.audited("grant.revoked", person)) == 4
    assert len(world.audited("consent.revoked", person)) == 1
    assert world.authorize(browser, client).has_button("approve"), "the app has to ask again"


def test_an_app_that_may_come_back_unasked_has_a_row(world: World) -> None:
    """Its tokens are over, but a remembered consent lets it in again without a question. The person can take that back too."""
    person, client = world.person(), world.client(first_party=False, name="Meadow")
    consented(world, person, client.id)
    browser = signed_in(world, person)
    page = press(browser, browser.open("/account"), REVOKE)
    assert "The app no longer has access" in page.text
    assert not world.services.consents.of(person.user.id)
    assert "Meadow" not in page.text


@pytest.mark.parametrize(
    "sent", [{}, {"client": ""}, {"grant": "g"}, {"client": "unknown"}, {"client": "\x00#../"}, {"client": "x" * 9000}]
)
def test_what_names_no_app_with_access_ends_nothing(world: World, sent: dict[str, str]) -> None:
    """Nothing, an app that the person never met, an id that is none."""
    person, client = world.person(), world.client()
    granted(world, person, client.id)
    browser = signed_in(world, person)
    csrf = hidden(browser.open("/account"), "csrf")
    answer = browser.http.post(REVOKE, data={"csrf": csrf, **sent}, headers={"Origin": ISSUER})
    assert answer.status_code in {400, 404}
    assert live(world, person, client) == 1


def test_another_persons_access_goes_on(world: World) -> None:
    """J-04: the app loses what this person gave it, and nothing else."""
    person, other, client = world.person(), world.person(), world.client()
    for each in (person, other):
        granted(world, each, client.id)
        consented(world, each, client.id)
    assert revoke(signed_in(world, person), client.id) == 303
    assert (live(world, person, client), live(world, other, client)) == (0, 1)
    assert len(world.services.consents.of(other.user.id)) == 1


def test_removing_access_again_ends_nothing_more(world: World) -> None:
    """The second time there is nothing to end."""
    person, client = world.person(), world.client()
    granted(world, person, client.id)
    browser = signed_in(world, person)
    assert revoke(browser, client.id) == 303
    world.clock.now += 1
    assert revoke(browser, client.id) == 404


def test_a_scope_without_words_is_a_permission_with_its_technical_name(world: World) -> None:
    """A person does not read `orders:read` as if it were a sentence. The name is there for those who know it."""
    person, client = world.person(), world.client(name="Meadow", scopes=("openid", "orders:read"))
    consented(world, person, client.id, "openid", "orders:read")
    text = signed_in(world, person).open("/account").text
    assert "A permission without a description <code>orders:read</code>" in text
    assert text.count("orders:read") == 1


def test_authorization_details_are_shown_as_the_consent_page_shows_them(world: World) -> None:
    """RFC 9396 §13: the person sees the details that an app holds, each once. A type that was deleted has its technical name."""
    person, client = world.person(), world.client(name="Bank")
    kind = f"payment-{world.services.new_id()[:8]}"
    detail = {"type": kind, "actions": ["initiate", "cancel"], "instructed_amount": {"currency": "EUR", "amount": "123.50"}}
    for _ in range(2):
        grant = replace(granted(world, person, client.id), authorization_details=(detail,))
        world.services.grants.give(replace(grant, id=world.services.new_id(), redeemed_at=world.clock(), redeemed_by="a"))
    browser = signed_in(world, person)
    assert browser.open("/account").text.count(f"{kind}<span") == 1
    world.services.detail_types.put(DetailType(kind, "Pay from your account", "One payment."))
    with recorded(world) as calls:
        text = browser.open("/account").text
    assert kind not in text
    assert text.count("Pay from your account: One payment.") == 1
    assert "initiate, cancel" in text
    assert "amount: 123.50" in text
    assert len(calls) == 6, "one more than without details"


@pytest.mark.parametrize(
    ("uri", "by", "linked"),
    [
        ("https://meadow.example/", None, True), ("https://meadow.example/", "dynamic", False),
        ("https://meadow.example/", "document", False),
        ("http://meadow.example/", None, False), ("javascript:alert(1)", None, False), (None, None, False),
    ],
)  # fmt: skip
def test_an_app_of_an_admin_has_a_link_that_opens_it(world: World, uri: str | None, by: str | None, linked: bool) -> None:
    """Where an app that registered itself leads is its own choice, so it has no link."""
    person, client = world.person(), world.client(name="Meadow", client_uri=uri, registered_by=by)
    granted(world, person, client.id)
    page = signed_in(world, person).open("/account")
    assert 'name="client"' in page.text
    assert ('href="https://meadow.example/"' in page.text) == linked
    assert "javascript:" not in page.text
