"""E-09: a URL of an app is fetched from a public address of its host, once, within limits of bytes and seconds, or refused."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from socket import socket
from typing import Any

import pytest

from idp.adapters.exchange import open_socket
from idp.adapters.outgoing import Answered, Fetched, FetchRefused, Outgoing
from tests.support.tls import Authority, HttpsSite

NAME = "app.example"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def site(authority: Authority) -> Iterator[HttpsSite]:
    with HttpsSite(authority, NAME) as site:
        yield site


@pytest.fixture
def outgoing(authority: Authority) -> Outgoing:
    """A development deployment that trusts the site. Everything but the address is as in production."""
    return Outgoing(frozenset({NAME}), str(authority.file), resolve=lambda _host, _port: ["127.0.0.1"])


class Dialled:
    """Records addresses instead of connecting, because the test must not leave this machine."""

    def __init__(self) -> None:
        self.addresses: list[str] = []

    def __call__(self, address: str, _port: int, _timeout: float) -> socket:
        self.addresses.append(address)
        raise ConnectionRefusedError


def refused(fetch: Callable[[], object]) -> str:
    """Check that the fetch is refused with the one public sentence. Returns the detail for the log."""
    with pytest.raises(FetchRefused) as refusal:
        fetch()
    assert str(refusal.value) == "could not be fetched"
    return refusal.value.detail


def url(site: HttpsSite, path: str = "/keys") -> str:
    return f"https://{NAME}:{site.port}{path}"


def test_gets_the_body_and_the_headers(outgoing: Outgoing, site: HttpsSite) -> None:
    """The request has the host's name in SNI and Host, and no further headers of this provider."""
    site.answer = [
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: max-age=5\r\n",
        b"Content-Length: 4\r\n\r\n",
        b"{}\r\n",
    ]
    assert outgoing.get(url(site, "/keys?v=1#part")) == Fetched(
        b"{}\r\n", {"content-type": "application/json", "cache-control": "max-age=5", "content-length": "4"}
    )
    head, *headers = site.requests[0].decode().strip().split("\r\n")
    assert head == "GET /keys?v=1 HTTP/1.1"
    assert sorted(headers) == [
        "Accept-Encoding: identity", "Accept: application/json", "Connection: close", f"Host: {NAME}:{site.port}", "User-Agent: idp",
    ]  # fmt: skip
    assert site.names == [NAME]


def test_posts_a_form(outgoing: Outgoing, site: HttpsSite) -> None:
    """The status is returned. The body is not read."""
    site.answer = itertools.chain([b"HTTP/1.1 204 No Content\r\n\r\n"], itertools.repeat(b"x" * 65536, 100))
    assert outgoing.post(url(site), {"logout_token": "a.b+c"}) == 204
    assert site.requests[0].endswith(b"\r\nContent-Length: 20\r\n\r\nlogout_token=a.b%2Bc")


@pytest.mark.parametrize("status", [200, 204, 302, 307, 400, 401, 500])
def test_sends_a_form_with_headers_and_reads_each_answer(outgoing: Outgoing, site: HttpsSite, status: int) -> None:
    """`send` returns the body of an error, too, and follows no redirect: the form may contain a secret."""
    away = url(site, "/internal")
    site.answer = [f"HTTP/1.1 {status} Any\r\nLocation: {away}\r\nContent-Length: {0 if status == 204 else 2}\r\n\r\n".encode(), b"{}"]
    answered = outgoing.send(url(site), form={"code": "a b&c"}, headers={"Authorization": "Basic eDp5"})
    assert answered[:2] == (status, b"" if status == 204 else b"{}")
    assert answered.headers["location"] == away
    head, _, body = site.requests[0].partition(b"\r\n\r\n")
    assert body == b"code=a+b%26c"
    assert head.startswith(b"POST /keys HTTP/1.1\r\n")
    assert b"\r\nAuthorization: Basic eDp5\r\n" in head
    assert b"\r\nContent-Type: application/x-www-form-urlencoded\r\n" in head
    assert len(site.requests) == 1


def test_sends_a_get_with_a_bearer_token(outgoing: Outgoing, site: HttpsSite) -> None:
    """There is no form, so there is no content."""
    assert outgoing.send(url(site), method="GET", headers={"Authorization": "Bearer t"})[:2] == (200, b"{}")
    head = site.requests[0].decode()
    assert head.startswith("GET /keys HTTP/1.1\r\n")
    assert "Authorization: Bearer t\r\n" in head
    assert "Content-" not in head


