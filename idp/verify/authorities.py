"""The trusted certificate authorities: those of the system, of SSL_CERT_FILE and SSL_CERT_DIR, or of a given file.

OpenSSL reads a file with all authorities completely, which is 18 ms of a cold start. In a directory, where each file is named by its
hash, it reads only the one that it needs. Most systems have both, made by the same tool.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from ssl import SSLContext

_CONFIGURED = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_FEDORA = ("/etc/pki/ca-trust/extracted/pem/directory-hash",)
"""The directory of Fedora and its derivatives, in addition to OpenSSL's default directory."""
_SYSTEM_SIZE = 50
"""The least number of certificates in a system's directory. A directory with fewer is an addition to the file."""


def client_context(cafile: str | None = None) -> SSLContext:
    """A context for TLS to servers. It verifies certificate and host name. `cafile`: a PEM file whose authorities are used instead.

    Raises:
        OSError: the file does not exist.
    """
    from ssl import create_default_context, get_default_verify_paths

    configured = cafile or any(os.environ.get(name) for name in _CONFIGURED)
    places = () if configured else (get_default_verify_paths().openssl_capath, *_FEDORA)
    return create_default_context(cafile=cafile, capath=_first_complete(places))


def _first_complete(places: Iterable[str]) -> str | None:
    """The first of these directories that contains a system's authorities by their hash, or None."""
    for place in places:
        with suppress(OSError):
            if sum(name.endswith(".0") for name in os.listdir(place)) >= _SYSTEM_SIZE:  # noqa: PTH208  # importing pathlib takes three milliseconds
                return place
    return None
