"""O-11: the metadata of an upstream is used only if it is fetched within all limits and names exactly the issuer that was asked for."""

from __future__ import annotations

import itertools
import json
import threading
from typing import TYPE_CHECKING, Any

import pytest

from idp.adapters.outgoing import Fetched, FetchRefused, Outgoing
from idp.domain.errors import Invalid
from idp.services.connections.discovery import Discovered, discover, is_endpoint
from tests.support.tls import Authority, HttpsSite

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from socket import socket

HOST = "up.example"
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint", "end_session_endpoint")
UNUSABLE = [
    "http://up.example/x", "ftp://up.example/x", "javascript:alert(1)", "//up.example/x", "/x", "", "https://", "https://127.0.0.1/x",
    "https://[::1]/x", "https://169.254.169.254/latest", "https://2130706433/x", "https://0x7f.1/x", "https://up.example:8443/x",
    "https://user:pw@up.example/x", "https://up.example/x#part", "https://up.example/a b", "https://up.example\\@inside/x",
    "https://up.example/\r\nX: y", "HTTPS://up.example@10.0.0.1/", "https://" + "a" * 3000,
]  # fmt: skip


class Told:
    """A fetcher with one answer: for what the document says, not for how it is fetched."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.asked: list[tuple[str, int, float]] = []

    def get(self, url: str, *, accept: str = "", limit: int = 0, timeout: float = 0, headers: Mapping[str, str] | None = None) -> Fetched:
        del accept, headers
        self.asked.append((url, limit, timeout))
        return Fetched(self.body, {})

    def post(self, url: str, form: Mapping[str, str], *, timeout: float = 0) -> int:
        raise NotImplementedError

    def send(self, *_: Any, **__: Any) -> Any:
        raise NotImplementedError


def document(issuer: str = f"https://{HOST}", **members: Any) -> dict[str, Any]:
    """A document as an honest upstream has it. None removes a member."""
    whole = {"issuer": issuer, **{name: f"https://{HOST}/{name}" for name in ENDPOINTS}, "id_token_signing_alg_values_supported": ["RS256"]}
    return {name: value for name, value in {**whole, **members}.items() if value is not None}


def read(value: Any, issuer: str = f"https://{HOST}") -> Discovered:
    return discover(Told(value if isinstance(value, bytes) else json.dumps(value).encode()), issuer)


def refused(value: Any, issuer: str = f"https://{HOST}") -> str:
    """Check that the document is refused at the member `issuer`, and return the id of the message."""
    with pytest.raises(Invalid) as refusal:
        read(value, issuer)
    assert refusal.value.field == "issuer"
    return refusal.value.message.id


def test_the_endpoints_are_those_of_the_document() -> None:
    told = Told(json.dumps(document()).encode())
    found = discover(told, f"https://{HOST}")
    assert found == Discovered({name: f"https://{HOST}/{name}" for name in ENDPOINTS}, iss_parameter=False, algorithms=("RS256",))
    assert told.asked == [(f"https://{HOST}/.well-known/openid-configuration", 64 * 1024, 3.0)]


def test_endpoints_may_be_at_another_host() -> None:
    """Google's are."""
    assert (
        read(document(token_endpoint="https://oauth2.other.example/token")).endpoints["token_endpoint"]
        == "https://oauth2.other.example/token"
    )


def test_the_last_two_endpoints_may_be_missing() -> None:
    found = read(document(userinfo_endpoint=None, end_session_endpoint=None))
    assert (found.endpoints["userinfo_endpoint"], found.endpoints["end_session_endpoint"]) == ("", "")


