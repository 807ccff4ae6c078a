"""A thousand people of Azure AD B2C move in. It gives out no hashes: they reset the password, or sign in upstream (threats R-10)."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from idp.adapters.outgoing import Outgoing
from idp.domain.connections.connection import Connection
from idp.services.upstream.secret import seal_secret
from tests.integration.account.resetting import newest
from tests.journeys.steps import allow, heading, leave, press
from tests.support.cli import CommandLine
from tests.support.oidc_provider import HOST, oidc_provider
from tests.support.served_provider import served_provider
from tests.support.vendors.b2c import PROVIDER, is_verified, pages
from tests.support.vendors.people import imported, people

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.journeys.conftest import Browse
    from tests.support.relying_party import RelyingParties
    from tests.support.served_provider import ServedProvider

EVERYBODY = people(1000, "meadow.example")
KEPT = imported(EVERYBODY)
LOCAL = next(each for each in KEPT if is_verified(each) and not each.disabled)
SOCIAL = next(each for each in KEPT if each.only_social and not each.disabled)
SECRET, NEW = "only for this test", "an unguessable sentence of mine"


@pytest.fixture(scope="module")
def running(quick_endpoint: str, node_clients: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProvider]:
    """A provider with all people, and a connection to the provider that B2C calls google.com."""
    folder, prefix = tmp_path_factory.mktemp("idp"), f"t{secrets.token_hex(6)}"
    with served_provider(quick_endpoint, folder=folder, prefix=prefix) as idp:
        client = {
            "client_id": "idp", "client_secret": SECRET, "redirect_uris": [f"{idp.issuer}/upstream/google/callback"],
            "token_endpoint_auth_method": "client_secret_basic",
        }  # fmt: skip
        there: dict[str, dict[str, Any]] = {SOCIAL.subject: {"email": "other@gmail.com", "email_verified": True}}
        with oidc_provider(tmp_path_factory.mktemp("upstream"), node_clients, clients=[client], people=there) as upstream:
            s, told = idp.services, upstream.metadata()
            vars(s)["outgoing"] = Outgoing(frozenset({HOST}), str(upstream.authority.file))
            endpoints = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
            made = Connection(
                id="google", type="oidc", name="Google", issuer=told["issuer"], client_id="idp", iss_parameter=True,
                secret=seal_secret(s.keyring, "google", SECRET), **{name: told[name] for name in endpoints},
            )  # fmt: skip
            assert s.connections.create(made)
            (folder / "users.json").write_bytes(pages(EVERYBODY))
            extra = {"IDP_ISSUER": idp.issuer, "IDP_KEY_FILE": str(folder / "key")}
            run = CommandLine(quick_endpoint, prefix, folder, extra)
            options = ("--trust-verified", "--with-links", f"{PROVIDER}=google", "--keep-ids", "--report", str(folder / "refused"))
            done = run("users", "import", str(folder / "users.json"), "--from", "b2c", *options)
            assert done.out.splitlines()[:3] == [f"{len(KEPT)} imported", "0 imported before", "30 refused"], done
            refused = [json.loads(line) for line in (folder / "refused").read_text().splitlines()]
            assert Counter(each["code"] for each in refused) == {"moving.email_missing": 20, "moving.email_repeated": 10}
            yield idp


def test_the_people_of_b2c_keep_their_ids(running: ServedProvider) -> None:
    """With the id that apps know, and without a password."""
    users = running.services.users
    for each in KEPT[::37]:
        user = users.get(users.id_of(each.email) or "")
        assert user
        assert (user.id, user.disabled, user.email_verified, user.password_hash) == (each.uuid, each.disabled, is_verified(each), None)
        assert (user.claims["name"], user.created_at) == (each.name, each.created)


def test_a_local_account_sets_a_new_password_by_mail(browse: Browse, idp: ServedProvider, apps: RelyingParties) -> None:
    page, shop = browse(), apps.register("Corner shop")
    leave(page, shop)
    page.get_by_label("Email").fill(LOCAL.email)
    press(page, "Forgot password?")
    press(page, "Send the mail")
    heading(page, "Check your mail")
    page.goto(idp.issuer + newest(idp, LOCAL.email).path)
    page.get_by_label("New password", exact=True).fill(NEW)
    press(page, "Set the password")
    page.get_by_label("Password", exact=True).fill(NEW)
    press(page, "Sign in")
    allow(page, shop)
    assert shop.redeem(shop.answer(page)).claims["sub"] == LOCAL.uuid


def test_a_social_account_signs_in_as_before(browse: Browse, idp: ServedProvider, apps: RelyingParties) -> None:
    """By the id at the provider. The address there is another one by now, and makes no second account."""
    page, shop = browse(any_certificate=True), apps.register("Corner shop")
    leave(page, shop)
    press(page, "Continue with Google")
    page.locator("input[name=login]").fill(SOCIAL.subject)
    page.locator("input[name=password]").fill(secrets.token_hex(4))
    for _ in range(2):
        with page.expect_navigation():
            page.locator("button[type=submit]").first.click()
    allow(page, shop)
    assert shop.redeem(shop.answer(page)).claims["sub"] == SOCIAL.uuid
    assert idp.services.users.id_of("other@gmail.com") is None
