"""The address of an SMTP server: IDP_SMTP_URL."""

from __future__ import annotations

from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

_PORTS = {"smtp": 587, "smtps": 465}
"""RFC 6409 §3.1 (submission, with STARTTLS) and RFC 8314 §7.3 (TLS from the first byte)."""


class SmtpServer(NamedTuple):
    """Where mails are handed over. `user` is empty if the server asks for no password. `implicit_tls`: TLS from the first byte."""

    host: str
    port: int
    user: str
    implicit_tls: bool

    @property
    def is_loopback(self) -> bool:
        """Whether it is this machine. Only then TLS may be missing."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False


def parse_smtp_url(url: str) -> SmtpServer:
    """Read smtp://[user@]host[:port] (STARTTLS) or smtps://[user@]host[:port] (TLS from the first byte). The user is percent-encoded.

    Raises:
        ValueError: it is not such a URL, or it contains a password.
    """
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname or parts.path or parts.query or parts.fragment:
        raise ValueError("not an SMTP URL")
    if parts.password is not None:
        raise ValueError("a password in the URL")
    user = unquote(parts.username or "")
    if not url.isascii() or not url.isprintable() or " " in url or not user.isprintable():
        raise ValueError("a character that is not allowed")
    return SmtpServer(parts.hostname, parts.port or _PORTS[parts.scheme], user, parts.scheme == "smtps")