def test_sends_content_whose_type_a_header_names(outgoing: Outgoing, site: HttpsSite) -> None:
    outgoing.send(url(site), content=b'{"a":1}', headers={"Content-Type": "application/json"})
    head, _, body = site.requests[0].partition(b"\r\n\r\n")
    assert body == b'{"a":1}'
    assert b"\r\nContent-Type: application/json\r\n" in head + b"\r\n"
    assert b"\r\nContent-Length: 7" in head


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Authorization", "Bearer a\r\nX-Admin: 1"), ("Authorization", "Bearer a\nb"), ("Authorization", "Bearer \x00"),
        ("Authorization", "Bearer é"), ("Authorization", "Bearer a\n"), ("Authorization", "x" * 8193), ("X: y\r\nZ", "a"), ("", "a"),
        ("X\n", "a"),
    ],
)  # fmt: skip
def test_a_header_that_could_begin_another_one_is_not_sent(outgoing: Outgoing, site: HttpsSite, name: str, value: str) -> None:
    """An access token of an upstream is such a value. The value is not in the error."""
    assert refused(lambda: outgoing.send(url(site), method="GET", headers={name: value})) == "header"
    assert site.connections == 0


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_sends_the_methods_of_scim(outgoing: Outgoing, site: HttpsSite, method: str) -> None:
    """With content or without, and no redirect is followed."""
    site.answer = [f"HTTP/1.1 307 Any\r\nLocation: {url(site, '/internal')}\r\nContent-Length: 0\r\n\r\n".encode()]
    content = b'{"a":1}' if method == "PATCH" else b""
    assert outgoing.send(url(site), method=method, content=content, headers={"Content-Type": "application/scim+json"}).status == 307
    head, _, body = site.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(f"{method} /keys HTTP/1.1\r\n".encode())
    assert body == content
    assert len(site.requests) == 1


@pytest.mark.parametrize("method", ["PUT", "HEAD", "CONNECT", "TRACE", "delete", "GET / HTTP/1.1\r\nX: y\r\n\r\nGET", ""])
def test_no_other_method_is_sent(outgoing: Outgoing, site: HttpsSite, method: str) -> None:
    assert refused(lambda: outgoing.send(url(site), method=method)) == "method"
    assert site.connections == 0


def test_send_has_the_limits_of_get(outgoing: Outgoing, site: HttpsSite) -> None:
    """Addresses, bytes and seconds. The answer that is one byte too long is refused with every status."""
    site.answer = [b"HTTP/1.1 400 Bad Request\r\n\r\n" + b"x" * 101]
    assert refused(lambda: outgoing.send(url(site), form={}, limit=100)) == "TooMuchError"
    over = threading.Event()
    site.answer = slowly(itertools.chain([OK], itertools.takewhile(lambda _: not over.is_set(), itertools.repeat(b"0", 1200))))
    assert refused(lambda: outgoing.send(url(site), form={}, timeout=0.4)) == "TimeoutError"
    over.set()
    inside = Outgoing(resolve=lambda _host, _port: ["169.254.169.254"], connect=Dialled())
    assert refused(lambda: inside.send("https://rebind.example/", form={})) == "address"
    assert refused(lambda: inside.send("http://rebind.example/", form={})) == "url"
    site.answer = [b"HTTP/1.1 400 Bad Request\r\n\r\n" + b"x" * 100]
    assert outgoing.send(url(site), form={}, limit=100) == Answered(400, b"x" * 100, {})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_follows_no_redirect(outgoing: Outgoing, site: HttpsSite, status: int) -> None:
    """Neither after a GET nor after a POST."""
    site.answer = [f"HTTP/1.1 {status} Found\r\nLocation: {url(site, '/internal')}\r\nContent-Length: 0\r\n\r\n".encode()]
    assert refused(lambda: outgoing.get(url(site))) == f"status {status}"
    assert outgoing.post(url(site), {}) == status
    assert [request.split(b" ")[1] for request in site.requests] == [b"/keys", b"/keys"]


@pytest.mark.parametrize("status", [201, 204, 206, 304, 400, 401, 404, 500])
def test_only_200_is_an_answer(outgoing: Outgoing, site: HttpsSite, status: int) -> None:
    """Partial content and error pages are refused."""
    site.answer = [f"HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n".encode()]
    refused(lambda: outgoing.get(url(site)))


