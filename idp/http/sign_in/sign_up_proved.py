"""The page that follows the proof of an address at sign-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.http.sign_in.sign_up_pages import finish_page, waiting

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client
    from idp.domain.requests.authorization_request import AuthorizationRequest


def proved_page(request: Request, asked: AuthorizationRequest, handle: str, *, email: str, client: Client | None) -> Response:
    """The page that follows the proof of the address: for a password or a passkey, or for the account of an upstream identity."""
    if asked.upstream is None:
        return finish_page(request, asked, handle, email=email, client=client, sent={})
    from idp.http.sign_in import upstream_pages  # only a sign-in by a connection loads it

    return upstream_pages.finish_page(request, asked, waiting(asked), email=email, client=client, handle=handle)
