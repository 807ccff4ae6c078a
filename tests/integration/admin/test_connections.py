"""Connections in the admin API: made from presets, checked as a whole, and their secrets are in no answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from idp.domain.access.admin_scopes import ALL
from idp.services.upstream.refusal import UpstreamRefused
from idp.services.upstream.secret import open_secret
from idp.store import connection_keys
from idp.store.connection_items import ButtonsItem
from tests.integration.admin.connecting import ISSUER, METADATA, OAUTH2, OIDC, Documents, metadata
from tests.support.world import World

PATH = "/connections"


@pytest.fixture
def upstreams(world: World) -> Documents:
    """The fetcher of the world, which knows the metadata of one upstream."""
    served = Documents()
    served.put(metadata())
    world.services.outgoing = served
    return served


def create(world: World, **changes: Any) -> Any:
    return world.call("POST", PATH, json={name: value for name, value in {**OIDC, **changes}.items() if value is not None})


def problem(answer: Any) -> tuple[int, str, str]:
    """The status, the member and the sentence of a refusal."""
    told = answer.json()
    first = told.get("errors", [{"field": "", "detail": told.get("detail", "")}])[0]
    return answer.status_code, first["field"], first["detail"]


def test_a_connection_is_created_read_listed_changed_and_deleted(world: World, upstreams: Documents) -> None:
    """Its endpoints come from the metadata. A change needs the stored version. Each change is an event."""
    made = create(world)
    told = made.json()
    assert (made.status_code, made.headers["etag"], made.headers["location"]) == (201, '"1"', "/admin/v1/connections/acme")
    assert told["redirect_uri"] == world.services.settings.issuer + "/upstream/acme/callback"
    assert (told["type"], told["token_endpoint"], told["jwks_uri"]) == ("oidc", ISSUER + "/token", ISSUER + "/jwks")
    assert (told["iss_parameter"], told["signing_alg"], told["secret_set"]) == (True, "RS256", True)
    assert (told["accounts"], told["email_trust"], told["link_verified"], told["trusts_factors"]) == ("create", "none", False, False)
    assert world.call("GET", f"{PATH}/acme").json() == told
    assert world.call("GET", PATH).json() == {"items": [told], "next_cursor": None}
    changed = world.call("PATCH", f"{PATH}/acme", json={"enabled": False, "scopes": ["openid"]}, headers={"If-Match": '"1"'})
    assert (changed.json()["enabled"], changed.json()["scopes"], changed.headers["etag"]) == (False, ["openid"], '"2"')
    for method, body in (("PATCH", {"name": "Other"}), ("DELETE", None)):
        assert world.call(method, f"{PATH}/acme", json=body, headers={"If-Match": '"1"'}).status_code == 412
    assert world.call("POST", f"{PATH}/acme/metadata", headers={"If-Match": '"1"'}).status_code == 412
    assert world.call("DELETE", f"{PATH}/acme", headers={"If-Match": '"2"'}).status_code == 204
    for method, path, body in (("GET", "", None), ("PATCH", "", {}), ("DELETE", "", None), ("POST", "/metadata", None)):
        assert world.call(method, f"{PATH}/acme{path}", json=body).status_code == 404
    events = [event for event in world.events() if event["type"].startswith("connection")]
    assert [event["type"] for event in events] == ["connection.deleted", "connection.updated", "connection.created"]
    assert events[1]["details"]["changed"] == "enabled scopes"


def test_the_secret_is_stored_sealed_and_is_in_no_answer(world: World, upstreams: Documents) -> None:
    """It can be replaced and removed, but not read."""
    answers = [
        create(world), world.call("GET", f"{PATH}/acme"), world.call("GET", PATH),
        world.call("PATCH", f"{PATH}/acme", json={"secret": "a-newer-secret"}),
    ]  # fmt: skip
    stored = world.services.connections.get("acme")
    assert stored
    assert open_secret(world.services.keyring, stored) == "a-newer-secret"
    everything = "".join(answer.text for answer in answers) + str(stored.secret) + str(world.events())
    assert "the-secret-of-acme" not in everything
    assert "a-newer-secret" not in everything
    removed = world.call("PATCH", f"{PATH}/acme", json={"secret": None, "client_auth": "none"})
    assert (removed.status_code, removed.json()["secret_set"]) == (200, False)


def test_a_secret_counts_for_its_own_connection_only(world: World, upstreams: Documents) -> None:
    """An item that was copied to another id has no usable secret."""
    create(world)
    stored = world.services.connections.get("acme")
    assert stored
    with pytest.raises(UpstreamRefused):
        open_secret(world.services.keyring, replace(stored, id="other"))


def test_a_stored_secret_goes_to_no_other_host(world: World, upstreams: Documents) -> None:
    """It is in no answer, so a change does not send it to a host of the caller's choice, and sends no key in place of a secret."""
    create(world)
    elsewhere = "https://evil.example"
    upstreams.put(metadata(elsewhere), elsewhere + METADATA)
    changes: tuple[dict[str, Any], ...] = (
        {"token_endpoint": elsewhere + "/token"},
        {"issuer": elsewhere},
        {"client_auth": "private_key_jwt"},
        {"token_endpoint": "https://["},
    )
    for change in changes:
        assert problem(world.call("PATCH", f"{PATH}/acme", json=change))[:2] == (400, "secret")
    assert world.call("GET", f"{PATH}/acme").json()["token_endpoint"] == ISSUER + "/token"
    for change in ({"token_endpoint": ISSUER + "/token2"}, {"token_endpoint": elsewhere + "/token", "secret": "another-secret"}):
        assert world.call("PATCH", f"{PATH}/acme", json=change).status_code == 200


