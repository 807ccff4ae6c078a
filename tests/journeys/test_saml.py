"""People sign in at Keycloak by SAML, in Chromium. Keycloak reads our metadata, and we read its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.services.audit.recorder import SYSTEM
from tests.journeys.steps import allow, heading, leave, press
from tests.support.relying_party import relying_parties
from tests.support.served_provider import served_provider

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse
    from tests.support.keycloak import Keycloak, Realm
    from tests.support.relying_party import RelyingParties
    from tests.support.served_provider import ServedProvider

pytestmark = pytest.mark.slow
PASSWORD = "nine wet walruses"
CONNECTIONS: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "plain": ({}, {"domains": ("example.com",)}),
    "both": ({"saml.server.signature": "true", "saml.assertion.signature": "true"}, {"signs_requests": True}),
    "gcm": ({"saml.encryption.algorithm": "http://www.w3.org/2009/xmlenc11#aes256-gcm"}, {"wants_encryption": True}),
    "cbc": ({"saml.server.signature": "true"}, {"wants_encryption": True}),
    "roll": ({}, {}),
}
"""By name, attributes of the client at Keycloak, and members of the connection. The sign-in page knows new ones within a minute only."""


@pytest.fixture(scope="module")
def realm(keycloak: Keycloak) -> Realm:
    """The identity provider."""
    made = keycloak.realm()
    for name in ("ada", "bob", "kim", "joe"):
        made.user(name, password=PASSWORD)
    return made


@pytest.fixture(scope="module")
def running(quick_endpoint: str, keycloak: Keycloak, realm: Realm, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProvider]:
    """A provider that reaches Keycloak."""
    own = {"sign_up": "open", "dev_fetch_hosts": "localhost", "dev_fetch_ca": str(keycloak.authority)}
    with served_provider(quick_endpoint, folder=tmp_path_factory.mktemp("idp"), **own) as idp:
        for name, (at_keycloak, members) in CONNECTIONS.items():
            connect(idp, realm, name, at_keycloak, **members)
        yield idp


@pytest.fixture(scope="module")
def apps(running: ServedProvider) -> Iterator[RelyingParties]:
    """The apps' site."""
    with relying_parties(running) as site:
        yield site


def connect(idp: ServedProvider, realm: Realm, name: str, at_keycloak: dict[str, str], **members: Any) -> None:
    """Make a connection from Keycloak's metadata, and a client there from ours. `at_keycloak`: attributes of that client."""
    given = {
        "preset": "saml", "name": name.title(), "metadata_url": realm.saml_metadata, "email_trust": "domains",
        "domains": (f"{name}.example",), **members,
    }  # fmt: skip
    made = idp.services.connection_service.create(name, given, scope=DEPLOYMENT, by=SYSTEM)
    with realm.keycloak.browser(trust_env=False) as http:
        ours = http.get(made.own_metadata_uri(idp.issuer)).raise_for_status().text
    read = realm.call("POST", "client-description-converter", content=ours, headers={"content-type": "application/xml"}).json()
    assert read["clientId"] == made.client_id
    attributes = {**read["attributes"], "saml_force_name_id_format": "true", **at_keycloak}
    mapper = {
        "name": "email", "protocol": "saml", "protocolMapper": "saml-user-property-mapper",
        "config": {"user.attribute": "email", "attribute.name": "email", "attribute.nameformat": "Basic"},
    }  # fmt: skip
    realm.make("clients", **{**read, "attributes": attributes, "protocolMappers": [mapper], "enabled": True})


def sign_in_there(page: Page, person: str) -> None:
    """At Keycloak: sign in as this person."""
    page.locator("#username").fill(person)
    page.locator("#password").fill(PASSWORD)
    page.locator("#kc-login").click()


def arrive(page: Page, apps: RelyingParties, name: str, person: str) -> None:
    """From an app to Keycloak and back to the app."""
    shop = apps.register("Corner shop")
    leave(page, shop)
    press(page, f"Continue with {name.title()}")
    sign_in_there(page, person)
    allow(page, shop)


def test_a_person_of_a_company_signs_in_and_sees_the_account_page(
    browse: Browse, running: ServedProvider, realm: Realm, apps: RelyingParties
) -> None:  # fmt: skip
    """The response comes as a form of another site, so it has no cookie of ours; the page that follows has it."""
    page = browse(any_certificate=True)
    arrive(page, apps, "plain", "ada")
    user_id = running.services.users.id_of("ada@example.com")
    assert user_id
    [link] = running.services.issuer_links.of(user_id)
    assert (link.issuer, link.tenant) == (realm.issuer, "2.0:nameid-format:persistent")
    page.goto(f"{running.issuer}/account")
    heading(page, "Your account")
    assert page.get_by_text("ada@example.com").count()

    again = browse(any_certificate=True, javascript=False)
    again.goto(f"{running.issuer}/login")
    press(again, "Continue with Plain")
    sign_in_there(again, "ada")
    press(again, "Continue")  # Keycloak's form needs a button without scripts
    heading(again, "Your account")
    assert len(running.services.issuer_links.of(user_id)) == 1


@pytest.mark.parametrize("name", ["both", "gcm", "cbc"])
def test_each_way_of_signing_and_encrypting_works(browse: Browse, running: ServedProvider, apps: RelyingParties, name: str) -> None:
    """Two signatures and a signed request; encryption with AES-GCM; with AES-CBC, Keycloak's default, in a signed response."""
    page = browse(any_certificate=True)
    shop = apps.register("Corner shop")
    leave(page, shop)
    press(page, f"Continue with {name.title()}")
    sign_in_there(page, "bob")
    heading(page, "Create an account")  # the connection does not decide about the domain
    assert not running.services.users.id_of("bob@example.com")


def test_a_new_key_of_keycloak_counts_after_its_metadata_is_read(browse: Browse, running: ServedProvider, realm: Realm) -> None:
    before = running.services.connections.get("roll")
    assert before
    parent = realm.call("GET", "").json()["id"]
    config = {"priority": ["500"], "enabled": ["true"], "active": ["true"], "keySize": ["2048"]}
    key = {"name": "next", "providerId": "rsa-generated", "providerType": "org.keycloak.keys.KeyProvider", "parentId": parent}
    realm.make("components", **key, config=config)

    page = browse(any_certificate=True)
    page.goto(f"{running.issuer}/login")
    press(page, "Continue with Roll")
    sign_in_there(page, "kim")
    page.get_by_text("could not be accepted").wait_for()

    after = running.services.connection_service.discover("roll", scope=DEPLOYMENT, by=SYSTEM)
    assert len(after.certificates) > len(before.certificates)
    other = browse(any_certificate=True)
    other.goto(f"{running.issuer}/login")
    press(other, "Continue with Roll")
    sign_in_there(other, "kim")
    heading(other, "Create an account")
