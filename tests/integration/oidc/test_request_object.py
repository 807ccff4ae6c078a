"""Signed request objects (RFC 9101; OIDC Core §6; FAPI 2.0 Message Signing §5.3): by value, by registered reference, pushed."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from idp.adapters.outgoing import Fetched, FetchRefused
from idp.domain.connections.connection import Connection
from idp.services.keys import jose
from tests.support.deployment import ISSUER, WEB, App, Deployment, asked_by

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.calling import Answer

KID, PUBLIC, PRIVATE = jose.new_key("ES256")
OTHER_KID, _, OTHER_PRIVATE = jose.new_key("ES256")
JWKS = {"keys": [{**PUBLIC, "kid": KID, "alg": "ES256", "use": "sig"}]}


@pytest.fixture
def app(idp: Deployment) -> App:
    """An app that can sign."""
    return idp.app(jwks=JWKS)


def signed(app: App, *, private: bytes = PRIVATE, kid: str = KID, typ: str = "oauth-authz-req+jwt", **changes: Any) -> str:
    """Return a valid request object with these changes. A claim of None is left out."""
    claims = {"iss": app.id, "aud": ISSUER, **asked_by(app, state="inside"), **changes}
    kept = {name: value for name, value in claims.items() if value is not None}
    return jose.sign(kept, jose.private_key(private, kid, "ES256"), kid=kid, alg="ES256", typ=typ)


def ask(idp: Deployment, app: App, **query: str) -> Answer:
    """Send GET /authorize in a signed-in browser and return the answer."""
    return idp.browser(idp.person()).get("/authorize", {"client_id": app.id, **query})


@pytest.mark.parametrize("pushed", [True, False])
@pytest.mark.parametrize("carried", ["signed", "plain"])
def test_a_connection_counts_where_the_other_parameters_do(idp: Deployment, app: App, carried: str, pushed: bool) -> None:
    """RFC 9101 §6.3, RFC 9126 §4: what stands beside a request object, or beside a pushed request, does not count."""
    for name in ("corp", "else"):
        made = Connection(
            id=name,
            type="oidc",
            name=name,
            issuer=f"https://{name}.example",
            authorization_endpoint=f"https://{name}.example/a",
            shown=False,
        )
        assert idp.services.connections.get(name) or idp.services.connections.create(made)
    asked = {"request": signed(app, connection="corp")} if carried == "signed" else {**asked_by(app), "connection": "corp"}
    beside = {"connection": "else"}
    if pushed:
        sent = {name: value for name, value in asked.items() if name != "client_id"}
        asked = {"request_uri": str(idp.call(app, "/par", **sent).json["request_uri"])}
    elif carried == "plain":
        beside = {}
    answer = idp.browser().get("/authorize", {"client_id": app.id, **asked, **beside})
    assert answer.sent_to == "https://corp.example/a"


def test_what_is_signed_counts(idp: Deployment, app: App) -> None:
    """RFC 9101 §6.3: only the parameters inside the object are used."""
    answer = ask(idp, app, request=signed(app), state="beside", scope="openid email", redirect_uri="https://evil.example/cb")
    assert answer.sent_to == app.redirect_uri
    assert answer.answered["state"] == "inside"
    tokens = idp.redeem(app, answer.answered["code"]).json
    assert tokens["scope"] == "openid offline_access"


def test_state_that_is_only_outside_is_not_used(idp: Deployment, app: App) -> None:
    """FAPI 2.0: state-only-outside-request-object-not-used."""
    assert "state" not in ask(idp, app, request=signed(app, state=None), state="outside").answered


def test_parameters_that_are_json_inside(idp: Deployment, app: App) -> None:
    """§4: numbers and objects in the claims are JSON values, not strings."""
    wanted = {"id_token": {"auth_time": {"essential": True}}}
    assert "code" in ask(idp, app, request=signed(app, max_age=10000, claims=wanted)).answered
    assert ask(idp, app, request=signed(app, max_age=-1)).answered["error"] == "invalid_request"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"scope": ["openid", "email"]}, "invalid_scope"), ({"prompt": ["none", "login"]}, "invalid_request"),
        ({"response_mode": ["query", "form_post"]}, "invalid_request"), ({"code_challenge_method": ["S256"]}, "invalid_request"),
        ({"max_age": ["1", "2"]}, "invalid_request"), ({"resource": ["https://a.example", "https://b.example"]}, "invalid_target"),
    ],
)  # fmt: skip
def test_a_list_where_one_value_has_to_be(idp: Deployment, app: App, changes: dict[str, Any], error: str) -> None:
    """RFC 6749 §3.1: each parameter may occur once, and several values are refused. Only `resource` may be a list (RFC 8707 §2)."""
    assert ask(idp, app, request=signed(app, **changes)).answered["error"] == error


def test_several_resources_inside(idp: Deployment) -> None:
    """RFC 8707 §2: resource may be a list, since the parameter may be repeated."""
    app = idp.app(jwks=JWKS, resources=("https://a.example", "https://b.example", "https://c.example"))
    answer = ask(idp, app, request=signed(app, resource=["https://a.example", "https://b.example"]))
    token = idp.redeem(app, answer.answered["code"]).json["access_token"]
    assert idp.services.tokens.verify_access_token(token)["aud"] == ["https://a.example", "https://b.example"]


@pytest.mark.parametrize("audience", [[ISSUER, "https://other.example"], ISSUER])
def test_one_of_several_audiences(idp: Deployment, app: App, audience: object) -> None:
    """FAPI 2.0 Message Signing: ensure-request-object-with-multiple-aud-succeeds."""
    assert "code" in ask(idp, app, request=signed(app, aud=audience)).answered


@pytest.mark.parametrize("typ", ["JWT", "oAuth-authz-REQ+Jwt", "application/oauth-authz-req+jwt"])
def test_its_type_in_any_spelling(idp: Deployment, app: App, typ: str) -> None:
    """RFC 7515 §4.1.9: typ is a media type; its case is ignored (RFC 2045 §5.1), and `application/` may be left out."""
    assert "code" in ask(idp, app, request=signed(app, typ=typ)).answered


@pytest.mark.parametrize(
    "changes",
    [
        {"private": OTHER_PRIVATE},
        {"private": OTHER_PRIVATE, "kid": OTHER_KID},
        {"client_id": "web"},
        {"iss": "web"},
        {"aud": "https://other.example"},
        {"aud": []},
        {"exp": 1},
        {"exp": "soon"},
        {"exp": True},
        {"nbf": 4_000_000_000},
        {"nbf": 1e300},
        {"request": "x"},
        {"request_uri": "https://a.example"},
        {"typ": "at+jwt"},
        {"typ": "JWE"},
        {"typ": ""},
        {"typ": "application/at+jwt"},
        {"typ": "application/application/jwt"},
    ],
    ids="-".join,
)
def test_an_object_that_is_not_right(idp: Deployment, app: App, changes: dict[str, Any]) -> None:
    """RFC 9101 §6.1-6.3, §10: invalid_request_object, to the registered redirect URI that the request names outside the object."""
    answer = ask(idp, app, request=signed(app, **changes), redirect_uri=app.redirect_uri, state="beside")
    assert answer.answered["error"] == "invalid_request_object", answer.text


def _raw(header: Mapping[str, Any], claims: Mapping[str, Any], signature: str = "") -> str:
    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims))
    return ".".join((*parts, signature))


@pytest.mark.parametrize("alg", ["none", "None", "HS256", "", None, "RS512", "ES384"])
def test_unsigned_and_otherwise_signed_objects(idp: Deployment, app: App, alg: str | None) -> None:
    """D-01, D-02: an algorithm that the provider does not allow is refused, even with a valid signature."""
    header = {"typ": "JWT"} if alg is None else {"alg": alg, "typ": "JWT"}
    answer = ask(idp, app, request=_raw(header, {"iss": app.id, "aud": ISSUER, **asked_by(app)}), redirect_uri=app.redirect_uri)
    assert answer.answered["error"] == "invalid_request_object"


@pytest.mark.parametrize("typ", [None, ["JWT"], {"JWT": 1}, 1, True])
def test_a_type_that_is_no_text(idp: Deployment, app: App, typ: object) -> None:
    """No input makes a 500."""
    answer = ask(idp, app, request=_raw({"alg": "ES256", "kid": KID, "typ": typ}, {"iss": app.id}, "c2ln"), redirect_uri=app.redirect_uri)
    assert answer.answered["error"] == "invalid_request_object"


@pytest.mark.parametrize("header", ["jwk", "jku", "x5u", "x5c", "crit", "b64"])
def test_headers_that_bring_a_key_or_change_the_rules(idp: Deployment, app: App, header: str) -> None:
    """D-04, D-05, D-07: an object with one of these headers is refused before a key is searched."""
    token = signed(app)
    _, payload, signature = token.split(".")
    own = {"alg": "ES256", "kid": KID, "typ": "JWT", header: PUBLIC if header == "jwk" else ["exp"]}
    first = base64.urlsafe_b64encode(json.dumps(own).encode()).rstrip(b"=").decode()
    answer = ask(idp, app, request=f"{first}.{payload}.{signature}", redirect_uri=app.redirect_uri)
    assert answer.answered["error"] == "invalid_request_object"


@pytest.mark.parametrize("garbage", ["x", "a.b.c", "....", "{}", "é", "a" * 20000])
def test_garbage_is_refused(idp: Deployment, app: App, garbage: str) -> None:
    """No input makes a 500."""
    assert ask(idp, app, request=garbage, redirect_uri=app.redirect_uri).answered["error"] == "invalid_request_object"


def test_a_bad_object_leads_nowhere_that_is_not_registered(idp: Deployment, app: App) -> None:
    """A-10: with an unregistered redirect URI the error is a page; without one it goes to the app's only registered URI."""
    bad = signed(app, private=OTHER_PRIVATE)
    answer = ask(idp, app, request=bad, redirect_uri="https://evil.example/cb")
    assert (answer.status, answer.is_page) == (400, True)
    assert ask(idp, app, request=bad).sent_to == app.redirect_uri


