"""Signing in at a SAML identity provider, through the pages of this provider: who it signs in, and what changes nothing (threats I, O)."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from idp.domain.access.tenancy import DEPLOYMENT
from idp.services.audit.recorder import SYSTEM
from tests.integration.account.people import signed_in
from tests.integration.account.saml_visits import Left, leave, with_saml
from tests.support.saml_idp import IDP, key_pair, metadata

if TYPE_CHECKING:
    from tests.support.world import World


def test_the_first_sign_in_makes_an_account_and_the_second_finds_it(alone: World) -> None:
    world = with_saml(alone)
    assert "code" in leave(world).back().answer
    user_id = world.services.users.id_of("ada@corp.example")
    assert user_id
    assert "code" in leave(world).back(attributes={"email": ["changed@corp.example"]}).answer
    [link] = world.services.issuer_links.of(user_id)
    assert (link.issuer, link.tenant, link.subject) == (IDP, "2.0:nameid-format:persistent", "person-1")
    assert [one.amr for one in world.services.sessions.of(user_id)] == [("fed",), ("fed",)]


def test_another_name_of_the_same_address_proves_the_account_first(alone: World) -> None:
    """O-01: the account is not found by its address."""
    world = with_saml(alone)
    leave(world).back()
    page = leave(world).back(name_id="person-2")
    assert page.redirected_to is None
    assert "email" in page.fields


def test_an_answer_is_used_once(alone: World) -> None:
    """S-05: also if the browser kept its cookie, and the form is posted again."""
    world = with_saml(alone)
    leave(world).back()
    left = leave(world)
    cookies = dict(left.browser.http.cookies)
    value = left.answer()
    places = [left.post(value).headers["location"] for _ in range(2)]
    assert "code" in left.browser.open(places[0]).answer
    for place in places:
        for name, kept in cookies.items():
            left.browser.http.cookies.set(name, kept)
        again = left.browser.open(place)
        assert again.redirected_to is None
        assert again.status in {403, 422}


def test_another_browser_gets_nothing(alone: World) -> None:
    world = with_saml(alone)
    left = leave(world)
    place = left.post(left.answer()).headers["location"]
    page = world.browser().open(place)
    assert page.status == 400
    assert world.services.users.id_of("ada@corp.example") is None
    assert "code" in left.browser.open(place).answer


@pytest.mark.parametrize(
    "changes",
    [
        {"by": key_pair("attacker")}, {"sign": "none"}, {"audience": "https://else.example"}, {"recipient": "https://else.example/acs"},
        {"issuer": "https://else.example"}, {"request_id": ""}, {"answers": "_other"}, {"not_on_or_after": -3600},
        {"format": "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"}, {"sign": "response"},
    ],
)  # fmt: skip
def test_a_response_that_does_not_count_shows_the_sign_in_page_again(alone: World, changes: dict[str, Any]) -> None:
    world = with_saml(alone)
    page = leave(world).back(**changes)
    assert (page.status, page.has_button("connection-corp")) == (422, True)
    assert world.services.users.id_of("ada@corp.example") is None


def test_a_sign_in_that_the_identity_provider_begins_is_refused(alone: World) -> None:
    world = with_saml(alone)
    left = leave(world)
    for relay_state in ("", "https://app.example", "x" * 5000):
        assert left.post(left.answer(request_id=""), relay_state).status_code == 400


def test_the_cookies_of_many_attempts_stay_small(alone: World) -> None:
    """A gateway refuses requests whose headers have more than 10,240 bytes."""
    world = with_saml(alone)
    browser, app = world.browser(), world.client()
    lefts = [leave(world, app, browser) for _ in range(8)]
    own = [value for name, value in browser.http.cookies.items() if "up-" in name]
    assert sum(map(len, own)) <= 5000
    assert "code" in lefts[-1].back().answer


def test_an_account_page_connects_and_disconnects_it(alone: World) -> None:
    world = with_saml(alone)
    person = world.person()
    browser = signed_in(world, person)
    left = Left(world, browser, browser.open("/account"), button="connect-corp")
    left.back()
    [link] = world.services.issuer_links.of(person.user.id)
    assert (link.how, link.subject) == ("account_page", "person-1")


def test_the_metadata_has_the_address_the_entity_and_the_certificates_and_no_secret(alone: World) -> None:
    world = with_saml(alone, wants_encryption=True)
    got = world.browser().open("/upstream/corp/metadata.xml")
    root = etree.fromstring(got.text.encode())
    names = {"md": "urn:oasis:names:tc:SAML:2.0:metadata", "ds": "http://www.w3.org/2000/09/xmldsig#"}
    made = world.services.connections.get("corp")
    assert made
    assert got.response.headers["content-type"] == "application/samlmetadata+xml"
    assert root.get("entityID") == f"{world.settings.issuer}/upstream/corp" == made.client_id
    [acs] = root.findall(".//md:AssertionConsumerService", names)
    assert acs.get("Location") == made.redirect_uri(world.settings.issuer)
    published = [(key.get("use"), key.find(".//ds:X509Certificate", names).text) for key in root.findall(".//md:KeyDescriptor", names)]
    assert published == [("signing", made.own_certificates["signing"]), ("encryption", made.own_certificates["encryption"])]
    assert "PRIVATE" not in got.text
    assert made.secret not in got.text


def test_only_a_saml_connection_has_metadata(alone: World) -> None:
    world = with_saml(alone)
    assert world.browser().open("/upstream/other/metadata.xml").status == 404


def test_certificates_roll_over_on_both_sides(alone: World) -> None:
    """Theirs: two certificates count. Ours: the next one is published, then used."""
    world = with_saml(alone)
    service = world.services.connection_service
    new = key_pair("new")
    service.patch("corp", {"metadata": metadata(IDP, key_pair(), new)}, scope=DEPLOYMENT, by=SYSTEM)
    for pair in (key_pair(), new):
        assert "code" in leave(world).back(by=pair).answer
    service.patch("corp", {"metadata": metadata(IDP, new)}, scope=DEPLOYMENT, by=SYSTEM)
    assert leave(world).back().status == 422
    before = service.get("corp", scope=DEPLOYMENT).own_certificates
    prepared = service.rotate_certificate("corp", activate=False, scope=DEPLOYMENT, by=SYSTEM).own_certificates
    assert prepared["signing"] == before["signing"]
    assert prepared["next_signing"] in world.browser().open("/upstream/corp/metadata.xml").text
    active = service.rotate_certificate("corp", activate=True, scope=DEPLOYMENT, by=SYSTEM).own_certificates
    assert (active["signing"], active["old_encryption"]) == (prepared["next_signing"], before["encryption"])


def test_a_response_never_makes_a_server_error(alone: World) -> None:
    world = with_saml(alone)
    left = leave(world)
    for document in (b"", b"<", b"<a/>", b"\xff", b"<?xml version='1.0'?><!DOCTYPE a><a/>", b"<a" + b"a" * 40_000):
        answer = left.post(b64encode(document).decode())
        assert answer.status_code == 303
        assert left.browser.open(answer.headers["location"]).status in {400, 422}
