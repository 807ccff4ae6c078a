"""F-17: a request gets the same answer from the function behind the gateway as from uvicorn, however it is encoded."""

from __future__ import annotations

import base64
import http.client
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from idp import settings, wiring
from tests.functions.conftest import ISSUER, Deployed
from tests.support.site import site

pytestmark = pytest.mark.functions

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
OWN = {"date", "server", "content-length", "x-request-id", "connection", "transfer-encoding"}
"""Headers that a server adds by itself, or that differ between requests."""


@dataclass(frozen=True)
class Sent:
    """A request: target and header values as they are on the wire."""

    target: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def __str__(self) -> str:
        return f"{self.method} {self.target[:60]} {self.body[:20]!r} {' '.join(self.headers.values())[:40]}"


@dataclass(frozen=True)
class Got:
    """The compared parts of an answer, without values that are new each time."""

    status: int
    headers: frozenset[tuple[str, str]]
    cookies: tuple[str, ...]
    body: bytes


@pytest.fixture(scope="module")
def uvicorn(deployed: Deployed) -> Iterator[str]:
    """The same deployment, served by uvicorn."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in deployed.env.items():
            environment.setenv(name, value)
        with site(lambda _: wiring.build_app(settings.load())) as address:
            yield address


def by_uvicorn(address: str, sent: Sent) -> Got:
    """Send it over a plain connection, so that no library corrects the target."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc)
    connection.putrequest(sent.method, sent.target, skip_host=True, skip_accept_encoding=True)
    for name, value in {"Host": "idp.example", **sent.headers}.items():
        connection.putheader(name, value)
    if sent.body or sent.method == "POST":
        connection.putheader("Content-Length", str(len(sent.body)))
    connection.endheaders(sent.body)
    answer = connection.getresponse()
    got = compared(answer.status, answer.getheaders(), answer.read())
    connection.close()
    return got


def by_lambda(deployed: Deployed, sent: Sent) -> Got:
    """Send it as the gateway does: path decoded, query unchanged, form in base64."""
    path, _, query = sent.target.partition("?")
    decoded = unquote(path)
    event = {
        "version": "2.0", "routeKey": "$default", "rawPath": decoded, "rawQueryString": query,
        "headers": {"host": "idp.example", **{name.lower(): value for name, value in sent.headers.items()}},
        "requestContext": {
            "http": {"method": sent.method, "path": decoded, "sourceIp": "127.0.0.1", "protocol": "HTTP/1.1", "userAgent": ""},
            "requestId": "the-gateways-own-id",
        },
        "isBase64Encoded": bool(sent.body),
    }  # fmt: skip
    if sent.body:
        event["body"] = base64.b64encode(sent.body).decode()
    if sent.body or sent.method == "POST":
        event["headers"]["content-length"] = str(len(sent.body))  # type: ignore[index]  # a dict, two lines above
    cookies = sent.headers.get("Cookie")
    if cookies:
        event["cookies"] = cookies.split("; ")
    result = deployed.host.invoke(event)
    body = result.get("body") or ""
    content = base64.b64decode(body) if result["isBase64Encoded"] else body.encode()
    headers = [*result["headers"].items(), *(("set-cookie", cookie) for cookie in result.get("cookies") or ())]
    return compared(result["statusCode"], headers, b"" if sent.method == "HEAD" else content)


def compared(status: int, headers: Any, body: bytes) -> Got:
    pairs = [(name.lower(), value) for name, value in headers]
    cookies = tuple(sorted(re.sub(r"=[^;]*", "=…", value, count=1) for name, value in pairs if name == "set-cookie"))
    kept = frozenset((name, value) for name, value in pairs if name not in OWN | {"set-cookie"})
    fields = rb'name="(?:request|challenge)" value="[^"]*"|data-options="[^"]*"|[?]request=[\w.%-]+'
    once = re.compile(fields + rb'|nonce-[\w-]+|nonce="[\w-]+"|("request_id": ?"|<code>)[\w=-]+')
    return Got(status, kept, cookies, once.sub(b"", body))


def authorize(query: str) -> Sent:
    base = "client_id=demo-app&redirect_uri=http%3A%2F%2Flocalhost%3A8001%2Fcallback&response_type=code&scope=openid"
    challenge = "&code_challenge=" + "A" * 43 + "&code_challenge_method=S256"
    return Sent(f"/authorize?{base}{challenge}{query}")


