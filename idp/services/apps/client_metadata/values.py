"""Readers of members: each checks the type and the limits of a value, or raises Invalid (threats E-10)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import Any

from idp.domain.errors import Invalid, InvalidValue
from idp.domain.people.standard_claims import is_text, is_web_url
from idp.domain.readable_text import is_name
from idp.domain.requests import scope as scopes

MOST_URIS = 50
LONGEST_URI = 2048
LONGEST_NAME = 200
_LONGEST_SCOPE = 4096
_LONGEST_AGE = 10 * 365 * 86400
_HOST = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*", re.ASCII)

Read = Callable[[str, Any], Any]
Member = tuple[str, Read]
"""The attribute of `Client` that a member sets, and the reader of its value."""


def text(name: str, value: Any) -> str:
    """Read a readable name."""
    if not is_text(value, LONGEST_NAME):
        raise Invalid("value.not_text", longest=LONGEST_NAME, field=name)
    return str(value)


def shown_name(name: str, value: Any) -> str:
    """Read the name of an app that pages show. It may come from the app itself."""
    if not is_text(value, LONGEST_NAME) or not is_name(value):
        raise Invalid("client.name_malformed", longest=LONGEST_NAME, field=name)
    return str(value)


def flag(name: str, value: Any) -> bool:
    """Read true or false. Other values such as 1 or "true" are refused."""
    if not isinstance(value, bool):
        raise Invalid("value.not_boolean", field=name)
    return value


def seconds(name: str, value: Any) -> int:
    """Read a whole number of seconds."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LONGEST_AGE:
        raise Invalid("value.not_seconds", maximum=_LONGEST_AGE, field=name)
    return value


def url(name: str, value: Any) -> str:
    """Read the URL of a page or picture that browsers open. This provider never fetches it (threats E-09)."""
    if not is_web_url(value):
        raise Invalid("value.not_web_url", longest=LONGEST_URI, field=name)
    return str(value)


def https_url(name: str, value: Any) -> str:
    """Read an https URL that this provider fetches or calls. The fetcher cannot reach private addresses (threats E-09)."""
    if not is_web_url(value, schemes=("https",)) or "#" in value:
        raise Invalid("value.not_fetchable_url", longest=LONGEST_URI, field=name)
    return str(value)


def texts(name: str, value: Any, most: int, longest: int) -> tuple[str, ...]:
    """Read a list of texts without repetitions."""
    if not isinstance(value, list | tuple) or len(value) > most or not all(is_text(each, longest) for each in value):
        raise Invalid("value.not_texts", maximum=most, longest=longest, field=name)
    return tuple(dict.fromkeys(value))


def uris(name: str, value: Any) -> tuple[str, ...]:
    """Read a list of URIs. client_rules has their rules."""
    return texts(name, value, MOST_URIS, LONGEST_URI)


def resources(name: str, value: Any) -> tuple[str, ...]:
    """RFC 8707 §2: "Its value MUST be an absolute URI … and MUST NOT include a fragment component"."""
    found = texts(name, value, 20, 512)
    for uri in found:
        scheme, colon, rest = uri.partition(":")
        if not (colon and rest and scheme.isascii() and scheme[:1].isalpha() and uri.isascii()) or " " in uri or "#" in uri:
            raise Invalid("value.not_resources", field=name)
    return found


def names(most: int) -> Read:
    """Return a reader of a list of at most `most` short names."""
    return lambda name, value: texts(name, value, most, 254)


def among(allowed: tuple[str, ...]) -> Read:
    """Return a reader of a list of some of these values."""

    def read(name: str, value: Any) -> tuple[str, ...]:
        chosen = texts(name, value, len(allowed), 64)
        if not set(chosen) <= set(allowed):
            raise Invalid("value.not_among", values=", ".join(allowed), field=name)
        return chosen

    return read


def one_of(allowed: tuple[str, ...]) -> Read:
    """Return a reader of one of these values."""

    def read(name: str, value: Any) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise Invalid("value.not_one_of", values=", ".join(allowed), field=name)
        return value

    return read


def algorithm(name: str, value: Any) -> str:
    """Read the name of a signing algorithm. client_rules checks whether the deployment has it."""
    if not is_text(value, 20):
        raise Invalid("value.not_algorithm", field=name)
    return str(value)


def scope(name: str, value: Any) -> tuple[str, ...]:
    """Read OAuth scopes, separated by spaces (RFC 7591 §2)."""
    if not isinstance(value, str) or len(value) > _LONGEST_SCOPE:
        raise Invalid("value.not_scopes", longest=_LONGEST_SCOPE, field=name)
    try:
        return scopes.parse(value)
    except InvalidValue as error:
        raise Invalid(error.message, field=name) from None


def host(name: str, value: Any) -> str:
    """Read a DNS name (RFC 8705 §2.1.2)."""
    if not isinstance(value, str) or not _HOST.fullmatch(value):
        raise Invalid("value.not_dns_name", field=name)
    return value.lower()


def address(name: str, value: Any) -> str:
    """Read an IP address in the form that is compared with certificates (RFC 8705 §2.1.2)."""
    try:
        return str(ipaddress.ip_address(value if isinstance(value, str) else ""))
    except ValueError:
        raise Invalid("value.not_ip_address", field=name) from None


def line(name: str, value: Any) -> str:
    """Read a line of ASCII, such as a distinguished name."""
    if not is_text(value, 1024) or not value.isascii():
        raise Invalid("value.not_ascii_line", field=name)
    return str(value)
