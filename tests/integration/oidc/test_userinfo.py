"""The UserInfo endpoint: OIDC Core §5.3 and §5.4, RFC 6750 §2 and §3, RFC 9068 §4."""

from __future__ import annotations

import pytest

from idp.domain.apps.grant_types import TOKEN_EXCHANGE
from idp.domain.people.user import User
from idp.domain.requests.scope import SCOPE_CLAIMS
from idp.oauth.token.grants.token_exchange import ACCESS_TOKEN
from tests.integration.oidc import forgeries
from tests.support.calling import Answer, bearer
from tests.support.deployment import API, PROFILE, SERVICE, WEB, Deployment

DAY = 86_400


@pytest.fixture
def ada(idp: Deployment) -> User:
    """A new user."""
    return idp.person()


@pytest.fixture
def token(idp: Deployment, ada: User) -> str:
    """An access token of Ada, with the scope openid only."""
    return str(idp.tokens(WEB, ada)["access_token"])


def refused(answer: Answer) -> bool:
    """RFC 6750 §3.1: 401 invalid_token, with the Bearer challenge. The JSON is not cached and has no claims."""
    return (
        answer.status == 401
        and answer.error == "invalid_token"
        and (answer.header("www-authenticate") or "").startswith('Bearer error="invalid_token"')
        and answer.header("cache-control") == "no-store"
        and set(answer.json) <= {"error", "error_description"}
    )


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_get_answers_with_the_claims(idp: Deployment, ada: User, token: str, scheme: str) -> None:
    """OIDC Core §5.3.1: GET with the header of RFC 6750 §2.1. The answer is JSON and is not cached (F-15)."""
    answer = idp.get("/userinfo", headers=[("authorization", f"{scheme} {token}")])
    assert (answer.status, answer.header("content-type"), answer.header("cache-control")) == (200, "application/json", "no-store")
    assert answer.json == {"sub": ada.id}


def test_post_with_the_header(idp: Deployment, ada: User, token: str) -> None:
    """OIDC Core §5.3: "MUST support the use of the HTTP GET and HTTP POST methods"; with an empty form or without a body."""
    assert idp.send("POST", "/userinfo", headers=bearer(token)).json == {"sub": ada.id}
    assert idp.post("/userinfo", "", headers=bearer(token)).json == {"sub": ada.id}


def test_post_with_the_token_in_the_form(idp: Deployment, ada: User, token: str) -> None:
    """RFC 6750 §2.2; conformance: oidcc-userinfo-post-body."""
    assert idp.post("/userinfo", {"access_token": token}).json == {"sub": ada.id}


@pytest.mark.parametrize("scope", SCOPE_CLAIMS)
def test_the_claims_of_a_scope(idp: Deployment, ada: User, scope: str) -> None:
    """OIDC Core §5.4: a scope returns all its claims with their types, and no others (D-18); conformance: oidcc-scope-*."""
    answer = idp.userinfo(idp.tokens(WEB, ada, scope=f"openid {scope}")["access_token"]).json
    assert answer.keys() == {"sub", *SCOPE_CLAIMS[scope]}
    known = {**PROFILE, "email": ada.email, "email_verified": True, "updated_at": ada.updated_at, "sub": ada.id}
    assert answer == {name: known[name] for name in answer}


def test_all_scopes_give_all_claims(idp: Deployment, ada: User) -> None:
    """Conformance: oidcc-scope-all. Booleans and numbers have their JSON types."""
    answer = idp.userinfo(idp.tokens(WEB, ada, scope="openid profile email address phone")["access_token"]).json
    assert len(answer) == 1 + 14 + 2 + 1 + 2
    assert (answer["email_verified"], answer["phone_number_verified"], type(answer["updated_at"])) == (True, True, int)


def test_claims_without_a_value_are_left_out(idp: Deployment) -> None:
    """OIDC Core §5.3.2: "it SHOULD NOT be present with a null or empty string value"."""
    bare = idp.person(claims={"name": "", "nickname": None, "phone_number_verified": False})
    answer = idp.userinfo(idp.tokens(WEB, bare, scope="openid profile phone")["access_token"]).json
    assert answer == {"sub": bare.id, "updated_at": bare.updated_at, "phone_number_verified": False}


def test_a_changed_claim_is_told_at_once(idp: Deployment, ada: User) -> None:
    """The claims of a user are not cached."""
    token = idp.tokens(WEB, ada, scope="openid email")["access_token"]
    idp.alter(ada, email_verified=False)
    assert idp.userinfo(token).json["email_verified"] is False