def test_an_oauth2_upstream_has_no_metadata(world: World, upstreams: Documents) -> None:
    """Its endpoints are given, and nothing is fetched."""
    upstreams.bodies.clear()
    made = world.call("POST", PATH, json=OAUTH2)
    assert (made.status_code, made.json()["claims"]) == (201, {"sub": "id"})
    assert world.call("POST", f"{PATH}/plain/metadata").status_code == 400


@pytest.mark.parametrize("preset", ["github", "facebook", "discord"])
def test_presets_of_oauth2_need_the_registration_only(world: World, upstreams: Documents, preset: str) -> None:
    """Everything else is known."""
    upstreams.bodies.clear()
    made = world.call("POST", PATH, json={"id": preset, "preset": preset, "client_id": "ours", "secret": "the-secret"})
    assert (made.status_code, made.json()["preset"]) == (201, preset)


def test_metadata_that_moved_is_read_again(world: World, upstreams: Documents) -> None:
    """Only on the request of an admin. The algorithm stays the one that was chosen."""
    create(world, signing_alg="ES256")
    upstreams.put(metadata(token_endpoint="https://moved.example/token"))
    read = world.call("POST", f"{PATH}/acme/metadata")
    assert (read.status_code, read.json()["token_endpoint"], read.json()["signing_alg"]) == (200, "https://moved.example/token", "ES256")
    upstreams.put(metadata(issuer="https://evil.example"))
    refused = world.call("POST", f"{PATH}/acme/metadata")
    assert problem(refused)[:2] == (400, "issuer")
    assert world.call("GET", f"{PATH}/acme").json()["token_endpoint"] == "https://moved.example/token"


def test_another_issuer_brings_its_own_endpoints(world: World, upstreams: Documents) -> None:
    """So the endpoints of the issuer before do not answer for the new one."""
    create(world)
    other = "https://other.idp.example"
    assert problem(world.call("PATCH", f"{PATH}/acme", json={"issuer": other}))[:2] == (400, "issuer")
    upstreams.put(metadata(other), other + METADATA)
    changed = world.call("PATCH", f"{PATH}/acme", json={"issuer": other, "secret": "the-secret-of-other"}).json()
    assert (changed["issuer"], changed["jwks_uri"]) == (other, other + "/jwks")


MICROSOFT = "https://login.microsoftonline.com"
TENANTS = ["11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"]


