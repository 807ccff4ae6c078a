"""Apps: registration with RFC 7591's names, secrets that are shown once and rotated with an overlap (threats E-07, B-18, J-08)."""

from __future__ import annotations

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Conflict, Invalid
from idp.services.apps.client_secrets import digest
from tests.support.organising import organisation, role
from tests.support.world import World


def test_an_app_gets_its_secret_once(world: World) -> None:
    """The answer that creates the app contains a secret of 256 bits. Only its digest is stored, and no other answer contains it."""
    made = world.call("POST", "/clients", json={"client_name": "Shop", "redirect_uris": ["https://shop.example/cb"]})
    told = made.json()
    assert (made.status_code, told["client_secret_expires_at"]) == (201, 0)
    assert len(told["client_secret"]) == 43
    assert [s.digest for s in world.services.client_service.get(told["client_id"], scope=DEPLOYMENT).secrets] == [
        digest(told["client_secret"])
    ]
    read = world.call("GET", made.headers["location"])
    assert told["client_secret"] not in read.text
    assert digest(told["client_secret"]) not in read.text + made.text
    assert {**read.json(), "client_secret": told["client_secret"], "client_secret_expires_at": 0} == told


def test_a_new_app_has_safe_defaults(world: World) -> None:
    """Confidential, code flow, PKCE, consent, standard scopes, no API."""
    told = world.call("POST", "/clients", json={"redirect_uris": ["https://shop.example/cb"]}).json()
    expected = {
        "token_endpoint_auth_method": "client_secret_basic", "auth_methods": ["client_secret_basic", "client_secret_post"],
        "application_type": "web",
        "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"], "require_pkce": True, "first_party": False,
        "require_mfa": False, "id_token_claims": False,
        "disabled": False, "scope": "openid profile email address phone offline_access", "resources": [],
        "introspects": [], "client_name": None, "contacts": [],
    }  # fmt: skip
    assert {name: told[name] for name in expected} == expected


def test_a_public_app_has_no_secret(world: World) -> None:
    """It cannot get one, and an app that becomes public loses its secret."""
    told = world.call("POST", "/clients", json={"redirect_uris": ["https://spa.example/cb"], "token_endpoint_auth_method": "none"}).json()
    assert "client_secret" not in told
    assert told["secrets"] == []
    assert world.call("POST", f"/clients/{told['client_id']}/rotate-secret").status_code == 409
    confidential = world.web_client(client_id="shop")
    assert len(confidential.secrets) == 1
    assert world.call("PATCH", "/clients/shop", json={"token_endpoint_auth_method": "none"}).json()["secrets"] == []


@pytest.mark.parametrize("client_id", ["usr_abc", "system", "cli", "a b", "", "a" * 129, "-x", "a#b", "é", "x", 5, ["a"], None])
def test_a_client_id_cannot_be_a_users_id(shared: World, client_id: object) -> None:
    """B-18: other invalid ids are refused too. null lets the provider choose."""
    made = shared.call("POST", "/clients", json={"client_id": client_id, "redirect_uris": ["https://a.example/cb"]})
    assert made.status_code == (201 if client_id is None else 400)
    if client_id is None:
        assert made.json()["client_id"].startswith("app_")


def test_a_users_id_cannot_be_a_client_id(world: World) -> None:
    """Each user id begins with a prefix that no client id may have."""
    user = world.user()
    assert user.id.startswith("usr_")
    with pytest.raises(Invalid):
        world.services.client_service.create({"client_id": user.id, "redirect_uris": ["https://a.example/cb"]}, scope=DEPLOYMENT)


def test_a_taken_client_id_is_a_conflict(world: World) -> None:
    """409, and the first app keeps its secret."""
    first = world.web_client(client_id="shop")
    assert world.call("POST", "/clients", json={"client_id": "shop", "redirect_uris": ["https://evil.example/cb"]}).status_code == 409
    assert world.services.client_service.get("shop", scope=DEPLOYMENT) == first


