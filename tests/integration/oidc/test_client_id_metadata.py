"""Clients by their metadata documents (draft-ietf-oauth-client-id-metadata-document; MCP authorization of 2026-07-28)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from tests.integration.oidc.conftest import WithSettings
from tests.integration.oidc.published import REDIRECT, Published
from tests.integration.oidc.registering import as_json
from tests.support.deployment import Deployment, asked_by
from tests.support.tls import Authority, HttpsSite

_paths = count(1)


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[HttpsSite, Path]]:
    """Serve https://localhost, and return the site and its CA file."""
    authority = Authority(tmp_path_factory.mktemp("ca"))
    with HttpsSite(authority, "localhost") as site:
        yield site, authority.file


@pytest.fixture
def published(host: tuple[HttpsSite, Path], with_settings: WithSettings) -> Published:
    """Publish a valid document, for a deployment that accepts such clients."""
    site, ca = host
    site.requests.clear()
    idp = with_settings(
        client_id_metadata="on", dev_fetch_hosts="localhost", dev_fetch_ca=str(ca),
        registration_scopes="openid email offline_access users:read",
        registration_resources="https://mcp.example https://idp.example/admin/v1",
    )  # fmt: skip
    made = Published(site, idp, f"https://localhost:{site.port}/agent{next(_paths)}.json")
    made.serves()
    return made


def test_a_url_as_client_id_is_unknown_while_switched_off(idp: Deployment) -> None:
    """The feature is off by default: the client is unknown, and the provider's metadata does not mention it."""
    answer = idp.get("/authorize", {"client_id": "https://agent.example/c.json", "response_type": "code", "redirect_uri": REDIRECT})
    assert (answer.status, answer.is_page) == (400, True)
    assert "client_id_metadata_document_supported" not in idp.get("/.well-known/openid-configuration").json


def test_the_metadata_tells(published: Published) -> None:
    """MCP: "Authorization servers … SHOULD advertise" it."""
    assert published.idp.get("/.well-known/oauth-authorization-server").json["client_id_metadata_document_supported"] is True


def test_the_whole_flow(published: Published) -> None:
    """The client completes consent, code, tokens for one resource, refresh, UserInfo and revocation. Its document is fetched once."""
    idp, app = published.idp, published.app
    browser = idp.browser(idp.person())
    page = browser.get("/authorize", asked_by(app, resource="https://mcp.example"))
    assert "agent.example" in page.text
    assert "localhost" in page.text
    answer = browser.post("/consent", {**page.fields, "decision": "approve"}, headers=[("origin", "https://idp.example")])
    assert answer.sent_to == REDIRECT
    tokens = idp.redeem(app, answer.answered["code"], resource="https://mcp.example").json
    assert idp.userinfo(tokens["access_token"]).status == 200
    again = idp.refresh(app, tokens["refresh_token"]).json
    assert idp.call(app, "/revoke", token=again["refresh_token"]).status == 200
    assert idp.refresh(app, again["refresh_token"]).error == "invalid_grant"
    assert len(published.site.requests) == 1
    assert published.site.requests[0].startswith(f"GET /{published.url.rpartition('/')[2]} ".encode())


def test_it_may_push_its_requests(published: Published) -> None:
    """RFC 9126: the client may use PAR, also for its first request."""
    idp, app = published.idp, published.app
    pushed = idp.call(app, "/par", **{name: value for name, value in asked_by(app).items() if name != "client_id"})
    assert pushed.status == 201, pushed.text
    assert idp.browser(idp.person()).get("/authorize", {"client_id": app.id, "request_uri": pushed.json["request_uri"]}).status == 200


def test_consent_is_shown_and_pkce_needed(published: Published) -> None:
    """The client is never first-party, so consent is needed. It is public, so PKCE is required."""
    assert published.asked(prompt="none").answered["error"] == "consent_required"
    assert published.asked(code_challenge=None, code_challenge_method=None).answered["error"] == "invalid_request"


def test_a_program_on_the_device_is_warned_of(published: Published) -> None:
    """MCP: "SHOULD display additional warnings for localhost-only redirect URIs"; any port; consent each time (RFC 8252 §7.3, §8.6)."""
    assert 'id="local-only"' not in published.asked().text
    published.idp.clock.advance(86401)
    published.serves(redirect_uris=["http://127.0.0.1/cb", "http://localhost/cb"])
    browser = published.idp.browser(published.idp.person())
    for host in ("127.0.0.1", "127.0.0.1", "localhost", "localhost"):
        page = browser.get("/authorize", asked_by(published.app, redirect_uri=f"http://{host}:49152/cb"))
        assert 'id="local-only"' in page.text
        answer = browser.post("/consent", {**page.fields, "decision": "approve"}, headers=[("origin", "https://idp.example")])
        assert answer.sent_to == f"http://{host}:49152/cb"