def test_several_tenants_of_microsoft_have_a_template(world: World, upstreams: Documents) -> None:
    """With one tenant the issuer is exact. The template without tenants would accept people of every tenant (O-13)."""
    for place, issuer in (("organizations", "{tenantid}"), (TENANTS[0], TENANTS[0])):
        upstreams.put(metadata(f"{MICROSOFT}/{issuer}/v2.0"), f"{MICROSOFT}/{place}/v2.0{METADATA}")
    entra = {"id": "entra", "preset": "microsoft", "client_id": "ours", "secret": "the-secret"}
    made = world.call("POST", PATH, json={**entra, "tenants": TENANTS}).json()
    assert made["issuer"] == MICROSOFT + "/{tenantid}/v2.0"
    one = world.call("PATCH", f"{PATH}/entra", json={"tenants": TENANTS[:1]}).json()
    assert (one["issuer"], one["jwks_uri"]) == (f"{MICROSOFT}/{TENANTS[0]}/v2.0", f"{MICROSOFT}/{TENANTS[0]}/v2.0/jwks")
    assert problem(world.call("PATCH", f"{PATH}/entra", json={"issuer": MICROSOFT + "/{tenantid}/v2.0", "tenants": []}))[0] == 400
    assert problem(world.call("POST", PATH, json={**entra, "id": "all"}))[:2] == (400, "tenants")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": "Acme"}, "id"), ({"id": "-acme"}, "id"), ({"id": "a" * 41}, "id"), ({"id": "a/b"}, "id"), ({"id": ""}, "id"),
        ({"preset": "nobody"}, "preset"), ({"name": " "}, "name"), ({"name": "a" * 65}, "name"), ({"name": "a\u202eb"}, "name"),
        ({"logo_uri": "http://acme.example/a.png"}, "logo_uri"), ({"logo_uri": "javascript:alert(1)"}, "logo_uri"),
        ({"position": -1}, "position"), ({"issuer": "http://acme.idp.example"}, "issuer"), ({"issuer": "https://127.0.0.1"}, "issuer"),
        ({"issuer": "https://acme.idp.example?a=b"}, "issuer"), ({"issuer": None}, "issuer"),
        ({"token_endpoint": "http://acme.example/token"}, "token_endpoint"), ({"jwks_uri": "https://10.0.0.1/jwks"}, "jwks_uri"),
        ({"userinfo_endpoint": "https://acme.example/me#a"}, "userinfo_endpoint"),
        ({"authorization_endpoint": "https://a:b@acme.example/"}, "authorization_endpoint"),
        ({"jwks_uri": "https://acme.example:8443/jwks"}, "jwks_uri"), ({"signing_alg": "none"}, "signing_alg"),
        ({"signing_alg": "HS256"}, "signing_alg"), ({"response_mode": "fragment"}, "response_mode"),
        ({"client_id": "with space"}, "client_id"), ({"client_id": None}, "client_id"), ({"client_auth": "password"}, "client_auth"),
        ({"secret": None}, "secret"), ({"secret": "b\u00e4d"}, "secret"), ({"secret": "a\nb"}, "secret"),
        ({"client_auth": "none"}, "secret"), ({"client_auth": "private_key_jwt"}, "secret"), ({"client_auth": "apple"}, "secret"),
        ({"scopes": ["email"]}, "scopes"), ({"scopes": ["openid", "a b"]}, "scopes"), ({"claims": {"sub": "id"}}, "claims"),
        ({"claims": {"roles": "groups"}}, "claims"), ({"claims": {"name": ""}}, "claims"), ({"tenants": TENANTS}, "tenants"),
        ({"apps": ["no-such-app"]}, "apps"), ({"domains": ["gmail.com"]}, "domains"), ({"domains": ["yahoo.co.jp"]}, "domains"),
        ({"domains": ["Acme.example"]}, "domains"), ({"domains": [".acme.example"]}, "domains"), ({"domains": ["com"]}, "domains"),
        ({"domains": ["a@acme.example"]}, "domains"), ({"accounts": "all"}, "accounts"), ({"email_trust": "always"}, "email_trust"),
        ({"email_trust": "domains"}, "email_trust"), ({"link_verified": True}, "link_verified"),
    ],
    ids=str,
)  # fmt: skip
def test_an_invalid_member_is_refused(world: World, upstreams: Documents, change: dict[str, Any], field: str) -> None:
    """The answer names the member, and nothing is written."""
    answer = create(world, **change)
    assert problem(answer)[:2] == (400, field), answer.text
    assert world.call("GET", PATH).json()["items"] == []
    assert world.services.database.get(ButtonsItem, connection_keys.connection_buttons()) is None


