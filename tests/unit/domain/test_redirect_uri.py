"""redirect_uri: exact comparison (RFC 9700 §4.1.3), loopback ports (RFC 8252 §7.3), and rules of registration. Threats A-01 to A-09."""

# ruff: noqa: RUF001 -- characters that look like others are what is tested

import pytest

from idp.domain.apps.redirect_uri import MAX_LENGTH, host_of, is_registered, origin_of, registration_problem
from idp.domain.message import Message
from idp.domain.messages import render

RA = "https://a.example/cb"

# By the case of the threat model. Each is requested by a client that has registered RA only.
IMPOSTORS = {
    "A-01 prefix and suffix": [
        "https://a.example.evil.com/cb",
        "https://a.example/cb/x",
        "https://a.example/cb2",
        "https://evil.a.example/cb",
        "https://a.example/c",
        "https://a.example",
        "",
    ],
    "A-02 userinfo": [
        "https://a.example@evil.com/cb",
        "https://evil.com@a.example/cb",
        "https://a.example:443@evil.com/cb",
        "https://evil.com\\@a.example/cb",
    ],
    "A-03 traversal and encodings": [
        "https://a.example/cb/../evil",
        "https://a.example/cb/..%2f",
        "https://a.example/cb/%2e%2e/",
        "https://a.example/cb%252f..",
        "https://a.example/cb/..;/evil",
        "https://a.example/cb//evil",
        "https://a.example/%63b",
        "https://a.example/x/../cb",
    ],
    "A-04 fragment and query": [f"{RA}#x", f"{RA}#", f"{RA}?x=1", f"{RA}?"],
    "A-05 case, slash, default port": [
        "HTTPS://A.EXAMPLE/cb",
        "https://A.example/cb",
        "https://a.example/CB",
        "https://a.example/cb/",
        "https://a.example:443/cb",
        "http://a.example/cb",
        "https://a.example./cb",
    ],
    "A-07 wildcards": ["https://aXexample/cb", "https://*/cb", "https://a.example/*", "*"],
    "A-08 unicode and control characters": [
        "https://ａ.example/cb",
        f"{RA}%00",
        f"{RA}\x00",
        f"{RA}\n",
        f"\n{RA}",
        f"{RA}\r\nSet-Cookie: a=b",
        f"{RA}%0d%0aSet-Cookie:",
        f" {RA}",
        "https://a.example/\t//evil",
        "https://a.example\\/evil",
        "//a.example/cb",
        "/cb",
        f"{RA}\ud800",
    ],
    "A-09 schemes": ["javascript:alert(1)//https://a.example/cb", "data:text/html,x", "vbscript:x", "file:///etc/passwd"],
}


@pytest.mark.parametrize("native", [False, True])
@pytest.mark.parametrize(("case", "asked"), [(case, uri) for case, uris in IMPOSTORS.items() for uri in uris])
def test_only_the_registered_string_is_accepted(case: str, asked: str, native: bool) -> None:
    assert not is_registered(asked, [RA], native=native), case


def test_the_registered_string_is_accepted() -> None:
    assert is_registered(RA, ["https://b.example/cb", RA], native=False)
    assert is_registered("com.example.app:/cb", ["com.example.app:/cb"], native=True)


def test_a_client_without_redirect_uris_accepts_none() -> None:
    assert not is_registered(RA, [], native=False)


def test_a_string_instead_of_a_list_matches_nothing() -> None:
    assert not is_registered("https", "https://a.example/cb", native=False)


@pytest.mark.parametrize("asked", ["https://a.example/cb?foo=bar&x", "https://a.example/cb?b=2&a=1", "https://a.example/cb"])
def test_a_registered_query_is_compared_exactly(asked: str) -> None:
    """A-04: parameters cannot be added, left out or reordered."""
    assert not is_registered(asked, ["https://a.example/cb?foo=bar", "https://a.example/cb?a=1&b=2"], native=False)


@pytest.mark.parametrize(
    "uri", ["javascript:alert(1)", "data:text/html,x", "https://a.example/cb#x", "https://a.example/cb\r\nX: y", "https://*.a.example/cb"]
)
def test_a_stored_uri_that_cannot_be_registered_is_refused(uri: str) -> None:
    """A-09: the rule applies at registration and at authorize."""
    assert not is_registered(uri, [uri], native=True)


