"""The client registration endpoint (RFC 7591, OpenID Connect Registration 1.0): defaults, refusals, limits (threats E-09, E-10, J-02)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.apps.grant_types import JWT_BEARER
from idp.settings import Settings
from tests.integration.oidc.conftest import ENDPOINT, WithSettings
from tests.integration.oidc.registering import METADATA, as_json, initial_access, own, register, send
from tests.support.calling import basic
from tests.support.deployment import App, Deployment, asked_by, prepared, settings
from tests.support.tls import Authority, HttpsSite

JWKS = {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "kid": "1"}]}


@pytest.fixture
def opened(with_settings: WithSettings) -> Deployment:
    """A provider with open registration, called from a network of this test only."""
    return with_settings(registration="open", registration_resources="https://mcp.example")


@pytest.fixture
def closed(with_settings: WithSettings) -> Deployment:
    """A provider that requires an initial access token."""
    return with_settings(registration="token")


def test_off_there_is_nothing(idp: Deployment) -> None:
    """By default the answer is 404, and metadata do not list the endpoint."""
    assert register(idp).status == 404
    assert send(idp, "GET", "/register/web", token="x").status == 404
    assert "registration_endpoint" not in idp.get("/.well-known/openid-configuration").json


def test_defaults_are_those_of_the_rfc(opened: Deployment) -> None:
    """RFC 7591 §2: client_secret_basic, authorization_code, code; §3.2.1: 201 and no-store, with a secret and its expiry."""
    answer = register(opened)
    assert answer.status == 201
    assert answer.header("cache-control") == "no-store"
    made = answer.json
    assert made["token_endpoint_auth_method"] == "client_secret_basic"
    assert (made["grant_types"], made["response_types"]) == (["authorization_code"], ["code"])
    assert (made["client_secret_expires_at"], made["application_type"], made["subject_type"]) == (0, "web", "public")
    assert made["client_id_issued_at"] == opened.clock()
    assert made["registration_client_uri"] == f"https://idp.example/register/{made['client_id']}"
    assert made["redirect_uris"] == METADATA["redirect_uris"]
    assert made["id_token_signed_response_alg"] == "RS256"
    assert None not in made.values()
    kept = opened.services.clients.get(made["client_id"])
    assert kept
    assert made["client_secret"] not in repr(kept)
    assert made["registration_access_token"] not in repr(kept)


def test_a_registered_client_goes_through_the_flow(opened: Deployment) -> None:
    """The client gets code, tokens and refresh after consent, since it is not first-party. A used client is not removed."""
    made = register(opened, grant_types=["authorization_code", "refresh_token"]).json
    client = opened.services.clients.get(made["client_id"])
    assert client
    assert client.provisional_until == opened.clock() + 86400
    app = App(client, made["client_secret"])
    browser = opened.browser(opened.person())
    page = opened.authorize(browser, app, resource="https://mcp.example")
    assert page.is_page
    answer = browser.post("/consent", {**page.fields, "decision": "approve"}, headers=[("origin", "https://idp.example")])
    tokens = opened.redeem(app, answer.answered["code"]).json
    assert opened.refresh(app, tokens["refresh_token"]).status == 200
    kept = opened.services.clients.get(client.id)
    assert kept
    assert kept.provisional_until is None


def test_a_public_client_gets_no_secret(opened: Deployment) -> None:
    """A public client must also use PKCE."""
    made = register(opened, token_endpoint_auth_method="none").json
    assert "client_secret" not in made
    assert "client_secret_expires_at" not in made
    client = opened.services.clients.get(made["client_id"])
    assert client
    assert client.must_use_pkce


@pytest.mark.parametrize("required", ["on", "off"])
def test_whether_confidential_clients_need_pkce_is_a_setting(with_settings: WithSettings, required: str) -> None:
    """registration_require_pkce concerns confidential clients: the certification plans send no PKCE. Public clients always need it."""
    idp = with_settings(registration="open", registration_require_pkce=required)
    made = register(idp).json
    found = idp.services.clients.get(made["client_id"])
    assert found
    asked = asked_by(App(found), code_challenge=None, code_challenge_method=None, scope="openid")
    answer = idp.browser(idp.person()).get("/authorize", asked)
    assert answer.is_page is (required == "off")
    public = idp.services.clients.get(register(idp, token_endpoint_auth_method="none").json["client_id"])
    assert public
    assert public.must_use_pkce


def test_what_is_not_understood_and_what_only_admins_set_is_ignored(opened: Deployment) -> None:
    """RFC 7591 §2: "MUST ignore any client metadata sent by the client that it does not understand"; J-02."""
    forbidden: dict[str, Any] = {
        "first_party": True, "require_mfa": False, "require_pkce": False, "resources": ["https://idp.example/admin/v1"],
        "introspects": ["https://api.example"], "auth_methods": ["none"], "disabled": False, "client_id": "web", "client_secret": "mine",
        "registered_by": None, "kept_by_admin": [], "registrable_scopes": ["users:write"], "provisional_until": None, "pk": "x",
        "version": 9, "roles": ["boss"], "claim_mappings": {"roles": {"source": "roles", "in": ["access_token"]}},
        "access_token_signed_response_alg": "none", "secrets": [], "client_name#de": "Name", "unknown": {"a": [1]},
    }  # fmt: skip
    made = register(opened, **forbidden).json
    assert made["client_id"].startswith("dyn_")
    assert made["client_secret"] != "mine"
    assert not set(forbidden) - {"client_id", "client_secret"} & set(made) - {"client_id", "client_secret"}
    kept = opened.services.clients.get(made["client_id"])
    assert kept
    assert (kept.first_party, kept.profile, kept.introspects, kept.resources) == (False, None, (), ("https://mcp.example",))
    assert (kept.roles, kept.claim_mappings) == (None, None)
    assert (kept.require_pkce, kept.registered_by, kept.version) == (True, "dynamic", 1)


def test_null_is_as_if_it_were_not_there(opened: Deployment) -> None:
    """RFC 7592 §2.2 has this rule for updates, and some clients send null members when they register."""
    assert register(opened, jwks=None, jwks_uri=None, scope=None, logo_uri=None, grant_types=None).status == 201


@pytest.mark.parametrize(
    "name", ["Ada's app", "Café №5", "میخواهم", "हिन्दी ऐप", "アプリ", "👩\u200d💻 Code", "x", "7", "C++", "(beta) App!"]
)
def test_names_of_every_script(opened: Deployment, name: str) -> None:
    """A name in any script is accepted."""
    assert register(opened, client_name=name).json["client_name"] == name


EMPTY = (
    "logo_uri", "client_uri", "policy_uri", "tos_uri", "client_name", "scope", "jwks_uri", "software_id", "software_version",
    "subject_type", "software_statement", "token_endpoint_auth_method", "application_type",
    "id_token_signed_response_alg", "sector_identifier_uri",
    "initiate_login_uri", "backchannel_logout_uri", "profile",
)  # fmt: skip
"""Members whose value is a string."""


@pytest.mark.parametrize("name", EMPTY)
def test_an_empty_text_is_as_if_it_were_not_there(opened: Deployment, name: str) -> None:
    """Some clients send members without a value as an empty string. The answer is as without the member, also for an update."""
    without, made = (register(opened, {**METADATA, name: value}) for value in (None, ""))
    assert (made.status, without.status) == (201, 201), made.text
    own_members = {"client_id", "client_secret", "registration_access_token", "registration_client_uri"}
    assert [each for each in made.json if made.json[each] != without.json.get(each)] == [each for each in made.json if each in own_members]
    assert own(opened, "PUT", made.json, {**METADATA, "client_id": made.json["client_id"], name: ""}).status == 200


@pytest.mark.parametrize(
    ("asked", "registered"),
    [
        ("openid groups", "openid"), ("groups email openid roles", "email openid"), ("groups", None), ("", None), (" ", None),
        ("orders", None), ("openid openid", "openid"), ("offline_access x:y:z", "offline_access"),
    ],
)  # fmt: skip
def test_scopes_that_it_cannot_have_are_left_out(opened: Deployment, asked: str, registered: str | None) -> None:
    """RFC 7591 §3.2.1: the answer has the registered scopes. If none of the requested ones is left, the default scopes are registered."""
    made = register(opened, scope=asked)
    assert made.status == 201, made.text
    assert made.json["scope"] == (registered or register(opened).json["scope"])
    found = opened.services.clients.get(made.json["client_id"])
    assert found
    assert " ".join(found.scopes) == made.json["scope"]
    changed = own(opened, "PUT", made.json, {**METADATA, "client_id": found.id, "scope": f"{asked} nonsense"})
    assert changed.json["scope"] == made.json["scope"]


def test_an_app_that_registered_with_an_empty_scope_can_sign_people_in(opened: Deployment) -> None:
    """It may request the scopes of open registration."""
    found = opened.services.clients.get(register(opened, scope="", token_endpoint_auth_method="none").json["client_id"])
    assert found
    assert opened.authorize(opened.browser(opened.person()), App(found), scope="openid email").is_page  # consent


def test_a_profile_may_be_registered(opened: Deployment) -> None:
    """docs/fapi.md: `profile` sets what FAPI 2.0 requires, and the answer shows it. An update without it removes it."""
    members: dict[str, Any] = {
        "profile": "fapi2",
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks": JWKS,
        "grant_types": ["authorization_code"],
    }
    made = register(opened, **members).json
    assert (made["profile"], made["require_pushed_authorization_requests"], made["dpop_bound_access_tokens"]) == ("fapi2", True, True)
    kept = opened.services.clients.get(made["client_id"])
    assert kept
    assert kept.is_fapi
    again = own(opened, "PUT", made, {**METADATA, **members, "client_id": made["client_id"], "profile": "fapi2-message-signing"}).json
    assert (again["profile"], again["require_signed_request_object"]) == ("fapi2-message-signing", True)
    plain = own(opened, "PUT", made, {**METADATA, **members, "client_id": made["client_id"], "profile": None}).json
    assert "profile" not in plain


def test_a_profile_that_an_admin_set_stays(opened: Deployment) -> None:
    """RFC 7592: an update by the app does not change what an admin set."""
    members: dict[str, Any] = {"token_endpoint_auth_method": "private_key_jwt", "jwks": JWKS, "grant_types": ["authorization_code"]}
    made = register(opened, **members).json
    opened.services.client_service.patch(made["client_id"], {"profile": "fapi2"}, scope=DEPLOYMENT)
    after = own(opened, "PUT", made, {**METADATA, **members, "client_id": made["client_id"], "profile": ""}).json
    assert after["profile"] == "fapi2"


@pytest.mark.parametrize("uris", [
    ..., [], "https://app.example/cb", 5, {"0": "https://app.example"}, [["https://app.example"]], [None], ["https://app.example/cb#f"],
    ["javascript:alert(1)"], ["data:text/html,x"], ["https://*.example/cb"], ["http://app.example/cb"], ["com.example.app:/cb"], [""],
    ["https://app.example/../cb"], ["//app.example"], ["https://a@app.example/"], [f"https://app.example/{n}" for n in range(51)],
    ["https://app.example/" + "x" * 2048], ["https://app.example/cb\r\nX: y"], ["https://app.example/cb", "http://evil.example"],
], ids=lambda uris: str(uris)[:30])  # fmt: skip
def test_redirect_uris_that_are_none(opened: Deployment, uris: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """§3.2.2 invalid_redirect_uri; E-10: no type makes a 500."""
    monkeypatch.setattr(opened.services.settings.__class__, "dev", property(lambda _: False))
    answer = register(opened, redirect_uris=uris)
    assert (answer.status, answer.error) == (400, "invalid_redirect_uri")


@pytest.mark.parametrize("members", [
    {"grant_types": ["implicit"]}, {"grant_types": ["password"]}, {"grant_types": "authorization_code"}, {"grant_types": [7]},
    {"grant_types": ["refresh_token"]}, {"grant_types": ["client_credentials"]}, {"response_types": ["token"]},
    {"response_types": ["code id_token"]},
    {"response_types": []}, {"token_endpoint_auth_method": "client_secret_jwt"}, {"token_endpoint_auth_method": "private_key_jwt"},
    {"token_endpoint_auth_method": ["none"]}, {"token_endpoint_auth_method": "tls_client_auth"}, {"client_name": "x" * 201},
    {"client_name": 5},
    {"client_name": "a\r\nb"}, {"client_name": "   "}, {"client_name": " App"}, {"client_name": "App\u00a0"}, {"client_name": "\u3164"},
    {"client_name": "App\u3164"}, {"client_name": "\u2800"}, {"client_name": "..."}, {"client_name": "A" + "\u0301" * 5},
    {"client_name": "App\u202e"}, {"client_name": "Ap\u200bp"}, {"client_name": "Ap\u200cp"}, {"client_name": "App\ue000"},
    {"client_name": "x" * 60_000}, {"scope": "users:write"}, {"scope": "openid clients:read"},
    {"scope": "openid access:evaluate"}, {"scope": 'openid "'}, {"profile": "fapi1"}, {"profile": "fapi2"}, {"profile": ["fapi2"]},
    {"scope": ["openid"]}, {"jwks": {"keys": []}}, {"jwks": "x"}, {"jwks": {"keys": [{"kty": "oct", "k": "x"}]}}, {"jwks": {"keys": [[]]}},
    {"jwks": {"keys": [{**JWKS["keys"][0], "d": "secret"}]}}, {"jwks": JWKS, "jwks_uri": "https://app.example/jwks"},
    {"jwks_uri": "http://app.example/jwks"}, {"jwks_uri": "file:///etc/passwd"}, {"initiate_login_uri": "http://app.example/login"},
    {"initiate_login_uri": "app.example"}, {"logo_uri": "javascript:x"}, {"tos_uri": 5}, {"contacts": "a@b.example"}, {"contacts": [1]},
    {"id_token_signed_response_alg": "none"}, {"id_token_signed_response_alg": "HS256"}, {"userinfo_signed_response_alg": "none"},
    {"request_object_signing_alg": "none"}, {"request_uris": ["http://app.example/r"]}, {"default_max_age": "5"}, {"default_max_age": -1},
    {"subject_type": "secret"}, {"application_type": "tv"}, {"require_auth_time": "yes"}, {"frontchannel_logout_uri": "https://other.example/o"},
    {"id_token_encrypted_response_enc": "A256GCM"}, {"id_token_encrypted_response_alg": "RSA-OAEP-256"}, {"backchannel_logout_uri": "http://x/"},
    {"subject_type": "pairwise", "redirect_uris": ["https://a.example/", "https://b.example/"]}, {"software_id": {}},
], ids=lambda members: str(members)[:40])  # fmt: skip
def test_metadata_that_cannot_be(opened: Deployment, members: dict[str, Any]) -> None:
    """§3.2.2 invalid_client_metadata, with the member's name; no client is stored. E-10."""
    answer = register(opened, **members)
    assert (answer.status, answer.error) == (400, "invalid_client_metadata"), answer.text
    assert any(name in answer.json["error_description"] for name in (*members, "jwks", "sector_identifier_uri", "tls_client_auth"))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b'"x"',
        b"{",
        b'{"redirect_uris": NaN}',
        b"\xff",
        b'{"a":1,"a":2}',
        b"[" * 5000,
        b'{"a":' * 50 + b"1" + b"}" * 50,
    ],
)
def test_bodies_that_are_no_metadata(opened: Deployment, body: bytes) -> None:
    """§3.1 requires a JSON object; each of these bodies is refused without a 500."""
    answer = opened.send("POST", "/register", headers=[("content-type", "application/json")], body=body)
    assert (answer.status, answer.error) == (400, "invalid_client_metadata")