@pytest.mark.parametrize(
    "change",
    [{"id": "other"}, {"type": "oauth2"}, {"preset": "google"}, {"version": 7}, {"token_incarnations": {}}, {"enabled": "yes"}],
    ids=str,
)
def test_a_fixed_or_unknown_member_is_no_change(world: World, upstreams: Documents, change: dict[str, Any]) -> None:
    """The shape of a change does not have it."""
    create(world)
    assert world.call("PATCH", f"{PATH}/acme", json=change).status_code == 400
    assert world.call("GET", f"{PATH}/acme").headers["etag"] == '"1"'


def test_ids_and_domains_are_taken_once(world: World, upstreams: Documents) -> None:
    """An address leads to one connection."""
    assert create(world, domains=["acme.example"]).status_code == 201
    assert create(world).status_code == 409
    assert problem(create(world, id="second", domains=["acme.example"]))[:2] == (400, "domains")


def test_this_provider_is_not_its_own_upstream(world: World, upstreams: Documents) -> None:
    """It would send people round in circles."""
    own = world.services.settings.issuer
    upstreams.put(metadata(own), own + METADATA)
    assert problem(create(world, issuer=own))[:2] == (400, "issuer")


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{", b"\xff", b'{"issuer": 1}', b"[" * 50_000, b" " * 70_000,
    ],
    ids=["empty", "list", "cut off", "no text", "number", "deep", "large"],
)  # fmt: skip
def test_metadata_that_is_none_is_refused(world: World, upstreams: Documents, body: bytes) -> None:
    """The answer names the issuer, because its URL is what an admin can correct."""
    upstreams.bodies[ISSUER + METADATA] = body
    assert problem(create(world))[:2] == (400, "issuer")


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": ISSUER + "/"}, {"issuer": "https://evil.example"}, {"issuer": None}, {"jwks_uri": "http://acme.idp.example/jwks"},
        {"token_endpoint": "https://169.254.169.254/token"}, {"authorization_endpoint": None}, {"jwks_uri": 7},
        {"userinfo_endpoint": "file:///etc/passwd"}, {"id_token_signing_alg_values_supported": ["none", "HS256"]},
        {"id_token_signing_alg_values_supported": "RS256"},
    ],
    ids=str,
)  # fmt: skip
def test_hostile_metadata_is_refused(world: World, upstreams: Documents, changes: dict[str, Any]) -> None:
    """Another issuer, an endpoint inside, or no usable algorithm (O-11)."""
    upstreams.put({name: value for name, value in {**metadata(), **changes}.items() if value is not None})
    assert problem(create(world))[:2] == (400, "issuer")
    assert world.call("GET", PATH).json()["items"] == []


@pytest.mark.parametrize("scope", ["users:write", "connections:read"])
def test_a_token_without_the_scope_changes_nothing(world: World, upstreams: Documents, scope: str) -> None:
    """Connections decide who gets in."""
    token = world.service_token(world.service_client(scope))
    assert world.call("POST", PATH, json=OIDC, token=token).status_code == 403


HOOK = {"id": "old", "preset": "password", "hook": "https://old.example/check", "secret": "whsec_" + "c2VjcmV0LW9mLXRoZS1ob29r" * 2}


def hook(world: World, **changes: Any) -> Any:
    return world.call("POST", PATH, json={name: value for name, value in {**HOOK, **changes}.items() if value is not None})