@pytest.mark.parametrize(
    "bad",
    [
        "http://app.example/", "ftp://app.example/", "file:///etc/passwd", "gopher://app.example/", "HTTPS", "", "https://", "https:///keys",
        "//app.example/", "https://app.example:8443/", "https://app.example:80/", "https://app.example:0/", "https://app.example:99999/",
        "https://app.example:x/", "https://user@public.example/", "https://user:secret@public.example/", "https://@public.example/",
        "https://127.0.0.1/", "https://127.1/", "https://2130706433/", "https://0x7f000001/", "https://0x7f.1/", "https://017700000001/",
        "https://0177.0.0.01/", "https://1.1.1.1/", "https://1.1.1.1./", "https://[::1]/", "https://[::ffff:169.254.169.254]/", "https://[::]/",
        "https://public.example\\@127.0.0.1/", "https://public.example\t/", "https://public.example/\r\nX: y", "https://public.example/a b",
        "https://public.example/\x00", "https://púb.example/", "https://①②⑦.①/", "https://public%2eexample/", "https://pub_lic.example/",
        "https://.example/", "https://a..example/", "https://public.example./", "https://[public.example]/", "https://[::1/",
        "https://public.example/" + "a" * 2048, "https://" + "a" * 64 + ".example/",
    ],
)  # fmt: skip
def test_a_url_that_is_not_plain_https_is_refused_before_any_lookup(bad: str) -> None:
    """No name is looked up and no connection is opened."""
    asked: list[str] = []

    def resolve(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"]

    assert refused(lambda: Outgoing(resolve=resolve).get(bad)) == "url"
    assert asked == []


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"], ["10.1.2.3"], ["169.254.169.254"], ["169.254.170.2"], ["::1"], ["::ffff:169.254.169.254"], ["fd00:ec2::254"],
        ["64:ff9b::a9fe:a9fe"], ["2002:7f00:1::"], ["0.0.0.1"], ["not an address"], [],
        ["93.184.216.34", "127.0.0.1"], ["::1", "93.184.216.34"],
    ],
)  # fmt: skip
def test_a_name_with_an_internal_address_is_not_connected_to(addresses: list[str]) -> None:
    """Also if only one of its addresses is not public."""
    dialled = Dialled()
    outgoing = Outgoing(resolve=lambda _host, _port: addresses, connect=dialled)
    assert refused(lambda: outgoing.get("https://rebind.example/")) == "address"
    assert refused(lambda: outgoing.post("https://rebind.example/", {})) == "address"
    assert dialled.addresses == []


def test_a_second_answer_of_the_resolver_changes_nothing() -> None:
    """DNS rebinding: the name is resolved once, and the connection goes to an address that was checked."""
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    dialled = Dialled()
    outgoing = Outgoing(resolve=lambda _host, _port: next(answers), connect=dialled)
    assert refused(lambda: outgoing.get("https://rebind.example/")) == "connect"
    assert dialled.addresses == ["93.184.216.34"]
    assert next(answers) == ["127.0.0.1"]


def test_the_next_address_is_tried_after_a_dead_one(authority: Authority, site: HttpsSite) -> None:
    """IPv4 first, each address once, at most three."""
    dialled = Dialled()

    def connect(address: str, port: int, timeout: float) -> socket:
        return open_socket(address, port, timeout) if address == "127.0.0.1" else dialled(address, port, timeout)

    addresses = ["::1", "10.0.0.1", "127.0.0.1", "10.0.0.1"]
    assert Outgoing(frozenset({NAME}), str(authority.file), lambda _host, _port: addresses, connect).get(url(site)).body == b"{}"
    assert dialled.addresses == ["10.0.0.1"]
    dialled.addresses.clear()
    many = Outgoing(resolve=lambda _host, _port: [f"93.184.216.{n}" for n in range(9)], connect=dialled)
    assert refused(lambda: many.get("https://public.example/")) == "connect"
    assert len(dialled.addresses) == 3


def test_a_trusted_host_is_matched_exactly(outgoing: Outgoing, site: HttpsSite) -> None:
    """The comparison of trusted hosts is exact."""
    for host in (f"x.{NAME}", f"{NAME}.evil.example", "pp.example"):
        assert refused(partial(outgoing.get, f"https://{host}:{site.port}/")) == "url"
        assert refused(partial(outgoing.get, f"https://{host}/")) == "address"
    assert refused(lambda: outgoing.get(f"http://{NAME}:{site.port}/")) == "url"
    assert site.connections == 0


@pytest.mark.parametrize(
    "context",
    [
        pytest.param(lambda own, _other: own.server_context("other.example"), id="another name"),
        pytest.param(lambda _own, other: other.server_context(NAME), id="another authority"),
        pytest.param(lambda own, _other: own.server_context(NAME, days=timedelta(days=-1)), id="expired"),
    ],
)
def test_a_wrong_certificate_is_refused(outgoing: Outgoing, authority: Authority, tmp_path: Path, context: Callable[..., Any]) -> None:
    """Its name, authority and dates are checked, also in development."""
    with HttpsSite(authority, context=context(authority, Authority(tmp_path, "Other"))) as site:
        assert refused(lambda: outgoing.get(url(site))) == "SSLCertVerificationError"
        assert site.requests == []


