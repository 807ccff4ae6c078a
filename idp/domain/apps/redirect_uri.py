"""Redirect URIs: which may be registered, and whether the one in a request is registered.

RFC 6749 §3.1.2, RFC 9700 §2.1 and §4.1.3 (exact string matching), RFC 8252 §7 (native apps). The comparison uses the URI as it was sent: it
is not decoded, normalised or parsed first. Known bypasses (userinfo, backslash, `%2e`, case, default port) use differences between two
parsers.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

from idp.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_LENGTH = 2048

# RFC 8252 §7.3: "The authorization server MUST allow any port to be specified at the time of the request for loopback
# IP redirect URIs". RFC 9700 §2.1 and §4.1.3 say the same of "localhost redirection URIs of native apps". §8.3 of RFC 8252
# calls the name localhost NOT RECOMMENDED and allows it. The host must be the registered one, so the name does not match a
# registered address. The rest begins with `/` or `?`, so that `:80@evil` is not a port.
_LOOPBACK = re.compile(r"(http://(?:127\.0\.0\.1|\[::1\]|localhost))(?::([1-9][0-9]{0,4}))?((?:[/?].*)?)", re.ASCII)
# RFC 3986 §2: the characters of a URI. A fragment is not part of a redirect URI (RFC 6749 §3.1.2), so `#` is missing here.
_CHARACTERS = re.compile(r"(?:[A-Za-z0-9._~:/?\[\]@!$&'()+,;=-]|%[0-9A-Fa-f]{2})+", re.ASCII)
_PARTS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?://([^/?#]*))?(.*)", re.ASCII)
_AUTHORITY = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)(?::([1-9][0-9]{0,4}))?", re.ASCII)
# Browsers resolve these segments before they send the request, so the request goes to another path.
_DOT_SEGMENT = re.compile(r"(?:^|[/\\]|%2f|%5c)(?:\.|%2e){1,2}(?:$|[/\\?;]|%2f|%5c)", re.ASCII | re.IGNORECASE)
_ENCODED_CONTROL = re.compile(r"%(?:[01][0-9a-f]|7f)", re.ASCII | re.IGNORECASE)
_NUMBER_LABEL = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)", re.ASCII)

_LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})
_DANGEROUS_SCHEMES = frozenset({"about", "blob", "data", "file", "filesystem", "javascript", "vbscript", "view-source"})
_MAX_PORT = 65535


def is_registered(asked: str, registered: Sequence[str], *, native: bool) -> bool:
    """Return whether a code may be sent to `asked`.

    RFC 9700 §4.1.3: "the authorization server MUST ensure that the two URIs are equal; see Section 6.2.1 of RFC 3986, Simple String
    Comparison". The only exception is the port of a native app's loopback address.
    """
    if not _is_sendable(asked):
        return False
    return any(asked == uri or (native and _same_but_for_port(asked, uri)) for uri in registered)


def registration_problem(uri: str, *, native: bool, dev: bool) -> Message | None:
    """Return why `uri` cannot be registered, or None if it can.

    In development a web client may also use plain http to any host, such as the name of another container.
    """
    return _text_problem(uri) or _scheme_problem(uri, native=native, dev=dev)


def host_of(uri: str) -> str:
    """Return the host that a person is sent to, without its port. For a private-use scheme return the scheme.

    The text after `com.example.app://` is not a host. It could be `bank.example`, and the app would still get the code.
    """
    scheme, authority, _ = _split(uri)
    match = _AUTHORITY.fullmatch(authority or "") if scheme in {"http", "https"} else None
    return match[1] if match else scheme


def is_loopback(uri: str) -> bool:
    """Return whether it leads to a program on the person's own machine by plain http (RFC 8252 §7.3).

    MCP authorization, Localhost redirect URIs: the consent page warns about such a program.
    """
    return _split(uri)[0] == "http" and host_of(uri) in _LOOPBACK_HOSTS


def origin_of(uri: str) -> str:
    """Return the Content-Security-Policy source of the URI: `https://host:port`, or `scheme:` for a private-use URI."""
    scheme, authority, _ = _split(uri)
    if scheme in {"http", "https"} and _AUTHORITY.fullmatch(authority or ""):
        return f"{scheme}://{authority}"
    return f"{scheme}:" if scheme else ""


def _same_but_for_port(asked: str, registered: str) -> bool:
    one, other = _LOOPBACK.fullmatch(asked), _LOOPBACK.fullmatch(registered)
    return bool(one and other and int(one[2] or 80) <= _MAX_PORT and (one[1], one[3]) == (other[1], other[3]))


def _is_sendable(uri: str) -> bool:
    """Return whether the URI still satisfies the rules of registration. An item that was written by other means must not cause an
    injection.
    """
    return bool(_CHARACTERS.fullmatch(uri)) and _split(uri)[0] not in _DANGEROUS_SCHEMES


def _split(uri: str) -> tuple[str, str | None, str]:
    """Split into scheme (lower case), authority and the rest. The scheme is "" if the text is not an absolute URI."""
    match = _PARTS.fullmatch(uri)
    return (match[1].lower(), match[2], match[3]) if match else ("", None, "")


def _text_problem(uri: str) -> Message | None:
    rules = (
        (len(uri) > MAX_LENGTH, Message("uri.too_long", maximum=MAX_LENGTH)),
        (not uri.isascii(), Message("uri.not_ascii")),
        (not uri.isprintable() or " " in uri, Message("uri.control_character")),
        ("#" in uri, Message("uri.has_fragment")),
        ("*" in uri, Message("uri.has_wildcard")),
        (not _CHARACTERS.fullmatch(uri), Message("uri.forbidden_character")),
        (_ENCODED_CONTROL.search(uri), Message("uri.encoded_control_character")),
    )
    return next((message for broken, message in rules if broken), None)


def _scheme_problem(uri: str, *, native: bool, dev: bool) -> Message | None:
    scheme = _split(uri)[0]
    if not scheme:
        return Message("uri.not_absolute")
    if scheme in _DANGEROUS_SCHEMES:
        return Message("uri.dangerous_scheme", scheme=scheme)
    if scheme in {"http", "https"}:
        return _web_problem(uri, dev=dev)
    return _private_use_problem(uri, native=native)


def _web_problem(uri: str, *, dev: bool) -> Message | None:
    scheme, authority, rest = _split(uri)
    if not uri.startswith(scheme):
        return Message("uri.scheme_not_lower_case")
    if problem := _authority_problem(authority or ""):
        return problem
    if _DOT_SEGMENT.search(rest.partition("?")[0]):
        return Message("uri.dot_segment")
    if scheme == "http" and not dev and host_of(uri) not in _LOOPBACK_HOSTS:
        return Message("uri.plain_http")
    return None


def _private_use_problem(uri: str, *, native: bool) -> Message | None:
    """RFC 8252 §7.1: "apps MUST use a URI scheme based on a domain name under their control, expressed in reverse order"."""
    scheme, authority, _ = _split(uri)
    if not native:
        return Message("uri.private_use_scheme", scheme=scheme)
    if "." not in scheme:
        return Message("uri.scheme_not_reverse_domain", scheme=scheme)
    if not uri[len(scheme) :].startswith(":/"):
        return Message("uri.private_use_path_missing", scheme=scheme)
    if "@" in (authority or ""):
        return Message("uri.has_user_information")
    return None


def _authority_problem(authority: str) -> Message | None:
    if "@" in authority:
        return Message("uri.has_user_information")
    match = _AUTHORITY.fullmatch(authority)
    if not match:
        return Message("uri.host_malformed")
    if int(match[2] or 80) > _MAX_PORT:
        return Message("uri.port_too_high", maximum=_MAX_PORT)
    if not _is_host(match[1]):
        return Message("uri.host_not_ip_address")

    return None


def _is_host(host: str) -> bool:
    """Return whether it is a valid host. `127.1` and `0x7f.1` are not: browsers read a host that ends in a number as an IPv4 address."""
    literal = host.startswith("[")
    if not literal and not _NUMBER_LABEL.fullmatch(host.rpartition(".")[2]):
        return True
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return (address.version == 6) == literal  # noqa: PLR2004 -- the version of IP
