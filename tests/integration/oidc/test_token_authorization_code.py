"""The authorization code grant at the token endpoint: RFC 6749 §4.1.3, RFC 7636 §4.6, OIDC Core §3.1.3, RFC 9700 §2.1.1 and §4.5."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from idp.domain.people.user import User
from idp.domain.requests.pkce import challenge_of
from tests.integration.oidc.forging import claims_of, header_of, mutants
from tests.support.calling import FORM, Answer, basic
from tests.support.deployment import (
    API,
    ISSUER,
    LAX,
    NATIVE,
    OTHER,
    OTHER_API,
    POSTING,
    SPA,
    VERIFIER,
    WEB,
    Deployment,
)

ANOTHER = "another-verifier-of-43-characters-or-a-few-more"


@pytest.fixture
def ada(idp: Deployment) -> User:
    """A new user."""
    return idp.person()


def refused(answer: Answer, error: str = "invalid_grant", status: int = 400) -> None:
    """RFC 6749 §5.2: JSON, not cached, no tokens."""
    assert (answer.status, answer.error) == (status, error), answer
    assert (answer.header("content-type"), answer.header("cache-control")) == ("application/json", "no-store")
    assert set(answer.json) <= {"error", "error_description"}
    description = str(answer.json.get("error_description", ""))
    assert all(" " <= c <= "~" and c not in '"\\' for c in description)


# --- the issued tokens --------------------------------------------------------------------------------------------------


def test_a_code_gets_the_tokens_that_were_granted(idp: Deployment, ada: User) -> None:
    """RFC 6749 §5.1: members and headers of the answer; expires_in is the token's lifetime, and scope has the granted scopes."""
    answer = idp.redeem(WEB, idp.code(WEB, ada))
    assert answer.status == 200
    assert (answer.header("content-type"), answer.header("cache-control")) == ("application/json", "no-store")
    assert answer.header("pragma") == "no-cache"
    assert set(answer.json) == {"access_token", "token_type", "expires_in", "scope", "id_token", "refresh_token"}
    assert (answer.json["token_type"], answer.json["expires_in"], answer.json["scope"]) == ("Bearer", 600, "openid offline_access")


def test_the_access_token(idp: Deployment, ada: User) -> None:
    """RFC 9068 §2.1 and §2.2: its typ is at+jwt, and it has the required claims."""
    token = idp.tokens(WEB, ada)["access_token"]
    assert header_of(token).keys() == {"alg", "typ", "kid"}
    assert (header_of(token)["typ"], header_of(token)["alg"]) == ("at+jwt", "RS256")
    claims, now = claims_of(token), idp.clock()
    assert (claims["iss"], claims["sub"], claims["aud"], claims["client_id"]) == (ISSUER, ada.id, ISSUER, WEB.id)
    assert (claims["iat"], claims["exp"], claims["auth_time"]) == (now, now + 600, now)
    assert (claims["acr"], claims["amr"], claims["scope"]) == ("aal1", ["pwd"], "openid offline_access")
    assert ada.email not in str(claims)


