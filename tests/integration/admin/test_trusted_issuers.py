"""Trusted issuers and links to their subjects in the admin API. An invalid one is refused as a whole."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from idp.store import keys
from tests.support.admin_calls import ADMIN, ISSUER
from tests.support.world import World

PATH = "/trusted-issuers"
ACME = "https://acme.idp.example"
NEW: dict[str, Any] = {
    "issuer": ACME, "jwks_uri": ACME + "/jwks", "clients": ["chat"], "audiences": ["https://api.example"], "scopes": ["chat.read"],
}  # fmt: skip
WHOLE = {
    **NEW, "profile": "id-jag", "algorithms": ["RS256", "PS256", "ES256", "Ed25519"], "tenant": "", "email_domains": [],
}  # fmt: skip


def told(answer: Any) -> dict[str, Any]:
    """Return the definition without the members that the provider adds."""
    return {name: value for name, value in answer.json().items() if name not in {"id", "created_at", "updated_at"}}


def links(user_id: str) -> str:
    return f"/users/{user_id}/issuer-links"


def test_an_issuer_is_created_read_listed_replaced_and_deleted(world: World) -> None:
    """A replacement needs the stored version. Each change is an event."""
    made = world.call("POST", PATH, json=NEW)
    assert (made.status_code, told(made), made.headers["etag"]) == (201, WHOLE, '"1"')
    path = f"{PATH}/{made.json()['id']}"
    assert made.headers["location"] == "/admin/v1" + path
    assert told(world.call("GET", path)) == WHOLE
    assert made.json() in world.call("GET", PATH).json()["items"]
    again = world.call("PUT", path, json={**NEW, "clients": []}, headers={"If-Match": '"1"'})
    assert (again.json()["clients"], again.headers["etag"]) == ([], '"2"')
    for method, body in (("PUT", NEW), ("DELETE", None)):
        assert world.call(method, path, json=body, headers={"If-Match": '"1"'}).status_code == 412
    assert world.call("DELETE", path, headers={"If-Match": '"2"'}).status_code == 204
    for method, body in (("GET", None), ("PUT", NEW), ("DELETE", None)):
        assert world.call(method, path, json=body).status_code == 404
    types = [event["type"] for event in world.events() if event["type"].startswith("trusted_issuer")]
    assert types == ["trusted_issuer.deleted", "trusted_issuer.updated", "trusted_issuer.created"]


def test_a_second_issuer_of_the_name_is_a_conflict(world: World) -> None:
    """Each issuer has its own path."""
    made = world.call("POST", PATH, json=NEW).json()
    assert world.call("POST", PATH, json={**NEW, "scopes": []}).status_code == 409
    assert world.call("PUT", f"{PATH}/{made['id']}", json={**NEW, "issuer": "https://globex.example"}).status_code == 400


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "http://acme.idp.example"}, {"issuer": "acme"}, {"issuer": ACME + "?a=b"}, {"issuer": ACME + "#a"}, {"issuer": ""},
        {"issuer": None}, {"issuer": "https://"}, {"issuer": "https://a b.example"}, {"issuer": "https://u@acme.example"},
        {"jwks_uri": "http://acme.idp.example/jwks"}, {"jwks_uri": "file:///etc/passwd"}, {"jwks_uri": ACME + "/jwks#a"}, {"jwks_uri": ""},
        {"profile": "saml"}, {"algorithms": []}, {"algorithms": ["none"]}, {"algorithms": ["HS256"]}, {"algorithms": ["RS256", "RS384"]},
        {"audiences": ["api"]}, {"audiences": ["https://api.example#a"]}, {"audiences": "https://api.example"}, {"scopes": ["a b"]},
        {"scopes": ["offline_access"]}, {"scopes": ["users:read"]}, {"scopes": ['"']}, {"clients": [""]}, {"clients": [1]},
        {"clients": ["a"] * 51}, {"email_domains": ["Acme.example"]}, {"email_domains": ["@acme.example"]}, {"email_domains": ["com"]},
        {"tenant": 1}, {"tenant": "x" * 256}, {"version": 3}, {"id": "x"}, {"created_at": 1},
    ],
)  # fmt: skip
def test_an_invalid_issuer_is_refused_and_not_stored(shared: World, change: dict[str, Any]) -> None:
    """400."""
    issuer = f"https://{secrets.token_hex(6)}.example"
    assert shared.call("POST", PATH, json={**NEW, "issuer": issuer, **change}).status_code == 400
    assert shared.call("GET", PATH).json()["items"] == []


def test_this_provider_and_the_admin_api_are_refused(shared: World) -> None:
    """ID-JAG §8.3: this provider is not its own trusted issuer. The admin API is not an audience."""
    for change in ({"issuer": ISSUER}, {"issuer": ISSUER + "/"}, {"audiences": [ADMIN]}):
        assert shared.call("POST", PATH, json={**NEW, **change}).status_code == 403


@pytest.mark.parametrize("name", ["x", "x" * 44, "a%2Fb", "a" * 42 + "."])
def test_an_invalid_issuer_id_is_not_found(shared: World, name: str) -> None:
    """They name nothing."""
    assert shared.call("GET", f"{PATH}/{name}").status_code in {400, 404}


def test_a_link_is_created_listed_and_deleted(world: World) -> None:
    """The issuer must be trusted, and a subject is linked to one user."""
    ada, bob = world.user(), world.user()
    link = {"issuer": ACME, "subject": "U1"}
    assert world.call("POST", links(ada.id), json=link).status_code == 400  # not trusted
    world.call("POST", PATH, json=NEW)
    made = world.call("POST", links(ada.id), json=link)
    assert (made.status_code, made.json()["subject"]) == (201, "U1")
    assert world.call("GET", links(ada.id)).json()["items"] == [made.json()]
    for user in (ada, bob):
        assert world.call("POST", links(user.id), json=link).status_code == 409
    path = f"{links(ada.id)}/{made.json()['id']}"
    assert world.call("DELETE", path.replace(ada.id, bob.id)).status_code == 404
    assert world.call("DELETE", path).status_code == 204
    assert world.call("DELETE", path).status_code == 404
    assert world.call("POST", links(bob.id), json=link).status_code == 201
    types = [event["type"] for event in world.events(user_id=ada.id) if event["type"].startswith("issuer_link")]
    assert types == ["issuer_link.deleted", "issuer_link.created"]


@pytest.mark.parametrize(
    "change", [{"subject": ""}, {"subject": "x" * 256}, {"subject": 1}, {"issuer": ""}, {"issuer": None}, {"tenant": ""}]
)
def test_an_invalid_link_is_refused(shared: World, change: dict[str, Any]) -> None:
    """400."""
    assert shared.call("POST", links(shared.user().id), json={"issuer": ACME, "subject": "U1", **change}).status_code == 400


def test_links_of_an_unknown_user_are_not_found(shared: World) -> None:
    """404."""
    assert shared.call("GET", links("usr_nobody")).status_code == 404
    assert shared.call("POST", links("usr_nobody"), json={"issuer": ACME, "subject": "U1"}).status_code in {400, 404}


def test_the_number_of_links_of_a_user_is_limited(world: World) -> None:
    """Deleting the user deletes all of them in one transaction and frees the subjects."""
    world.call("POST", PATH, json=NEW)
    ada = world.user()
    for number in range(20):
        assert world.call("POST", links(ada.id), json={"issuer": ACME, "subject": f"U{number}"}).status_code == 201
    assert world.call("POST", links(ada.id), json={"issuer": ACME, "subject": "U20"}).status_code == 409
    ids = [link["id"] for link in world.call("GET", links(ada.id)).json()["items"]]
    assert world.call("DELETE", f"/users/{ada.id}").status_code == 204
    assert [world.services.issuer_links.user_of(link) for link in ids] == [None] * 20
    assert list(world.services.database.query_all("directory", keys.user_pk(ada.id))) == []


def test_linking_an_admin_needs_each_scope(world: World) -> None:
    """A caller that links an admin could act as that admin (J-05)."""
    world.call("POST", PATH, json=NEW)
    token = world.service_token(world.service_client("users:write", "users:read", "issuers:write"))
    refused = world.call("POST", links(world.admin.id), json={"issuer": ACME, "subject": "U1"}, token=token)
    assert refused.status_code == 403
    made = world.call("POST", links(world.admin.id), json={"issuer": ACME, "subject": "U1"}).json()
    assert world.call("DELETE", f"{links(world.admin.id)}/{made['id']}", token=token).status_code == 403
