"""Changing members of an app by a form: what differs is sent to the service as one patch, for the version that the form was made from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

from idp.domain.errors import PreconditionFailed
from idp.domain.message import Message
from idp.http.console.app_again import answer_or_typed
from idp.http.console.app_field import CHOICES, FLAG, LINES, OBJECT, Field, value_of
from idp.http.console.app_view import find, path_of
from idp.http.console.person_acts import expected
from idp.http.form_error import FormError
from idp.http.redirect import see_other
from idp.http.services import services
from idp.services.apps import client_metadata
from idp.services.apps.client_metadata.own import MERGED
from idp.telemetry import record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client
    from idp.http.console.visit import Visit
    from idp.oauth.params import Params


class Shown(Protocol):
    """A page with the form. `theirs`: values that somebody else saved meanwhile, by field."""

    def __call__(
        self, client: Client, typed: Mapping[str, str], *, theirs: Mapping[str, str], error: FormError | None, status: int
    ) -> Response:
        """Render the page."""
        ...


def stored(client: Client, fields: Sequence[Field]) -> dict[str, str]:
    """Return the values of an app as a person would type them."""
    members = client_metadata.describe(client)
    return {field.name: _text(field, members[field.name]) for field in fields}


def _text(field: Field, value: Any) -> str:
    if value in (None, "", [], {}):
        return ""
    if field.kind == FLAG:
        return "1" if value else ""
    if field.kind in {LINES, CHOICES}:
        return "\n".join(value if field.kind == LINES else [each for each in field.values if each in value])
    if field.kind == OBJECT:
        return json.dumps(value, indent=2, ensure_ascii=False)
    return str(value).lower() if isinstance(value, bool) else str(value)


def change(
    request: Request, visit: Visit, sent: Params, fields: Sequence[Field], typed: Mapping[str, str], show: Shown, *, tab: str,
    patch: Callable[[Client], Mapping[str, Any]] | None = None,
) -> Response:  # fmt: skip
    """Save what differs. Wrong input shows the page again with what was typed; a version that is too old also with the other's values.

    `patch`: further members, from the app as stored now.
    """
    client, version = find(request, visit), expected(sent)

    def again(*, error: FormError, status: int) -> Response:
        return show(client, typed, theirs={}, error=error, status=status)

    def act() -> Response:
        if client.version not in version:
            raise PreconditionFailed("client.changed")
        changes = {**_changes(client, fields, typed), **(patch(client) if patch else {})}
        after = services(request).client_service.patch(client.id, changes, by=visit.by, expected=version, scope=visit.scope)
        return see_other(f"{path_of(client.id)}{tab}?done={'unchanged' if after.version == client.version else 'saved'}")

    try:
        return answer_or_typed(act, again)
    except PreconditionFailed as stale:
        record.note_refusal(stale)
        now = find(request, visit)
        theirs = {name: value for name, value in stored(now, fields).items() if value != typed.get(name, "")}
        return show(now, typed, theirs=theirs, error=FormError(Message("console.app_changed")), status=412)


def _changes(client: Client, fields: Sequence[Field], typed: Mapping[str, str]) -> dict[str, Any]:
    """Return the RFC 7396 patch of the fields that differ. The order of values of boxes stays; new ones follow."""
    before, found = stored(client, fields), dict[str, Any]()
    members = client_metadata.describe(client)
    for field in fields:
        if typed[field.name] == before[field.name]:
            continue
        value = value_of(field, typed[field.name])
        if field.kind == CHOICES:
            kept = [each for each in members[field.name] if each in value]
            value = [*kept, *(each for each in value if each not in kept)]
        if field.name in MERGED and isinstance(value, dict):
            value = dict.fromkeys(members[field.name] or {}) | value
        found[field.name] = value
    return found
