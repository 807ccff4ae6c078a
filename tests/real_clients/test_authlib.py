"""Authlib's client, as Python apps use it: the integration of the web framework, and the session of requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.flask_client import OAuth
from authlib.integrations.requests_client import OAuth2Session
from flask import Flask, jsonify, redirect, url_for
from flask.testing import FlaskClient

from tests.real_clients.conftest import APP, CALLBACK, EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.wrappers import Response

    from tests.real_clients.conftest import Register, Visitor
    from tests.support.served_provider import ServedProvider

VERIFIER = "0123456789abcdef" * 4


def web_app(issuer: str, client: dict[str, str | None]) -> Flask:
    """An app as Authlib's manual writes it: discovery, PKCE, nonce, the ID Token checked, then UserInfo."""
    app = Flask("app")
    app.secret_key = "of the app alone"
    oauth: Any = OAuth(app)  # its types lack some methods
    own = {"scope": EVERYTHING, "code_challenge_method": "S256", "token_endpoint_auth_method": client["method"], "trust_env": False}
    idp = oauth.register(
        "idp",
        client_id=client["client_id"],
        client_secret=client["client_secret"],
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_kwargs=own,
    )

    @app.get("/login")
    def login() -> Any:
        return idp.authorize_redirect(url_for("callback", _external=True))

    @app.get("/callback")
    def callback() -> Response:
        token = idp.authorize_access_token()
        return jsonify(token=token, userinfo=idp.userinfo(token=token))

    @app.get("/logout")
    def logout() -> Response:
        out: Any = idp.create_logout_url(APP, id_token_hint=app.config["ID_TOKEN"])
        return redirect(out["url"])

    return app


@pytest.fixture(params=["client_secret_basic", "client_secret_post", "none"])
def client(register: Register, request: pytest.FixtureRequest) -> dict[str, str | None]:
    """One client for each authentication method."""
    return register(request.param)


@pytest.fixture
def visit(idp: ServedProvider, client: dict[str, str | None]) -> Iterator[FlaskClient]:
    """A client of the app at https://app.example, as a browser uses it."""
    app = web_app(idp.issuer, client)
    app.testing = True
    with app.test_client() as visit:
        yield visit


def sign_in(visit: FlaskClient, ada: Visitor) -> Any:
    """Sign in at the provider and return to the app. Returns the tokens."""
    gone = visit.get("/login", base_url=APP)
    back = ada.come_back(gone.headers["Location"])
    assert back.startswith(CALLBACK)
    answer = visit.get(back.removeprefix(APP.rstrip("/")), base_url=APP)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def test_a_web_app_signs_people_in_and_out(visit: FlaskClient, ada: Visitor) -> None:
    """Authlib validates the ID Token and reads UserInfo. A second sign-in needs no password; after the logout one does."""
    told = sign_in(visit, ada)
    claims = told["token"]["userinfo"]
    assert claims["sub"] == told["userinfo"]["sub"] == ada.person.user.id
    assert claims["acr"] == "aal2"
    assert told["userinfo"]["email"] == ada.person.email
    assert told["userinfo"]["email_verified"] is True
    assert sign_in(visit, ada)["token"]["userinfo"]["auth_time"] == claims["auth_time"]
    visit.application.config["ID_TOKEN"] = told["token"]["id_token"]
    gone = ada.open(visit.get("/logout", base_url=APP).headers["Location"])
    assert (gone.redirected_to or "").startswith(APP + "?state=")
    silent = ada.come_back(visit.get("/login", base_url=APP).headers["Location"] + "&prompt=none")
    assert "error=login_required" in silent


def test_an_unsolicited_answer_is_refused_by_the_app(visit: FlaskClient, ada: Visitor) -> None:
    """The state is from another browser's sign-in. Authlib reports it and does not redeem the code."""
    back = ada.come_back(visit.get("/login", base_url=APP).headers["Location"])
    with visit.application.test_client() as stranger, pytest.raises(OAuthError, match="state"):
        stranger.get(back.removeprefix(APP.rstrip("/")), base_url=APP)


