"""The morning after the move: people of Auth0, Firebase and Cognito sign in, in Chromium, with what they had.

A thousand of each are imported by the command line, with their ids. The other provider, which is Google in the exports, is oidc-provider.
"""

from __future__ import annotations

import io
import json
import secrets
from typing import TYPE_CHECKING

import httpx
import pytest

from idp.adapters.outgoing import Outgoing
from idp.domain.connections.connection import Connection
from idp.domain.moving.clients.auth0 import read as read_clients
from idp.services.moving.client_import import ImportedApp
from idp.services.upstream.secret import seal_secret
from tests.integration.account.resetting import newest
from tests.journeys.resets import NEW, ask, set_password, sign_in_now
from tests.journeys.steps import allow, give_code, give_password, heading, leave, press, refused, sign_in_there
from tests.support.cli import CommandLine
from tests.support.oidc_provider import HOST, oidc_provider
from tests.support.people import Person, Phone
from tests.support.relying_party import relying_parties
from tests.support.served_provider import served_provider
from tests.support.vendors import auth0, cognito, firebase
from tests.support.vendors.people import Someone, imported, people

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse
    from tests.support.oidc_provider import Upstream
    from tests.support.relying_party import RelyingParties
    from tests.support.served_provider import ServedProvider

SECRET = "only for this test"
EVERYBODY = {name: people(1000, f"{name}.example") for name in ("auth0", "firebase", "cognito")}
FILES: dict[str, tuple[bytes, dict[str, bytes], str]] = {
    "auth0": (auth0.export(EVERYBODY["auth0"]), {"hashes": auth0.hashes(EVERYBODY["auth0"])}, "google-oauth2"),
    "firebase": (firebase.json_file(EVERYBODY["firebase"]), {"hash-config": firebase.CONFIG.encode()}, "google.com"),
    "cognito": (cognito.list_users(EVERYBODY["cognito"]), {}, "Google"),
}
"""The export, the file beside it, and the name that it has for Google."""
IDS: dict[str, Callable[[Someone], str]] = {"auth0": auth0.user_id, "firebase": lambda p: p.id + "0000", "cognito": lambda p: p.uuid}
VENDORS = tuple(FILES)
WITH_PASSWORDS = ("auth0", "firebase")
SOCIAL = [each for everyone in EVERYBODY.values() for each in everyone if each.is_linked and each.email]


@pytest.fixture(scope="module")
def running(quick_endpoint: str, node_clients: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProvider]:
    """A provider with the people of three vendors, and with a connection to the provider that they use."""
    folder, prefix = tmp_path_factory.mktemp("idp"), f"t{secrets.token_hex(6)}-"
    with served_provider(quick_endpoint, folder=folder, prefix=prefix, tickets_hourly_per_network=1000) as idp:
        client = {
            "client_id": "idp", "client_secret": SECRET, "redirect_uris": [f"{idp.issuer}/upstream/corp/callback"],
            "token_endpoint_auth_method": "client_secret_basic",
        }  # fmt: skip
        there = {each.subject: {"email": each.email, "email_verified": True} for each in SOCIAL}
        with oidc_provider(tmp_path_factory.mktemp("upstream"), node_clients, clients=[client], people=there) as upstream:
            connect(idp, upstream)
            command = CommandLine(quick_endpoint, prefix, folder, {"IDP_ISSUER": idp.issuer})
            for vendor in VENDORS:
                move(command, folder, vendor)
            yield idp


def connect(idp: ServedProvider, upstream: Upstream) -> None:
    """Make the connection."""
    services, told = idp.services, upstream.metadata()
    vars(services)["outgoing"] = Outgoing(frozenset({HOST}), str(upstream.authority.file))
    endpoints = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
    made = Connection(
        id="corp", type="oidc", name="Google", issuer=told["issuer"], client_id="idp", iss_parameter=True,
        secret=seal_secret(services.keyring, "corp", SECRET), **{name: told[name] for name in endpoints},
    )  # fmt: skip
    assert services.connections.create(made)


def move(command: CommandLine, folder: Path, vendor: str) -> None:
    """Import a thousand people with all that they have."""
    content, further, google = FILES[vendor]
    (folder / vendor).write_bytes(content)
    arguments = ["users", "import", str(folder / vendor), "--from", vendor, "--report", str(folder / "report")]
    for name, more in further.items():
        (folder / name).write_bytes(more)
        arguments += [f"--{name}", str(folder / name)]
    done = command(*arguments, "--trust-verified", "--with-totp", "--keep-ids", "--with-links", f"{google}=corp")
    assert done.out.startswith(f"{len(imported(EVERYBODY[vendor]))} imported\n0 imported before\n30 refused\n"), done
    assert "links to" not in done.out


@pytest.fixture(scope="module")
def apps(running: ServedProvider) -> Iterator[RelyingParties]:
    """The apps' site."""
    with relying_parties(running) as site:
        yield site