def test_the_system_that_people_come_from_is_a_connection(world: World, upstreams: Documents) -> None:
    """It has no redirect URI and no button. Its secret is in no answer."""
    made = hook(world, domains=["old.example"])
    told = made.json()
    assert made.status_code == 201, told
    assert (told["type"], told["hook"], told["who"], told["client_auth"]) == ("password", HOOK["hook"], "known", "signature")
    assert (told["redirect_uri"], told["shown"], told["secret_set"]) == ("", False, True)
    assert HOOK["secret"] not in made.text
    changed = world.call("PATCH", f"{PATH}/old", json={"who": "all"})
    assert changed.json()["who"] == "all"
    assert problem(world.call("POST", f"{PATH}/old/metadata"))[0] in {400, 409, 422}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"hook": None}, "hook"), ({"hook": "http://old.example/"}, "hook"), ({"hook": "https://127.0.0.1/"}, "hook"),
        ({"hook": "https://old.example:8443/"}, "hook"), ({"hook": "https://u:p@old.example/"}, "hook"),
        ({"hook": "arn:aws:lambda:us-east-1:123456789012:function:any", "secret": None}, "hook"),
        ({"secret": None}, "secret"), ({"secret": "a-plain-secret"}, "secret"), ({"secret": "whsec_c2hvcnQ="}, "secret"),
        ({"issuer": "https://old.example"}, "issuer"), ({"client_id": "ours"}, "client_id"), ({"link_verified": True}, "link_verified"),
        ({"trusts_factors": True}, "trusts_factors"), ({"claims": {"name": "n"}}, "claims"), ({"client_auth": "none"}, "client_auth"),
        ({"domains": ["gmail.com"]}, "domains"),
    ],
)  # fmt: skip
def test_a_hook_that_may_not_be_asked_is_refused(world: World, upstreams: Documents, changes: dict[str, Any], field: str) -> None:
    status, named, sentence = problem(hook(world, **changes))
    assert (status, named) in {(422, field), (400, field)}, sentence
    assert world.call("GET", f"{PATH}/old").status_code == 404


def _limited(world: World, *scopes: str) -> str:
    """A token with these scopes only."""
    return world.service_token(world.service_client(" ".join(scopes)))


ALMOST = tuple(sorted(ALL - {"audit:read"}))
"""Every scope but one, which an admin could have whose account a connection opens."""


@pytest.mark.parametrize("scopes", [("connections:write",), ALMOST])
def test_a_hook_needs_every_scope(world: World, upstreams: Documents, scopes: tuple[str, ...]) -> None:
    """R-11: who sets the hook can come as each person who waits, also as the admin of an organisation."""
    token = _limited(world, *scopes)
    assert world.call("POST", PATH, json=HOOK, token=token).status_code == 403
    assert world.call("GET", f"{PATH}/old").status_code == 404
    before = hook(world).json()
    changes = (
        {"hook": "https://evil.example/", "secret": HOOK["secret"]},
        {"secret": HOOK["secret"]},
        {"who": "all"},
        {"enabled": False, "who": "all"},
    )
    for change in changes:
        assert world.call("PATCH", f"{PATH}/old", json=change, token=token).status_code == 403
    assert world.call("GET", f"{PATH}/old").json() == before
    assert world.call("PATCH", f"{PATH}/old", json={"enabled": False}, token=token).status_code == 200
    assert world.call("PATCH", f"{PATH}/old", json={"enabled": True}, token=token).status_code == 403
    assert world.call("DELETE", f"{PATH}/old", token=token).status_code == 204


SILENT = {"email_trust": "domains", "domains": ["acme.example"], "link_verified": True}


