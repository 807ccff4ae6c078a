"""Only the registered URI matches, except for another port of a native app's loopback URI (RFC 9700 §4.1.3, RFC 8252 §7.3)."""

import string
from urllib.parse import urlsplit

from hypothesis import assume, example, given
from hypothesis import strategies as st

from idp.domain.apps.redirect_uri import host_of, is_registered, origin_of, registration_problem

REGISTERED = [
    "https://a.example/cb",
    "https://a.example:8443/cb?tenant=1",
    "http://localhost:3000/cb",
    "http://127.0.0.1/cb",
    "http://127.0.0.1:8080/cb?a=b",
    "http://[::1]/cb",
    "com.example.app:/cb",
]
# Parts of known bypasses. Any other text is tried too.
PIECES = [
    "@",
    "\\",
    "//",
    "/../",
    "..;",
    "%2e",
    "%2f",
    "%00",
    "#",
    "?",
    ":",
    ":80",
    ".evil.com",
    "evil.com",
    "*",
    " ",
    "\t",
    "\n",
    "\x00",
    "\u3002",
    "\uff41",
]
pieces = st.one_of(st.sampled_from(PIECES), st.text(max_size=3))


@st.composite
def mutants(draw: st.DrawFn) -> tuple[str, str]:
    """A registered URI, and an attacker's variant of it."""
    registered = draw(st.sampled_from(REGISTERED))
    asked = registered
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(asked)))
        end = draw(st.integers(start, min(len(asked), start + 4)))
        change = draw(st.sampled_from(["replace", "upper", "encode", "repeat"]))
        cut = asked[start:end]
        new = {"upper": cut.upper(), "encode": "".join(f"%{ord(c):02x}" for c in cut), "repeat": cut * 2}.get(change) or draw(pieces)
        asked = asked[:start] + new + asked[end:]
    return registered, asked


@given(mutants())
def test_a_web_client_is_answered_at_its_exact_uri(case: tuple[str, str]) -> None:
    registered, asked = case
    assert is_registered(asked, [registered], native=False) == (asked == registered)


@given(st.one_of(st.text(), st.text(string.printable)), st.booleans())
def test_no_other_text_is_a_registered_uri(asked: str, native: bool) -> None:
    assume(asked not in REGISTERED)
    assert not is_registered(asked, REGISTERED, native=native)


@given(mutants())
@example(("http://127.0.0.1/cb", "http://127.0.0.1:80@evil.com/cb"))
@example(("http://127.0.0.1/cb", "http://127.0.0.1:80\\@evil.com/cb"))
def test_a_native_app_is_answered_at_its_loopback_whatever_the_port(case: tuple[str, str]) -> None:
    """If two different URIs match, the parser of the standard library also finds only the port different."""
    registered, asked = case
    if asked != registered and is_registered(asked, [registered], native=True):
        one, other = urlsplit(asked), urlsplit(registered)
        assert one.hostname in {"127.0.0.1", "::1", "localhost"}
        assert one.port is None or 0 < one.port < 65536
        assert one.netloc == other.netloc.removesuffix(f":{other.port}") + (f":{one.port}" if one.port else "")
        assert one._replace(netloc="") == other._replace(netloc="")


@given(st.sampled_from(["127.0.0.1", "[::1]", "localhost"]), st.integers(), st.one_of(st.none(), st.integers(1, 65535)))
def test_every_port_there_is_will_do_and_no_other(host: str, port: int, registered_port: int | None) -> None:
    registered = f"http://{host}:{registered_port}/cb" if registered_port else f"http://{host}/cb"
    asked = f"http://{host}:{port}/cb"
    assert is_registered(asked, [registered], native=True) == (1 <= port <= 65535)


@given(st.one_of(st.text(), mutants().map(lambda case: case[1])), st.booleans(), st.booleans())
def test_what_is_registered_has_one_reading(uri: str, native: bool, dev: bool) -> None:
    """No text raises an exception. An accepted URI has the same host for the standard library's parser, and no user information."""
    if registration_problem(uri, native=native, dev=dev) is not None:
        return
    parts = urlsplit(uri)
    assert uri.isascii()
    assert uri.isprintable()
    assert is_registered(uri, [uri], native=native)
    assert (parts.username, parts.password, parts.fragment) == (None, None, "")
    if parts.scheme in {"http", "https"}:
        assert host_of(uri).strip("[]") == parts.hostname
        assert origin_of(uri) == f"{parts.scheme}://{parts.netloc}"
        assert dev or parts.scheme == "https" or parts.hostname in {"localhost", "127.0.0.1", "::1"}
    else:
        assert native
        assert "." in parts.scheme


@given(st.text())
def test_host_and_origin_name_nothing_that_breaks_out_of_a_policy(uri: str) -> None:
    assert not set(host_of(uri) + origin_of(uri)) & set(" ;,'\"<>\\@\r\n")
