"""`idp bootstrap`: what the first run makes, and that a second one changes nothing (threats K-14, G-13)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from idp.adapters.key_file import KeyFile
from idp.cli.dev_server import address
from idp.cli.first_run.run import bootstrap
from idp.domain.access import admin_scopes
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Conflict
from idp.domain.factors.password_policy import normalise
from idp.domain.requests.scope import SCOPE_CLAIMS, claims_of
from idp.services.apps.client_secrets import digest
from idp.services.keys.relying_party import RelyingParty
from idp.settings import Settings, SettingsError
from idp.store.create import create_tables
from idp.wiring import build_services
from tests.support.cli import CommandLine

if TYPE_CHECKING:
    from idp.wiring.all_services import AllServices

DEMO = ("bootstrap", "--json", "--demo")


@pytest.fixture
def idp(quick_endpoint: str, table_prefix: str, tmp_path: Path) -> CommandLine:
    """An empty deployment."""
    return CommandLine(quick_endpoint, table_prefix, tmp_path)


def test_a_second_run_prints_the_very_same(idp: CommandLine) -> None:
    """The output is identical byte for byte, and standard output contains only the object."""
    first, second = idp.done(*DEMO), idp.done(*DEMO)
    assert first.out == second.out
    assert second.err == ""
    assert list(first.json) == ["issuer", "admin", "admin_client", "users", "clients"]


def test_the_shape_is_the_promised_one(idp: CommandLine) -> None:
    """The object has the members that programs read."""
    made = idp.done(*DEMO).json
    assert made["issuer"] == "https://id.example.com"
    assert set(made["admin"]) == {"email", "password"}
    assert set(made["admin_client"]) == {"client_id", "client_secret", "scopes"}
    assert [set(user) for user in made["users"]] == [{"email", "password"}, {"email", "password", "totp_secret"}]
    assert [set(client) for client in made["clients"]] == [
        {"client_id", "client_secret", "redirect_uris"},
        {"client_id", "client_secret", "redirect_uris"},
        {"client_id", "redirect_uris"},
    ]


def test_without_demo_there_are_no_demo_people(idp: CommandLine) -> None:
    """They are not created either."""
    assert set(idp.done("bootstrap", "--json").json) == {"issuer", "admin", "admin_client"}
    assert idp.services().users.id_of("ada@example.com") is None


def test_the_admin_is_an_admin_who_needs_a_second_factor(idp: CommandLine) -> None:
    """The admin signs in with the printed credentials."""
    admin = idp.done("bootstrap", "--json").json["admin"]
    user = user_of(idp.services(), admin["email"])
    assert user.admin
    assert user.needs_second_factor
    assert not user.totp_enabled
    assert idp.services().passwords.verify(user.password_hash, normalise(admin["password"]))


def test_the_admin_client_may_do_everything_the_admin_api_can_and_nothing_else(idp: CommandLine) -> None:
    """It gets a token by client_credentials with the admin API as audience."""
    made = idp.done("bootstrap", "--json").json["admin_client"]
    client = idp.services().clients.get(made["client_id"])
    assert client is not None
    assert client.grant_types == ("client_credentials",)
    assert client.resources == ("https://id.example.com/admin/v1",)
    assert set(made["scopes"]) == set(client.scopes) == admin_scopes.ALL
    assert [secret.digest for secret in client.secrets] == [digest(made["client_secret"])]


def test_the_admin_client_keeps_up_with_the_admin_api(idp: CommandLine) -> None:
    """A client from an earlier release gets the scopes that were added since. The next run adds them and reports it."""
    idp.done("bootstrap", "--json")
    idp.services().client_service.patch("admin-client", {"scope": " ".join(sorted(admin_scopes.FIRST))}, scope=DEPLOYMENT)
    again = idp.done("bootstrap", "--json")
    assert set(again.json["admin_client"]["scopes"]) == admin_scopes.ALL
    added = " ".join(sorted(admin_scopes.ALL - admin_scopes.FIRST))
    assert f"admin-client gets the scopes of this release: {added}\n" in again.err
    assert "gets the scopes of this release" not in idp.done("bootstrap", "--json").err


@pytest.mark.parametrize("change", [{"scope": "users:read audit:read"}, {"resources": ["https://api.example"]}], ids=str)
def test_an_admin_client_that_was_narrowed_stays_so(idp: CommandLine, change: dict[str, Any]) -> None:
    """A scope, or the whole admin API, that an admin took away stays away."""
    idp.done("bootstrap", "--json")
    idp.services().client_service.patch("admin-client", {"scope": " ".join(sorted(admin_scopes.FIRST))} | change, scope=DEPLOYMENT)
    before = idp.services().client_service.get("admin-client", scope=DEPLOYMENT)
    idp.done("bootstrap", "--json")
    assert idp.services().client_service.get("admin-client", scope=DEPLOYMENT) == before


def test_demo_people_have_every_claim(idp: CommandLine) -> None:
    """They have all fourteen claims of the profile scope (the store sets updated_at), and those of email, address and phone."""
    made, services = idp.done(*DEMO).json, idp.services()
    for person in made["users"]:
        user = user_of(services, person["email"])
        profile = {"sub": user.id, "email": user.email, "email_verified": user.email_verified, "updated_at": user.updated_at, **user.claims}
        assert set(claims_of(SCOPE_CLAIMS, profile)) == {name for names in SCOPE_CLAIMS.values() for name in names}
        # A plausible date of birth, because some apps check it.
        assert date.fromisoformat(user.claims["birthdate"]).year >= 1900
        assert user.email_verified


def test_the_second_demo_user_has_totp_and_the_first_has_not(idp: CommandLine) -> None:
    """The printed secret is the stored one, and its current code is accepted."""
    made, services = idp.done(*DEMO).json, idp.services()
    ada, grace = (user_of(services, person["email"]) for person in made["users"])
    credential = services.factors.totp(grace.id)
    assert credential is not None
    assert services.keyring.reveal(f"totp:{grace.id}", credential.sealed).decode() == made["users"][1]["totp_secret"]
    assert (ada.totp_enabled, grace.totp_enabled, credential.last_step) == (False, True, 0)


def test_demo_apps_are_registered_as_apps_are(idp: CommandLine) -> None:
    """There are two confidential apps with either authentication method and a public one. All ask for consent and require PKCE."""
    made, services = idp.done(*DEMO).json, idp.services()
    clients = [services.client_service.get(client["client_id"], scope=DEPLOYMENT) for client in made["clients"]]
    assert [client.is_public for client in clients] == [False, False, True]
    assert all({"client_secret_basic", "client_secret_post"} == set(client.auth_methods) for client in clients[:2])
    assert all(client.grant_types == ("authorization_code", "refresh_token") for client in clients)
    assert all(client.must_use_pkce and not client.first_party and client.post_logout_redirect_uris for client in clients)
    assert made["clients"][0]["redirect_uris"] == ["http://localhost:8001/callback"]
    assert len({uri for client in clients for uri in client.redirect_uris}) == 3


def test_what_an_admin_changed_is_told_and_not_changed_back(idp: CommandLine) -> None:
    """The command succeeds, prints null for a value that cannot be known, and changes nothing."""
    made = idp.done(*DEMO).json
    idp("users", "set-password", "ada@example.com", "--password-stdin", stdin="nine wet walruses\n")
    idp.done("clients", "rotate-secret", "demo-app")
    services = idp.services()
    services.user_service.reset_factors(user_of(services, "grace@example.com").id, scope=DEPLOYMENT)
    again = idp.done(*DEMO)
    assert again.json["users"][0] == {"email": "ada@example.com", "password": None}
    assert again.json["users"][1] == {name: made["users"][1][name] for name in ("email", "password")}
    assert again.json["clients"][0]["client_secret"] is None
    assert again.json["clients"][1:] == made["clients"][1:]
    for what in ("The password of ada@example.com", "The secret of demo-app", "The second factor of grace@example.com"):
        assert f"{what} has been changed since it was made." in again.err
    assert services.passwords.verify(user_of(services, "ada@example.com").password_hash, "nine wet walruses")


def test_the_admin_may_have_another_address(idp: CommandLine) -> None:
    """Each spelling of the address is accepted."""
    assert idp.done("bootstrap", "--json", "--admin-email", "Root@Example.org").json["admin"]["email"] == "root@example.org"
    assert idp("bootstrap", "--json", "--admin-email", "root").status == 2


def test_no_two_deployments_share_a_secret(idp: CommandLine, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Deployments with another key file or another prefix have other secrets (K-14)."""
    everything = [secrets_of(one.done(*DEMO).json) for one in (
        idp, idp.other(prefix=idp.prefix + "b"), idp.other(prefix=idp.prefix + "c", folder=tmp_path_factory.mktemp("other"))
    )]  # fmt: skip
    assert len(set().union(*everything)) == sum(len(each) for each in everything)