@pytest.mark.parametrize("trust", ["link_verified", "trusts_factors"])
@pytest.mark.parametrize("scopes", [("connections:write",), ALMOST])
def test_trust_needs_every_scope(world: World, upstreams: Documents, scopes: tuple[str, ...], trust: str) -> None:
    """O-19, J-05: a silent link opens accounts, and trusted factors the admin API, for the admin of an organisation with more rights."""
    token = _limited(world, *scopes)
    asks = {**SILENT, "link_verified": False}
    assert world.call("POST", PATH, json={**OIDC, **asks, trust: True}, token=token).status_code == 403
    assert world.call("GET", f"{PATH}/acme").status_code == 404
    assert world.call("POST", PATH, json={**OIDC, **asks}, token=token).status_code == 201
    assert world.call("PATCH", f"{PATH}/acme", json={trust: True}, token=token).status_code == 403
    before = world.call("PATCH", f"{PATH}/acme", json={trust: True}).json()
    changes = (
        {"domains": ["acme.example", "victim.example"]},
        {"email_trust": "verified"},
        {"enabled": False, "domains": ["victim.example"]},
        {"jwks_uri": "https://evil.example/jwks", trust: False},
    )
    for change in changes:
        assert world.call("PATCH", f"{PATH}/acme", json=change, token=token).status_code == 403
    assert world.call("GET", f"{PATH}/acme").json() == before
    assert world.call("PATCH", f"{PATH}/acme", json={"name": "Other"}, token=token).status_code == 200
    assert world.call("PATCH", f"{PATH}/acme", json={"enabled": False}, token=token).status_code == 200
    assert world.call("PATCH", f"{PATH}/acme", json={"enabled": True}, token=token).status_code == 403
    assert world.call("PATCH", f"{PATH}/acme", json={trust: False}, token=token).status_code == 200
    assert world.call("PATCH", f"{PATH}/acme", json={trust: True}, token=token).status_code == 403
    assert world.call("DELETE", f"{PATH}/acme", token=token).status_code == 204


def test_only_a_caller_with_every_scope_changes_where_identities_come_from(world: World, upstreams: Documents) -> None:
    """J-05: an admin may be linked to it already. With other keys the caller could sign in as that admin, and set up a second factor."""
    token = _limited(world, *ALMOST)
    create(world)
    other = {
        "jwks_uri": "https://evil.example/jwks", "token_endpoint": "https://evil.example/token",
        "authorization_endpoint": "https://evil.example/", "userinfo_endpoint": "https://evil.example/me",
        "client_id": "theirs", "client_auth": "client_secret_post", "claims": {"sub": "email"},
        "signing_alg": "ES256", "scopes": ["openid"],
    }  # fmt: skip
    for name, value in other.items():
        body = {name: value, "secret": "theirs"} if name == "token_endpoint" else {name: value}
        assert world.call("PATCH", f"{PATH}/acme", json=body, token=token).status_code in {400, 403, 422}, name
    assert world.call("PATCH", f"{PATH}/acme", json={"jwks_uri": other["jwks_uri"]}, token=token).status_code == 403
    harmless = {"name": "Other", "position": 3, "domains": ["acme.example"], "accounts": "link", "email_trust": "domains", "secret": "new"}
    assert world.call("PATCH", f"{PATH}/acme", json=harmless, token=token).status_code == 200


def test_the_id_of_a_deleted_connection_is_made_again_with_every_scope_only(world: World, upstreams: Documents) -> None:
    """J-05: links to the deleted one count for the new one, also if another admin made it."""
    token = _limited(world, *ALMOST)
    assert world.call("POST", PATH, json=OIDC, token=token).status_code == 201
    assert world.call("DELETE", f"{PATH}/acme", token=token).status_code == 204
    refused = world.call("POST", PATH, json=OIDC, token=token)
    assert (refused.status_code, "every scope" in refused.json()["detail"]) == (403, True)
    assert world.call("POST", PATH, json={**OIDC, "id": "acme2"}, token=token).status_code == 201
    assert create(world).status_code == 201


@pytest.mark.parametrize("member", ["hook", "who"])
def test_another_type_has_no_hook(world: World, upstreams: Documents, member: str) -> None:
    status, named, _ = problem(create(world, **{member: {"hook": "https://old.example/", "who": "all"}[member]}))
    assert (status, named) in {(422, member), (400, member)}