@pytest.mark.parametrize(("said", "expected"), [(True, True), (False, False), ("true", False), (1, False), (None, False), ([], False)])
def test_only_true_means_that_the_upstream_sends_iss(said: Any, *, expected: bool) -> None:
    """RFC 9207 §3: a JSON boolean."""
    assert read(document(authorization_response_iss_parameter_supported=said)).iss_parameter is expected


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(None, id="absent"),
        "https://evil.example", f"https://{HOST}/", f"https://{HOST.upper()}", f"http://{HOST}", f"https://{HOST}:443", f"https://{HOST}/a",
        f" https://{HOST}", f"https://{HOST}\n", "", [f"https://{HOST}"], {"url": f"https://{HOST}"}, True, 1,
    ],
)  # fmt: skip
def test_a_document_of_another_issuer_is_refused(said: Any) -> None:
    """OIDC Discovery §4.3: identical, as texts. A slash or a capital letter makes another issuer."""
    whole = document(issuer=said) if said is not None else {name: value for name, value in document().items() if name != "issuer"}
    assert refused(whole) == "connection.metadata_other_issuer"


def test_the_template_of_microsoft_is_compared_as_it_is() -> None:
    """The document has the template itself. One with a tenant's issuer, or with another host, is not that of several tenants (O-13)."""
    template = "https://login.microsoftonline.com/{tenantid}/v2.0"
    assert read(document(template), template)
    for said in (template.replace("{tenantid}", "common"), template.replace("{tenantid}", "*"), "https://evil.example/{tenantid}/v2.0"):
        assert refused(document(said), template) == "connection.metadata_other_issuer"


@pytest.mark.parametrize("name", ENDPOINTS)
@pytest.mark.parametrize("url", [*UNUSABLE, 1, True, ["https://up.example/x"], {}])
def test_an_endpoint_that_is_not_a_public_https_url_is_refused(name: str, url: Any) -> None:
    assert refused(document(**{name: url})) == "connection.metadata_endpoint"


@pytest.mark.parametrize("name", ENDPOINTS[:3])
def test_a_missing_endpoint_is_refused(name: str) -> None:
    assert refused({member: value for member, value in document().items() if member != name}) == "connection.metadata_endpoint"


@pytest.mark.parametrize("url", UNUSABLE)
def test_the_same_urls_are_none_for_an_admin_to_give(url: str) -> None:
    assert not is_endpoint(url)


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        (["none", "HS256", "ES256", "RS256"], ("RS256", "ES256")),
        (["ES256"], ("ES256",)),
        (["PS256", "Ed25519"], ("PS256", "Ed25519")),
        (None, ("RS256",)),
    ],
)
def test_algorithms_without_a_public_key_are_left_out(named: list[str] | None, expected: tuple[str, ...]) -> None:
    assert read(document(id_token_signing_alg_values_supported=named)).algorithms == expected


@pytest.mark.parametrize("named", [["none"], ["HS256", "HS512"], [], "RS256", {"RS256": 1}, [["RS256"]], ["rs256"], True, 1])
def test_an_upstream_whose_tokens_cannot_be_verified_is_refused(named: Any) -> None:
    assert refused(document(id_token_signing_alg_values_supported=named)) == "connection.metadata_algorithms"


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"[]", b'"text"', b"<html></html>", b"\xff\xfe{}", b"{" * 50_000, b"[" * 50_000 + b"]" * 50_000,
        b'{"issuer":"https://up.example","x":' + b"[" * 30_000 + b"]" * 30_000 + b"}",
        b'{"issuer":"https://evil.example","issuer":"https://up.example"}', b'{"issuer": NaN}', b'{"a":1e999}', b'{"issuer":"\\ud800"}',
    ],
)  # fmt: skip
def test_what_is_not_one_json_object_is_refused(body: bytes) -> None:
    """Deep JSON and a name that stands twice among them."""
    assert refused(body) == "connection.metadata_malformed"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def site(authority: Authority) -> Iterator[HttpsSite]:
    with HttpsSite(authority, HOST) as site:
        yield site


@pytest.fixture
def outgoing(authority: Authority) -> Outgoing:
    """The real fetcher. Only the address of the site is one of development."""
    return Outgoing(frozenset({HOST}), str(authority.file), resolve=lambda _host, _port: ["127.0.0.1"])


