"""Changing a connection. The form has the version that it was made from: an admin who saves after another one sees both values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Forbidden, PreconditionFailed
from idp.http.console import connection_fields, holders
from idp.http.console.again import answer_or_again
from idp.http.console.connection import find, show_connection
from idp.http.console.connection_place import CONNECTIONS, place_of
from idp.http.console.pages import Page
from idp.http.console.person_acts import expected
from idp.http.redirect import see_other

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.connections.connection import Connection
    from idp.http.console.connection_place import Place
    from idp.http.console.visit import Visit
    from idp.http.form_error import FormError
    from idp.oauth.params import Params


def page(request: Request, visit: Visit) -> Response:
    """GET …/edit."""
    place = place_of(request, visit)
    it = find(request, visit, place)
    return _page(request, visit, place, it, connection_fields.texts(it, connection_fields.changeable(it)))


def change(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/edit: change what differs from the stored values. The secret has a page of its own, and comes along if a new host needs it."""
    place = place_of(request, visit)
    it = find(request, visit, place)
    fields = connection_fields.changeable(it)
    typed = connection_fields.typed(sent, fields)

    def again(*, error: FormError, status: int) -> Response:
        if status != PreconditionFailed.status:
            return _page(request, visit, place, it, typed, error=error, status=status)
        now = find(request, visit, place)
        theirs = holders.differing(connection_fields.texts(now, fields), typed)
        return _page(request, visit, place, now, typed, theirs=theirs, error=error, status=status)

    def act() -> Response:
        differing = holders.differing(connection_fields.texts(it, fields), typed)
        changes = connection_fields.members({name: typed[name] for name in differing}, fields)
        changes |= {name: value for name in ("secret", "metadata") if (value := sent.get(name))}
        after = place.calls.patch(it.own_id, changes, by=visit.by, expected=expected(sent), scope=visit.scope)
        return see_other(f"{place.path_of(it)}?done={'saved' if after != it else 'unchanged'}")

    return answer_or_again(act, again, also=(Forbidden, PreconditionFailed))


def _page(
    request: Request, visit: Visit, place: Place, it: Connection, typed: Mapping[str, str], *,
    theirs: Mapping[str, str] | None = None, error: FormError | None = None, status: int = 200,
) -> Response:  # fmt: skip
    needs_secret = error is not None and error.field == "secret"
    return show_connection(
        request, visit, place, it, "connection_edit.html", status=status, typed=typed, theirs=theirs or {}, error=error,
        fields=connection_fields.changeable(it), needs_secret=needs_secret,
    )  # fmt: skip


PAGES = (
    Page(f"{CONNECTIONS}/{{connection_id}}/edit", "GET", page, ("connections:read", "connections:write")),
    Page(f"{CONNECTIONS}/{{connection_id}}/edit", "POST", change, ("connections:read", "connections:write"), fresh=True),
)
