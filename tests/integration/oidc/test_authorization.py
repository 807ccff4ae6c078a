"""The authorization endpoint: RFC 6749 §3.1 and §4.1.1, OpenID Connect Core §3.1.2, RFC 7636 §4.3, RFC 9207, RFC 9700."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlencode

import pytest

from idp.domain.people.user import User
from idp.oauth.authorization.checks.state import MAX_LENGTH
from tests.integration.oidc.forging import claims_of
from tests.support.calling import Answer, PlainBrowser
from tests.support.deployment import BROWSER, ISSUER, LAX, NATIVE, SPA, THIRD_PARTY, WEB, App, Deployment, asked_by

PASSWORD = "nine wet walruses"
OTHER_VERIFIERS_CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@pytest.fixture
def ada(idp: Deployment) -> User:
    """A new user."""
    return idp.person()


@pytest.fixture
def signed_in(idp: Deployment, ada: User) -> PlainBrowser:
    """The browser of that user, who has just signed in."""
    return idp.browser(ada)


def refused_as_page(answer: Answer) -> None:
    """Assert that the answer is an error page and redirects nowhere."""
    assert answer.is_page, answer
    assert 400 <= answer.status < 500
    assert "evil" not in answer.text
    assert answer.actions == []


def refused_to_app(answer: Answer, error: str, client: App = WEB, state: str | None = "a state") -> None:
    """Assert that the redirect URI gets error, state and iss, and no code (RFC 6749 §4.1.2.1 and RFC 9207 §2)."""
    assert answer.sent_to == client.redirect_uri, answer
    sent = answer.answered
    assert sent["error"] == error, sent
    assert sent.get("state") == state
    assert sent["iss"] == ISSUER
    assert set(sent) <= {"error", "error_description", "state", "iss"}


# --- the answer -------------------------------------------------------------------------------------------------------


def test_a_valid_request_gets_a_code(idp: Deployment, signed_in: PlainBrowser) -> None:
    """RFC 6749 §4.1.2, RFC 9207 §2: a 303 (RFC 9700 §4.12) returns code, the same state and iss. The code is longer than 40 characters."""
    answer = idp.authorize(signed_in, WEB)
    assert (answer.status, answer.sent_to) == (303, WEB.redirect_uri)
    assert set(answer.answered) == {"code", "state", "iss"}
    assert (answer.answered["state"], answer.answered["iss"]) == ("a state", ISSUER)
    assert len(answer.answered["code"]) > 40


def test_no_two_codes_are_the_same(idp: Deployment, signed_in: PlainBrowser) -> None:
    """RFC 6749 §10.10: each authorization response has a different code."""
    assert len({idp.authorize(signed_in, WEB).answered["code"] for _ in range(5)}) == 5


def test_no_state_is_returned_where_none_was_sent(idp: Deployment, signed_in: PlainBrowser) -> None:
    """RFC 6749 §4.1.2: state is returned only "if the state parameter was present in the client authorization request"."""
    assert set(idp.authorize(signed_in, WEB, state=None).answered) == {"code", "iss"}
    assert set(idp.authorize(signed_in, WEB, state="").answered) == {"code", "iss"}, "§3.1: empty is as good as omitted"


@pytest.mark.parametrize(
    "state",
    ["x" * 128, "a+b c%2Bd&e=f#g", '"><script>alert(1)</script>', "{{7*7}}", "https://evil.example/?a=b", "ümläut 🦭", "\\'\"", "=" * 20],
)
def test_state_comes_back_as_it_went(idp: Deployment, signed_in: PlainBrowser, state: str) -> None:
    """RFC 6749 §4.1.2: "The exact value received from the client", although URLs and HTML need escaping (F-12, F-17)."""
    assert idp.authorize(signed_in, WEB, state=state).answered["state"] == state
    page = idp.authorize(signed_in, WEB, state=state, response_mode="form_post")
    assert page.fields["state"] == state
    assert "<script>alert" not in page.text


def test_form_post_posts_code_state_and_iss(idp: Deployment, signed_in: PlainBrowser) -> None:
    """Form Post Response Mode §2: the page posts code, state and iss to the redirect URI. Its CSP has no form-action (0007)."""
    answer = idp.authorize(signed_in, WEB, response_mode="form_post")
    assert answer.is_page
    assert answer.status == 200
    assert answer.actions == [WEB.redirect_uri]
    assert set(answer.fields) == {"code", "state", "iss"}
    assert "form-action" not in (answer.header("content-security-policy") or "")
    assert "unsafe-inline" not in (answer.header("content-security-policy") or "")
    assert answer.header("cache-control") == "no-store"
    assert idp.redeem(WEB, answer.fields["code"]).status == 200


def test_errors_by_form_post(idp: Deployment, signed_in: PlainBrowser) -> None:
    """Multiple Response Types §2: an error uses the response mode of the request."""
    answer = idp.authorize(signed_in, WEB, response_mode="form_post", scope="unknown")
    assert answer.is_page
    assert answer.actions == [WEB.redirect_uri]
    assert answer.fields["error"] == "invalid_scope"
    assert answer.fields["state"] == "a state"


def test_a_request_by_post_gets_a_code(idp: Deployment, signed_in: PlainBrowser) -> None:
    """OIDC Core §3.1.2.1: "Authorization Servers MUST support the use of the HTTP GET and POST methods"."""
    answer = signed_in.post("/authorize", asked_by(WEB))
    assert idp.redeem(WEB, answer.answered["code"]).status == 200


def test_post_takes_nothing_from_the_query(signed_in: PlainBrowser) -> None:
    """A-12: a POST does not read parameters from the query."""
    asked = urlencode(asked_by(WEB, redirect_uri="https://evil.example/cb"))
    answer = signed_in.caller.send("POST", "/authorize", query=asked, headers=[("content-type", "application/x-www-form-urlencoded")])
    refused_as_page(answer)


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data; boundary=x", ""])
def test_post_of_something_else(signed_in: PlainBrowser, content_type: str) -> None:
    """OIDC Core §13.2: a POST with another content type than a form is refused (E-05)."""
    refused_as_page(signed_in.post("/authorize", asked_by(WEB), headers=[("content-type", content_type)]))


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_methods_other_than_get_and_post_are_refused(idp: Deployment, method: str) -> None:
    """RFC 6749 §3.1: other methods than GET and POST get 405."""
    answer = idp.send(method, "/authorize", query=asked_by(WEB))
    assert answer.status == 405
    assert answer.location is None


def test_head_gives_no_code(idp: Deployment, ada: User, signed_in: PlainBrowser) -> None:
    """RFC 9110 §9.2.1: HEAD is safe, so it writes no grant."""
    cookie = "; ".join(f"{name}={value}" for name, value in signed_in.cookies.items())
    answer = idp.send("HEAD", "/authorize", query=asked_by(WEB), headers=[("cookie", cookie)])
    assert answer.location is None
    assert idp.services.grants.of(ada.id) == []


@pytest.mark.parametrize(
    "extra",
    [
        {"unknown": "x"}, {"display": "page"}, {"display": "popup"}, {"ui_locales": "se fr"}, {"claims_locales": "se"},
        {"login_hint": "ada@example.com"}, {"acr_values": "aal1 aal2"}, {"nonce": None}, {"prompt": "none"}, {"scope": "orders openid"},
        {"scope": "openid"}, {"response_mode": "query"},
    ],
)  # fmt: skip
def test_what_is_tolerated(idp: Deployment, signed_in: PlainBrowser, extra: dict[str, str | None]) -> None:
    """OIDC Core §3.1.2.1 and §3.1.2.2: unknown parameters "SHOULD be ignored"; hints do not cause an error."""
    assert idp.authorize(signed_in, WEB, **extra).answered["code"]


def test_the_order_of_parameters_is_free(idp: Deployment, signed_in: PlainBrowser) -> None:
    """Conformance: oidcc-alternate-happy-flow: parameters can come in another order."""
    answer = signed_in.get("/authorize", dict(reversed(asked_by(WEB, scope="offline_access openid").items())))
    assert answer.answered["code"]


# --- never redirect on doubt (A) ----------------------------------------------------------------------------------------

RA = WEB.redirect_uri
MUTANTS = [
    "https://web.example.evil.com/cb", f"{RA}/x", f"{RA}2", "https://web.example@evil.com/cb", "https://evil.com@web.example/cb",
    "https://evil.com\\@web.example/cb", "https://web.example/cb/../evil", "https://web.example/cb/..%2fevil",
    "https://web.example/cb/%2e%2e/evil", "https://web.example/cb%252f..", "https://web.example/cb/..;/evil",
    "https://web.example/cb//evil", f"{RA}#x", f"{RA}#", f"{RA}?x=1", f"{RA}?", "HTTPS://WEB.EXAMPLE/cb", "https://WEB.example/cb",
    "https://web.example/CB", f"{RA}/", "https://web.example:443/cb", "https://webXexample/cb", "https://web.example/*",
    "https://\uff57\uff45\uff42.example/cb", f"{RA}\x00", f"{RA}%00", f"{RA}\r\nSet-Cookie: evil=1", f"{RA}%0d%0aSet-Cookie:%20evil=1",
    f"{RA}\t", f" {RA}", f"{RA} ", f"{RA}\n", "/\t//evil.com", "\\/evil.com", "//web.example/cb", "/cb", "javascript:alert(1)//",
    "data:text/html,evil", "vbscript:evil", "file:///etc/passwd", "http://web.example/cb", "https://web.example", "https://",
    "https:web.example/cb", "x" * 20_000, "https://other.example/cb", '"', "ü", "\ud7ff",
]  # fmt: skip


@pytest.mark.parametrize("uri", MUTANTS)
def test_a_redirect_uri_is_compared_as_a_string(signed_in: PlainBrowser, uri: str) -> None:
    """A-01 … A-05, A-07 … A-09, RFC 9700 §2.1: "exact string matching"; §4.1.2.1 forbids a redirect if they differ."""
    refused_as_page(signed_in.get("/authorize", asked_by(WEB, redirect_uri=uri)))


def test_a_redirect_uri_is_compared_after_one_decoding(idp: Deployment, signed_in: PlainBrowser) -> None:
    """A-03: the registered URI is accepted encoded once and refused encoded twice."""
    query = urlencode(asked_by(WEB, redirect_uri=None))
    assert signed_in.get("/authorize", f"{query}&redirect_uri={quote(RA, safe='')}").answered["code"]
    refused_as_page(signed_in.get("/authorize", f"{query}&redirect_uri={quote(quote(RA, safe=''), safe='')}"))


@pytest.mark.parametrize("uri", ["http://127.0.0.1/cb", "http://127.0.0.1:49152/cb", "http://127.0.0.1:1/cb", "com.example.native:/cb"])
def test_native_apps_choose_a_loopback_port(idp: Deployment, signed_in: PlainBrowser, uri: str) -> None:
    """A-06, RFC 8252 §7.3: "MUST allow any port to be specified at the time of the request for loopback IP redirect URIs"."""
    answer = idp.authorize(signed_in, NATIVE, redirect_uri=uri)
    assert answer.sent_to == uri


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost"])
def test_a_native_app_chooses_a_port_of_the_host_that_it_registered(idp: Deployment, signed_in: PlainBrowser, host: str) -> None:
    """A-06, RFC 9700 §2.1: "exact string matching except for port numbers in localhost redirection URIs of native apps"."""
    uri = f"http://{host}:51004/cb"
    native = idp.app(secret=False, application_type="native", redirect_uris=(f"http://{host}/cb",))
    code = idp.authorize(signed_in, native, redirect_uri=uri).answered["code"]
    assert idp.redeem(native, code, redirect_uri=uri).status == 200
    web = idp.app(secret=False, redirect_uris=(f"http://{host}/cb",))
    refused_as_page(idp.authorize(signed_in, web, redirect_uri=uri))


@pytest.mark.parametrize(
    "uri",
    [
        "http://localhost:80/cb", "http://localhost.evil.com/cb", "http://127.0.0.1.evil.com/cb", "http://127.0.0.1:80@evil.com/cb",
        "http://[::1]:99999/cb", "http://127.1/cb", "http://0x7f.1/cb", "http://127.0.0.1:99999/cb", "http://127.0.0.1:/cb",
        "http://127.0.0.1:0/cb", "http://127.0.0.1:080/cb", "http://127.0.0.1:8080/cb/x", "http://127.0.0.1:8080/", "http://127.0.0.2/cb",
        "https://127.0.0.1/cb", "com.example.native:/cb2", "com.example.native://evil/cb", "com.example.native:cb",
    ],
)  # fmt: skip
def test_nothing_else_of_a_loopback_address_varies(signed_in: PlainBrowser, uri: str) -> None:
    """A-06: only the port may differ, not the host or the path."""
    refused_as_page(signed_in.get("/authorize", asked_by(NATIVE, redirect_uri=uri)))


def test_a_web_app_may_not_choose_a_port(idp: Deployment, ada: User) -> None:
    """RFC 8252 §7.3 applies only to native apps."""
    web = idp.app(redirect_uris=("http://127.0.0.1/cb",))
    refused_as_page(idp.authorize(idp.browser(ada), web, redirect_uri="http://127.0.0.1:8080/cb"))


WRONG_BESIDES: list[dict[str, str | None]] = [
    {}, {"response_type": "token"}, {"response_type": None}, {"scope": "unknown"}, {"scope": '"'}, {"prompt": "none"}, {"prompt": "bad"},
    {"code_challenge_method": "plain"}, {"code_challenge": None}, {"request": "e30.e30."}, {"request_uri": "https://evil.example/r"},
    {"response_mode": "fragment"}, {"response_mode": "form_post"}, {"max_age": "x"}, {"id_token_hint": "x"}, {"resource": "x"},
    {"state": "x" * 5000},
]  # fmt: skip


@pytest.mark.parametrize("besides", WRONG_BESIDES)
def test_no_error_goes_to_an_unknown_redirect_uri(signed_in: PlainBrowser, besides: dict[str, str | None]) -> None:
    """A-10, Authlib CVE-2026-41479: the redirect URI is checked before the other parameters."""
    refused_as_page(signed_in.get("/authorize", asked_by(WEB, redirect_uri="https://evil.example/cb", **besides)))


@pytest.mark.parametrize("besides", WRONG_BESIDES)
def test_no_error_goes_where_an_unknown_app_says(signed_in: PlainBrowser, besides: dict[str, str | None]) -> None:
    """A-10: the client is checked before all other parameters."""
    refused_as_page(signed_in.get("/authorize", asked_by(WEB, **{"client_id": "unknown", **besides})))


@pytest.mark.parametrize("client_id", [None, "", "web\x00", "WEB", "web ", "x" * 4000, "ü", "CLIENT#web", "../web", '"', "web\nweb"])
def test_an_unknown_app_gets_a_page(signed_in: PlainBrowser, client_id: str | None) -> None:
    """RFC 6749 §4.1.2.1: "If [...] the client identifier is missing or invalid", there is no redirect."""
    refused_as_page(signed_in.get("/authorize", asked_by(WEB, client_id=client_id)))


def test_a_disabled_or_deleted_app_gets_a_page(idp: Deployment, signed_in: PlainBrowser) -> None:
    """E-07: disabling or deleting an app takes effect at once, because each request reads the client."""
    gone = idp.app()
    assert idp.authorize(signed_in, gone).answered["code"]
    idp.change(gone, disabled=True)
    refused_as_page(idp.authorize(signed_in, gone))
    assert idp.services.clients.delete(gone.id)
    refused_as_page(idp.authorize(signed_in, gone))


def test_a_redirect_uri_that_was_removed(idp: Deployment, signed_in: PlainBrowser) -> None:
    """Removing a redirect URI takes effect at once."""
    moved = idp.app()
    idp.change(moved, redirect_uris=("https://new.example/cb",))
    refused_as_page(idp.authorize(signed_in, moved))


def test_omitted_with_several_registered(signed_in: PlainBrowser) -> None:
    """A-11, RFC 6749 §3.1.2.3: redirect_uri is required if several are registered."""
    refused_as_page(signed_in.get("/authorize", asked_by(NATIVE, redirect_uri=None, scope="profile")))


@pytest.mark.parametrize("scope", ["openid", "profile openid"])
def test_omitted_by_an_openid_request(signed_in: PlainBrowser, scope: str) -> None:
    """OIDC Core §3.1.2.1: redirect_uri is REQUIRED."""
    refused_as_page(signed_in.get("/authorize", asked_by(WEB, redirect_uri=None, scope=scope)))


def test_an_empty_parameter_counts_as_omitted(idp: Deployment, signed_in: PlainBrowser) -> None:
    """RFC 6749 §3.1: an empty redirect_uri is refused where an omitted one is."""
    refused_as_page(signed_in.get("/authorize", asked_by(WEB, redirect_uri="", scope="openid")))
    several = idp.app(redirect_uris=("https://a.example/cb", "https://b.example/cb"))
    refused_as_page(signed_in.get("/authorize", asked_by(several, redirect_uri="", scope="profile")))


def test_omitted_by_plain_oauth_with_one_registered(idp: Deployment, signed_in: PlainBrowser) -> None:
    """RFC 6749 §3.1.2.3 and §4.1.3: the registered URI is used, and the token request may omit it."""
    answer = idp.authorize(signed_in, WEB, redirect_uri=None, scope="profile")
    assert answer.sent_to == WEB.redirect_uri
    assert idp.redeem(WEB, answer.answered["code"], redirect_uri=None).status == 200


def test_a_registered_query_is_kept(idp: Deployment, signed_in: PlainBrowser) -> None:
    """RFC 6749 §3.1.2: a query "MUST be retained when adding additional query parameters" (A-04)."""
    asks = idp.app(redirect_uris=("https://app.example/cb?tenant=a&b=",))
    answer = idp.authorize(signed_in, asks)
    assert answer.location
    assert answer.location.startswith("https://app.example/cb?tenant=a&b=&code=")
    for changed in ("?b=&tenant=a", "?tenant=a", "?tenant=a&b=&c", ""):
        refused_as_page(idp.authorize(signed_in, asks, redirect_uri=f"https://app.example/cb{changed}"))


@pytest.mark.parametrize("name", [*asked_by(WEB), "prompt", "max_age", "request", "unknown"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_parameter_that_comes_twice(signed_in: PlainBrowser, name: str, method: str) -> None:
    """RFC 6749 §3.1: parameters "MUST NOT be included more than once". The answer is an error page (A-12)."""
    twice = f"{urlencode(asked_by(WEB))}&{name}=a&{name}={quote(WEB.redirect_uri)}"
    for text in (twice, f"{name}=https://evil.example/cb&{twice}"):
        answer = signed_in.get("/authorize", text) if method == "GET" else signed_in.caller.post("/authorize", text)
        refused_as_page(answer)


@pytest.mark.parametrize(
    "query",
    [
        b"client_id=web&redirect_uri=%ff", b"client_id=%c3", b"state=%ed%a0%80&client_id=web", b"\xff=\xfe", b"&" * 500, b"=", b"client_id",
        b"a=b&" * 101, b"%zz=%zz", b";client_id=web",
    ],
)  # fmt: skip
def test_a_malformed_query_is_refused(idp: Deployment, query: bytes) -> None:
    """K-04: a query that cannot be parsed is refused."""
    refused_as_page(idp.send("GET", "/authorize", query=query))


# --- errors that the app receives ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": ""}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "id_token"}, "unsupported_response_type"),
        ({"response_type": "code token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_type": "none"}, "unsupported_response_type"),
        ({"response_type": "Code"}, "unsupported_response_type"),
        ({"response_type": '"ü'}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"response_mode": "web_message"}, "invalid_request"),
        ({"response_mode": "Query"}, "invalid_request"),
        ({"request": "eyJhbGciOiJub25lIn0.e30."}, "invalid_request_object"),
        ({"request_uri": "https://web.example/r"}, "invalid_request_uri"),
        ({"registration": "{}"}, "registration_not_supported"),
        ({"scope": "unknown"}, "invalid_scope"),
        ({"scope": "unknown groups"}, "invalid_scope"),
        ({"scope": "openid users:read"}, "invalid_scope"),
        ({"scope": "openid access:evaluate"}, "invalid_scope"),
        ({"scope": 'openid "'}, "invalid_scope"),
        ({"scope": "openid ü"}, "invalid_scope"),
        ({"scope": "openid\tprofile"}, "invalid_scope"),
        ({"scope": "openid\u00a0profile"}, "invalid_scope"),
        ({"scope": " ".join(f"s{n}" for n in range(500))}, "invalid_scope"),
        ({"resource": "https://api.example"}, "invalid_target"),
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": "S512"}, "invalid_request"),
        ({"code_challenge_method": "s256"}, "invalid_request"),
        ({"code_challenge_method": "S256 "}, "invalid_request"),
        ({"code_challenge": "x" * 42}, "invalid_request"),
        ({"code_challenge": "x" * 44}, "invalid_request"),
        ({"code_challenge": OTHER_VERIFIERS_CHALLENGE + "="}, "invalid_request"),
        ({"code_challenge": OTHER_VERIFIERS_CHALLENGE[:-1] + "\n"}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "none consent"}, "invalid_request"),
        ({"prompt": "create"}, "invalid_request"),
        ({"prompt": "None"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"max_age": "1.5"}, "invalid_request"),
        ({"max_age": "1e3"}, "invalid_request"),
        ({"max_age": "٣"}, "invalid_request"),
        ({"max_age": "9" * 30}, "invalid_request"),
        ({"display": "unknown"}, "invalid_request"),
        ({"nonce": "n" * 1025}, "invalid_request"),
        ({"id_token_hint": "not a token"}, "invalid_request"),
    ],
)
def test_errors_by_redirect(idp: Deployment, signed_in: PlainBrowser, changes: dict[str, str | None], error: str) -> None:
    """RFC 6749 §4.1.2.1, OIDC Core §3.1.2.6, RFC 8707 §2, RFC 7636 §4.4.1: each error has the code of the specification."""
    refused_to_app(idp.authorize(signed_in, WEB, **changes), error)


@pytest.mark.parametrize("changes", [{"response_type": '"ü\n'}, {"scope": '"ü\n'}, {"prompt": '"ü\n'}])
def test_descriptions_keep_to_their_characters(idp: Deployment, signed_in: PlainBrowser, changes: dict[str, str]) -> None:
    """RFC 6749 §4.1.2.1: error_description "MUST NOT include characters outside the set %x20-21 / %x23-5B / %x5D-7E"."""
    description = idp.authorize(signed_in, WEB, **changes).answered["error_description"]
    assert all(" " <= c <= "~" and c not in '"\\' for c in description)


@pytest.mark.parametrize("state", ["x" * (MAX_LENGTH + 1), "🦭" * (MAX_LENGTH // 4 + 1), "a\x00b", "a\r\nSet-Cookie: b=c", "a\x7f"])
def test_a_state_that_cannot_be_carried(idp: Deployment, signed_in: PlainBrowser, state: str) -> None:
    """RFC 6749 appendix A.5: state is printable. A state that is too long or has control characters is refused (B-15) and not returned."""
    refused_to_app(idp.authorize(signed_in, WEB, state=state), "invalid_request", state=None)


def test_pkce_of_public_clients(idp: Deployment, signed_in: PlainBrowser) -> None:
    """B-01, RFC 9700 §2.1.1: "Public clients MUST use PKCE"."""
    refused_to_app(idp.authorize(signed_in, SPA, code_challenge=None, code_challenge_method=None), "invalid_request", SPA)


def test_public_clients_cannot_lift_pkce(idp: Deployment, signed_in: PlainBrowser) -> None:
    """A public client must use PKCE even if it registered require_pkce=False."""
    lax = idp.app(secret=False, require_pkce=False)
    refused_to_app(idp.authorize(signed_in, lax, code_challenge=None, code_challenge_method=None), "invalid_request", lax)


def test_confidential_clients_may_lift_pkce(idp: Deployment, signed_in: PlainBrowser) -> None:
    """RFC 9700 §2.1.1: PKCE is RECOMMENDED for confidential clients. The basic plan of the conformance suite does not use it."""
    answer = idp.authorize(signed_in, LAX, code_challenge=None, code_challenge_method=None)
    assert idp.redeem(LAX, answer.answered["code"], code_verifier=None).status == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge": None}, {"code_challenge_method": None}, {"code_challenge_method": "plain"}, {"code_challenge": ""},
        {"code_challenge": "", "code_challenge_method": "S256"}, {"code_challenge": "short"},
    ],
)  # fmt: skip
def test_half_a_challenge_is_none(idp: Deployment, signed_in: PlainBrowser, changes: dict[str, str | None]) -> None:
    """B-04: an incomplete or invalid challenge is refused even for a client that may omit PKCE."""
    refused_to_app(idp.authorize(signed_in, LAX, **changes), "invalid_request", LAX)


def test_apps_without_the_code_grant(idp: Deployment, signed_in: PlainBrowser) -> None:
    """RFC 6749 §4.1.2.1: an app without the authorization_code grant gets unauthorized_client."""
    service = idp.app(grant_types=("client_credentials",))
    refused_to_app(idp.authorize(signed_in, service), "unauthorized_client", service)


def test_offline_access_without_a_refresh_grant_is_ignored(idp: Deployment, ada: User) -> None:
    """OIDC Core §11: an app without the refresh_token grant gets no refresh token, and offline_access is left out of its scope."""
    brief = idp.app(grant_types=("authorization_code",))
    tokens = idp.tokens(brief, ada)
    assert "refresh_token" not in tokens
    assert tokens["scope"] == "openid"


# --- interaction ------------------------------------------------------------------------------------------------------


def asks_to_sign_in(answer: Answer) -> bool:
    """Whether the sign-in form is shown."""
    return answer.is_page and answer.status == 200 and 'name="password"' in answer.text and "request" in answer.fields


def test_without_a_session_the_sign_in_form_is_shown(idp: Deployment) -> None:
    """The page shows the sign-in form and sets the cookie that binds the request to this browser."""
    browser = idp.browser()
    assert asks_to_sign_in(idp.authorize(browser, WEB))
    assert BROWSER in browser.cookies


def test_prompt_none_without_a_session_is_login_required(idp: Deployment) -> None:
    """OIDC Core §3.1.2.6: the app gets login_required and the unchanged state."""
    refused_to_app(idp.authorize(idp.browser(), WEB, prompt="none", state="x" * 128), "login_required", state="x" * 128)


@pytest.mark.parametrize(
    ("facts", "seconds"),
    [({}, 86400), ({"expires_at": 1_800_000_100}, 100), ({"ended_at": 1_800_000_000}, 0), ({"user_id": "somebody else"}, 0)],
    ids=["idle", "absolute", "ended", "another's"],
)
def test_sessions_that_are_over(idp: Deployment, ada: User, facts: dict[str, object], seconds: int) -> None:
    """K-07: a session that has expired or ended is invalid, even if TTL has not yet deleted its item."""
    browser = idp.browser(ada, **facts)
    idp.clock.advance(seconds)
    refused_to_app(idp.authorize(browser, WEB, prompt="none"), "login_required")
    assert asks_to_sign_in(idp.authorize(browser, WEB))


def test_a_session_in_use_does_not_idle_out(idp: Deployment, ada: User) -> None:
    """The idle lifetime counts from the last visit, the absolute one from the first (ASVS 7.3)."""
    browser = idp.browser(ada)
    for _ in range(32):
        idp.clock.advance(80_000)
        assert "code" in idp.authorize(browser, WEB, prompt="none").answered
    idp.clock.advance(30 * 86400 - 32 * 80_000)
    refused_to_app(idp.authorize(browser, WEB, prompt="none"), "login_required")


@pytest.mark.parametrize("facts", [{"disabled": True}, {"security_stamp": 1}])
def test_users_who_may_not(idp: Deployment, ada: User, facts: dict[str, object]) -> None:
    """ASVS 7.4.2: a session is invalid when its user is disabled or the security stamp changes."""
    browser = idp.browser(ada)
    idp.alter(ada, **facts)
    refused_to_app(idp.authorize(browser, WEB, prompt="none"), "login_required")
    assert asks_to_sign_in(idp.authorize(browser, WEB))


def test_users_who_are_gone(idp: Deployment, ada: User) -> None:
    """The session of a deleted user is invalid."""
    browser = idp.browser(ada)
    idp.services.user_erasures.delete(ada)
    refused_to_app(idp.authorize(browser, WEB, prompt="none"), "login_required")


def test_a_session_that_owes_a_second_factor(idp: Deployment) -> None:
    """H-04: a session without the second factor that its user needs does not count as signed in."""
    grace = idp.person(totp_enabled=True)
    browser = idp.browser(grace)
    refused_to_app(idp.authorize(browser, WEB, prompt="none"), "interaction_required")
    page = idp.authorize(browser, WEB)
    assert page.is_page
    assert 'name="code"' in page.text


@pytest.mark.parametrize("changes", [{"acr_values": "aal2"}, {"acr_values": "urn:x aal2"}])
def test_a_second_factor_that_is_asked_for(idp: Deployment, signed_in: PlainBrowser, changes: dict[str, str]) -> None:
    """A password does not satisfy acr_values that omit aal1 (B-16)."""
    refused_to_app(idp.authorize(signed_in, WEB, prompt="none", **changes), "interaction_required")


def test_a_client_that_wants_a_second_factor(idp: Deployment, signed_in: PlainBrowser) -> None:
    """An app that requires a second factor gets it even if acr_values is aal1."""
    strict = idp.app(require_mfa=True)
    refused_to_app(idp.authorize(signed_in, strict, prompt="none", acr_values="aal1"), "interaction_required", strict)


def test_a_second_factor_that_was_proved(idp: Deployment, ada: User) -> None:
    """A session with a second factor satisfies acr_values=aal2."""
    browser = idp.browser(ada, amr=("pwd", "otp", "mfa"))
    assert idp.authorize(browser, WEB, prompt="none", acr_values="aal2").answered["code"]


def test_unknown_acr_values_ask_for_nothing(idp: Deployment, signed_in: PlainBrowser) -> None:
    """OIDC Core §5.5.1.1: acr_values requests acr as a voluntary claim, so unknown values cause no error."""
    assert idp.authorize(signed_in, WEB, prompt="none", acr_values="urn:mace:incommon:iap:silver").answered["code"]


@pytest.mark.parametrize("prompt", ["login", "select_account", "login consent"])
def test_prompt_that_asks_for_the_person(idp: Deployment, signed_in: PlainBrowser, prompt: str) -> None:
    """OIDC Core §3.1.2.1: prompt=login "SHOULD prompt the End-User for reauthentication", even with a session (B-16)."""
    assert asks_to_sign_in(idp.authorize(signed_in, WEB, prompt=prompt))


@pytest.mark.parametrize(("max_age", "seconds"), [("0", 0), ("1", 2), ("100", 101), ("100", 100)])
def test_max_age_that_is_over(idp: Deployment, signed_in: PlainBrowser, max_age: str, seconds: int) -> None:
    """OIDC Core §3.1.2.1: "the OP MUST attempt to actively re-authenticate the End-User" (B-16)."""
    idp.clock.advance(seconds)
    assert asks_to_sign_in(idp.authorize(signed_in, WEB, max_age=max_age))
    refused_to_app(idp.authorize(signed_in, WEB, max_age=max_age, prompt="none"), "login_required")


@pytest.mark.parametrize(("max_age", "seconds"), [("100", 99), ("10000", 500), ("9999999999", 86000)])
def test_max_age_that_is_not_over(idp: Deployment, signed_in: PlainBrowser, max_age: str, seconds: int) -> None:
    """Conformance: oidcc-max-age-10000: a sign-in more recent than max_age is accepted."""
    idp.clock.advance(seconds)
    assert idp.authorize(signed_in, WEB, max_age=max_age).answered["code"]


def test_sign_in_for_a_request_answers_it(idp: Deployment) -> None:
    """Conformance: oidcc-prompt-login and oidcc-max-age-1: the provider asks for a second sign-in, and its auth_time is later."""
    ada = idp.person(password=PASSWORD)
    browser = idp.browser()
    first = idp.log_in(browser, idp.authorize(browser, WEB), ada, PASSWORD)
    before = idp.services.tokens.verify_id_token_hint(idp.redeem(WEB, first.answered["code"]).json["id_token"])
    idp.clock.advance(10)
    second = idp.log_in(browser, idp.authorize(browser, WEB, prompt="login", max_age="1"), ada, PASSWORD)
    after = idp.services.tokens.verify_id_token_hint(idp.redeem(WEB, second.answered["code"]).json["id_token"])
    assert before
    assert after
    assert (before["sub"], before["auth_time"] + 10) == (after["sub"], after["auth_time"])
    assert asks_to_sign_in(idp.authorize(browser, WEB, prompt="login")), "of another request it says nothing"


def test_the_longest_request_can_be_signed_in_to(idp: Deployment) -> None:
    """B-15: the longest request that is accepted fits into the hidden field of the form and survives the sign-in."""
    ada = idp.person(password=PASSWORD)
    browser = idp.browser()
    hints = {"acr_values": "v" * 9000, "ui_locales": "l" * 9000, "login_hint": "h" * 254}
    longest = {"state": '"' * MAX_LENGTH, "nonce": "\x01" * 1024, **hints}
    page = browser.post("/authorize", asked_by(WEB, **longest))
    assert asks_to_sign_in(page), page
    assert idp.log_in(browser, page, ada, PASSWORD).answered["state"] == longest["state"]


# --- hints --------------------------------------------------------------------------------------------------------------


def test_id_token_hint_of_the_signed_in_person(idp: Deployment, ada: User, signed_in: PlainBrowser) -> None:
    """OIDC Core §3.1.2.1: prompt=none with a hint about the signed-in user gets a code, even if the hint has expired."""
    hint = idp.tokens(WEB, ada)["id_token"]
    idp.clock.advance(10_000)
    assert idp.authorize(signed_in, WEB, prompt="none", id_token_hint=hint).answered["code"]


def test_an_id_token_hint_of_another_person_is_not_answered(idp: Deployment, signed_in: PlainBrowser) -> None:
    """OIDC Core §3.1.2.1: "otherwise it SHOULD return an error, such as login_required"."""
    hint = idp.tokens(WEB, idp.person())["id_token"]
    refused_to_app(idp.authorize(signed_in, WEB, prompt="none", id_token_hint=hint), "login_required")
    assert asks_to_sign_in(idp.authorize(signed_in, WEB, id_token_hint=hint))


def test_id_token_hint_of_another_app(idp: Deployment, ada: User, signed_in: PlainBrowser) -> None:
    """An ID Token that was issued to another client is refused as a hint."""
    hint = idp.tokens(LAX, ada)["id_token"]
    refused_to_app(idp.authorize(signed_in, WEB, id_token_hint=hint), "invalid_request")


@pytest.mark.parametrize("hint", ["{access_token}", "{refresh_token}", "{code}", "a.b.c", "..", "x" * 30_000])
def test_a_malformed_id_token_hint_is_refused(idp: Deployment, ada: User, signed_in: PlainBrowser, hint: str) -> None:
    """D-09: access tokens, refresh tokens, codes and malformed tokens are refused as hints."""
    tokens = {**idp.tokens(WEB, ada), "code": idp.code(WEB, signed_in)}
    refused_to_app(idp.authorize(signed_in, WEB, prompt="none", id_token_hint=hint.format(**tokens)), "invalid_request")


@pytest.mark.parametrize("hint", ['"><img src=x onerror=alert(1)>', "{{7*7}}", "${7*7}", "a\r\nb", "x" * 300])
def test_login_hint_is_shown_as_text(idp: Deployment, hint: str) -> None:
    """F-10: the form escapes or omits the hint."""
    page = idp.authorize(idp.browser(), WEB, login_hint=hint)
    assert asks_to_sign_in(page)
    assert "<img" not in page.text
    assert 'value="49"' not in page.text


# --- consent ------------------------------------------------------------------------------------------------------------


def test_consent_is_asked_once_and_remembered(idp: Deployment, signed_in: PlainBrowser) -> None:
    """OIDC Core §3.1.2.4: the first request needs consent. A new scope or prompt=consent needs it again; the same scopes do not."""
    refused_to_app(idp.authorize(signed_in, THIRD_PARTY, prompt="none"), "consent_required", THIRD_PARTY)
    page = idp.authorize(signed_in, THIRD_PARTY)
    assert 'id="approve"' in page.text
    answer = signed_in.post("/consent", {**page.fields, "decision": "approve"}, headers=[("origin", ISSUER)])
    assert answer.answered["code"]
    assert idp.authorize(signed_in, THIRD_PARTY, prompt="none").answered["code"]
    assert 'id="approve"' in idp.authorize(signed_in, THIRD_PARTY, scope="openid email").text
    assert 'id="approve"' in idp.authorize(signed_in, THIRD_PARTY, prompt="consent").text


def test_consent_that_is_denied(idp: Deployment, signed_in: PlainBrowser) -> None:
    """RFC 6749 §4.1.2.1: the app gets access_denied."""
    page = idp.authorize(signed_in, THIRD_PARTY)
    answer = signed_in.post("/consent", {**page.fields, "decision": "deny"}, headers=[("origin", ISSUER)])
    refused_to_app(answer, "access_denied", THIRD_PARTY)


def test_an_app_that_cannot_be_told_apart_is_consented_to_each_time(idp: Deployment, signed_in: PlainBrowser) -> None:
    """B-17, RFC 8252 §8.6: other programs can claim a native app's scheme or port, so earlier consent does not count."""
    native = idp.app(secret=False, application_type="native", redirect_uris=("com.example.x:/cb",), first_party=False)
    for _ in range(2):
        page = idp.authorize(signed_in, native)
        assert 'id="approve"' in page.text
        answer = signed_in.post("/consent", {**page.fields, "decision": "approve"}, headers=[("origin", ISSUER)])
        assert answer.answered["code"]
    refused_to_app(idp.authorize(signed_in, native, prompt="none"), "consent_required", native)


