"""The client configuration endpoint (RFC 7592): each client manages only its own registration, and no admin's decision (E-08, E-11)."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.apps.client import Client
from idp.services.apps import client_metadata, registration
from tests.integration.oidc.conftest import WithSettings
from tests.integration.oidc.registering import METADATA, initial_access, own, register, send
from tests.support.deployment import WEB, App, Deployment

READ_ONLY = ("registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at")


@pytest.fixture
def idp(with_settings: WithSettings) -> Deployment:
    """Return a provider with open registration."""
    return with_settings(registration="open")


def sent_back(made: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return the metadata that a client sends to make only these changes. A value of ... leaves the member out."""
    return {name: value for name, value in {**made, **changes}.items() if name not in READ_ONLY and value is not ...}


def test_a_client_reads_its_registration(idp: Deployment) -> None:
    """§2.1, §3: the answer equals the registration response without the secret, of which only a hash is stored."""
    made = register(idp).json
    answer = own(idp, "GET", made)
    assert answer.status == 200
    assert answer.header("cache-control") == "no-store"
    assert answer.json == {name: value for name, value in made.items() if name not in {"client_secret", "client_secret_expires_at"}}


def test_what_was_read_can_be_sent_back(idp: Deployment) -> None:
    """E-11: replacing the registration with the same metadata changes nothing, and the secret stays valid."""
    made = register(idp, logo_uri="https://app.example/logo", default_max_age=60, contacts=["ops@app.example"]).json
    before = idp.services.clients.get(made["client_id"])
    answer = own(idp, "PUT", made, sent_back(made))
    assert answer.status == 200
    after = idp.services.clients.get(made["client_id"])
    assert before
    assert after
    assert {name: getattr(before, name) for name in before.__slots__ if name != "version"} == {
        name: getattr(after, name) for name in after.__slots__ if name != "version"
    }


def test_a_replacement_replaces(idp: Deployment) -> None:
    """§2.2: an absent member counts as null, so its default applies again."""
    made = register(idp, logo_uri="https://app.example/logo", grant_types=["authorization_code", "refresh_token"]).json
    asked = {"client_id": made["client_id"], "client_name": "New", "redirect_uris": ["https://new.example/cb"]}
    told = own(idp, "PUT", made, asked).json
    assert "logo_uri" not in told
    assert (told["grant_types"], told["client_name"], told["redirect_uris"]) == (["authorization_code"], "New", ["https://new.example/cb"])
    assert own(idp, "GET", made).json == told


def test_methods_change_with_their_secrets(idp: Deployment) -> None:
    """A change to none deletes the secret. A change back returns a new secret."""
    made = register(idp).json
    public = own(idp, "PUT", made, sent_back(made, token_endpoint_auth_method="none", client_secret=...)).json
    assert "client_secret" not in public
    known = idp.services.clients.get(made["client_id"])
    assert known
    assert (known.secrets, known.must_use_pkce) == ((), True)
    again = own(idp, "PUT", made, sent_back(public, token_endpoint_auth_method="client_secret_post")).json
    assert again["client_secret"] != made["client_secret"]
    assert again["client_secret_expires_at"] == 0


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_no_token_opens_another_clients_registration(idp: Deployment, method: str) -> None:
    """E-08: the answer is 401 for another client's token, whether the target exists or not, and whatever the body contains."""
    mine, other = register(idp).json, register(idp).json
    token = mine["registration_access_token"]
    answers = [
        send(idp, method, f"/register/{target}", body if method == "PUT" else None, token)
        for target in (other["client_id"], WEB.id, "nobody", "dyn_", "%2e%2e", mine["client_id"] + "x", "x" * 3000)
        for body in (sent_back(mine), sent_back(other))
    ]
    assert {answer.status for answer in answers} == {401}
    assert len({answer.body for answer in answers}) == 1
    assert own(idp, "GET", other).json["client_name"] == METADATA["client_name"]