def test_an_old_secret_ends_at_once_or_after_the_overlap(world: World) -> None:
    """E-07: at most two secrets are valid. An overlap never makes an older one live longer."""
    world.web_client(client_id="shop")
    first = world.services.client_service.get("shop", scope=DEPLOYMENT).secrets[0]
    told = world.call("POST", "/clients/shop/rotate-secret", json={"overlap_seconds": 3600}).json()
    old, new = world.services.client_service.get("shop", scope=DEPLOYMENT).secrets
    assert (old.digest, old.expires_at) == (first.digest, world.clock.now + 3600)
    assert (new.digest, new.expires_at) == (digest(told["client_secret"]), None)
    assert [secret["expires_at"] is None for secret in told["secrets"]] == [False, True]
    world.clock.now += 10
    world.call("POST", "/clients/shop/rotate-secret", json={"overlap_seconds": 60})
    kept, _ = world.services.client_service.get("shop", scope=DEPLOYMENT).secrets
    assert (kept.digest, kept.expires_at) == (new.digest, world.clock.now + 60)
    world.call("POST", "/clients/shop/rotate-secret")
    assert len(world.services.client_service.get("shop", scope=DEPLOYMENT).secrets) == 1


@pytest.mark.parametrize("overlap", [-1, 30 * 86400 + 1, "60", 1.5, None, True, 10**18])
def test_an_overlap_out_of_range_is_refused(shared: World, overlap: object) -> None:
    """It is a whole number of seconds, from zero to thirty days."""
    client = shared.web_client()
    assert shared.call("POST", f"/clients/{client.id}/rotate-secret", json={"overlap_seconds": overlap}).status_code == 400
    assert shared.services.client_service.get(client.id, scope=DEPLOYMENT) == client


def test_token_endpoint_auth_method_is_the_first_of_auth_methods(world: World) -> None:
    """Setting another single method leaves only that one."""
    world.web_client(client_id="shop", auth_methods=["client_secret_post", "client_secret_basic"])
    assert world.call("GET", "/clients/shop").json()["token_endpoint_auth_method"] == "client_secret_post"
    both = {"auth_methods": ["client_secret_post", "client_secret_basic"], "token_endpoint_auth_method": "client_secret_basic"}
    assert world.call("PATCH", "/clients/shop", json=both).json()["auth_methods"] == ["client_secret_basic", "client_secret_post"]
    narrowed = world.call("PATCH", "/clients/shop", json={"token_endpoint_auth_method": "client_secret_post"}).json()
    assert narrowed["auth_methods"] == ["client_secret_post"]
    contradiction = {"auth_methods": ["client_secret_post"], "token_endpoint_auth_method": "client_secret_basic"}
    assert world.call("PATCH", "/clients/shop", json=contradiction).status_code == 400


def test_the_size_of_all_metadata_is_limited(world: World) -> None:
    """J-11: several patches together could exceed the size of an item."""
    world.web_client(client_id="shop")
    uris = [f"https://shop.example/{n:04d}" + "x" * 1200 for n in range(50)]
    assert world.call("PATCH", "/clients/shop", json={"redirect_uris": uris}).status_code == 200
    assert world.call("PATCH", "/clients/shop", json={"post_logout_redirect_uris": uris}).status_code == 200
    huge = [f"https://shop.example/{n:04d}" + "x" * 2020 for n in range(50)]
    with pytest.raises(Invalid, match="together"):
        world.services.client_service.patch("shop", {"redirect_uris": huge, "post_logout_redirect_uris": huge}, scope=DEPLOYMENT)


def test_a_deleted_app_is_not_found(world: World) -> None:
    """404 from then on. A new app may have the id, with another secret."""
    first = world.web_client(client_id="shop")
    assert world.call("DELETE", "/clients/shop").status_code == 204
    for method, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/rotate-secret")):
        assert world.call(method, f"/clients/shop{path}", json={} if method == "PATCH" else None).status_code == 404
    assert world.web_client(client_id="shop").secrets != first.secrets


