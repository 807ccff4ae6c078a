"""A thousand people of a real Keycloak move in, and sign in with what they had: password, authenticator, upstream account (threats R-10).

These are the steps of docs/moving.md: the export is one of `kc.sh export`, and the hashes are Keycloak's own.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from idp.adapters.outgoing import Outgoing
from idp.domain.connections.connection import Connection
from idp.services.upstream.secret import seal_secret
from tests.journeys.steps import allow, give_code, heading, leave, press
from tests.support.cli import CommandLine
from tests.support.served_provider import served_provider
from tests.support.vendors.keycloak import ALIAS, enrol, username, with_people
from tests.support.vendors.people import PASSWORDS, imported, people

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyotp
    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse
    from tests.support.keycloak import Keycloak
    from tests.support.relying_party import RelyingParties
    from tests.support.served_provider import ServedProvider

pytestmark = pytest.mark.slow

EVERYBODY = people(1000, "meadow.example")
KEPT = imported(EVERYBODY)
SECRET = "only for this test"
THERE = "a password of the other realm"


@dataclass(frozen=True)
class Moved:
    """What the imports said, the refused rows, and the authenticator of the person who set it up in Keycloak."""

    out: str
    refused: list[dict[str, Any]]
    apps: str
    gwen: pyotp.TOTP


@pytest.fixture(scope="module")
def running(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory, table_prefixes: str) -> Iterator[ServedProvider]:
    """A provider whose tables the command line reaches, too."""
    folder = tmp_path_factory.mktemp("idp")
    with served_provider(quick_endpoint, folder=folder, prefix=table_prefixes) as running:
        yield running


@pytest.fixture(scope="module")
def table_prefixes() -> str:
    """The prefix of the tables of this file."""
    return f"t{secrets.token_hex(6)}"


@pytest.fixture(scope="module")
def moved(
    keycloak: Keycloak, running: ServedProvider, quick_endpoint: str, table_prefixes: str, tmp_path_factory: pytest.TempPathFactory
) -> Moved:
    """All people of a realm, moved."""
    folder, upstream = tmp_path_factory.mktemp("move"), keycloak.realm()
    callback = f"{running.issuer}/upstream/{ALIAS}/callback"
    upstream.client("idp", secret=SECRET, redirectUris=[callback], clientAuthenticatorType="client-secret")
    linked = next(each for each in KEPT if each.only_social and not each.disabled)
    subjects = {username(linked): upstream.user(username(linked), password=THERE, email="other@corp.example")}
    realm = with_people(keycloak, EVERYBODY, upstream, subjects, folder)
    gwen = enrol(keycloak, realm, "gwen", PASSWORDS[0], otpPolicyDigits=8, otpPolicyAlgorithm="HmacSHA256", otpPolicyPeriod=60)
    file = realm.export(folder)

    s = running.services
    vars(s)["outgoing"] = Outgoing(frozenset({"localhost"}), str(keycloak.authority))
    with keycloak.browser() as browser:
        told = browser.get(f"{upstream.issuer}/.well-known/openid-configuration").json()
    endpoints = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
    made = Connection(
        id=ALIAS, type="oidc", preset="keycloak", name="Corp", issuer=upstream.issuer, client_id="idp",
        secret=seal_secret(s.keyring, ALIAS, SECRET), iss_parameter=told["authorization_response_iss_parameter_supported"],
        **{name: told[name] for name in endpoints},
    )  # fmt: skip
    assert s.connections.create(made)
    extra = {"IDP_ISSUER": running.issuer, "IDP_KEY_FILE": str(s.settings.key_file)}
    idp = CommandLine(quick_endpoint, table_prefixes, folder, extra)
    idp.done("roles", "import", str(file), "--from", "keycloak")
    options = ("--trust-verified", "--with-totp", "--with-roles", "--with-links", f"{ALIAS}={ALIAS}", "--keep-ids")
    report = folder / "refused.jsonl"
    done = idp("users", "import", str(file), "--from", "keycloak", *options, "--report", str(report))
    apps = idp("clients", "import", str(file), "--from", "keycloak")
    return Moved(done.out, [json.loads(line) for line in report.read_text().splitlines()], apps.out, gwen)


def sign_in(page: Page, address: str, password: str) -> None:
    """On the first page."""
    page.get_by_label("Email").fill(address)
    page.get_by_label("Password", exact=True).fill(password)
    press(page, "Sign in")


def test_each_person_is_imported_or_refused_with_a_reason(moved: Moved, running: ServedProvider) -> None:
    assert moved.out.splitlines()[:3] == [f"{len(KEPT) + 1} imported", "0 imported before", "30 refused"], moved
    assert Counter(each["code"] for each in moved.refused) == {"moving.email_missing": 20, "moving.email_repeated": 10}
    users = running.services.users
    for each in KEPT[::37]:
        user = users.get(users.id_of(each.email) or "")
        assert user
        assert (user.id, user.disabled, user.email_verified) == (each.uuid, each.disabled, each.verified)
        assert (bool(user.password_hash), user.totp_enabled) == (bool(each.password), bool(each.totp_secret))
        assert (set(user.roles), set(user.groups)) == ({"editor"} if each.number % 2 else set(), set() if each.number % 3 else {"staff"})


def test_an_app_of_the_realm_keeps_its_secret(moved: Moved, running: ServedProvider) -> None:
    """A pattern is no redirect URI here, and the output says so."""
    shop = running.services.clients.get("corner-shop")
    assert shop
    assert (shop.redirect_uris, shop.secrets[0].digest) == (("https://shop.example/callback",), hashlib.sha256(b"s" * 32).hexdigest())
    assert "It is a pattern." in moved.apps
    assert "s" * 32 not in moved.apps


@pytest.mark.parametrize("scheme", ["argon2", "pbkdf2-sha256", "pbkdf2-sha512"])
def test_a_person_signs_in_with_the_old_password(
    browse: Browse, moved: Moved, idp: ServedProvider, apps: RelyingParties, scheme: str
) -> None:
    """Each of the three ways in which Keycloak hashes. The hash becomes our Argon2id."""
    del moved
    number = ("argon2", "pbkdf2-sha256", "pbkdf2-sha512").index(scheme)
    one = next(each for each in KEPT if each.number % 3 == number and not each.disabled and not each.totp_secret and not each.only_social)
    page, shop = browse(), apps.register("Corner shop")
    before = idp.services.users.get(one.uuid)
    assert before
    leave(page, shop)
    sign_in(page, one.email, one.password)
    allow(page, shop)
    after = idp.services.users.get(one.uuid)
    assert after
    assert before.password_hash != after.password_hash
    assert (after.password_hash or "").startswith("$argon2id$")


def test_a_person_signs_in_with_an_authenticator_that_keycloak_set_up(
    browse: Browse, moved: Moved, idp: ServedProvider, apps: RelyingParties
) -> None:
    """Eight digits, SHA-256, a minute: set up on Keycloak's pages."""
    page, shop = browse(), apps.register("Corner shop")
    leave(page, shop)
    sign_in(page, "gwen@example.com", PASSWORDS[0])
    give_code(page, moved.gwen.at(idp.clock()))
    allow(page, shop)