def test_scope_of_the_token_not_of_the_grant(idp: Deployment, ada: User) -> None:
    """D-18: a token with fewer scopes after a refresh returns fewer claims."""
    refresh_token = idp.tokens(WEB, ada, scope="openid email offline_access")["refresh_token"]
    narrow = idp.refresh(WEB, refresh_token, scope="openid").json["access_token"]
    assert idp.userinfo(narrow).json == {"sub": ada.id}


def test_a_token_without_openid_is_refused(idp: Deployment, ada: User) -> None:
    """RFC 6750 §3.1: the error is insufficient_scope with 403, and it names the missing scope."""
    answer = idp.userinfo(idp.tokens(WEB, ada, scope="email orders")["access_token"])
    assert (answer.status, answer.error) == (403, "insufficient_scope")
    assert answer.header("www-authenticate") == 'Bearer error="insufficient_scope", scope="openid"'


def test_of_a_client(idp: Deployment) -> None:
    """A token from client_credentials has no user."""
    token = idp.call(SERVICE, "/token", grant_type="client_credentials").json["access_token"]
    assert idp.userinfo(token).status == 403


@pytest.mark.parametrize(
    "headers",
    [[], [("authorization", "Basic eDp5")], [("authorization", "Bearer")], [("authorization", "Bearer ")], [("authorization", "")]],
)
def test_without_a_token(idp: Deployment, headers: list[tuple[str, str]]) -> None:
    """RFC 6750 §3.1: "If the request lacks any authentication information [...] SHOULD NOT include an error code"."""
    answer = idp.get("/userinfo", headers=headers)
    assert answer.status == 401
    assert (answer.header("www-authenticate") or "").startswith("Bearer")
    assert "error" not in (answer.header("www-authenticate") or "")


def test_never_from_the_query(idp: Deployment, token: str) -> None:
    """RFC 9700 §4.3.2, OAuth 2.1: a token in a URL is refused, since logs would store it."""
    assert idp.get("/userinfo", {"access_token": token}).status == 401
    assert idp.send("POST", "/userinfo", query={"access_token": token}).status == 401


def test_two_places_at_once(idp: Deployment, token: str) -> None:
    """RFC 6750 §2: "Clients MUST NOT use more than one method to transmit the token in each request"."""
    answer = idp.post("/userinfo", {"access_token": token}, headers=bearer(token))
    assert (answer.status, answer.error) == (400, "invalid_request")
    twice = idp.post("/userinfo", f"access_token={token}&access_token={token}")
    assert (twice.status, twice.error) == (400, "invalid_request")
    assert idp.get("/userinfo", headers=[*bearer(token), *bearer(token)]).status == 401


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data; boundary=x"])
def test_a_body_other_than_a_form_is_refused(idp: Deployment, token: str, content_type: str) -> None:
    """RFC 6750 §2.2: the body is a form or empty."""
    answer = idp.post("/userinfo", f"access_token={token}", headers=[("content-type", content_type)])
    assert (answer.status, answer.error) == (400, "invalid_request")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_methods_other_than_get_and_post_are_refused(idp: Deployment, token: str, method: str) -> None:
    """The answer is 405 with Allow, in JSON."""
    answer = idp.send(method, "/userinfo", headers=bearer(token))
    assert (answer.status, answer.header("content-type")) == (405, "application/json")
    assert answer.header("allow")


@pytest.mark.parametrize(
    "garbage", ["x", "a.b.c", "..", "x" * 9000, "\xff\xfe", "e30.e30.e30", "null", "Bearer Bearer", "{}", "a b", "%00", '"', "ü.ü.ü"]
)
def test_a_malformed_token_is_refused(idp: Deployment, garbage: str) -> None:
    """K-04: the answer is 401."""
    assert refused(idp.userinfo(garbage))


def test_what_is_no_access_token_is_refused(idp: Deployment, ada: User) -> None:
    """D-09, ASVS 9.2.2: an ID Token is refused, and so is each other artefact that is not an access token."""
    browser = idp.browser(ada)
    tokens = idp.tokens(WEB, browser)
    for other in (tokens["id_token"], tokens["refresh_token"], idp.code(WEB, browser), next(iter(browser.cookies.values()))):
        assert refused(idp.userinfo(other))


def test_forged_without_our_key(idp: Deployment, token: str) -> None:
    """D-01 … D-08, D-13, K-02: none, HMAC with the public key, embedded keys, kid injection, JSON serialisations, other spellings."""
    assert idp.userinfo(token).status == 200
    forgeries.all_refused(forgeries.forged_without_our_key(idp, token), lambda forged: refused(idp.userinfo(forged)))