# --- cookies ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cookie",
    [
        "x", "", "a.b", "....", "\x00", "\xff\xfe", "%00", "null", "x" * 30_000, "{kid}.", "{kid}.!!!!", "{kid}.AAAA", "{code}",
        "{refresh_token}", '"{session}"',
        "{session}x", "{session}=", "{truncated}", "{session}; {name}={session}", "{session}; {name}=", "x; {name}={session}",
    ],
)  # fmt: skip
def test_a_poisoned_session_cookie_is_no_session(idp: Deployment, ada: User, signed_in: PlainBrowser, cookie: str) -> None:
    """B-11, C-10: a cookie that is forged, truncated, for another purpose or sent twice counts as no session."""
    name, session = next(iter(signed_in.cookies.items()))
    known = {
        "session": session, "truncated": session[:-1], "name": name, "kid": session.partition(".")[0], "code": idp.code(WEB, ada),
        "refresh_token": idp.tokens(WEB, ada)["refresh_token"],
    }  # fmt: skip
    answer = idp.get("/authorize", asked_by(WEB, prompt="none"), headers=[("cookie", f"{name}={cookie.format(**known)}")])
    refused_to_app(answer, "login_required")


def test_a_session_is_for_its_own_user(idp: Deployment, ada: User) -> None:
    """The cookie seals the user id and the session id together. A session id with another user's id is refused."""
    session = idp.session(ada)
    sealed = idp.services.keyring.sealer().seal("session", [idp.person().id, session.id])
    answer = idp.get("/authorize", asked_by(WEB, prompt="none"), headers=[("cookie", f"__Host-idp_session={sealed}")])
    refused_to_app(answer, "login_required")