def test_the_redirect_uri_inside_is_checked_as_any(idp: Deployment, app: App) -> None:
    """A-13: a signed redirect URI must be registered, too."""
    answer = ask(idp, app, request=signed(app, redirect_uri="https://evil.example/cb"), redirect_uri=app.redirect_uri)
    assert answer.is_page


def test_a_client_without_keys_cannot_sign(idp: Deployment) -> None:
    """An object of a client that registered no key is refused."""
    assert ask(idp, WEB, request=signed(WEB), redirect_uri=WEB.redirect_uri).answered["error"] == "invalid_request_object"


def test_an_app_that_has_to_sign(idp: Deployment) -> None:
    """§10.5: require_signed_request_object: an unsigned request is refused, also when it is pushed."""
    app = idp.app(jwks=JWKS, require_signed_request_object=True)
    assert idp.authorize(idp.browser(idp.person()), app).answered["error"] == "invalid_request"
    plain = {name: value for name, value in asked_by(app).items() if name != "client_id"}
    assert idp.call(app, "/par", **plain).error == "invalid_request"
    assert idp.call(app, "/par", request=signed(app)).status == 201


def test_a_pushed_object(idp: Deployment, app: App) -> None:
    """RFC 9126 §3: a request object may be pushed by value, and its signed parameters are used."""
    pushed = idp.call(app, "/par", request=signed(app))
    answer = ask(idp, app, request_uri=pushed.json["request_uri"])
    assert answer.answered["state"] == "inside"
    assert idp.call(app, "/par", request=signed(app, private=OTHER_PRIVATE)).error == "invalid_request_object"
    assert idp.call(app, "/par", request=signed(app, redirect_uri=None)).error == "invalid_request"