def chosen(vendor: str, number: int) -> Someone:
    """A person of the export."""
    return EVERYBODY[vendor][number]


def person(idp: ServedProvider, someone: Someone, vendor: str) -> Person:
    """The same person with the account here. Its id is the one in the other system."""
    user = idp.services.users.get(IDS[vendor](someone))
    assert user
    assert user.email == someone.email
    return Person(user, someone.password, Phone(someone.totp_secret, idp.clock) if vendor == "auth0" and someone.totp_secret else None)


@pytest.mark.parametrize("vendor", WITH_PASSWORDS)
@pytest.mark.parametrize("number", [2, 12, 19, 993])
def test_the_old_password_signs_in(any_page: Page, idp: ServedProvider, apps: RelyingParties, vendor: str, number: int) -> None:
    """Four passwords, three of them not ASCII or with a quotation mark. The app sees the `sub` that it knew."""
    ada, shop = person(idp, chosen(vendor, number), vendor), apps.register("Shop")
    leave(any_page, shop)
    give_password(any_page, ada, ada.password + "x")
    refused(any_page, "The email or the password is wrong.")
    give_password(any_page, ada)
    allow(any_page, shop)
    claims = shop.redeem(shop.answer(any_page)).claims
    assert (claims["sub"], claims["acr"]) == (IDS[vendor](chosen(vendor, number)), "aal1")
    assert (idp.stored(ada).password_hash or "").startswith(idp.services.passwords.own_beginning)


def test_the_old_authenticator_is_asked_for(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """Auth0's; the others give out no keys."""
    grace, shop = person(idp, chosen("auth0", 11), "auth0"), apps.register("Shop")
    leave(page, shop)
    give_password(page, grace)
    give_code(page, grace.codes.wrong())
    refused(page, "The code is wrong")
    give_code(page, grace.codes.code())
    allow(page, shop)
    claims = shop.redeem(shop.answer(page)).claims
    assert (claims["sub"], claims["acr"]) == (grace.user.id, "aal2")


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("number", [4, 5])
def test_the_old_account_at_google_signs_in(browse: Browse, idp: ServedProvider, apps: RelyingParties, vendor: str, number: int) -> None:
    """Of a person without a password, and of one who has both. Nothing is asked here, and no second account is made."""
    someone = chosen(vendor, number)
    joe, shop, page = person(idp, someone, vendor), apps.register("Shop"), browse(any_certificate=True)
    leave(page, shop)
    press(page, "Continue with Google")
    sign_in_there(page, someone.subject)
    allow(page, shop)
    assert shop.redeem(shop.answer(page)).claims["sub"] == joe.user.id
    (link,) = idp.services.issuer_links.of(joe.user.id)
    assert (link.connection_id, link.subject) == ("corp", someone.subject)


@pytest.mark.parametrize(("vendor", "number"), [("cognito", 1), ("cognito", 4), ("firebase", 14)])
def test_a_person_without_a_password_sets_one_by_mail(
    page: Page, idp: ServedProvider, apps: RelyingParties, vendor: str, number: int
) -> None:
    """All people of Cognito, and those of others who signed in with Google only."""
    ada, shop = person(idp, chosen(vendor, number), vendor), apps.register("Shop")
    leave(page, shop)
    ask(page, ada)
    page.goto(idp.issuer + newest(idp, ada.email).path)
    set_password(page, NEW)
    sign_in_now(page, ada)
    allow(page, shop)
    assert shop.redeem(shop.answer(page)).claims["sub"] == ada.user.id


@pytest.mark.parametrize("vendor", WITH_PASSWORDS)
def test_a_person_who_was_disabled_there_is_let_in_by_nothing(
    browse: Browse, idp: ServedProvider, apps: RelyingParties, vendor: str
) -> None:
    """Number 7 with the right password."""
    eve, shop, page = person(idp, chosen(vendor, 7), vendor), apps.register("Shop"), browse()
    leave(page, shop)
    give_password(page, eve)
    refused(page, "The email or the password is wrong.")
    heading(page, "Sign in")


def test_an_app_of_auth0_gets_tokens_with_its_old_secret(idp: ServedProvider) -> None:
    """Nothing but the issuer changes in its configuration. Another secret is refused."""
    rows = read_clients(io.BytesIO(json.dumps([auth0.client(7)]).encode()))
    assert [each.notes != () for each in idp.services.client_import.run(rows) if isinstance(each, ImportedApp)] == [True]
    form = {"grant_type": "client_credentials", "client_id": f"{7:032d}", "client_secret": f"{7:064d}"}
    assert httpx.post(f"{idp.issuer}/token", data=form).status_code == 200
    assert httpx.post(f"{idp.issuer}/token", data={**form, "client_secret": f"{8:064d}"}).status_code == 401
