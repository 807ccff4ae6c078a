"""No input to any protocol endpoint gives a 500, redirects to an unregistered address, or shows internal details (K-04)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_from_bytes, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idp.domain.sessions import sign_in_step
from idp.domain.sessions.request_origin import Origin
from tests.support import deployment
from tests.support.calling import FORM, Answer, basic
from tests.support.deployment import APPS, LAX, NATIVE, SERVICE, SESSION, SPA, THIRD_PARTY, WEB, asked_by
from tests.support.valid_requests import REGISTERED, ValidRequests

BOUNDED = settings(max_examples=180, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
"""About 1,800 requests in all, the same in every run, so that a failure is reproducible."""

GETS = [
    "/authorize", "/logout", "/userinfo", "/jwks", "/.well-known/openid-configuration", "/.well-known/webfinger", "/.well-known/webauthn",
    "/login",
    "/check_session",
    "/register/x", "/device", "/sign-up", "/sign-up/code", "/sign-up/finish", "/mail-code", "/mail-code/type", "/link/x",
    "/upstream", "/upstream/finish", "/upstream/x/callback", "/upstream/x/metadata.xml",
    "/.well-known/ssf-configuration", "/.well-known/oauth-protected-resource/signals/v1", "/signals/v1/streams", "/signals/v1/status",
]  # fmt: skip
POSTS = [
    "/authorize", "/token", "/userinfo", "/introspect", "/revoke", "/logout", "/logout/confirm", "/par", "/register",
    "/device_authorization", "/device", "/upstream/x/callback", "/upstream/x/backchannel-logout",
    *(path for step in sign_in_step.STEPS for path in step.forms),
    *(f"/signals/v1/{path}" for path in ("streams", "status", "verification", "subjects/add", "subjects/remove", "poll/ssf_x")),
]  # fmt: skip
PROGRAMS = {
    "/token",
    "/userinfo",
    "/introspect",
    "/revoke",
    "/jwks",
    "/par",
    "/register",
    "/device_authorization",
    "/upstream/x/backchannel-logout",
    "/signals/v1/status",
    "/signals/v1/poll/ssf_x",
}
OURS = ("/logout", "/login", "/account")
"""The paths of the provider that its pages may lead to."""


@pytest.fixture(scope="module")
def world(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ValidRequests]:
    """One deployment for all tests of this file."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL_DYNAMODB", quick_endpoint)
        made = deployment.prepared(
            deployment.settings(
                str(tmp_path_factory.mktemp("fuzz")),
                registration="open",
                session_management="on",
                jwt_bearer="on",
                id_jag="on",
                sign_up="open",
                import_bucket="uploads",
                shared_signals="on",
            )
        )
        yield ValidRequests(made)
        deployment.removed(made)


def harmless(answer: Answer, path: str) -> None:
    """Check the rules that hold for every answer."""
    assert answer.status < 500, answer
    for inside in ("Traceback", 'File "', "site-packages", "botocore", "pynamodb", "DynamoDB", "-directory", "-state"):
        assert inside not in answer.text
    assert answer.header("x-content-type-options") == "nosniff"
    for _, value in answer.raw_headers:
        assert not set(value) & {10, 13, 0}, "a header was split"
    if answer.location is not None:
        assert leads_home(answer.location), answer.location
    for action in answer.actions if answer.is_page else []:
        assert leads_home(action), action
    if path in PROGRAMS and answer.body and "json" in (answer.header("content-type") or ""):
        assert isinstance(json.loads(answer.body), dict)


def leads_home(where: str) -> bool:
    """Whether it is a path of the provider, or a complete registered URI with at most a query after it."""
    if where.startswith("/") and not where.startswith(("//", "/\\")):
        return True
    loopback = where.partition("?")[0].removeprefix("http://127.0.0.1:").lstrip("0123456789") == "/cb"
    return loopback or any(where == uri or where.startswith((f"{uri}?", f"{uri}&")) for uri in REGISTERED)


# --- strategies -----------------------------------------------------------------------------------------------------------