@pytest.mark.parametrize(
    ("registered", "asked"),
    [
        ("http://127.0.0.1/cb", "http://127.0.0.1:49152/cb"),
        ("http://127.0.0.1:8080/cb", "http://127.0.0.1:1/cb"),
        ("http://127.0.0.1:8080/cb", "http://127.0.0.1:65535/cb"),
        ("http://127.0.0.1:8080/cb", "http://127.0.0.1/cb"),
        ("http://[::1]/cb?a=b", "http://[::1]:49152/cb?a=b"),
        ("http://127.0.0.1", "http://127.0.0.1:49152"),
        ("http://localhost/cb", "http://localhost:49152/cb"),
        ("http://localhost:1/cb", "http://localhost:2/cb"),
    ],
)
def test_a_native_app_may_listen_on_any_port_of_loopback(registered: str, asked: str) -> None:
    """A-06, RFC 8252 §7.3, RFC 9700 §2.1 and §4.1.3 (also for localhost); and a web client may not."""
    assert is_registered(asked, [registered], native=True)
    assert not is_registered(asked, [registered], native=False)


@pytest.mark.parametrize(
    "asked",
    [
        "http://localhost:49152/cb",
        "http://localhost.evil.com/cb",
        "http://127.0.0.1.evil.com/cb",
        "http://127.0.0.1:49152.evil.com/cb",
        "http://127.0.0.1:80@evil.com/cb",
        "http://127.0.0.1:80\\@evil.com/cb",
        "http://127.0.0.1@evil.com/cb",
        "http://user@127.0.0.1:80/cb",
        "http://127.0.0.1:99999/cb",
        "http://127.0.0.1:65536/cb",
        "http://127.0.0.1:0/cb",
        "http://127.0.0.1:080/cb",
        "http://127.0.0.1:-1/cb",
        "http://127.0.0.1:/cb",
        "http://127.0.0.1:8080/cb/",
        "http://127.0.0.1:8080/CB",
        "http://127.0.0.1:8080/cb?x=1",
        "http://127.0.0.1:8080/cb#x",
        "http://127.0.0.1:8080/cb\n",
        "http://127.0.0.1:8080/x/../cb",
        "http://127.0.0.1:٨٠/cb",
        "http://127.1:8080/cb",
        "http://127.0.0.2:8080/cb",
        "http://0x7f.1:8080/cb",
        "http://2130706433:8080/cb",
        "http://[::1]:8080/cb",
        "http://[0:0:0:0:0:0:0:1]:8080/cb",
        "http://[::ffff:127.0.0.1]:8080/cb",
        "https://127.0.0.1:8080/cb",
        "HTTP://127.0.0.1:8080/cb",
        "http:/127.0.0.1:8080/cb",
        "//127.0.0.1:8080/cb",
    ],
)
def test_only_the_port_may_differ_on_loopback(asked: str) -> None:
    """A-06: the host is the literal that was registered, and the rest is compared exactly."""
    assert not is_registered(asked, ["http://127.0.0.1/cb", "https://localhost/cb"], native=True)
    named = asked.replace("127.0.0.1", "localhost")
    if named != asked:
        assert not is_registered(named, ["http://localhost/cb"], native=True)


@pytest.mark.parametrize("rest", ["@evil.com/cb", ".evil.com/cb", "\\@evil.com/cb", "1/cb"])
def test_text_after_the_port_is_a_path_or_a_query(rest: str) -> None:
    """A-06: even if a stored item says otherwise. No other URI is a loopback address with a port."""
    assert not is_registered(f"http://127.0.0.1:80{rest}", [f"http://127.0.0.1{rest}"], native=True)


@pytest.mark.parametrize("asked", ["http://127.0.0.1:1/cb", "http://[::1]:1/cb", "http://localhost:1/cb"])
@pytest.mark.parametrize("registered", ["http://127.0.0.1:1/cb", "http://[::1]:1/cb", "http://localhost:1/cb"])
def test_one_loopback_host_does_not_match_another(asked: str, registered: str) -> None:
    """A-06, RFC 8252 §8.3: the resolver decides what `localhost` is, so a registered address does not match the name."""
    assert is_registered(asked, [registered], native=True) == (asked == registered)


@pytest.mark.parametrize("asked", ["http://LOCALHOST:2/cb", "http://localhost.:2/cb", "http://localhost:2/", "http://a.localhost:2/cb"])
def test_only_the_port_of_localhost_may_differ(asked: str) -> None:
    """A-06: the name must be the registered one, and the path must be the same."""
    assert not is_registered(asked, ["http://localhost/cb"], native=True)


@pytest.mark.parametrize(
    "uri",
    [
        RA,
        "https://a.example",
        "https://a.example:8443/cb?tenant=1&x=%2F",
        "https://xn--bcher-kva.example/cb",
        "https://192.0.2.7/cb",
        "https://[2001:db8::1]:8443/cb",
        "https://a.example/@me/.well-known/x..y/cb",
        "http://localhost:3000/cb",
        "http://127.0.0.1:3000/cb",
        "http://[::1]:3000/cb",
    ],
)
def test_a_web_client_registers_https_and_loopback(uri: str) -> None:
    assert registration_problem(uri, native=False, dev=False) is None
    assert registration_problem(uri, native=True, dev=False) is None