def test_a_body_other_than_json_is_refused(opened: Deployment) -> None:
    """E-05: a form is refused, since any page can send it across origins."""
    answer = opened.post("/register", {"redirect_uris": "https://app.example/cb"})
    assert (answer.status, answer.error) == (400, "invalid_client_metadata")
    assert opened.send("GET", "/register").status == 405


def test_encryption_without_an_encoding_gets_the_one_there_is(opened: Deployment) -> None:
    """RFC 7591 §3.2.1: the answer has the substituted values."""
    made = register(opened, jwks=JWKS, userinfo_encrypted_response_alg="ECDH-ES").json
    assert made["userinfo_encrypted_response_enc"] == "A256GCM"


def test_initiate_login_uri_is_kept(opened: Deployment) -> None:
    """oidcc-3rdparty-init-login: it is stored, and the registration_client_uri returns it."""
    made = register(opened, initiate_login_uri="https://app.example/login").json
    assert made["initiate_login_uri"] == "https://app.example/login"
    read = send(opened, "GET", f"/register/{made['client_id']}", token=made["registration_access_token"])
    assert read.json["initiate_login_uri"] == "https://app.example/login"


@pytest.mark.parametrize("token", ["", "wrong", "wrong.wrong", ".", "x" * 5000])
def test_registration_needs_an_initial_access_token(closed: Deployment, token: str) -> None:
    """The answer is 401 with a challenge (RFC 6750 §3) if the deployment requires a token."""
    answer = register(closed, token=token)
    assert answer.status == 401
    assert (answer.header("www-authenticate") or "").startswith("Bearer")