NAMES = [
    "client_id", "client_secret", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce", "code_challenge",
    "code_challenge_method", "code_verifier", "prompt", "max_age", "id_token_hint", "login_hint", "acr_values", "ui_locales", "display",
    "request", "request_uri", "registration", "claims", "resource", "grant_type", "code", "refresh_token", "token", "access_token",
    "client_assertion", "client_assertion_type", "post_logout_redirect_uri", "decision", "csrf", "email", "password",
    "authorization_details", "assertion", "subject_token", "subject_token_type", "audience", "requested_token_type",
    "dpop_jkt", "connection", "idp_hint", "", "\x00", "client_id[]",
]  # fmt: skip
ODD = [
    "", " ", "\x00", "\r\nX: y", "null", "[]", "{}", '{"a":' * 300, "[" * 3000, "-1", "1e999", "9" * 400, "NaN", "true", "none",
    "none login",
    "plain", "S256", "a.b.c", "e30.e30.e30", "..", "../../etc/passwd", "' or 1=1", "%00", "%zz", "\u202e", "\U0001f9ad" * 40,
    "\ufeff", "x" * 9000,
    "https://evil.example", "javascript:alert(1)", "//evil.example", "urn:ietf:params:oauth:request_uri:x",
    "https://evil.example/.well-known",
    '{"userinfo": {"name": {"essential": true}}}', '{"id_token": 7}', "CLIENT#web", "{{7*7}}", '"><script>', "form_post",
    "fragment", "query.jwt",
]  # fmt: skip
values = st.one_of(st.sampled_from(ODD), st.text(max_size=40), st.sampled_from(REGISTERED), st.sampled_from([app.id for app in APPS]))


@st.composite
def altered(draw: st.DrawFn, right: dict[str, str], handles: list[str]) -> bytes:
    """A valid form with a few parameters dropped, changed, doubled or added, some as bytes that are not UTF-8."""
    pairs = list(right.items())
    for _ in range(draw(st.integers(0, 4))):
        name = draw(st.sampled_from([*right, *NAMES]))
        value = draw(st.one_of(values, st.sampled_from(handles), st.sampled_from(handles).map(lambda handle: handle[:-1])))
        match draw(st.sampled_from(["change", "drop", "double", "add"])):
            case "change":
                pairs = [(n, value if n == name else v) for n, v in pairs]
            case "drop":
                pairs = [(n, v) for n, v in pairs if n != name]
            case "double":
                pairs += [(n, v) for n, v in pairs if n == name]
            case _:
                pairs.append((name, value))
    text = urlencode(pairs, errors="replace").encode()
    return text + draw(st.sampled_from([b"", b"", b"", b"&x=%ff", b"&%c3%28=1", b"&&&", b"&=", b"&\xff\xfe", b"#x"]))


headers = st.lists(
    st.tuples(
        st.sampled_from(["authorization", "cookie", "content-type", "host", "origin", "dpop", "x-forwarded-host", "content-length",
        "user-agent",
                         "if-none-match", "sec-fetch-site", "accept-language", "x-request-id"]).map(str.encode),
        st.one_of(st.binary(max_size=40), st.sampled_from([b"Bearer ", b"Basic ", b"Basic Og==", b"DPoP x",
        b"Basic " + b"A" * 9000, b"Bearer " + b"." * 9000,
                                                          b"null", b"*", b"\xff", b"=;=;", b"__Host-idp_session",
                                                          b"__Host-idp_session=" + b"A" * 9000])),
    ),
    max_size=4,
)  # fmt: skip


# --- properties -------------------------------------------------------------------------------------------------------------


@BOUNDED
@given(data=st.data())
def test_almost_right_forms(world: ValidRequests, data: st.DataObject) -> None:
    """By POST, from a signed-in browser, with client authentication, or without any."""
    path, right = data.draw(st.sampled_from(world.right))
    body = data.draw(altered(right, world.handles))
    sent = [("content-type", FORM), *data.draw(_who(world))]
    harmless(world.idp.send("POST", path, headers=sent, body=body), path)


@BOUNDED
@given(data=st.data())
def test_almost_right_queries(world: ValidRequests, data: st.DataObject) -> None:
    """By GET."""
    path, right = data.draw(st.sampled_from([place for place in world.right if place[0] in GETS]))
    query = data.draw(altered(right, world.handles))
    harmless(world.idp.send("GET", path, query=query, headers=data.draw(_who(world))), path)


@BOUNDED
@given(path=st.sampled_from(POSTS), body=st.one_of(st.binary(max_size=300), values.map(str.encode)), content_type=values, sent=headers)
def test_bodies_of_anything(world: ValidRequests, path: str, body: bytes, content_type: str, sent: list[tuple[bytes, bytes]]) -> None:
    """Bytes under any content type, with any headers."""
    raw = [(b"content-type", content_type.encode("utf-8", "replace")), *sent]
    harmless(world.idp.send("POST", path, raw_headers=raw, body=body), path)