def test_no_proxy_is_used(outgoing: Outgoing, site: HttpsSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """For any proxy in the environment."""
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert outgoing.get(url(site)).body == b"{}"


OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param([OK + b"Content-Length: 1000000\r\n\r\n", *[b"x" * 10000] * 100], id="a body that says how long it is"),
        pytest.param([OK + b"\r\n", *[b"x" * 10000] * 100], id="a body without an end"),
        pytest.param([OK + b"Transfer-Encoding: chunked\r\n\r\n", *[b"2710\r\n" + b"x" * 10000 + b"\r\n"] * 100], id="chunks"),
        pytest.param([OK, *[b"X-Header: " + b"x" * 10000 + b"\r\n"] * 100], id="headers"),
        pytest.param([OK, *[b"x: y\r\n"] * 100000], id="many headers"),
        pytest.param([b"HTTP/1.1 100 Continue\r\n\r\n"] * 100000, id="promises"),
        pytest.param([b"x" * 10000] * 100, id="a line without an end"),
        pytest.param([OK + b"\r\n" + b"x" * 101], id="one byte too many"),
    ],
)
def test_a_too_long_answer_is_refused(outgoing: Outgoing, site: HttpsSite, answer: list[bytes]) -> None:
    """Reading stops at the limit, for any announced length."""
    site.answer = answer
    refused(lambda: outgoing.get(url(site), limit=100))


def test_exactly_the_limit_is_read(outgoing: Outgoing, site: HttpsSite) -> None:
    site.answer = [OK + b"\r\n" + b"x" * 100]
    assert len(outgoing.get(url(site), limit=100).body) == 100


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param([], id="nothing"),
        pytest.param([b"\x00\x01\x02\r\n\r\n"], id="no HTTP"),
        pytest.param([b"HTTP/1.1 OK\r\n\r\n"], id="no status"),
        pytest.param([OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"], id="no chunk"),
        pytest.param([OK + b"Content-Length: 10\r\n\r\n{}"], id="less than announced"),
        pytest.param([OK + b"Content-Encoding: gzip\r\n\r\n\x1f\x8b"], id="compressed, which nobody asked for"),
    ],
)
def test_an_incomplete_answer_is_refused(outgoing: Outgoing, site: HttpsSite, answer: list[bytes]) -> None:
    site.answer = answer
    refused(lambda: outgoing.get(url(site)))


def slowly(parts: Iterator[bytes]) -> Iterator[bytes]:
    for part in parts:
        yield part
        time.sleep(0.05)


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(b"", id="the status line"),
        pytest.param(OK + b"X: ", id="a header"),
        pytest.param(OK + b"\r\n", id="the body"),
        pytest.param(OK + b"Transfer-Encoding: chunked\r\n\r\n", id="the size of a chunk"),
    ],
)
def test_a_slow_answer_ends_at_the_time_limit(outgoing: Outgoing, site: HttpsSite, first: bytes) -> None:
    """The time limit is for the whole fetch, not for each read."""
    over = threading.Event()
    site.answer = slowly(itertools.chain([first], itertools.takewhile(lambda _: not over.is_set(), itertools.repeat(b"0", 1200))))
    began = time.monotonic()
    assert refused(lambda: outgoing.get(url(site), timeout=0.4)) == "TimeoutError"
    assert time.monotonic() - began < 50  # the last byte comes after a minute
    over.set()


def test_a_slow_resolver_or_a_silent_host_ends_at_the_time_limit(authority: Authority) -> None:
    """The time limit includes name resolution and the TLS handshake."""
    began, over = time.monotonic(), threading.Event()

    def resolve(_host: str, _port: int) -> Sequence[str]:
        over.wait(60)
        return ["127.0.0.1"]

    assert refused(lambda: Outgoing(resolve=resolve).get("https://public.example/", timeout=0.2)) == "TimeoutError"
    with socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        outgoing = Outgoing(frozenset({NAME}), str(authority.file), resolve=lambda _host, _port: ["127.0.0.1"])
        assert refused(lambda: outgoing.get(f"https://{NAME}:{silent.getsockname()[1]}/", timeout=0.3)) == "TimeoutError"
    assert time.monotonic() - began < 50  # neither of them ever answers
    over.set()


def test_a_name_that_does_not_exist_is_refused() -> None:
    """With the system's resolver. Names in .invalid never exist (RFC 6761 §6.4)."""
    refused(lambda: Outgoing().get("https://nowhere.invalid/"))
    assert refused(lambda: Outgoing().get("https://localhost/")) == "address"