@pytest.mark.parametrize("token", ["", "wrong", "a b", "x" * 5000])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_without_the_token_nothing_opens(idp: Deployment, method: str, token: str) -> None:
    """A missing or wrong token gets 401 with a challenge, and the registration is unchanged."""
    made = register(idp).json
    answer = send(idp, method, f"/register/{made['client_id']}", sent_back(made) if method == "PUT" else None, token)
    assert answer.status == 401
    assert (answer.header("www-authenticate") or "").startswith("Bearer")
    assert own(idp, "GET", made).status == 200


def test_neither_its_secret_nor_an_access_token_is_that_token(idp: Deployment) -> None:
    """A client secret, an access token and a client_id are refused in place of the registration access token."""
    made = register(idp).json
    for token in (made["client_secret"], idp.tokens(WEB, idp.person())["access_token"], made["client_id"]):
        assert send(idp, "GET", f"/register/{made['client_id']}", token=token).status == 401


@pytest.mark.parametrize("changes", [
    {"client_id": ...}, {"client_id": "web"}, {"client_id": None}, {"client_id": ["x"]}, {"client_secret": "another"}, {"client_secret": 5},
    {"redirect_uris": []}, {"redirect_uris": ...}, {"redirect_uris": ["https://a.example/#f"]}, {"grant_types": ["implicit"]},
    {"scope": "users:write"}, {"scope": "openid access:evaluate"}, {"grant_types": ["client_credentials"]}, {"jwks": {"keys": []}},
], ids=str)  # fmt: skip
def test_replacements_that_cannot_be(idp: Deployment, changes: dict[str, Any]) -> None:
    """§2.2: what registration refuses is refused here too, and the registration is unchanged."""
    made = register(idp).json
    answer = own(idp, "PUT", made, sent_back(made, **changes))
    assert answer.status == 400
    assert answer.error in {"invalid_client_metadata", "invalid_redirect_uri"}
    assert own(idp, "GET", made).json["redirect_uris"] == METADATA["redirect_uris"]


@pytest.mark.parametrize("name", READ_ONLY)
def test_what_the_provider_says_is_not_sent_back(idp: Deployment, name: str) -> None:
    """§2.2: "MUST NOT include the "registration_access_token", "registration_client_uri", …"."""
    made = register(idp).json
    answer = own(idp, "PUT", made, {**sent_back(made), name: made[name]})
    assert (answer.status, answer.error) == (400, "invalid_client_metadata")


def test_what_an_admin_decided_stays(idp: Deployment) -> None:
    """A client cannot restore scopes, grants and redirect URIs that an admin removed, nor change what only admins set."""
    made = register(idp, grant_types=["authorization_code", "refresh_token"]).json
    narrowed = {
        "scope": "openid", "grant_types": ["authorization_code"], "require_mfa": True, "redirect_uris": ["https://app.example/cb"],
        "resources": ["https://api.example"], "first_party": False, "id_token_signed_response_alg": "ES256",
    }  # fmt: skip
    idp.services.client_service.patch(made["client_id"], narrowed, scope=DEPLOYMENT)
    asked = sent_back(made, scope="openid email", require_mfa=False, resources=[], first_party=True, client_name="Mine")
    told = own(idp, "PUT", made, asked).json
    assert (told["scope"], told["grant_types"], told["client_name"]) == ("openid", ["authorization_code"], "Mine")
    assert told["id_token_signed_response_alg"] == "ES256"
    kept = idp.services.clients.get(made["client_id"])
    assert kept
    assert (kept.require_mfa, kept.first_party, kept.resources, kept.provisional_until) == (True, False, ("https://api.example",), None)