documents = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), values), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.one_of(st.sampled_from(["redirect_uris", "grant_types", "jwks", "jwks_uri", "client_name", "scope", "contacts",
        "software_statement"]), values),
        inner, max_size=4,
    ), max_leaves=8,
)  # fmt: skip


METADATA = [
    "redirect_uris", "token_endpoint_auth_method", "grant_types", "response_types", "client_name", "client_uri", "logo_uri",
    "scope", "contacts",
    "tos_uri", "policy_uri", "jwks_uri", "jwks", "software_id", "software_version", "software_statement", "application_type",
    "subject_type",
    "sector_identifier_uri", "id_token_signed_response_alg", "default_max_age", "require_auth_time", "default_acr_values", "request_uris",
    "post_logout_redirect_uris", "backchannel_logout_uri", "tls_client_auth_subject_dn", "authorization_details_types",
    "client_name#ja", "x",
]  # fmt: skip


@BOUNDED
@given(said=st.dictionaries(st.sampled_from(METADATA), documents, max_size=4))
def test_registrations_of_anything(world: ValidRequests, said: dict[str, Any]) -> None:
    """Metadata that is valid except for a few members, of any shape (E-10)."""
    body = json.dumps({"redirect_uris": ["https://new.example/cb"], **said}).encode()
    harmless(world.idp.send("POST", "/register", headers=[("content-type", "application/json")], body=body), "/register")


@BOUNDED
@given(document=documents, path=st.sampled_from(["/register", "/token", "/par"]))
def test_json_of_anything(world: ValidRequests, document: Any, path: str) -> None:
    """Client metadata of any shape and type (E-10), and JSON instead of a form."""
    body = json.dumps(document).encode()
    harmless(world.idp.send("POST", path, headers=[("content-type", "application/json")], body=body), path)


IMPORTS: dict[str, Any] = {
    "format": "csv",
    "size": 5,
    "files": {},
    "options": {"with_totp": True, "links": {}},
    "dry_run": False,
    "rate": 5,
}


@pytest.fixture(scope="module")
def importer(world: ValidRequests) -> str:
    """The access token of an app that may import people."""
    idp, scopes = world.idp, ("imports:read", "imports:write", "users:write", "roles:write")
    resource = idp.services.settings.admin_resource
    app = idp.app(grant_types=("client_credentials",), scopes=scopes, resources=(resource,), redirect_uris=()).client
    return idp.services.tokens.issue_access_token(app, scopes=scopes, resources=(resource,))


@BOUNDED
@given(
    said=st.dictionaries(st.sampled_from([*IMPORTS, "with_admins", "system"]), documents | st.integers(-(10**30), 10**30), max_size=3),
    option=st.dictionaries(st.sampled_from(["with_roles", "keep_ids", "links", "own"]), documents, max_size=2),
    target=st.sampled_from(["", "", "", "/x/start", "/x/cancel", "/%00/start", "/" + "x" * 300 + "/cancel"]),
)
def test_imports_of_anything(world: ValidRequests, importer: str, said: dict[str, Any], option: dict[str, Any], target: str) -> None:
    """Of an admin: a new import that is right except for a few members, and acts on imports that do not exist (threats R-19)."""
    body = json.dumps({**IMPORTS, "options": {**IMPORTS["options"], **option}, **said}).encode()
    sent = [("content-type", "application/json"), ("authorization", f"Bearer {importer}")]
    answer = world.idp.send("POST", f"/admin/v1/imports{target}", headers=sent, body=body)
    harmless(answer, "/admin/v1/imports")
    assert answer.status != 401


SIGNALS: dict[str, dict[str, Any]] = {
    "POST streams": {},
    "PATCH streams": {
        "delivery": {"method": "urn:ietf:rfc:8935", "endpoint_url": "https://app.example/set", "authorization_header": "Bearer x"},
        "events_requested": [],
        "description": "x",
    },
    "PUT streams": {"aud": "x", "iss": deployment.ISSUER},
    "POST status": {"status": "enabled", "reason": "x"},
    "POST verification": {"state": "x"},
    "POST subjects/add": {"subject": {"format": "iss_sub", "iss": deployment.ISSUER, "sub": "usr_x"}, "verified": True},
    "POST subjects/remove": {"subject": {"format": "iss_sub", "iss": deployment.ISSUER, "sub": "usr_x"}},
    "POST poll/": {"maxEvents": 1, "returnImmediately": True, "ack": ["x"], "setErrs": {"x": {"err": "x", "description": "x"}}},
}
"""By method and path, a right body without its stream."""