class Web:
    """Replaces outgoing requests: answers with prepared documents."""

    def __init__(self, **documents: str) -> None:
        self.documents, self.asked = documents, list[str]()

    def get(self, url: str, *, accept: str = "", limit: int = 0, timeout: float = 0) -> Fetched:
        del accept, limit, timeout
        self.asked.append(url)
        if url not in self.documents:
            raise FetchRefused("no")
        return Fetched(self.documents[url].encode(), {})


def test_a_registered_reference_is_followed(idp: Deployment) -> None:
    """OIDC Core §6.2: the request_uri must equal a registered one; others are not fetched (E-09)."""
    uri = "https://app.example/request.jwt"
    app = idp.app(jwks=JWKS, request_uris=(uri,))
    web = Web(**{uri: signed(app)})
    vars(idp.services)["outgoing"] = web
    assert ask(idp, app, request_uri=uri + "#sha256").answered["state"] == "inside"
    assert ask(idp, app, request_uri="https://169.254.169.254/x", redirect_uri=app.redirect_uri).answered["error"] == "invalid_request_uri"
    assert ask(idp, app, request_uri=uri + "?x", redirect_uri=app.redirect_uri).answered["error"] == "invalid_request_uri"
    assert web.asked == [uri]
    web.documents.clear()
    assert ask(idp, app, request_uri=uri, redirect_uri=app.redirect_uri).answered["error"] == "invalid_request_uri"


def test_request_and_request_uri_together_are_refused(idp: Deployment, app: App) -> None:
    """OIDC Core §6: request and request_uri exclude each other."""
    answer = ask(idp, app, request=signed(app), request_uri="https://app.example/r", redirect_uri=app.redirect_uri)
    assert answer.answered["error"] == "invalid_request"
