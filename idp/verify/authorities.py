"""Whose certificates are believed: the system's authorities, those of SSL_CERT_FILE and SSL_CERT_DIR, or those of a file.

OpenSSL reads a file of all authorities whole, 18 ms of a cold start; in a directory of them, named by their hash, it looks for one that it
needs. Most systems keep both, made by one tool.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from ssl import SSLContext

_SAID = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_MORE = ("/etc/pki/ca-trust/extracted/pem/directory-hash",)
"""Beside OpenSSL's own: where Fedora and what follows it keep the directory."""
_WHOLE = 50
"""Certificates that a system's directory has at least; fewer are somebody's own, beside the file."""


def client_context(cafile: str | None = None) -> SSLContext:
    """For TLS to servers: the certificate and the name are verified. `cafile`: its authorities alone.

    Raises:
        OSError: there is no such file.
    """
    from ssl import create_default_context, get_default_verify_paths

    said = cafile or any(os.environ.get(name) for name in _SAID)
    places = () if said else (get_default_verify_paths().openssl_capath, *_MORE)
    return create_default_context(cafile=cafile, capath=_first_whole(places))


def _first_whole(places: Iterable[str]) -> str | None:
    """The first of these directories that has all of a system's authorities by their hash."""
    for place in places:
        with suppress(OSError):
            if sum(name.endswith(".0") for name in os.listdir(place)) >= _WHOLE:  # noqa: PTH208  # pathlib is three milliseconds more
                return place
    return None