def test_cookies_of_the_sign_in(idp: Deployment) -> None:
    """F-03: cookies have Secure, HttpOnly, SameSite=Lax and Path=/, and no Domain. Names start with __Host-."""
    ada, browser = idp.person(password=PASSWORD), idp.browser()
    page = idp.authorize(browser, WEB)
    answer = idp.log_in(browser, page, ada, PASSWORD)
    lines = [*page.headers("set-cookie"), *answer.headers("set-cookie")]
    assert {line.partition("=")[0] for line in lines} >= {"__Host-idp_session", BROWSER}
    for line in lines:
        attributes = {part.strip().lower() for part in line.split(";")[1:]}
        assert {"secure", "httponly", "samesite=lax", "path=/"} <= attributes, line
        assert "domain" not in line.lower()


def test_visits_at_the_same_time_do_not_mix(idp: Deployment) -> None:
    """F-14, nextjs-auth0 #2382: concurrent requests in one process each get the answer for their own cookie."""
    people = [idp.person() for _ in range(4)]
    browsers = [idp.browser(person) for person in people]

    def visit(number: int) -> bool:
        tokens = idp.tokens(WEB, browsers[number % 4], nonce=f"n{number}")
        claims = claims_of(tokens["id_token"])
        expected = people[number % 4].id
        return (claims["sub"], claims["nonce"], idp.userinfo(tokens["access_token"]).json["sub"]) == (expected, f"n{number}", expected)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(visit, range(40)))