def test_an_initial_access_token_says_what_may_be_registered(closed: Deployment) -> None:
    """The token limits the scopes, never allows those of the admin API, and allows grants without a user."""
    token = initial_access(closed, scopes=("openid", "orders"), resources=("https://api.example",))
    made = register(closed, token=token, grant_types=["client_credentials"], redirect_uris=..., scope="orders")
    assert made.status == 201, made.text
    given = closed.post("/token", {"grant_type": "client_credentials"}, auth=(made.json["client_id"], made.json["client_secret"])).json
    assert given["scope"] == "orders"
    assert register(closed, token=token, scope="openid email").json["scope"] == "openid"
    assert register(closed, token=token, scope="users:read").error == "invalid_client_metadata"
    assert register(closed, token=token).json["scope"] == "openid orders"


def test_it_expires_is_used_up_and_can_be_taken_back(closed: Deployment) -> None:
    """A registration that is refused for its metadata does not use the token."""
    twice = initial_access(closed, max_uses=2)
    assert register(closed, token=twice, redirect_uris=[]).status == 400
    assert [register(closed, token=twice).status for _ in range(3)] == [201, 201, 401]
    late = initial_access(closed, lifetime=60)
    closed.clock.advance(60)
    assert register(closed, token=late).status == 401
    gone = initial_access(closed)
    closed.services.initial_access_tokens.delete(gone.partition(".")[0])
    assert register(closed, token=gone).status == 401