def test_forged_with_our_key(idp: Deployment, token: str) -> None:
    """D-07, D-09, D-11, D-14: crit, b64, typ, iss and forms that the provider never issues."""
    forgeries.all_refused(forgeries.forged_with_our_key(idp, token), lambda forged: refused(idp.userinfo(forged)))


def test_a_token_with_malformed_times_is_refused(idp: Deployment, token: str) -> None:
    """D-12: text, fractions, NaN, missing and expired times."""
    forgeries.all_refused(forgeries.forged_times(idp, token), lambda forged: refused(idp.userinfo(forged)))


def test_a_token_without_a_required_claim_is_refused(idp: Deployment, token: str) -> None:
    """RFC 9068 §2.2: sub, client_id and jti are REQUIRED and must be strings."""
    missing = forgeries.missing_claims(idp, token, "sub", "client_id", "jti")
    forgeries.all_refused(missing, lambda forged: refused(idp.userinfo(forged)))


@pytest.mark.parametrize(("seconds", "status"), [(599, 200), (600, 401), (601, 401), (10 * DAY, 401)])
def test_a_token_is_refused_from_its_exp_on(idp: Deployment, token: str, seconds: int, status: int) -> None:
    """K-11: the provider's own clock set exp, so no clock skew is allowed."""
    idp.clock.advance(seconds)
    assert idp.userinfo(token).status == status


@pytest.mark.parametrize("facts", [{"disabled": True}, {"security_stamp": 1}])
def test_users_who_may_not_any_more(idp: Deployment, ada: User, token: str, facts: dict[str, object]) -> None:
    """C-04: the token is refused at once, before its exp."""
    idp.alter(ada, **facts)
    assert refused(idp.userinfo(token))


def test_users_who_are_gone(idp: Deployment, ada: User, token: str) -> None:
    """C-04: the token of a deleted user is refused."""
    idp.services.user_erasures.delete(ada)
    assert refused(idp.userinfo(token))


def test_clients_that_may_not_any_more(idp: Deployment, ada: User) -> None:
    """E-07: the token of a client that lost its permission is refused."""
    app = idp.app()
    token = idp.tokens(app, ada)["access_token"]
    idp.change(app, disabled=True)
    assert refused(idp.userinfo(token))
    idp.change(app, disabled=False)
    assert idp.userinfo(token).status == 200
    assert idp.services.clients.delete(app.id)
    assert refused(idp.userinfo(token))


def test_a_revoked_token_is_refused(idp: Deployment, token: str) -> None:
    """C-08: UserInfo refuses a revoked access token."""
    assert idp.call(WEB, "/revoke", token=token).status == 200
    assert refused(idp.userinfo(token))


def test_a_scope_that_the_app_lost(idp: Deployment, ada: User) -> None:
    """A changed app has effect at once: the same access token returns fewer claims, and without openid it is refused."""
    app = idp.app()
    token = idp.tokens(app, ada, scope="openid email profile")["access_token"]
    assert {"email", "name"} <= set(idp.userinfo(token).json)
    idp.change(app, scopes=("openid", "profile"))
    told = idp.userinfo(token).json
    assert "name" in told
    assert not {"email", "email_verified"} & set(told)
    idp.change(app, scopes=("profile",))
    assert (idp.userinfo(token).status, idp.userinfo(token).error) == (403, "insufficient_scope")


@pytest.mark.parametrize("whose", ["the one that exchanged it", "the one that the person trusted"])
def test_a_scope_that_an_app_of_an_exchanged_token_lost(idp: Deployment, ada: User, whose: str) -> None:
    """RFC 8693: a claim is left out as soon as one of the two apps loses its scope."""
    shop = idp.app(resources=(API,))
    api = idp.app(
        grant_types=(TOKEN_EXCHANGE,), redirect_uris=(), scopes=(), introspects=(API,), token_exchange_audiences=("https://next.example",),
        token_exchange_scopes=("openid", "email"),
    )  # fmt: skip
    subject = idp.tokens(shop, ada, scope="openid email")["access_token"]
    form = {"subject_token": subject, "subject_token_type": ACCESS_TOKEN, "grant_type": TOKEN_EXCHANGE}
    token = idp.call(api, "/token", **form).json["access_token"]
    assert idp.userinfo(token).json["email"] == ada.email
    if whose == "the one that exchanged it":
        idp.change(api, token_exchange_scopes=("openid",))
    else:
        idp.change(shop, scopes=("openid",))
    assert "email" not in idp.userinfo(token).json