@pytest.fixture(scope="module")
def receiver(world: ValidRequests) -> tuple[str, str]:
    """The access token of a receiver of shared signals, and its stream."""
    idp, scopes = world.idp, ("ssf.manage", "ssf.read")
    resource = idp.services.settings.signals_resource
    app = idp.app(grant_types=("client_credentials",), scopes=scopes, resources=(resource,), redirect_uris=()).client
    return idp.services.tokens.issue_access_token(app, scopes=scopes), idp.services.signal_stream_service.create(
        app, {}, origin=Origin()
    ).id


@BOUNDED
@given(data=st.data(), route=st.sampled_from(sorted(SIGNALS)))
def test_signals_of_anything(world: ValidRequests, receiver: tuple[str, str], data: st.DataObject, route: str) -> None:
    """Of a receiver with a stream: a body that is right except for a few members, at any depth."""
    token, stream = receiver
    body = {"stream_id": stream, **SIGNALS[route]}
    outer = data.draw(st.sampled_from([body, *(each for each in body.values() if isinstance(each, dict) and each)]))
    altered_ = {**outer, data.draw(st.sampled_from([*outer, "x"])): data.draw(documents | st.integers(-(10**30), 10**30))}
    body = altered_ if outer is body else {name: altered_ if each is outer else each for name, each in body.items()}
    method, _, path = route.partition(" ")
    place = f"/signals/v1/{path}" + (data.draw(st.sampled_from([stream, stream, "ssf_x", "%00"])) if path == "poll/" else "")
    sent = [("content-type", "application/json"), ("authorization", f"Bearer {token}")]
    answer = world.idp.send(method, place, headers=sent, body=json.dumps(body).encode())
    harmless(answer, place)
    assert answer.status not in {401, 403}


@BOUNDED
@given(path=st.sampled_from(GETS), query=st.one_of(st.binary(max_size=300), values.map(lambda v: urlencode({v: v}).encode())), sent=headers)
def test_queries_of_anything(world: ValidRequests, path: str, query: bytes, sent: list[tuple[bytes, bytes]]) -> None:
    """Any bytes that a server may pass on."""
    harmless(world.idp.send("GET", path, query=query, raw_headers=sent), path)


@BOUNDED
@given(
    path=st.sampled_from([*GETS, *POSTS]),
    sent=headers,
    cookie=st.one_of(st.binary(max_size=80), st.sampled_from([b"a", b"="])),
    data=st.data(),
)
def test_cookies_and_tokens_of_anything(
    world: ValidRequests, path: str, sent: list[tuple[bytes, bytes]], cookie: bytes, data: st.DataObject
) -> None:  # fmt: skip
    """Invalid cookies of session, browser and device; a token that was cut off or is of another kind."""
    handle = data.draw(st.one_of(st.sampled_from(world.handles), values)).encode("utf-8", "replace")
    names = (b"__Host-idp_session", b"__Host-idp_browser", b"__Host-idp_device", b"__Host-idp_remembered")
    crumbs = b"; ".join(name + b"=" + data.draw(st.sampled_from([cookie, handle])) for name in names)
    raw = [(b"cookie", crumbs), (b"authorization", b"Bearer " + handle), (b"content-type", FORM.encode()), *sent]
    query = urlencode(asked_by(WEB)).encode()
    harmless(world.idp.send("GET" if path in GETS else "POST", path, query=query, raw_headers=raw, body=query), path)