def test_another_type_has_no_document_of_metadata(world: World, upstreams: Documents) -> None:
    """It is no member that is stored, so it is refused before; null is as if it were left out."""
    assert problem(create(world, metadata="<xml/>"))[:2] == (400, "metadata")
    assert world.call("POST", PATH, json={**OIDC, "metadata": None}).status_code == 201
    assert problem(world.call("PATCH", f"{PATH}/acme", json={"metadata": "<xml/>"}))[:2] == (400, "metadata")
    assert world.call("PATCH", f"{PATH}/acme", json={"metadata": None}).status_code == 200


def test_the_only_function_is_the_one_of_the_setting(world: World, upstreams: Documents) -> None:
    """It needs no secret, and a later hook by https needs one."""
    arn = "arn:aws:lambda:us-east-1:123456789012:function:ask"
    service = world.services.connection_service
    service._settings = replace(service._settings, migration_function=arn)  # noqa: SLF001  # read at each check
    try:
        told = hook(world, hook=arn, secret=None).json()
        assert (told["client_auth"], told["secret_set"]) == ("none", False)
        assert problem(world.call("PATCH", f"{PATH}/old", json={"hook": arn + "2"}))[1] == "hook"
        assert problem(world.call("PATCH", f"{PATH}/old", json={"hook": HOOK["hook"]}))[1] == "secret"
        told = world.call("PATCH", f"{PATH}/old", json={"hook": HOOK["hook"], "secret": HOOK["secret"]}).json()
        assert (told["client_auth"], told["secret_set"]) == ("signature", True)
        told = world.call("PATCH", f"{PATH}/old", json={"hook": arn}).json()
        assert (told["client_auth"], told["secret_set"]) == ("none", False)
    finally:
        service._settings = world.settings  # noqa: SLF001  # as above


def test_a_connection_names_the_apps_that_get_its_tokens(world: World, upstreams: Documents) -> None:
    """The incarnation of each app is stored with the list, and changes only with it: a later app of the same id is not included."""
    app = world.client()
    made = create(world, keeps_tokens=True, token_apps=[app.id]).json()
    assert (made["keeps_tokens"], made["token_apps"]) == (True, [app.id])
    assert made["token_audience"] == f"{world.settings.issuer}/upstream/acme"
    assert "token_incarnations" not in made
    stored = world.services.connections.get("acme")
    assert stored
    assert stored.gives_tokens_to(app.id, app.incarnation)
    assert not stored.gives_tokens_to(app.id, "of a later app")
    found = world.services.clients.get(app.id)
    assert found
    assert world.services.clients.replace(replace(found, incarnation="later"))
    assert world.call("PATCH", f"{PATH}/acme", json={"name": "Other"}).status_code == 200
    stored = world.services.connections.get("acme")
    assert stored
    assert not stored.gives_tokens_to(app.id, "later")
    assert world.call("PATCH", f"{PATH}/acme", json={"token_apps": [app.id]}).status_code == 200
    stored = world.services.connections.get("acme")
    assert stored
    assert stored.gives_tokens_to(app.id, "later")
    off = world.call("PATCH", f"{PATH}/acme", json={"keeps_tokens": None, "token_apps": None}).json()
    assert (off["keeps_tokens"], off["token_apps"], off["token_audience"]) == (False, [], "")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"token_apps": ["unknown"], "keeps_tokens": True}, "token_apps"), ({"keeps_tokens": "yes"}, "keeps_tokens"),
        ({"token_apps": ["APP"]}, "token_apps"), ({"token_apps": ["APP"], "keeps_tokens": False}, "token_apps"),
        ({"preset": "password", "hook": "https://old.example/check", "keeps_tokens": True}, "keeps_tokens"),
    ],
    ids=str,
)  # fmt: skip
def test_tokens_are_kept_for_known_apps_and_of_oauth_only(world: World, upstreams: Documents, change: dict[str, Any], field: str) -> None:
    """Without keeps_tokens a list of apps has no meaning. SAML and password have no tokens."""
    app = world.client()
    given = {name: [app.id] if value == ["APP"] else value for name, value in change.items()}
    secret = {"secret": "whsec_" + "A" * 32} if "hook" in change else {}
    answer = create(world, **given, **secret)
    assert problem(answer)[:2] == (400, field), answer.text