def test_another_scheme_or_a_bad_token_is_refused_in_open_registration(opened: Deployment) -> None:
    """A credential in the request is checked, even if none is required."""
    headers = [("content-type", "application/json"), ("authorization", basic("a", "b"))]
    assert opened.send("POST", "/register", headers=headers, body=b"{}").status == 401
    assert register(opened, token="a.b").status == 401


def test_the_limits_bear_hosted_clients() -> None:
    """Hosted clients register twice for each person, from few addresses. The limits allow some hundred people an hour."""
    chosen = Settings(issuer="https://idp.example", key_file="k", env="dev")
    assert (chosen.registration_hourly_per_network, chosen.registration_hourly) == (1000, 5000)


def test_all_networks_together_have_a_limit(with_settings: WithSettings) -> None:
    """The second limit counts the registrations of all networks in one hour."""
    idp = with_settings(registration="open", registration_hourly_per_network=1, registration_hourly=2)
    idp.clock.advance(3600 * 9_999)  # an hour in which no other test registers
    statuses = []
    for address in ("192.0.2.1", "192.0.2.2", "192.0.2.3"):
        idp.address = address
        statuses.append(register(idp).status)
    assert statuses == [201, 201, 429]
    idp.clock.advance(3600)
    assert register(idp).status == 201