def test_form_post_says_where_it_leads(idp: Deployment, signed_in: PlainBrowser) -> None:
    """The page shows the app's name, escaped, or its id if it has no name."""
    named = idp.app(name='Ada\'s <b>"shop"</b> {name}')
    page = idp.authorize(signed_in, named, response_mode="form_post")
    assert "You are being sent back to Ada&#39;s &lt;b&gt;&#34;shop&#34;&lt;/b&gt; {name}." in page.text
    assert f"You are being sent back to {WEB.id}." in idp.authorize(signed_in, WEB, response_mode="form_post").text


def test_the_age_that_an_app_registered(idp: Deployment, signed_in: PlainBrowser) -> None:
    """OIDC Registration §2: default_max_age applies if the request has no max_age; max_age "overrides this default value"."""
    strict = idp.app(default_max_age=100)
    assert idp.authorize(signed_in, strict).answered["code"]
    idp.clock.advance(101)
    assert asks_to_sign_in(idp.authorize(signed_in, strict))
    refused_to_app(idp.authorize(signed_in, strict, prompt="none"), "login_required", strict)
    assert idp.authorize(signed_in, strict, max_age="200").answered["code"]
    assert asks_to_sign_in(idp.authorize(signed_in, idp.app(default_max_age=0)))
    assert idp.authorize(signed_in, WEB).answered["code"]


def test_the_acr_that_an_app_registered(idp: Deployment, signed_in: PlainBrowser) -> None:
    """OIDC Registration §2: default_acr_values apply if the request does not mention acr. acr_values and a claims request override them."""
    strict = idp.app(default_acr_values=("aal2",))
    refused_to_app(idp.authorize(signed_in, strict, prompt="none"), "interaction_required", strict)
    assert idp.authorize(signed_in, strict, prompt="none", acr_values="aal1").answered["code"]
    assert idp.authorize(signed_in, strict, prompt="none", acr_values="urn:x").answered["code"]
    for claims in ('{"id_token":{"acr":null}}', '{"id_token":{"acr":{"values":["aal1"]}}}'):
        assert idp.authorize(signed_in, strict, prompt="none", claims=claims).answered["code"]
    refused_to_app(idp.authorize(signed_in, strict, prompt="none", claims='{"id_token":{"email":null}}'), "interaction_required", strict)
    assert idp.authorize(signed_in, idp.app(default_acr_values=("aal1", "aal2")), prompt="none").answered["code"]