def test_the_id_token(idp: Deployment, ada: User) -> None:
    """OIDC Core §2, §3.1.3.6 and §5.4: the exact claims, with at_hash of this access token. Profile claims are at UserInfo."""
    tokens = idp.tokens(WEB, ada, scope="openid profile email address phone", nonce="n-0S6_WzA2Mj")
    claims, now = claims_of(tokens["id_token"]), idp.clock()
    assert claims.keys() == {"iss", "sub", "aud", "iat", "exp", "auth_time", "acr", "amr", "sid", "at_hash", "nonce"}
    assert (claims["iss"], claims["sub"], claims["aud"], claims["nonce"]) == (ISSUER, ada.id, WEB.id, "n-0S6_WzA2Mj")
    assert (claims["iat"], claims["exp"], claims["auth_time"]) == (now, now + 600, now)
    digest = hashlib.sha256(tokens["access_token"].encode()).digest()[:16]
    assert claims["at_hash"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    assert header_of(tokens["id_token"])["typ"] == "JWT"


@pytest.mark.parametrize(("alg", "digest"), [("PS256", hashlib.sha256), ("ES256", hashlib.sha256), ("Ed25519", hashlib.sha512)])
def test_at_hash_by_the_algorithms_own_hash(idp: Deployment, ada: User, alg: str, digest: Callable[[bytes], Any]) -> None:
    """OIDC Core §3.1.3.6: "the hash algorithm used in the alg Header Parameter"; Ed25519 hashes with SHA-512 (RFC 8032 §5.1)."""
    tokens = idp.tokens(idp.app(id_token_signed_response_alg=alg), ada)
    whole = digest(tokens["access_token"].encode()).digest()
    assert header_of(tokens["id_token"])["alg"] == alg
    assert claims_of(tokens["id_token"])["at_hash"] == base64.urlsafe_b64encode(whole[: len(whole) // 2]).rstrip(b"=").decode()


def test_without_a_nonce(idp: Deployment, ada: User) -> None:
    """OIDC Core §2: nonce is there only "if present in the Authentication Request" (D-17)."""
    assert "nonce" not in claims_of(idp.tokens(WEB, ada, nonce=None)["id_token"])


def test_auth_time_is_the_sign_ins_own(idp: Deployment, ada: User) -> None:
    """Conformance: oidcc-max-age-10000: a later visit in the same session has the same auth_time and sub."""
    browser = idp.browser(ada)
    first = claims_of(idp.tokens(WEB, browser)["id_token"])
    idp.clock.advance(5000)
    second = claims_of(idp.tokens(WEB, browser, max_age="10000")["id_token"])
    assert (first["sub"], first["auth_time"]) == (second["sub"], second["auth_time"])
    assert second["iat"] == first["iat"] + 5000


def test_sub_is_the_same_for_every_app(idp: Deployment, ada: User) -> None:
    """OIDC Core §8: subjects are public. The sub is not the email, which can pass to another person."""
    subs = {claims_of(idp.tokens(client, ada)["id_token"])["sub"] for client in (WEB, OTHER, SPA)}
    assert subs == {ada.id}


@pytest.mark.parametrize("amr", [("pwd", "otp", "mfa"), ("pwd",)])
def test_acr_and_amr_say_what_was_proved(idp: Deployment, ada: User, amr: tuple[str, ...]) -> None:
    """RFC 8176: acr and amr name the proved methods."""
    claims = claims_of(idp.tokens(WEB, idp.browser(ada, amr=amr))["id_token"])
    assert (claims["acr"], tuple(claims["amr"])) == ("aal2" if "mfa" in amr else "aal1", amr)


def test_scopes_decide_which_tokens_are_issued(idp: Deployment, ada: User) -> None:
    """Without openid there is no ID Token. Without offline_access there is no refresh token."""
    assert idp.tokens(WEB, ada, scope="orders").keys() == {"access_token", "token_type", "expires_in", "scope"}


@pytest.mark.parametrize("client", [WEB, POSTING, SPA, NATIVE], ids=lambda app: app.id)
def test_every_way_to_authenticate(idp: Deployment, ada: User, client: object) -> None:
    """A client redeems its code with client_secret_basic, client_secret_post or none."""
    app = next(a for a in (WEB, POSTING, SPA, NATIVE) if a is client)
    assert idp.tokens(app, ada)["access_token"]


def test_loopback_with_a_port(idp: Deployment, ada: User) -> None:
    """RFC 8252 §7.3 and RFC 6749 §4.1.3: the token request must repeat the port of the authorization request."""
    uri = "http://127.0.0.1:49152/cb"
    code = idp.code(NATIVE, ada, redirect_uri=uri)
    refused(idp.redeem(NATIVE, code))
    assert idp.redeem(NATIVE, code, redirect_uri=uri).status == 200


def test_resource_of_the_authorization_request(idp: Deployment, ada: User) -> None:
    """RFC 8707 §2.2: the token request may name the authorised resources or fewer, not more (B-14)."""
    reader = idp.app(resources=(API, OTHER_API))
    assert claims_of(idp.tokens(reader, ada)["access_token"])["aud"] == [API, OTHER_API]
    assert claims_of(idp.tokens(reader, ada, resource=API)["access_token"])["aud"] == API
    code = idp.code(reader, ada, resource=API)
    refused(idp.redeem(reader, code, resource=OTHER_API), "invalid_target")
    assert claims_of(idp.redeem(reader, code, resource=API).json["access_token"])["aud"] == API


# --- single use, lifetime and client ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [0, 1, 30, 59, 60, 86_000])
def test_a_code_that_comes_twice(idp: Deployment, ada: User, seconds: int) -> None:
    """B-06, RFC 6749 §4.1.2: denied, and all its tokens are revoked at once; conformance: oidcc-codereuse(-30seconds)."""
    code = idp.code(WEB, ada)
    tokens = idp.redeem(WEB, code).json
    idp.clock.advance(seconds)
    refused(idp.redeem(WEB, code))
    assert not idp.alive(WEB, tokens["access_token"])
    assert not idp.alive(WEB, tokens["refresh_token"])
    assert idp.userinfo(tokens["access_token"]).status == 401
    refused(idp.refresh(WEB, tokens["refresh_token"]))
    assert [e.type for e in idp.events(ada)] == ["code.replayed"]


def test_a_code_that_comes_again_after_refreshes(idp: Deployment, ada: User) -> None:
    """B-06: the whole family is revoked, after any number of refreshes."""
    code = idp.code(WEB, ada)
    tokens = idp.redeem(WEB, code).json
    for _ in range(3):
        tokens = idp.refresh(WEB, tokens["refresh_token"]).json
        idp.clock.advance(20)
    refused(idp.redeem(WEB, code))
    refused(idp.refresh(WEB, tokens["refresh_token"]))
    assert idp.userinfo(tokens["access_token"]).status == 401


def test_a_replay_without_proofs_revokes_nothing(idp: Deployment, ada: User) -> None:
    """A replay of the code alone, for example from a log, revokes nothing: client, redirect URI and verifier are checked first."""
    code = idp.code(WEB, ada)
    tokens = idp.redeem(WEB, code).json
    refused(idp.redeem(WEB, code, code_verifier=ANOTHER))
    refused(idp.redeem(WEB, code, redirect_uri="https://evil.example/cb"))
    refused(idp.redeem(OTHER, code, redirect_uri=WEB.redirect_uri))
    assert idp.alive(WEB, tokens["refresh_token"])


def test_an_attempt_that_fails_does_not_use_the_code(idp: Deployment, ada: User) -> None:
    """B-08, documented: a code that fails a check stays unused, so that another party cannot make it unusable."""
    code = idp.code(WEB, ada)
    refused(idp.redeem(WEB, code, code_verifier=ANOTHER))
    refused(idp.redeem(WEB, code, redirect_uri=None))
    refused(idp.redeem(OTHER, code, redirect_uri=WEB.redirect_uri))
    refused(idp.post("/token", {"grant_type": "authorization_code", "code": code}, auth=(WEB.id, "x")), "invalid_client", 401)
    refused(idp.redeem(WEB, code, resource="https://evil.example"), "invalid_target")
    assert idp.redeem(WEB, code).status == 200


@pytest.mark.parametrize(("seconds", "status"), [(59, 200), (60, 400), (61, 400), (86_400 * 3, 400)])
def test_a_code_lives_a_minute(idp: Deployment, ada: User, seconds: int, status: int) -> None:
    """B-10, ASVS 10.4.3: an expired code is refused, even while its item is still stored."""
    code = idp.code(WEB, ada)
    idp.clock.advance(seconds)
    assert idp.redeem(WEB, code).status == status


@pytest.mark.parametrize("client", [OTHER, SPA, POSTING], ids=lambda app: app.id)
def test_a_code_of_another_client(idp: Deployment, ada: User, client: object) -> None:
    """B-08, Zitadel CVE-2026-55672: the code is bound to its client, even if all else is correct."""
    app = next(a for a in (OTHER, SPA, POSTING) if a is client)
    refused(idp.redeem(app, idp.code(WEB, ada), redirect_uri=WEB.redirect_uri))


def test_a_code_of_a_client_with_the_same_redirect_uri(idp: Deployment, ada: User) -> None:
    """B-08: the client is compared, too, not only the redirect URI. Two apps of one site are an example."""
    one, two = (idp.app(redirect_uris=("https://site.example/cb",)) for _ in range(2))
    code = idp.code(one, ada)
    refused(idp.redeem(two, code))
    assert idp.redeem(one, code).status == 200


@pytest.mark.parametrize(
    "uri",
    [None, "", "https://web.example/cb/", "https://WEB.example/cb", "https://evil.example/cb", "https://web.example/cb?", "x" * 40_000],
)
def test_redirect_uri_has_to_be_the_same(idp: Deployment, ada: User, uri: str | None) -> None:
    """A-11, RFC 6749 §4.1.3: "their values MUST be identical"."""
    refused(idp.redeem(WEB, idp.code(WEB, ada), redirect_uri=uri))


def test_redirect_uri_that_was_not_asked_with(idp: Deployment, ada: User) -> None:
    """If the request had no redirect URI, the token request may name the registered one and no other."""
    code = idp.code(WEB, ada, redirect_uri=None, scope="orders")
    refused(idp.redeem(WEB, code, redirect_uri="https://evil.example/cb"))
    assert idp.redeem(WEB, code, redirect_uri=WEB.redirect_uri).status == 200


# --- PKCE ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "verifier",
    [
        None, "", " ", ANOTHER, VERIFIER[:-1], VERIFIER + "x", VERIFIER + "\n", VERIFIER + "=", VERIFIER + "\x00", f" {VERIFIER}",
        VERIFIER.upper(),
        challenge_of(VERIFIER), "x" * 42, "x" * 129, "ü" * 43, "+" * 43, "x" * 60_000,
    ],
)  # fmt: skip
@pytest.mark.parametrize("client", [WEB, SPA], ids=lambda app: app.id)
def test_a_wrong_verifier_is_refused(idp: Deployment, ada: User, client: object, verifier: str | None) -> None:
    """B-02, B-04, B-05, B-15, RFC 7636 §4.6: missing, empty, of another request, the challenge itself, malformed, too large."""
    app = WEB if client is WEB else SPA
    code = idp.code(app, ada)
    refused(idp.redeem(app, code, code_verifier=verifier))
    assert idp.redeem(app, code).status == 200


@pytest.mark.parametrize("verifier", [VERIFIER, " ", "x"])
def test_a_verifier_without_a_challenge(idp: Deployment, ada: User, verifier: str) -> None:
    """B-03, RFC 9700 §4.8.2: "ensure that a request with a code_verifier is refused where no code_challenge was sent"."""
    code = idp.code(LAX, ada, code_challenge=None, code_challenge_method=None)
    refused(idp.redeem(LAX, code, code_verifier=verifier))
    assert idp.redeem(LAX, code, code_verifier=None).status == 200


@pytest.mark.parametrize("length", [43, 128])
def test_the_longest_and_shortest_verifier(idp: Deployment, ada: User, length: int) -> None:
    """RFC 7636 §4.1: verifiers of the minimum and maximum length are accepted."""
    verifier = "~._-aZ09"[:8].ljust(length, "x")
    code = idp.code(WEB, ada, code_challenge=challenge_of(verifier))
    assert idp.redeem(WEB, code, code_verifier=verifier).status == 200


# --- invalid requests ---------------------------------------------------------------------------------------------------


def test_a_forged_code_is_refused(idp: Deployment, ada: User) -> None:
    """C-10, Zitadel CVE-2026-27840: only the exact sealed string is accepted. A forged code is refused before the grant is read."""
    code = idp.code(LAX, ada, code_challenge=None, code_challenge_method=None)
    for forged in mutants(code):
        if forged != code:
            refused(idp.redeem(LAX, forged, code_verifier=None))
    assert idp.redeem(LAX, code, code_verifier=None).status == 200


def test_other_artefacts_are_no_codes(idp: Deployment, ada: User) -> None:
    """B-11, Keycloak CVE-2026-4282: a handle that was sealed for another purpose is refused."""
    browser = idp.browser(ada)
    tokens = idp.tokens(WEB, browser)
    page = idp.authorize(idp.browser(), WEB)
    others = [
        tokens["refresh_token"],
        tokens["access_token"],
        tokens["id_token"],
        next(iter(browser.cookies.values())),
        page.fields["request"],
    ]
    for other in [*others, "x", "null", "[]", "{}", "x" * 60_000, "ü", "\x00"]:
        refused(idp.redeem(WEB, other))
    assert idp.alive(WEB, tokens["refresh_token"]), "a refresh token is no code that comes again, either"


@pytest.mark.parametrize("name", ["grant_type", "code"])
@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_parameter_is_refused(idp: Deployment, ada: User, name: str, value: str | None) -> None:
    """RFC 6749 §5.2: invalid_request."""
    form = {
        "grant_type": "authorization_code",
        "code": idp.code(WEB, ada),
        "redirect_uri": WEB.redirect_uri,
        "code_verifier": VERIFIER,
        name: value,
    }
    refused(idp.call(WEB, "/token", **form), "invalid_request")


@pytest.mark.parametrize("name", ["grant_type", "code", "redirect_uri", "code_verifier", "client_id", "unknown"])
def test_a_repeated_parameter_is_refused(idp: Deployment, ada: User, name: str) -> None:
    """E-04, RFC 6749 §3.2: parameters "MUST NOT be included more than once"."""
    form = f"grant_type=authorization_code&code={idp.code(WEB, ada)}&redirect_uri={WEB.redirect_uri}&code_verifier={VERIFIER}"
    refused(idp.post("/token", f"{form}&{name}=x&{name}=x", auth=WEB.auth), "invalid_request")


@pytest.mark.parametrize(
    "grant_type",
    ["password", "implicit", "urn:ietf:params:oauth:grant-type:jwt-bearer", "Authorization_Code", "authorization_code ", "__init__",
     "resource",
     "../x", "x" * 9000],
)  # fmt: skip
def test_an_unsupported_grant_type_is_refused(idp: Deployment, grant_type: str) -> None:
    """B-12, RFC 6749 §5.2: unsupported_grant_type, also for the name of a module that is not a grant."""
    answer = idp.call(WEB, "/token", grant_type=grant_type, username="ada", password="x")
    refused(answer, "unsupported_grant_type")


def test_clients_without_the_grant(idp: Deployment) -> None:
    """B-12, RFC 6749 §5.2: unauthorized_client."""
    service = idp.app(grant_types=("client_credentials",))
    refused(idp.redeem(service, "x"), "unauthorized_client")


@pytest.mark.parametrize(
    "content_type", ["application/json", "text/plain", "multipart/form-data; boundary=x", "", "application/x-www-form-urlencodedx"]
)
def test_a_body_other_than_a_form_is_refused(idp: Deployment, ada: User, content_type: str) -> None:
    """E-05, RFC 6749 §4.1.3: application/x-www-form-urlencoded."""
    headers = [("content-type", content_type), ("authorization", basic(*WEB.auth))]
    refused(idp.post("/token", {"grant_type": "authorization_code", "code": idp.code(WEB, ada)}, headers=headers), "invalid_request")


@pytest.mark.parametrize("content_type", [f"{FORM}; charset=UTF-8", f"{FORM};charset=utf-8", FORM.upper(), f" {FORM} "])
def test_forms_by_other_spellings(idp: Deployment, ada: User, content_type: str) -> None:
    """RFC 9110 §8.3.1: the media type may have other case and parameters."""
    form = f"grant_type=authorization_code&code={idp.code(WEB, ada)}&redirect_uri={WEB.redirect_uri}&code_verifier={VERIFIER}"
    assert idp.post("/token", form, headers=[("content-type", content_type), ("authorization", basic(*WEB.auth))]).status == 200


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe", b"grant_type=%ff", b"&" * 1000, b"{}", b"a" * 65_536, b"grant_type=authorization_code&code=%00", b"a=b&" * 200],
)
def test_a_malformed_form_is_refused(idp: Deployment, body: bytes) -> None:
    """K-04: the answer is 400 in JSON."""
    answer = idp.post("/token", body, auth=WEB.auth)
    assert answer.status == 400
    assert answer.error in {"invalid_request", "invalid_grant"}


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH"])
def test_methods_other_than_post_are_refused(idp: Deployment, method: str) -> None:
    """RFC 6749 §3.2: "The client MUST use the HTTP "POST" method"."""
    answer = idp.send(method, "/token", query={"grant_type": "client_credentials"}, headers=[("authorization", basic(*WEB.auth))])
    assert (answer.status, answer.header("allow")) == (405, "POST")
    assert answer.header("content-type") == "application/json"


# --- changes between the code and its redemption ----------------------------------------------------------------------------


@pytest.mark.parametrize("facts", [{"disabled": True}, {"security_stamp": 1}])
def test_users_who_may_not_any_more(idp: Deployment, ada: User, facts: dict[str, object]) -> None:
    """C-04: the code of a disabled or signed-out user is refused at once."""
    code = idp.code(WEB, ada)
    idp.alter(ada, **facts)
    refused(idp.redeem(WEB, code))


def test_users_who_are_gone(idp: Deployment, ada: User) -> None:
    """The code of a deleted user is refused."""
    code = idp.code(WEB, ada)
    idp.services.user_erasures.delete(ada)
    refused(idp.redeem(WEB, code))


def test_clients_that_may_not_any_more(idp: Deployment, ada: User) -> None:
    """E-07: the client lost the grant type or the redirect URI, or was disabled or deleted."""
    app = idp.app()
    codes = [idp.code(app, ada) for _ in range(4)]
    idp.change(app, redirect_uris=("https://new.example/cb",))
    refused(idp.redeem(app, codes[0]))
    idp.change(app, redirect_uris=app.client.redirect_uris, grant_types=("client_credentials",))
    refused(idp.redeem(app, codes[1]), "unauthorized_client")
    idp.change(app, grant_types=app.client.grant_types, disabled=True)
    refused(idp.redeem(app, codes[2]), "invalid_client", 401)
    assert idp.services.clients.delete(app.id)
    refused(idp.redeem(app, codes[3]), "invalid_client", 401)


def test_scopes_that_the_client_lost(idp: Deployment, ada: User) -> None:
    """B-13: a scope that the client lost after the authorization request is not granted."""
    app = idp.app(scopes=("openid", "email", "offline_access", "orders"))
    codes = [idp.code(app, ada, scope="openid email offline_access orders") for _ in range(2)]
    idp.change(app, scopes=("openid", "orders"))
    answer = idp.redeem(app, codes[0]).json
    assert answer["scope"] == "openid orders"
    assert "refresh_token" not in answer
    assert idp.userinfo(answer["access_token"]).json == {"sub": ada.id}
    idp.change(app, scopes=("orders",))
    assert "id_token" not in idp.redeem(app, codes[1]).json


def test_refresh_that_the_client_lost(idp: Deployment, ada: User) -> None:
    """Without the grant type there is no refresh token."""
    app = idp.app()
    code = idp.code(app, ada)
    idp.change(app, grant_types=("authorization_code",))
    assert "refresh_token" not in idp.redeem(app, code).json


def test_resources_that_the_client_lost(idp: Deployment, ada: User) -> None:
    """B-14: a grant for one resource is not extended to the client's present resources."""
    app = idp.app(resources=(API, OTHER_API))
    code = idp.code(app, ada, resource=API)
    idp.change(app, resources=(OTHER_API,))
    refused(idp.redeem(app, code), "invalid_target")


def test_logout_before_the_redemption(idp: Deployment, ada: User) -> None:
    """A code whose session ended is refused, unless it is for offline access."""
    browser = idp.browser(ada)
    hint = idp.tokens(WEB, browser, scope="openid")["id_token"]
    code = idp.code(WEB, browser, scope="openid")
    assert browser.get("/logout", {"id_token_hint": hint}).status == 200
    refused(idp.redeem(WEB, code))
