"""Ready code for an app: with its own issuer, id and addresses, in files that the tests run as they are shown. No secret is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.apps.grant_types import DEVICE_CODE
from idp.http.console import code_frameworks as frameworks
from idp.http.console.app_kinds import KINDS, kind_of
from idp.http.console.app_view import APP, find, show_app
from idp.http.console.code_snippet import audience_of, loopback_of, port_of, redirect_of, render_code
from idp.http.console.pages import Page
from idp.http.language import texts_of
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client
    from idp.http.console.code_frameworks import Framework
    from idp.http.console.visit import Visit

TAB = "/code"


def page(request: Request, visit: Visit) -> Response:
    """GET …/code, with `framework` as the id of a row of `code_frameworks`; any other value shows the first that fits the app."""
    client = find(request, visit)
    fitting = frameworks.fitting(kind_of(client).id)
    chosen = frameworks.BY_ID.get(request.query_params.get("framework", ""), fitting[0])
    kind, texts, port = kind_of(client).id, texts_of(request), port_of(client)

    def named(several: list[Framework]) -> list[tuple[str, str]]:
        return [(one.id, texts.text(one.title)) for one in several]

    return show_app(
        request, visit, client, "app_code.html", TAB, chosen=chosen, title=texts.text(chosen.title),
        code=render_code(chosen, client, services(request).settings), run=chosen.run.format(port=port), missing=_missing(chosen, client),
        others=[(texts.text(each.title), named(frameworks.fitting(each.id))) for each in KINDS if each.id not in {kind, "mcp"}],
        fitting=named(fitting), redirect=redirect_of(client, chosen), loopback=loopback_of(client), audience=audience_of(client),
        by_key="private_key_jwt" in client.auth_methods or any("tls" in method for method in client.auth_methods),
    )  # fmt: skip


def _missing(framework: Framework, client: Client) -> str:
    """Return what the app must have registered for this code and has not; empty if nothing is missing."""
    there = {
        frameworks.REDIRECT: redirect_of(client, framework) in client.redirect_uris,
        frameworks.LOOPBACK: loopback_of(client) in client.redirect_uris,
        frameworks.DEVICE_GRANT: DEVICE_CODE in client.grant_types,
        frameworks.SERVICE_GRANT: "client_credentials" in client.grant_types, frameworks.AUDIENCE: True,
    }  # fmt: skip
    return "" if there[framework.needs] else framework.needs


PAGES = (Page(APP + TAB, "GET", page, ("clients:read",)),)