@pytest.mark.parametrize("grant", ["client_credentials", "urn:ietf:params:oauth:grant-type:token-exchange"])
def test_a_client_of_open_registration_gets_no_grant_without_people(idp: Deployment, grant: str) -> None:
    """A client from open registration cannot add a grant without a user, even after a sign-in or an admin's edit."""
    made = register(idp, token_endpoint_auth_method="client_secret_post").json
    asked = sent_back(made, grant_types=["authorization_code", grant])
    client = idp.services.clients.get(made["client_id"])
    assert client
    app = App(client, made["client_secret"])
    browser = idp.browser(idp.person())
    page = idp.authorize(browser, app, scope="openid")
    browser.post("/consent", {**page.fields, "decision": "approve"}, headers=[("origin", "https://idp.example")])
    used = idp.services.clients.get(client.id)
    assert used
    assert used.provisional_until is None
    assert own(idp, "PUT", made, asked).error == "invalid_client_metadata"
    idp.services.client_service.patch(client.id, {"client_name": "Seen"}, scope=DEPLOYMENT)
    assert own(idp, "PUT", made, asked).error == "invalid_client_metadata"
    asked_for = {"grant_type": grant, "client_id": client.id, "client_secret": made["client_secret"]}
    assert idp.post("/token", asked_for).error == "unauthorized_client"


def test_a_grant_that_a_token_gave_is_kept(idp: Deployment) -> None:
    """A client that registered a grant without a user, by an initial access token, keeps this grant when it sends it back."""
    made = register(idp, token=initial_access(idp), grant_types=["client_credentials"], redirect_uris=...).json
    assert own(idp, "PUT", made, sent_back(made, client_name="Mine")).json["grant_types"] == ["client_credentials"]


def test_roles_and_mappings_that_an_admin_gave_stay(idp: Deployment) -> None:
    """A self-registered client neither sees nor changes its roles and claim mappings."""
    made = register(idp).json
    role = f"role-{made['client_id'].lower().replace('_', '-')}"
    idp.services.role_service.create(role, permissions=["orders:read"], scope=DEPLOYMENT)
    mappings = {"roles": {"source": "roles", "in": ["access_token"]}}
    given = idp.services.client_service.patch(made["client_id"], {"roles": [role], "claim_mappings": mappings}, scope=DEPLOYMENT)
    more = {**mappings, "groups": {"source": "groups", "in": ["userinfo"]}}
    for asked in (sent_back(made), sent_back(made, roles=["boss"], claim_mappings=more), sent_back(made, roles=None, claim_mappings=None)):
        told = own(idp, "PUT", made, asked)
        assert told.status == 200, told.text
        assert not {"roles", "claim_mappings"} & set(told.json)
        kept = idp.services.clients.get(made["client_id"])
        assert kept
        assert (kept.roles, kept.claim_mappings) == (given.roles, mappings)


def test_a_disabled_client_looks_after_nothing(idp: Deployment) -> None:
    """A client that an admin disabled cannot read, replace or delete its registration."""
    made = register(idp).json
    idp.services.client_service.patch(made["client_id"], {"disabled": True}, scope=DEPLOYMENT)
    assert [own(idp, method, made, sent_back(made) if method == "PUT" else None).status for method in ("GET", "PUT", "DELETE")] == [401] * 3
    assert idp.services.clients.get(made["client_id"])


def test_a_deleted_client_is_gone(idp: Deployment) -> None:
    """§2.3: the answer is 204. Then the token is refused, and the client_id cannot start a sign-in."""
    made = register(idp).json
    assert own(idp, "DELETE", made).status == 204
    assert [own(idp, method, made).status for method in ("GET", "DELETE")] == [401, 401]
    assert idp.get("/authorize", {"client_id": made["client_id"], "response_type": "code"}).status == 400
    assert idp.services.clients.get(made["client_id"]) is None


def test_nothing_that_only_admins_set_is_lost_or_won_by_a_replacement() -> None:
    """RFC 7592 §2.2 concerns only what a client may register. A replacement keeps all other fields (J-02)."""
    registrable = {client_metadata.MEMBERS[name][0] for name in client_metadata.REGISTRABLE}
    made_anew = {"id", "updated_at", "auth_methods"}  # the client may choose its method: token_endpoint_auth_method
    assert {field.name for field in fields(Client)} - registrable - made_anew == set(registration.CARRIED) - registrable
