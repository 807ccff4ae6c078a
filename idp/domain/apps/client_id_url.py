"""Rules for a client_id that is the URL of the client's metadata (draft-ietf-oauth-client-id-metadata-document §2)."""

from __future__ import annotations

import re

from idp.domain.message import Message

SCHEME = "https://"
MAX_LENGTH = 1000


def is_url(client_id: str) -> bool:
    """Return whether the client_id is a URL. The ids that this provider assigns have no colon."""
    return client_id.startswith(SCHEME)


def problem(client_id: str) -> Message | None:
    """Return why the URL cannot be a client identifier, or None if it can.

    §2: it "MUST have an "https" scheme, MUST contain a path component, MUST NOT contain single-dot or double-dot path segments, MUST NOT
    contain a fragment component and MUST NOT contain a username or password". A query is discouraged and a port is allowed.
    """
    if len(client_id) > MAX_LENGTH:
        return Message("uri.too_long", maximum=MAX_LENGTH)
    if not client_id.startswith(SCHEME):
        return Message("uri.not_https")
    if not path_of(client_id):
        return Message("uri.path_missing")
    from idp.domain.apps.redirect_uri import registration_problem  # the regular expressions load with the first such client

    # The rules of redirect URIs refuse the same: a fragment, user information, dot segments, an invalid host.
    return registration_problem(client_id, native=False, dev=False)


def host_of(client_id: str) -> str:
    """Return the host of the URL, without the port."""
    return re.split(r"[:/?#]", client_id.removeprefix(SCHEME), maxsplit=1)[0]


def path_of(client_id: str) -> str:
    """Return the path without its first slash."""
    return client_id.removeprefix(SCHEME).partition("?")[0].partition("/")[2]


def is_among(host: str, names: str) -> bool:
    """Return whether the host is one of these names (separated by spaces) or a subdomain of one."""
    return any(host == name or host.endswith("." + name) for name in names.lower().split())
