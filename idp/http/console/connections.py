"""The list of connections, and creating one from a preset: little is asked, and what to register at the other side is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from idp.domain.connections.connection import PASSWORD, SAML, Connection
from idp.domain.connections.presets import PRESETS
from idp.domain.errors import Forbidden, NotFound
from idp.domain.texts import marked
from idp.http.console import connection_fields
from idp.http.console.again import answer_or_again
from idp.http.console.once import new_key, run_once
from idp.http.console.pages import Page
from idp.http.console.show import show
from idp.http.console.views import HOME
from idp.http.request import query
from idp.http.services import services

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.connections.presets import Preset
    from idp.http.console.visit import Visit
    from idp.http.form_error import FormError
    from idp.oauth.params import Params

CONNECTIONS = f"{HOME}/connections"
NEW = f"{CONNECTIONS}/_new"
"""No connection can have this id, so it hides none."""
_GENERAL = {"oidc": "OpenID Connect", "oauth2": "OAuth 2.0", "saml": "SAML 2.0", "password": marked("Just-in-time migration")}


def listing(request: Request, visit: Visit) -> Response:
    """GET /console/connections."""
    found = services(request).connection_service.listing(scope=visit.scope)
    rows = [(one.name, path_of_connection(one.id), one.id, title_of(one.preset), one.enabled, one.shown, one.domains) for one in found]
    return show(request, "connections.html", at=CONNECTIONS, listed=rows)


def page(request: Request, visit: Visit) -> Response:
    """GET /console/connections/_new. `kind`: the name of a preset; without one the page offers them all."""
    del visit
    preset = PRESETS.get(query(request).get("kind") or "")
    if preset is None:
        kinds = [(name, title_of(name)) for name in PRESETS]
        return show(request, "connection_kinds.html", at=CONNECTIONS, kinds=kinds, new=NEW)
    return _page(request, preset, {"id": preset.name, "name": preset.title})


def create(request: Request, visit: Visit, sent: Params) -> Response:
    """POST /console/connections/_new."""
    preset = PRESETS.get(sent.get("kind") or "")
    if preset is None:
        raise NotFound("connection.unknown")
    fields = connection_fields.asked_for(preset)
    typed = connection_fields.typed(sent, fields)

    def again(*, error: FormError, status: int) -> Response:
        kept = {name: sent.get(name) or "" for name in ("id", "metadata", "enabled")}
        return _page(request, preset, {**typed, **kept}, error=error, status=status)

    def act() -> tuple[str, str]:
        given = {name: value for name, value in connection_fields.members(typed, fields).items() if value}
        given |= {name: value for name in ("secret", "metadata") if (value := sent.get(name))}
        given |= {"preset": preset.name, "enabled": bool(sent.get("enabled"))}
        made = services(request).connection_service.create(sent.get("id") or "", given, by=visit.by, scope=visit.scope)
        return f"{path_of_connection(made.id)}?done=connection-created", ""

    return answer_or_again(lambda: run_once(request, visit, sent, act), again, field_of_conflict="id", also=(Forbidden,))


def path_of_connection(connection_id: str) -> str:
    """Return the address of a connection's page."""
    return f"{CONNECTIONS}/{quote(connection_id, safe='')}"


def title_of(preset: str) -> str:
    """Return the words for a kind of connection."""
    return _GENERAL.get(preset) or (PRESETS[preset].title if preset in PRESETS else preset)


def to_register(it: Connection, issuer: str) -> list[tuple[str, str]]:
    """Return what the other side has to know: label and value. `issuer`: of this provider."""
    if it.type == PASSWORD:
        return []
    if it.type == SAML:
        return [
            (marked("Assertion consumer service (ACS)"), it.redirect_uri(issuer)), (marked("Entity id"), it.client_id or it.place(issuer)),
            (marked("Our metadata"), it.own_metadata_uri(issuer)),
        ]  # fmt: skip
    return [(marked("Redirect URI"), it.redirect_uri(issuer))]


def _page(
    request: Request, preset: Preset, typed: Mapping[str, Any], *, error: FormError | None = None, status: int = 200
) -> Response:  # fmt: skip
    example = Connection(id=str(typed.get("id") or preset.name), type=preset.type)
    return show(
        request, "new_connection.html", status=status, at=CONNECTIONS, kind=preset.name, title=title_of(preset.name), typed=typed,
        fields=connection_fields.asked_for(preset), secret="secret" in preset.needs, key=preset.name == "apple", saml=preset.type == SAML,
        register=preset.register, issuer_like=preset.issuer_like, ours=to_register(example, services(request).settings.issuer),
        error=error, once=new_key(request), new=NEW,
    )  # fmt: skip


PAGES = (
    Page(CONNECTIONS, "GET", listing, needs=("connections:read",)),
    Page(NEW, "GET", page, needs=("connections:read", "connections:write")),
    Page(NEW, "POST", create, needs=("connections:read", "connections:write"), fresh=True),
)