def answered(body: bytes, status: str = "200 OK", more: str = "") -> list[bytes]:
    return [f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{more}Content-Length: {len(body)}\r\n\r\n".encode(), body]


def unreachable(outgoing: Outgoing, issuer: str) -> None:
    with pytest.raises(Invalid) as refusal:
        discover(outgoing, issuer, dev_hosts={HOST})
    assert refusal.value.message.id == "connection.metadata_unreachable"
    assert isinstance(refusal.value.__cause__, FetchRefused)


def test_a_document_is_fetched_over_https(outgoing: Outgoing, site: HttpsSite) -> None:
    issuer = f"https://{HOST}:{site.port}"
    site.answer = answered(json.dumps(document(issuer)).encode())
    assert discover(outgoing, issuer, dev_hosts={HOST}).endpoints["jwks_uri"] == f"https://{HOST}/jwks_uri"
    assert site.requests[0].startswith(b"GET /.well-known/openid-configuration HTTP/1.1\r\n")


@pytest.mark.parametrize(
    "status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent", "404 Not Found", "500 Error", "204 No Content"]
)
def test_a_redirect_or_an_error_is_refused(outgoing: Outgoing, site: HttpsSite, status: str) -> None:
    """The place that it names is not asked, though it has a right document."""
    issuer = f"https://{HOST}:{site.port}"
    body = b"" if status.startswith("204") else json.dumps(document(issuer)).encode()
    site.answer = answered(body, status, f"Location: {issuer}/elsewhere\r\n")
    unreachable(outgoing, issuer)
    assert len(site.requests) == 1


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "chunked"])
def test_100_megabytes_are_refused(outgoing: Outgoing, site: HttpsSite, *, declared: bool) -> None:
    """The site notices that nothing reads on: it sends a part of it only."""
    sent = 0

    def much() -> Iterable[bytes]:
        nonlocal sent
        yield b"HTTP/1.1 200 OK\r\n" + (b"Content-Length: 104857600\r\n\r\n" if declared else b"Transfer-Encoding: chunked\r\n\r\n")
        for _ in range(1600):
            sent += 65536
            yield b" " * 65536 if declared else b"10000\r\n" + b" " * 65536 + b"\r\n"

    site.answer = much()
    unreachable(outgoing, f"https://{HOST}:{site.port}")
    assert sent < 104857600


def test_a_slow_document_is_refused(authority: Authority, site: HttpsSite) -> None:
    """The clock of the fetcher passes a second at each reading, so no test waits for it."""
    over, seconds = threading.Event(), itertools.count()
    outgoing = Outgoing(
        frozenset({HOST}), str(authority.file), resolve=lambda _host, _port: ["127.0.0.1"], clock=lambda: float(next(seconds))
    )  # fmt: skip

    def slow() -> Iterable[bytes]:
        yield b"HTTP/1.1 200 OK\r\n"
        over.wait(60)

    site.answer = slow()
    try:
        unreachable(outgoing, f"https://{HOST}:{site.port}")
    finally:
        over.set()


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "::1", "fd00:ec2::254", "::ffff:10.0.0.1"],
)
def test_a_name_with_an_internal_address_is_not_asked(address: str) -> None:
    """Also if another of its addresses is public. Nothing is connected to."""
    dialled: list[str] = []

    def connect(to: str, _port: int, _timeout: float) -> socket:
        dialled.append(to)
        raise ConnectionRefusedError

    unreachable(Outgoing(resolve=lambda _host, _port: ["93.184.216.34", address], connect=connect), "https://inside.example")
    assert dialled == []


@pytest.mark.parametrize(
    "issuer", ["http://up.example", "https://127.0.0.1", "https://up.example:8443", "https://a@up.example", "up.example", "file:///etc"]
)
def test_an_issuer_that_may_not_be_fetched_is_not_asked(issuer: str) -> None:
    asked: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return []

    unreachable(Outgoing(resolve=resolve), issuer)
    assert asked == []


def test_a_certificate_of_an_unknown_authority_is_refused(site: HttpsSite, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = Authority(tmp_path_factory.mktemp("other"))
    unreachable(Outgoing(frozenset({HOST}), str(other.file), resolve=lambda _host, _port: ["127.0.0.1"]), f"https://{HOST}:{site.port}")
