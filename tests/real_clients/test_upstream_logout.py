"""Keycloak tells us that a person signed out there: the sessions that began there end (Back-Channel Logout 1.0, threats O-16)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import httpx
import pytest

from idp.adapters.outgoing import Outgoing
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.connections.connection import Connection
from idp.services.upstream.secret import seal_secret
from tests.support.forms import Browser, Page
from tests.support.served_provider import served_provider

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.keycloak import Keycloak, Realm
    from tests.support.served_provider import ServedProvider

pytestmark = pytest.mark.slow

PASSWORD, SECRET = "a password of the realm", secrets.token_urlsafe(24)
PATIENCE = 20
"""Seconds that Keycloak may take to send a logout token on a busy machine. It sends it within the request that ends its session."""


@pytest.fixture(scope="module")
def idp(quick_endpoint: str, keycloak: Keycloak, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProvider]:
    """A provider that reaches Keycloak, and that Keycloak reaches."""
    with served_provider(quick_endpoint, folder=tmp_path_factory.mktemp("idp"), sign_up="open") as running:
        vars(running.services)["outgoing"] = Outgoing(frozenset({"localhost"}), str(keycloak.authority))
        yield running


@dataclass
class There:
    """A realm whose people come to us by the connection `realm`."""

    idp: ServedProvider
    realm: Realm
    connection: str = field(default_factory=lambda: f"kc-{secrets.token_hex(4)}")
    client: str = ""

    def __post_init__(self) -> None:
        ours = f"{self.idp.issuer}/upstream/{self.connection}"
        self.client = self.realm.client(
            "ours", secret=SECRET, redirectUris=[f"{ours}/callback"], clientAuthenticatorType="client-secret",
            attributes={"backchannel.logout.url": f"{ours}/backchannel-logout", "backchannel.logout.session.required": "true"},
        )  # fmt: skip
        with self.realm.keycloak.browser() as http:
            told = http.get(f"{self.realm.issuer}/.well-known/openid-configuration").json()
        endpoints = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
        made = Connection(
            id=self.connection, type="oidc", preset="keycloak", name="Corp", issuer=self.realm.issuer, client_id="ours",
            email_trust="verified", secret=seal_secret(self.idp.services.keyring, self.connection, SECRET), shown=False,
            iss_parameter=told["authorization_response_iss_parameter_supported"], **{name: told[name] for name in endpoints},
        )  # fmt: skip
        assert self.idp.services.connections.create(made)

    def person(self) -> tuple[str, str]:
        """A new person of the realm: the id there, and the name."""
        name = f"ada-{secrets.token_hex(4)}"
        return self.realm.user(name, password=PASSWORD), name

    def sign_in(self, name: str, theirs: httpx.Client) -> None:
        """This person signs in here by the connection. `theirs`: their browser as far as Keycloak sees it, with its session."""
        app, _ = self.idp.client(client_name="Shop", redirect_uris=["https://shop.example/cb"], scope="openid", first_party=True)
        with httpx.Client(base_url=self.idp.issuer) as http:
            browser = Browser(http, stop=self.realm.keycloak.url)
            asked: dict[str, str] = {
                "client_id": app.id, "response_type": "code", "scope": "openid", "redirect_uri": "https://shop.example/cb",
                "connection": self.connection, "state": "s", "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
                "code_challenge_method": "S256",
            }  # fmt: skip
            away = browser.open("/authorize", asked)
            if away.redirected_to is None:
                away = browser.submit(away)
            back = signed_in_there(theirs, away, name)
            browser.stop = "https://shop.example/"
            assert "code" in browser.open(back).answer

    def live(self, name: str) -> int:
        """How many live sessions this person has here."""
        s = self.idp.services
        user = s.users.get(s.users.id_of(f"{name}@example.com") or "")
        assert user
        return len(s.access.sessions(user, scope=DEPLOYMENT))

    def becomes(self, name: str, expected: int) -> bool:
        """Whether so many sessions are live in a moment."""
        end = monotonic() + PATIENCE
        while self.live(name) != expected and monotonic() < end:
            sleep(0.1)
        return self.live(name) == expected


def signed_in_there(theirs: httpx.Client, away: Page, name: str) -> str:
    """Sign in at Keycloak, if it asks. Returns the address of our callback."""
    assert away.redirected_to, away
    answer = theirs.get(away.redirected_to)
    if not answer.has_redirect_location:
        form = next(one for one in Page(answer).forms if one.id == "kc-form-login")
        answer = theirs.post(urljoin(str(answer.url), form.action), data={"username": name, "password": PASSWORD})
    assert answer.has_redirect_location, answer.text[:2000]
    return str(answer.headers["location"])


@pytest.fixture(scope="module")
def there(idp: ServedProvider, keycloak: Keycloak) -> There:
    return There(idp, keycloak.realm())


def sessions_of(there: There, subject: str) -> list[dict[str, Any]]:
    """The sessions of a person at Keycloak."""
    found: list[dict[str, Any]] = there.realm.call("GET", f"users/{subject}/sessions").json()
    return found


def test_an_admin_who_signs_a_person_out_there_ends_their_sessions_here(there: There) -> None:
    """All of their sessions, and no session of another person."""
    subject, name = there.person()
    _, other = there.person()
    for who in (name, name, other):
        with there.realm.keycloak.browser() as theirs:
            there.sign_in(who, theirs)
    assert (there.live(name), there.live(other)) == (2, 1)
    there.realm.call("POST", f"users/{subject}/logout")
    assert there.becomes(name, 0)
    assert there.live(other) == 1


def test_an_admin_who_ends_one_session_there_ends_the_one_that_began_in_it(there: There) -> None:
    """By its `sid`."""
    subject, name = there.person()
    for _ in range(2):
        with there.realm.keycloak.browser() as theirs:
            there.sign_in(name, theirs)
    first, _ = sessions_of(there, subject)
    there.realm.call("DELETE", f"sessions/{first['id']}")
    assert there.becomes(name, 1)
    s = there.idp.services
    user = s.users.get(s.users.id_of(f"{name}@example.com") or "")
    assert user
    [left] = s.access.sessions(user, scope=DEPLOYMENT)
    assert (left.upstream or {})["sid"] != first["id"]


def test_a_person_who_signs_out_there_is_signed_out_here(there: There) -> None:
    """On Keycloak's own page, without our doing."""
    _, name = there.person()
    with there.realm.keycloak.browser() as theirs:
        there.sign_in(name, theirs)
        assert there.live(name) == 1
        page = theirs.get(f"{there.realm.issuer}/protocol/openid-connect/logout")
        form = next(one for one in Page(page).forms if "logout" in one.action)
        theirs.post(urljoin(str(page.url), form.action), data=form.fields | {"confirmLogout": "Logout"})
    assert there.becomes(name, 0)


