"""People sign in with an account at another provider, in Chromium. The other provider is oidc-provider of npm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from idp.adapters.outgoing import Outgoing
from idp.domain.connections.connection import Connection
from idp.services.upstream.secret import seal_secret
from tests.journeys.steps import allow, give_password, heading, leave, press, sign_in_there
from tests.support.oidc_provider import HOST, oidc_provider
from tests.support.relying_party import relying_parties
from tests.support.served_provider import served_provider

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.journeys.conftest import Browse
    from tests.journeys.gallery import Gallery
    from tests.support.relying_party import RelyingParties
    from tests.support.served_provider import ServedProvider

SECRET = "only for this test"
PEOPLE = {name: {"email": f"{name}@up.example", "email_verified": True, "name": name.title()} for name in ("ada", "bob", "joe", "kim")} | {
    "nil": {}
}


@pytest.fixture(scope="module")
def running(quick_endpoint: str, node_clients: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProvider]:
    """A provider with a connection to the other one."""
    folder = tmp_path_factory.mktemp("idp")
    with served_provider(quick_endpoint, folder=folder, sign_up="open", tickets_hourly_per_network=1000) as idp:
        client = {
            "client_id": "idp", "client_secret": SECRET, "redirect_uris": [f"{idp.issuer}/upstream/corp/callback"],
            "token_endpoint_auth_method": "client_secret_basic",
        }  # fmt: skip
        with oidc_provider(tmp_path_factory.mktemp("upstream"), node_clients, clients=[client], people=PEOPLE) as upstream:
            s, told = idp.services, upstream.metadata()
            vars(s)["outgoing"] = Outgoing(frozenset({HOST}), str(upstream.authority.file))
            endpoints = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
            made = Connection(
                id="corp", type="oidc", name="Example Corp", issuer=told["issuer"], client_id="idp", email_trust="verified",
                secret=seal_secret(s.keyring, "corp", SECRET), iss_parameter=True, domains=("corp.example",),
                **{name: told[name] for name in endpoints},
            )  # fmt: skip
            assert s.connections.create(made)
            yield idp


@pytest.fixture(scope="module")
def apps(running: ServedProvider) -> Iterator[RelyingParties]:
    """The apps' site."""
    with relying_parties(running) as site:
        yield site


@pytest.mark.parametrize(("javascript", "person"), [(True, "ada"), (False, "bob")], ids=["with scripts", "without scripts"])
def test_a_person_signs_in_with_another_provider(
    browse: Browse, idp: ServedProvider, apps: RelyingParties, javascript: bool, person: str
) -> None:  # fmt: skip
    """From the app's page: the redirect after the form is not stopped by the policy of the page. On a phone."""
    page, shop = browse(javascript=javascript, phone=True, any_certificate=True), apps.register("Corner shop", require_pkce=True)
    leave(page, shop)
    press(page, "Continue with Example Corp")
    sign_in_there(page, person)
    allow(page, shop)
    user_id = idp.services.users.id_of(f"{person}@up.example")
    assert user_id
    [link] = idp.services.issuer_links.of(user_id)
    assert link.connection_id == "corp"


def test_a_person_signs_in_to_the_account_page_and_sees_the_link(browse: Browse, idp: ServedProvider, gallery: Gallery) -> None:
    """The page without an app leads away, too."""
    page = browse(any_certificate=True)
    page.goto(f"{idp.issuer}/login")
    gallery.show(page, "login-connections")
    press(page, "Continue with Example Corp")
    sign_in_there(page, "joe")
    heading(page, "Your account")
    gallery.show(page, "account-connections")
    assert page.get_by_text("joe@up.example").count()


def test_the_owner_of_an_account_connects_it(browse: Browse, idp: ServedProvider, apps: RelyingParties, gallery: Gallery) -> None:
    kim, shop = idp.person("Kim Possible", email="kim@up.example"), apps.register("Corner shop")
    page = browse(any_certificate=True)
    leave(page, shop)
    press(page, "Continue with Example Corp")
    sign_in_there(page, "kim")
    gallery.show(page, "login-to-connect")
    give_password(page, kim)
    heading(page, "Sign in with Example Corp from now on?")
    gallery.show(page, "connect")
    press(page, "Connect")
    allow(page, shop)
    assert len(idp.services.issuer_links.of(kim.user.id)) == 1


def test_a_person_without_an_address_there_proves_one(browse: Browse, idp: ServedProvider, apps: RelyingParties, gallery: Gallery) -> None:
    page, shop, email = browse(any_certificate=True), apps.register("Corner shop"), "new-person@example.com"
    leave(page, shop)
    press(page, "Continue with Example Corp")
    sign_in_there(page, "nil")
    heading(page, "Create an account")
    gallery.show(page, "connect-address")
    page.get_by_label("Email").fill(email)
    press(page, "Send the code")
    page.goto(idp.link_in_mail(email))
    heading(page, "Finish your account")
    gallery.show(page, "connect-finish")
    press(page, "Create account")
    allow(page, shop)
    assert idp.services.users.id_of(email)