def test_admin_scopes_and_the_admin_api_are_never_given(published: Published) -> None:
    """These clients never get admin scopes or the admin API, even if the document and the settings name them."""
    published.serves(scope="openid users:read clients:write", resources=["https://idp.example/admin/v1"], first_party=True)
    assert published.asked(scope="openid users:read").answered["error"] == "invalid_scope"
    assert published.asked(scope="openid", resource="https://idp.example/admin/v1").answered["error"] == "invalid_target"
    assert published.asked(scope="openid").is_page


@pytest.mark.parametrize("members", [
    {"client_id": "https://agent.example/c.json"}, {"client_id": ...}, {"client_id": None}, {"client_id": ["x"]}, {"redirect_uris": ...},
    {"redirect_uris": []}, {"redirect_uris": REDIRECT}, {"redirect_uris": ["javascript:x"]}, {"redirect_uris": [5]}, {"client_secret": "x"},
    {"client_secret_expires_at": 0}, {"token_endpoint_auth_method": "client_secret_basic"}, {"grant_types": ["client_credentials"]},
    {"token_endpoint_auth_method": "client_secret_post"}, {"token_endpoint_auth_method": "client_secret_jwt"}, {"grant_types": "x"},
    {"token_endpoint_auth_method": "private_key_jwt"}, {"token_endpoint_auth_method": ["none"]}, {"client_name": {"a": 1}},
    {"jwks": {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "a", "d": "b"}]}}, {"jwks_uri": "http://a.example/"}, {"logo_uri": "data:x"},
    {"status": "404 Not Found"}, {"status": "302 Found"}, {"status": "500 Oops"}, {"content_type": "text/html"},
    {"content_type": "text/plain"},
    {"client_name": "x" * 6000},
], ids=lambda members: str(members)[:50])  # fmt: skip
def test_documents_that_are_no_use(published: Published, members: dict[str, Any]) -> None:
    """An invalid document makes the client unknown: the answer is a page without a redirect, and nothing is stored."""
    published.serves(**members)
    assert not published.accepted()
    assert published.idp.services.clients.get(published.url) is None


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"{", b"\xff\xfe", b'{"client_id": NaN}', b"[" * 2000], ids=lambda body: str(body)[:12]
)
def test_bodies_that_are_no_documents(published: Published, body: bytes) -> None:
    """A body that is not a JSON object, or that has a member twice, is refused."""
    published.site.answer = as_json(body)
    assert not published.accepted()
    published.idp.clock.advance(60)
    published.site.answer = as_json(
        f'{{"client_id": "{published.url}", "redirect_uris": ["https://x.example/"], "redirect_uris": []}}'.encode()
    )
    assert not published.accepted()


@pytest.mark.parametrize("url", [
    "https://localhost", "https://localhost/", "https://localhost/?q", "https://a@localhost/c", "https://localhost/a/../c", "https://localhost/./c",
    "https://localhost/%2e%2e/c", "https://localhost/c#f", "https://LOCALHOST/c", "https://localhost\\c/d", "https://localhost/ c", "https://127.1/c",
    "https://localhost/" + "x" * 1000, "https:///c", "https://", "https://localhost:0/c", "https://localhost:99999/c", "https://é.example/c",
], ids=lambda url: url[:30])  # fmt: skip
def test_a_url_of_another_form_is_no_client_id(published: Published, url: str) -> None:
    """§2: a URL of another form is refused and not fetched."""
    for answer in (
        published.idp.get("/authorize", {**asked_by(published.app), "client_id": url}),
        published.idp.post("/token", {"client_id": url, "grant_type": "authorization_code", "code": "x"}),
    ):
        assert answer.status in {400, 401}
    assert published.site.requests == []


@pytest.mark.parametrize("url", [
    "https://127.0.0.1/c", "https://169.254.169.254/latest", "https://[::1]/c", "https://[::ffff:169.254.169.254]/c", "https://10.0.0.1/c",
    "https://metadata.google.internal/c", "https://nothing.invalid/c",
])  # fmt: skip
def test_nothing_inside_is_reached(published: Published, url: str) -> None:
    """E-09: an internal address gets the same answer as a host that does not exist."""
    answer = published.idp.get("/authorize", {**asked_by(published.app), "client_id": url})
    reference = published.idp.get("/authorize", {**asked_by(published.app), "client_id": "no-such-client"})
    assert (answer.status, answer.text.count("not registered")) == (reference.status, reference.text.count("not registered"))


