"""The list of the deployment's connections; creating one, also of an organisation: little is asked, and what to register is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.connections.connection import PASSWORD, SAML, Connection
from idp.domain.connections.ids import whole_id
from idp.domain.connections.presets import PRESETS
from idp.domain.errors import Forbidden, NotFound
from idp.domain.texts import marked
from idp.http.console import connection_fields
from idp.http.console.again import answer_or_again
from idp.http.console.connection_place import CONNECTIONS, place_of, show_at
from idp.http.console.once import new_key, run_once
from idp.http.console.pages import Page
from idp.http.console.show import show
from idp.http.language import texts_of
from idp.http.request import query
from idp.http.services import services

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.connections.presets import Preset
    from idp.http.console.connection_place import Place
    from idp.http.console.visit import Visit
    from idp.http.form_error import FormError
    from idp.oauth.params import Params

CREATE = marked("Create a connection")
NEW = f"{CONNECTIONS}/_new"
"""No connection can have this id, so it hides none."""
_GENERAL = {"oidc": "OpenID Connect", "oauth2": "OAuth 2.0", "saml": "SAML 2.0", "password": marked("Just-in-time migration")}


def listing(request: Request, visit: Visit) -> Response:
    """GET /console/connections."""
    place = place_of(request, visit)
    rows = [
        (one.name, place.path_of(one), one.id, title_of(one.preset), one.enabled, one.shown, one.domains)
        for one in place.calls.listing(scope=visit.scope)
    ]
    return show(request, "connections.html", at=CONNECTIONS, listed=rows)


def page(request: Request, visit: Visit) -> Response:
    """GET …/connections/_new. `kind`: the name of a preset; without one the page offers them all."""
    place = place_of(request, visit)
    preset = _preset(place, query(request).get("kind"))
    if preset is None:
        kinds = [(name, title_of(name)) for name in place.presets]
        return show_at(request, visit, place, "connection_kinds.html", kinds=kinds)
    return _page(request, visit, place, preset, {"id": preset.name, "name": preset.title})


def create(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/connections/_new."""
    place = place_of(request, visit)
    preset = _preset(place, sent.get("kind"))
    if preset is None:
        raise NotFound("connection.unknown")
    fields = connection_fields.asked_for(preset, of_organisation=place.org is not None)
    typed = connection_fields.typed(sent, fields)

    def again(*, error: FormError, status: int) -> Response:
        kept = {name: sent.get(name) or "" for name in ("id", "metadata", "enabled")}
        return _page(request, visit, place, preset, {**typed, **kept}, error=error, status=status)

    def act() -> tuple[str, str]:
        given = {name: value for name, value in connection_fields.members(typed, fields).items() if value}
        given |= {name: value for name in ("secret", "metadata") if (value := sent.get(name))}
        given |= {"preset": preset.name, "enabled": bool(sent.get("enabled"))}
        made = place.calls.create(sent.get("id") or "", given, by=visit.by, scope=visit.scope)
        return f"{place.path_of(made)}?done=connection-created", ""

    return answer_or_again(lambda: run_once(request, visit, sent, act), again, field_of_conflict="id", also=(Forbidden,))


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


def _preset(place: Place, name: str | None) -> Preset | None:
    return PRESETS[name] if name in place.presets else None


def _page(
    request: Request, visit: Visit, place: Place, preset: Preset, typed: Mapping[str, Any], *, error: FormError | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    example = Connection(id=whole_id(str(typed.get("id") or preset.name), place.org_id), type=preset.type)
    return show_at(
        request, visit, place, "new_connection.html", status=status, below=[(f"{place.path}/_new", texts_of(request).text(CREATE))],
        kind=preset.name, title=title_of(preset.name), typed=typed,
        fields=connection_fields.asked_for(preset, of_organisation=place.org is not None), secret="secret" in preset.needs,
        key=preset.name == "apple", saml=preset.type == SAML, register=preset.register, issuer_like=preset.issuer_like,
        ours=to_register(example, services(request).settings.issuer), error=error, once=new_key(request),
    )  # fmt: skip


PAGES = (
    Page(CONNECTIONS, "GET", listing, needs=("connections:read",)),
    Page(NEW, "GET", page, needs=("connections:read", "connections:write")),
    Page(NEW, "POST", create, needs=("connections:read", "connections:write"), fresh=True),
)