REQUESTS = [
    *(Sent(path) for path in ("/", "/healthz", "/jwks", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")),
    *(Sent(path) for path in ("/static/idp.css", "/static/..%2f..%2fsettings.py", "/static/%2e%2e/%2e%2e/settings.py", "/nothing")),
    Sent("/static/idp.css", headers={"Accept-Encoding": "gzip"}),  # bytes, which leave in base64
    # Paths that another program could read differently: encoded, doubly encoded, in capitals, with doubled slashes, with endings.
    *(Sent(path) for path in ("/%74oken", "/%2574oken", "/TOKEN", "/token/", "//token", "/token%2f", "/token;x", "/token%00", "/./token")),
    *(Sent(path) for path in ("/admin/v1/users", "//admin/v1/users", "/admin//v1/users", "/admin/v1/users/", "/admin/v1/%75sers")),
    *(Sent(path) for path in ("/admin%2fv1%2fusers", "/admin/v1/users%2f..%2fkeys", "/ADMIN/v1/users", "/x/%2e%2e/admin/v1/users")),
    *(Sent(path) for path in ("/admin/v1/users/%252e%252e", "/admin/v1/users/a%252Fb", "/%ff%fe", "/%E2%82%AC")),
    # Queries: a plus is a space, an encoded plus a plus; a repeated name is refused; broken encodings are an error, not a crash.
    *(
        authorize(query)
        for query in ("", "&state=a+b", "&state=a%2Bb", "&state=%2520", "&state=1&state=2", "&state=%ff", "&state=%zz", "&scope=x")
    ),
    *(
        authorize(query)
        for query in ("&prompt=none", "&prompt=none&state=a%2Bb+c%26d", "&request=x&state=%E2%82%AC", "&response_mode=form_post")
    ),
    Sent("/authorize?client_id=%22%3E%3Cscript%3E"),
    # Bodies, which arrive in base64.
    *(
        Sent("/token", "POST", FORM, body)
        for body in (b"", b"grant_type=client_credentials", b"grant_type=a%2Bb", b"grant_type=\xff", b"%zz=&&=")
    ),
    Sent("/token", "POST", FORM, b"grant_type=a&grant_type=b"),
    Sent("/token", "POST", FORM, b"x=" + b"y" * 70_000),
    Sent("/token", "POST", {"Content-Type": "application/json"}, b'{"grant_type": "client_credentials"}'),
    Sent("/token", "POST", {"Content-Type": "multipart/form-data; boundary=x"}, b"--x--"),
    Sent("/token", "POST", {}, b"grant_type=client_credentials"),
    *(
        Sent("/token", "POST", {**FORM, "Authorization": value}, b"grant_type=client_credentials")
        for value in ("Basic", "Basic %%%", "Bearer x")
    ),
    *(
        Sent("/login", "POST", {**FORM, "Origin": origin}, b"email=a%40b.c&password=+")
        for origin in (ISSUER, "https://evil.example", "null")
    ),
    # Methods.
    *(Sent("/token", method) for method in ("GET", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE")),
    Sent("/userinfo", "OPTIONS", {"Origin": "https://spa.example", "Access-Control-Request-Method": "GET"}),
    # Headers that are trusted from a gateway or proxy (F-06, F-07, F-08).
    *(
        Sent("/.well-known/openid-configuration", headers={"Host": host})
        for host in ("evil.example", "a:b:c", "evil.example/?x=", "[::1]:1")
    ),
    Sent(
        "/.well-known/openid-configuration",
        headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", "Forwarded": "host=evil"},
    ),
    Sent("/admin/v1/users", headers={"x-amzn-request-context": json.dumps({"authorizer": {"claims": {"sub": "admin"}}})}),
    Sent("/admin/v1/users", headers={"x-apigateway-event": "{}", "X-Forwarded-User": "admin", "x-amzn-oidc-identity": "admin"}),
    Sent("/account", headers={"Cookie": '__Host-idp_session=x; __Host-idp_session=y; other="a b"'}),
    Sent("/userinfo", headers={"Authorization": "Bearer " + "x" * 9000}),
]


@pytest.mark.parametrize("sent", REQUESTS, ids=str)
def test_the_function_answers_as_uvicorn_does(deployed: Deployed, uvicorn: str, sent: Sent) -> None:
    """Status, headers, cookies and body. And never a 500 (K-04)."""
    lambdas, uvicorns = by_lambda(deployed, sent), by_uvicorn(uvicorn, sent)
    assert lambdas == uvicorns
    assert lambdas.status < 500


@pytest.mark.parametrize("sent", [sent for sent in REQUESTS if "admin" in sent.target.lower() or "evil" in str(sent)], ids=str)
def test_no_spelling_of_a_request_gives_access(deployed: Deployed, sent: Sent) -> None:
    """Neither a spelling of a path nor a header gives access. No address other than the issuer's is named."""
    got = by_lambda(deployed, sent)
    if "admin" in sent.target.lower():
        assert got.status in {401, 404}
    assert b"evil" not in got.body
    assert not [value for name, value in got.headers if "evil" in value]