def test_native_apps_may_have_private_use_schemes(world: World) -> None:
    """RFC 8252 §7: an app with such a scheme cannot become a web app."""
    made = world.call(
        "POST", "/clients", json={"client_id": "phone", "application_type": "native", "redirect_uris": ["com.example.app:/cb"]}
    )
    assert made.status_code == 201
    assert world.call("PATCH", "/clients/phone", json={"application_type": "web"}).status_code == 400


def test_a_busy_client_is_a_conflict(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that loses each race gets 409 and overwrites nothing."""
    world.web_client(client_id="shop")
    monkeypatch.setattr(world.services.clients, "replace", lambda client: None)
    with pytest.raises(Conflict, match="are changing this client"):
        world.services.client_service.patch("shop", {"client_name": "x"}, scope=DEPLOYMENT)


# --- organisations --------------------------------------------------------------------------------------------------------

MACHINE = {"grant_types": ["client_credentials"], "scope": "orders"}


def test_a_machine_client_belongs_to_an_organisation(world: World) -> None:
    """With its own roles. null takes it out again."""
    it = organisation(world.services)
    role(world.services, it, "reader", "orders:read")
    made = world.call("POST", "/clients", json={**MACHINE, "org_id": it.id, "roles": ["reader"]})
    assert (made.status_code, made.json()["org_id"], made.json()["roles"]) == (201, it.id, ["reader"])

    def stamp() -> str:
        found = world.services.clients.get(made.json()["client_id"])
        assert found
        return found.stamp

    stamps = {stamp()}
    left = world.call("PATCH", f"/clients/{made.json()['client_id']}", json={"org_id": None, "roles": []})
    assert (left.status_code, left.json()["org_id"]) == (200, None)
    stamps.add(stamp())
    assert world.call("PATCH", f"/clients/{made.json()['client_id']}", json={"org_id": it.id}).status_code == 200
    stamps.add(stamp())
    assert len(stamps) == 3  # a token of before does not count again after a way back


@pytest.mark.parametrize("org_id", ["org_gone", "acme", "", "*", "ORG#org_a", 5, ["org_a"], "org_" + "a" * 61])
def test_a_client_belongs_to_no_organisation_that_is_not_there(world: World, org_id: object) -> None:
    """Nor by its slug, nor to one that is disabled."""
    assert world.call("POST", "/clients", json={**MACHINE, "org_id": org_id}).status_code == 400
    disabled = organisation(world.services, disabled=True)
    refused = world.call("POST", "/clients", json={**MACHINE, "org_id": disabled.id})
    assert (refused.status_code, "no such organisation" in refused.text) == (400, True)


@pytest.mark.parametrize("grants", [["authorization_code"], ["client_credentials", "authorization_code"]])
def test_only_a_machine_client_belongs_to_an_organisation(world: World, grants: list[str]) -> None:
    """People's tokens are for the organisation that they chose. A role of the deployment is none of its own."""
    it = organisation(world.services)
    body = {"grant_types": grants, "redirect_uris": ["https://a.example/cb"], "org_id": it.id}
    assert world.call("POST", "/clients", json=body).status_code == 400
    world.services.role_service.create("of-the-deployment", permissions=[], scope=DEPLOYMENT)
    assert world.call("POST", "/clients", json={**MACHINE, "org_id": it.id, "roles": ["of-the-deployment"]}).status_code == 400


@pytest.mark.parametrize("kind", ["allowed", "required"])
def test_the_scope_organization_needs_the_member(world: World, kind: str) -> None:
    """Else an app would take tokens without an organisation for those of one. No app is registered for the name of one."""
    app = {"redirect_uris": ["https://a.example/cb"]}
    refused = world.call("POST", "/clients", json={**app, "scope": "openid organization"})
    assert (refused.status_code, "organization" in refused.text) == (400, True)
    made = world.call("POST", "/clients", json={**app, "scope": "openid organization", "organization": kind})
    assert (made.status_code, made.json()["organization"]) == (201, kind)
    named = {**app, "scope": "openid organization:acme", "organization": kind}
    assert world.call("POST", "/clients", json=named).status_code == 400
    for wrong in ("always", "", None, True, ["allowed"]):
        assert world.call("POST", "/clients", json={**app, "organization": wrong}).status_code == 400