@BOUNDED
@given(
    method=st.one_of(st.sampled_from(["GET", "HEAD", "POST", "OPTIONS", "PUT", "TRACE", "CONNECT", "get", "PRI", ""]),
    st.text("ABC\x00 /", max_size=5)),
    path=st.one_of(st.sampled_from([*GETS, *POSTS]), st.text(max_size=30).map("/".__add__), st.sampled_from(["", "*", "//", "/..",
    "/%2e", "/\x00", "/token/"])),
    client=st.sampled_from([None, ("", 0), ("::1", 1), ("203.0.113.7", 65536), ["203.0.113.7", 1]]),
    version=st.sampled_from(["1.0", "1.1", "2", "3"]),
    root=st.sampled_from(["", "/", "/authorize", "/x"]),
    sent=headers,
)  # fmt: skip
def test_scopes_of_anything(
    world: ValidRequests, method: str, path: str, client: Any, version: str, root: str, sent: list[tuple[bytes, bytes]]
) -> None:  # fmt: skip
    """Methods, paths, addresses and versions that a server might pass on."""
    scope = {"client": client, "http_version": version, "root_path": root, "raw_path": path.encode("utf-8", "replace")}
    harmless(world.idp.send(method, path, raw_headers=sent, scope=scope, query=b"client_id=web"), path)


@BOUNDED
@given(
    data=st.data(), mode=st.sampled_from(["query", "form_post"]), besides=st.dictionaries(st.sampled_from(NAMES[3:20]), values, max_size=2)
)
def test_redirects_lead_to_registered_uris_only(world: ValidRequests, data: st.DataObject, mode: str, besides: dict[str, str]) -> None:
    """A: for any similar URI and other wrong parameters, a code or an error goes to exactly a registered URI, or there is no redirect."""
    app = data.draw(st.sampled_from([WEB, NATIVE, SPA, THIRD_PARTY]))
    uri = data.draw(st.one_of(near(app.redirect_uri), near(data.draw(st.sampled_from(REGISTERED))), st.text(max_size=30)))
    asked = {**asked_by(app), "response_mode": mode, **besides, "redirect_uri": uri, "client_id": app.id}
    answer = world.browser.get("/authorize", urlencode(asked, errors="replace"))
    harmless(answer, "/authorize")
    leads = [answer.location] if answer.location else [action for action in answer.actions if not action.startswith("/")]
    own = app.client.redirect_uris
    assert all(any(where == one or where.startswith(f"{one}?") for one in own) or app is NATIVE for where in leads), leads


@BOUNDED
@given(data=st.data(), hinted=st.booleans(), signed_in=st.booleans())
def test_logout_leads_to_registered_uris_only(world: ValidRequests, data: st.DataObject, hinted: bool, signed_in: bool) -> None:
    """C-13: the same for the redirect after logout."""
    bye = WEB.client.post_logout_redirect_uris[0]
    uri = data.draw(st.one_of(near(bye), near(WEB.redirect_uri), st.sampled_from(REGISTERED), st.text(max_size=30)))
    asked = {"post_logout_redirect_uri": uri, "client_id": WEB.id, **({"id_token_hint": world.handles[3]} if hinted else {})}
    cookies = [("cookie", f"{SESSION}={world.handles[4]}")] if signed_in and not hinted else []
    answer = world.idp.get("/logout", urlencode(asked, errors="replace"), headers=cookies)
    harmless(answer, "/logout")
    assert answer.location in {None, bye}


@st.composite
def near(draw: st.DrawFn, uri: str) -> str:
    """A URI that resembles this one, as an attacker would try."""
    at = draw(st.integers(0, len(uri)))
    piece = draw(
        st.sampled_from(
            ["", "@", ".", "/", "\\", "%2f", "%2e", "?", "#", "//", "/..", ":80", "\t", "\n", "\x00", "evil", "%00", "*", "\uff0e", " "]
        )
    )
    end = draw(st.sampled_from(["", "", "/", "?", "#", ".evil.example", "@evil.example", "/../x", "%0d%0aX:y"]))
    text = uri[:at] + piece + uri[at + draw(st.integers(0, 1)) :] + end
    return draw(st.sampled_from([text, text.upper(), quote_from_bytes(text.encode(), safe=":/?"), text.swapcase(), text[::-1]]))


def _who(world: ValidRequests) -> st.SearchStrategy[list[tuple[str, str]]]:
    """The headers of a request: of a browser, a client, a token, or none."""
    cookies = "; ".join(f"{name}={value}" for name, value in world.browser.cookies.items())
    return st.sampled_from([
        [], [("cookie", cookies), ("origin", deployment.ISSUER)], [("authorization", basic(*WEB.auth))], [("authorization",
        basic(*LAX.auth))],
        [("authorization", basic(*SERVICE.auth))], [("authorization", f"Bearer {world.handles[2]}")],
    ])  # fmt: skip