def test_a_person_without_a_password_signs_in_with_the_upstream_account(
    browse: Browse, moved: Moved, idp: ServedProvider, apps: RelyingParties
) -> None:
    """The link that Keycloak had to its identity provider, which is another realm here. The address there is another one."""
    del moved
    one = next(each for each in KEPT if each.only_social and not each.disabled)
    page, shop = browse(any_certificate=True), apps.register("Corner shop")
    leave(page, shop)
    press(page, "Continue with Corp")
    page.locator("#username").fill(username(one))
    page.locator("#password").fill(THERE)
    with page.expect_navigation():
        page.locator("#kc-login").click()
    allow(page, shop)
    [link] = idp.services.issuer_links.of(one.uuid)
    assert (link.connection_id, link.how) == (ALIAS, "import")


def test_a_wrong_password_and_a_disabled_person_are_refused(browse: Browse, moved: Moved, apps: RelyingParties) -> None:
    del moved
    one = next(each for each in KEPT if not each.disabled and each.password and not each.totp_secret)
    disabled = next(each for each in KEPT if each.disabled and each.password)
    page, shop = browse(), apps.register("Corner shop")
    leave(page, shop)
    sign_in(page, one.email, one.password + "x")
    heading(page, "Sign in")
    sign_in(page, disabled.email, disabled.password)
    heading(page, "Sign in")
