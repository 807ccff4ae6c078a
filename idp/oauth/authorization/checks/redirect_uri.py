"""redirect_uri: exactly a registered one (RFC 6749 §3.1.2, RFC 9700 §2.1). Otherwise the error is a page, never a redirect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.apps.redirect_uri import is_registered
from idp.domain.errors import PageError

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.authorization.checks.draft import Draft
    from idp.oauth.params import Params


def check(params: Params, client: Client, draft: Draft) -> None:
    """Add the URI to answer to, and whether the request named it.

    Raises:
        PageError: the client did not register it, or the request names none and the client has several or asks for openid.
    """
    draft["redirect_uri"], draft["redirect_uri_given"] = redirect_uri(params, client)


def redirect_uri(params: Params, client: Client) -> tuple[str, bool]:
    """The URI that the response goes to, and whether the request named it (RFC 9700 §2.1).

    A client with one redirect URI may omit the parameter if it does not ask for openid (RFC 6749 §3.1.2.3).
    """
    asked = params.get("redirect_uri")
    if asked is None:
        scopes = (params.get("scope") or "").split(" ")
        if len(client.redirect_uris) != 1 or "openid" in scopes:
            raise PageError("invalid_request", "page.redirect_uri_missing", app=client)
        return client.redirect_uris[0], False
    if not is_registered(asked, client.redirect_uris, native=client.is_native):
        raise PageError("invalid_request", "page.redirect_uri_unknown", app=client)
    return asked, True