def test_production_prints_once_and_makes_no_demo(
    quick_endpoint: str, table_prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second run prints null for an unknown secret, and says how to make a new one."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", quick_endpoint)
    services = build_services(Settings("https://id.example.com", kms_key_id="alias/idp", table_prefix=table_prefix))
    vars(services)["envelope"] = KeyFile(str(tmp_path / "kms"))  # in place of KMS
    create_tables(services.database)
    said: list[str] = []
    with pytest.raises(SettingsError, match="Leave --demo away"):
        bootstrap(services, with_demo=True, admin_email="", tell=said.append)
    first = bootstrap(services, with_demo=False, admin_email="", tell=said.append)
    second = bootstrap(services, with_demo=False, admin_email="", tell=said.append)
    assert first["admin"]["email"] == "admin@id.example.com"
    assert first["admin"]["password"]
    assert first["admin_client"]["client_secret"]
    assert second["admin"] == {**first["admin"], "password": None}
    assert second["admin_client"] == {**first["admin_client"], "client_secret": None}
    assert any("idp users set-password" in sentence for sentence in said)
    assert any("idp clients rotate-secret" in sentence for sentence in said)


def test_several_at_once_make_one_of_each(dynamodb_endpoint: str, table_prefix: str, tmp_path: Path) -> None:
    """A run that loses the race uses what the first one made: one admin, one signing key, and the same output for all (G-13)."""
    idp = CommandLine(dynamodb_endpoint, table_prefix, tmp_path)
    deployments = [idp.services() for _ in range(4)]
    with ThreadPoolExecutor(len(deployments)) as threads:
        made = list(threads.map(lambda services: bootstrap(services, with_demo=True, admin_email="", tell=print), deployments))
    assert all(each == made[0] for each in made)
    users, _ = deployments[0].users.listing()
    assert sorted(user.email for user in users) == ["ada@example.com", "admin@example.com", "grace@example.com"]
    assert len({services.keyring.active().kid for services in deployments}) == 1
    assert idp.done(*DEMO).json == made[0]


