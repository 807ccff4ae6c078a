"""Origins, hosts and domains as browsers write them."""

import re

_ORIGIN = re.compile(r"https?://([a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::([1-9][0-9]{0,4}))?", re.ASCII)
_DOMAIN = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+"
"""Two labels or more. It is compiled only if IDP_RP_ID is set, because that takes time at a cold start."""
_MAX_PORT = 65535


def is_origin(url: str) -> bool:
    """Return whether `url` is an origin as browsers write it. They compare it with the Origin header."""
    match = _ORIGIN.fullmatch(url)
    return match is not None and int(match[2] or 1) <= _MAX_PORT


def host_of(issuer: str) -> str:
    """Return the issuer's host without the port. An IPv6 address keeps its brackets, as in a URL."""
    match = _ORIGIN.fullmatch(issuer)
    return match[1] if match else ""


def is_domain(name: str) -> bool:
    """Return whether it is a domain with two labels or more, and no address."""
    return bool(re.fullmatch(_DOMAIN, name, re.ASCII)) and not name.rpartition(".")[2].isdecimal()


def is_rp_id(rp_id: str, host: str) -> bool:
    """Return whether browsers on `host` accept this RP ID: the host, or a parent domain with two labels or more (WebAuthn Level 3 §5.1.3).

    An IP address has no parent domain. Browsers also refuse public suffixes such as co.uk. There is no list of them here, and no passkey
    can be made under one.
    """
    last = host.rpartition(".")[2]
    parent = host.endswith("." + rp_id) and not last.isdecimal() and re.fullmatch(_DOMAIN, rp_id, re.ASCII)
    return rp_id == host or bool(parent)