def session(client: dict[str, str | None]) -> Any:
    """Authlib's session of requests, whose types lack some methods."""
    made = OAuth2Session(
        client["client_id"],
        client["client_secret"],
        scope=EVERYTHING,
        redirect_uri=CALLBACK,
        token_endpoint_auth_method=client["method"],
        revocation_endpoint_auth_method=client["method"],
        code_challenge_method="S256",
    )
    made.trust_env = False
    return made


def redeem(http: Any, idp: ServedProvider, ada: Visitor, verifier: str = VERIFIER) -> tuple[str, Any]:
    """Sign in. Returns the address of the callback and the tokens."""
    url, state = http.create_authorization_url(idp.issuer + "/authorize", code_verifier=VERIFIER)
    back = ada.come_back(url)
    return back, http.fetch_token(idp.issuer + "/token", authorization_response=back, state=state, code_verifier=verifier)


def test_a_refresh_token_rotates_and_is_revoked(idp: ServedProvider, ada: Visitor, client: dict[str, str | None]) -> None:
    """Each refresh returns a new refresh token. A revoked one is invalid_grant, and its access token is not active."""
    http = session(client)
    _, first = redeem(http, idp, ada)
    second = http.refresh_token(idp.issuer + "/token", refresh_token=first["refresh_token"])
    assert second["refresh_token"] != first["refresh_token"]
    assert http.get(idp.issuer + "/userinfo").json()["sub"] == ada.person.user.id
    assert http.revoke_token(idp.issuer + "/revoke", token=second["refresh_token"], token_type_hint="refresh_token").status_code == 200
    with pytest.raises(OAuthError, match="invalid_grant"):
        http.refresh_token(idp.issuer + "/token", refresh_token=second["refresh_token"])
    assert http.get(idp.issuer + "/userinfo").status_code == 401


def test_a_wrong_verifier_gets_nothing(idp: ServedProvider, ada: Visitor, client: dict[str, str | None]) -> None:
    """RFC 7636 §4.6: invalid_grant."""
    with pytest.raises(OAuthError, match="invalid_grant"):
        redeem(session(client), idp, ada, verifier="f" * 64)


def test_a_code_is_redeemed_once(idp: ServedProvider, ada: Visitor, client: dict[str, str | None]) -> None:
    """RFC 6749 §4.1.2: the second attempt is invalid_grant and revokes the tokens of the first."""
    http = session(client)
    back, tokens = redeem(http, idp, ada)
    with pytest.raises(OAuthError, match="invalid_grant"):
        session(client).fetch_token(idp.issuer + "/token", authorization_response=back, code_verifier=VERIFIER)
    assert http.get(idp.issuer + "/userinfo").status_code == 401
    with pytest.raises(OAuthError, match="invalid_grant"):
        http.refresh_token(idp.issuer + "/token", refresh_token=tokens["refresh_token"])


def test_a_service_has_a_token_without_a_person(idp: ServedProvider, register: Register) -> None:
    """client_credentials; introspection names its client, and after revocation reports it as not active."""
    client = register(grant_types=["client_credentials"], redirect_uris=[], scope="books:read", resources=["https://api.example"])
    http = session(client)
    token = http.fetch_token(idp.issuer + "/token", grant_type="client_credentials", scope="books:read")
    active = http.introspect_token(idp.issuer + "/introspect", token=token["access_token"]).json()
    assert (active["active"], active["sub"], active["aud"], active["scope"]) == (
        True,
        client["client_id"],
        "https://api.example",
        "books:read",
    )
    http.revoke_token(idp.issuer + "/revoke", token=token["access_token"])
    assert http.introspect_token(idp.issuer + "/introspect", token=token["access_token"]).json() == {"active": False}