@pytest.mark.parametrize(
    "uri", ["com.example.app:/cb", "com.example.app://cb", "com.example.app:///cb?x=1", "msauth.com.Contoso.App:/auth"]
)
def test_a_native_client_registers_a_scheme_of_its_own_domain(uri: str) -> None:
    """RFC 8252 §7.1. A web client cannot."""
    assert registration_problem(uri, native=True, dev=False) is None
    assert registration_problem(uri, native=False, dev=False) == Message("uri.private_use_scheme", scheme=uri.partition(":")[0].lower())


def test_in_development_plain_http_may_go_to_another_container() -> None:
    assert registration_problem("http://shop:3000/cb", native=False, dev=True) is None
    assert registration_problem("http://shop:3000/cb", native=False, dev=False) == Message("uri.plain_http")


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("", "character"),
        ("/cb", "absolute"),
        ("a.example/cb", "absolute"),
        ("//a.example/cb", "absolute"),
        ("https://a.example/cb#", "fragment"),
        ("https://*.a.example/cb", "wildcard"),
        ("https://a.example/*", "wildcard"),
        ("https://user@a.example/cb", "user information"),
        ("https://a.example:80@evil.com/cb", "user information"),
        ("com.example.app://user@x/cb", "user information"),
        ("https://evil.com\\@a.example/cb", "character"),
        ("https://a.example/<script>", "character"),
        ('https://a.example/"', "character"),
        ("https://a.example/%zz", "character"),
        ("https://a.example/%", "character"),
        ("https://a.example/a b", "space"),
        ("https://a.example/\n", "control"),
        ("https://a.example/\x00", "control"),
        ("https://a.example/%00", "encoded control"),
        ("https://a.example/%0d%0aX:", "encoded control"),
        ("https://a.example/%7F", "encoded control"),
        ("https://ａ.example/cb", "ASCII"),
        ("https://bücher.example/cb", "ASCII"),
        ("https://a.example/\ud800", "ASCII"),
        ("javascript:alert(1)", "browser"),
        ("JavaScript:alert(1)", "browser"),
        ("data:text/html,x", "browser"),
        ("vbscript:x", "browser"),
        ("file:///etc/passwd", "browser"),
        ("blob:https://a.example/x", "browser"),
        ("http://a.example/cb", "loopback"),
        ("http://localhost.evil.com/cb", "loopback"),
        ("http://127.0.0.2/cb", "loopback"),
        ("http://127.1/cb", "complete IP"),
        ("https://2130706433/cb", "complete IP"),
        ("https://0x7f.0x1/cb", "complete IP"),
        ("https://1.2.3.4.5/cb", "complete IP"),
        ("https://999.1.1.1/cb", "complete IP"),
        ("https://[::zz]/cb", "host"),
        ("https://[1.2.3.4]/cb", "complete IP"),
        ("https://[::1", "host"),
        ("https:///cb", "host"),
        ("https:cb", "host"),
        ("https:/a.example/cb", "host"),
        ("https://A.example/cb", "lower case"),
        ("HTTPS://a.example/cb", "lower case"),
        ("https://a.example./cb", "host"),
        ("https://a..example/cb", "host"),
        ("https://a.example:/cb", "host"),
        ("https://a.example:0/cb", "host"),
        ("https://a.example:65536/cb", "port"),
        ("https://a.example/cb/../evil", "segment"),
        ("https://a.example/./cb", "segment"),
        ("https://a.example/cb/%2E%2e/evil", "segment"),
        ("https://a.example/cb/..;/evil", "segment"),
        ("https://a.example/cb/..%2fevil", "segment"),
        ("myapp:/cb", "reverse order"),
        ("localhost:3000/cb", "reverse order"),
        ("com.example.app:cb", "path"),
        ("example.com:8080/cb", "path"),
        ("https://a.example/" + "a" * MAX_LENGTH, "longer"),
    ],
)
def test_what_cannot_be_registered_is_refused_with_its_reason(uri: str, reason: str) -> None:
    problem = registration_problem(uri, native=True, dev=False)
    assert problem is not None
    assert reason in render(problem)
    assert render(problem).isascii()


@pytest.mark.parametrize(
    ("uri", "host", "origin"),
    [
        ("https://a.example:8443/cb", "a.example", "https://a.example:8443"),
        ("http://[::1]:80/cb", "[::1]", "http://[::1]:80"),
        ("com.example.App:/cb", "com.example.app", "com.example.app:"),
        ("com.example.app://bank.example/cb", "com.example.app", "com.example.app:"),
        ("https://a.example;script-src/cb", "https", "https:"),
        ("nonsense", "", ""),
    ],
)
def test_host_and_origin_of_a_uri_are_returned(uri: str, host: str, origin: str) -> None:
    assert (host_of(uri), origin_of(uri)) == (host, origin)