def user_of(services: AllServices, email: str) -> Any:
    """Return the user as stored."""
    user_id = services.users.id_of(email)
    assert user_id
    return services.user_service.get(user_id, scope=DEPLOYMENT)


def secrets_of(made: dict[str, Any]) -> set[str]:
    """Return each secret value of the output."""
    things = [made["admin"], made["admin_client"], *made["users"], *made["clients"]]
    return {thing[name] for thing in things for name in ("password", "client_secret", "totp_secret") if name in thing}


def test_the_rp_id_follows_the_address_of_the_development_server(idp: CommandLine) -> None:
    """As redirect URIs do, until there are passkeys; then the server does not start with another address."""
    idp.done(*DEMO)
    services = idp.other(extra={"IDP_ISSUER": "http://localhost:8000"}).services()
    party = services.relying_party
    vars(services)["relying_party"] = RelyingParty(
        services.key_items, services.keyring, services.audit, services.settings, has_passkeys=lambda: True
    )
    with pytest.raises(Conflict):
        address.follow(services, 8000)
    assert party.read_stored() == "id.example.com"
    vars(services)["relying_party"] = party
    address.follow(services, 8000)
    services.key_rotation.ensure()
    assert party.read_stored() == "localhost"
    address.follow(services, 8000)
    assert party.read_stored() == "localhost"