def test_hosts_are_allowed_and_denied(host: tuple[HttpsSite, Path], with_settings: WithSettings) -> None:
    """A host in the settings' lists includes its subdomains. The list of denied hosts takes precedence."""
    site, ca = host
    for lists, expected in (
        ({"client_id_metadata_hosts": "agent.example"}, False), ({"client_id_metadata_hosts": "agent.example localhost"}, True),
        ({"client_id_metadata_denied_hosts": "localhost"}, False), ({"client_id_metadata_hosts": "localhost",
        "client_id_metadata_denied_hosts": "localhost"}, False), ({"client_id_metadata_denied_hosts": "host"}, True),
    ):  # fmt: skip
        idp = with_settings(client_id_metadata="on", dev_fetch_hosts="localhost", dev_fetch_ca=str(ca), **lists)
        made = Published(site, idp, f"https://localhost:{site.port}/agent{next(_paths)}.json")
        made.serves()
        assert made.accepted() is expected


@pytest.mark.parametrize(
    ("headers", "fresh"),
    [
        ({}, 3600), ({"Cache_Control": "max-age=7200"}, 7200), ({"Cache_Control": "no-store"}, 300), ({"Cache_Control": "max-age=0"}, 300),
        ({"Cache_Control": "public, max-age=99999999"}, 86400), ({"Cache_Control": "max-age=x"}, 3600), ({"Expires": "0"}, 300),
        ({"Date": "Fri, 15 Jan 2027 08:00:00 GMT", "Expires": "Fri, 15 Jan 2027 10:00:00 GMT"}, 7200), ({"Expires": "x" * 500}, 300),
        ({"Cache_Control": "max-age=7200", "Age": "1200"}, 6000),
    ],
)  # fmt: skip
def test_it_is_kept_as_its_headers_say(published: Published, headers: dict[str, str], fresh: int) -> None:
    """RFC 9111: the copy is fresh for five minutes to a day, as its headers say. Then it is fetched once more."""
    published.serves(headers=headers)
    assert published.accepted()
    published.idp.clock.advance(fresh - 1)
    assert published.accepted()
    assert len(published.site.requests) == 1
    published.idp.clock.advance(1)
    assert published.accepted()
    assert published.accepted()
    assert len(published.site.requests) == 2


def test_what_the_document_took_back_is_gone(published: Published) -> None:
    """When the copy has expired, the new document counts: a removed redirect URI is refused, and so is another client_id."""
    assert published.accepted()
    published.idp.clock.advance(3600)
    published.serves(redirect_uris=["https://elsewhere.example/cb"])
    assert not published.accepted()
    published.idp.clock.advance(3600)
    published.serves(client_id="https://agent.example/other.json")
    assert not published.accepted()


def test_while_its_host_is_away_the_copy_serves_a_day(published: Published) -> None:
    """While the host answers with errors, the expired copy is used for one more day. Then the client is unknown."""
    assert published.accepted()
    published.serves(status="503 Busy")
    published.idp.clock.advance(3600 + 86399)
    assert published.accepted()
    published.idp.clock.advance(1)
    assert not published.accepted()


def test_a_failure_is_not_asked_for_again_at_once(published: Published) -> None:
    """After a failure the provider waits 30 seconds before it fetches again, however often a caller asks."""
    published.serves(status="404 Not Found")
    for _ in range(5):
        assert not published.accepted()
    assert len(published.site.requests) == 1
    published.serves()
    published.idp.clock.advance(30)
    assert published.accepted()


def test_a_secret_is_no_way_in(published: Published) -> None:
    """The client authenticates only by the method in its document, so a secret is refused."""
    assert published.accepted()
    answer = published.idp.post("/token", {"grant_type": "authorization_code", "code": "x"}, auth=(published.url, "secret"))
    assert (answer.status, answer.error) == (401, "invalid_client")


def test_private_key_jwt_is_its_other_method(published: Published) -> None:
    """Only an assertion signed with a key of the document authenticates the client."""
    own, other = (ECKey.generate_key("P-256", {"kid": "1", "use": "sig", "alg": "ES256"}) for _ in range(2))
    published.serves(token_endpoint_auth_method="private_key_jwt", jwks={"keys": [own.as_dict(private=False)]})
    now = published.idp.clock()
    statuses = []
    for number, key in enumerate((own, other)):
        claims = {"iss": published.url, "sub": published.url, "aud": "https://idp.example", "jti": str(number), "iat": now, "exp": now + 60}
        form = {
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "token": "x",
            "client_assertion": jwt.encode({"alg": "ES256", "kid": "1"}, claims, key),
        }  # fmt: skip
        statuses.append(published.idp.post("/revoke", form).status)
    assert statuses == [200, 401]
    assert published.idp.post("/revoke", {"client_id": published.url, "token": "x"}).status == 401