def test_a_token_of_another_realm_ends_nothing_here(there: There, keycloak: Keycloak) -> None:
    """Its signature and its issuer are of the realm of another connection."""
    other = There(there.idp, keycloak.realm())
    _, name = there.person()
    with keycloak.browser() as theirs:
        there.sign_in(name, theirs)
    theirs_here = f"{there.idp.issuer}/upstream/{there.connection}/backchannel-logout"
    found = other.realm.call("GET", f"clients/{other.client}").json()
    found["attributes"] |= {"backchannel.logout.url": theirs_here}
    other.realm.call("PUT", f"clients/{other.client}", json=found)
    subject, stranger = other.person()
    with keycloak.browser() as browser:
        other.sign_in(stranger, browser)
    other.realm.call("POST", f"users/{subject}/logout")
    assert (there.live(name), other.live(stranger)) == (1, 1)


def test_each_logout_is_an_event(there: There) -> None:
    """With the connection, and without an actor here."""
    subject, name = there.person()
    with there.realm.keycloak.browser() as theirs:
        there.sign_in(name, theirs)
    there.realm.call("POST", f"users/{subject}/logout")
    assert there.becomes(name, 0)
    user_id = there.idp.services.users.id_of(f"{name}@example.com")
    found = [
        raw for raw in there.idp.services.database.scan("state")
        if raw["kind"] == {"S": "event"} and raw["type"] == {"S": "upstream.signed_out"} and raw.get("subject") == {"S": user_id}
    ]  # fmt: skip
    assert len(found) == 1
