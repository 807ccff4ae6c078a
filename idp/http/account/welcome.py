"""The part of the account page for a person who accepted an invitation: a link to the app that they are invited to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from idp.http.pages import shorten
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request

    from idp.domain.apps.client import Client

DONE = "account-created"


def path(client: Client | None) -> str:
    """The address of the account page after the account is created. `client`: the app of the invitation."""
    return f"/account?{urlencode({'done': DONE} | ({'app': client.id} if client and client.home else {}))}"


def rows(request: Request) -> dict[str, Any]:
    """`onward`: name and address of the app whose id is in the address of the page. The address of the app is the registered one.

    Without an app that has an address (`Client.home`) there is no `onward`. One call with an id, none without.
    """
    client_id = request.query_params.get("app", "") if request.query_params.get("done") == DONE else ""
    (client,) = services(request).reads.clients([client_id]) if client_id else (None,)
    return {"onward": {"name": shorten(client.name or client.id), "url": client.home}} if client and client.home else {}