def test_open_registration_has_a_limit_for_each_network(with_settings: WithSettings) -> None:
    """429 with Retry-After; the next hour has a new count, and other networks are not limited."""
    opened = with_settings(registration="open", registration_hourly_per_network=3)
    statuses = [register(opened).status for _ in range(4)]
    assert statuses == [201] * 3 + [429]
    assert int(register(opened).header("retry-after") or 0) > 0
    before, opened.address = opened.address, "198.51.100.9"
    assert register(opened).status == 201
    opened.address = before
    opened.clock.advance(3600)
    assert register(opened).status == 201


def test_unused_clients_go(quick_endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that was not used for a day is removed when another one registers. A client at which a person signed in stays."""
    monkeypatch.setenv(ENDPOINT, quick_endpoint)
    opened = prepared(settings(str(tmp_path), registration="open"))
    unused, used = register(opened).json["client_id"], register(opened).json["client_id"]
    client = opened.services.clients.get(used)
    assert client
    opened.services.registration.keep(client, scope=DEPLOYMENT)
    opened.clock.advance(86401)
    register(opened)
    assert opened.services.clients.get(unused) is None
    assert opened.services.clients.get(used)


def test_the_sector_identifier_document_has_to_list_every_redirect_uri(with_settings: WithSettings, tmp_path: Path) -> None:
    """OIDC Registration §5: every fault of the document has the same description (E-09)."""
    authority = Authority(tmp_path)
    with HttpsSite(authority, "localhost") as site:
        idp = with_settings(registration="open", dev_fetch_hosts="localhost", dev_fetch_ca=str(authority.file))
        members: dict[str, Any] = {
            "subject_type": "pairwise", "sector_identifier_uri": f"https://localhost:{site.port}/s.json",
            "redirect_uris": ["https://a.example/cb", "https://b.example/cb"],
        }  # fmt: skip
        site.answer = as_json(["https://a.example/cb", "https://b.example/cb", "https://c.example/cb"])
        assert register(idp, **members).status == 201
        sentences = set()
        documents: tuple[object, ...] = (["https://a.example/cb"], {}, "x", 5, [["https://a.example/cb"]], b"{", b"\xff")
        for document in documents:
            site.answer = as_json(document)
            refused = register(idp, **members)
            assert (refused.status, refused.error) == (400, "invalid_client_metadata")
            sentences.add(refused.json["error_description"])
        site.answer = as_json([], status="302 Found", Location="https://localhost/")
        sentences.add(register(idp, **members).json["error_description"])
        for inside in ("https://169.254.169.254/s", "https://127.0.0.1/s", "https://10.0.0.1/", "https://nothing.invalid/s"):
            sentences.add(register(idp, **{**members, "sector_identifier_uri": inside}).json["error_description"])
        assert len(sentences) == 1


def test_metadata_names_the_endpoint(opened: Deployment) -> None:
    """RFC 8414 §2 registration_endpoint: scripts of other origins may call it, as MCP clients do."""
    assert opened.get("/.well-known/openid-configuration").json["registration_endpoint"] == "https://idp.example/register"
    assert opened.send("OPTIONS", "/register").header("access-control-allow-origin") == "*"


@pytest.mark.parametrize("setting", ["on", "off"])
def test_the_grant_for_assertions(with_settings: WithSettings, setting: str) -> None:
    """RFC 7523: if it is on, a confidential client with an initial access token may register the grant. Open registration may not."""
    idp = with_settings(registration="open", jwt_bearer=setting)
    asked: dict[str, Any] = {"grant_types": [JWT_BEARER], "redirect_uris": ..., "response_types": ...}
    assert register(idp, **asked).error == "invalid_client_metadata"
    made = register(idp, token=initial_access(idp), **asked)
    assert (made.status == 201) == (setting == "on")
    assert register(idp, token=initial_access(idp), **asked, token_endpoint_auth_method="none").error == "invalid_client_metadata"
    told = register(idp, id_jag_audiences={"https://chat.example": {"client_id": "a"}})
    assert (told.status, "id_jag_audiences" in told.json) == (201, False)
    kept = idp.services.clients.get(told.json["client_id"])
    assert kept
    assert kept.id_jag_audiences is None
