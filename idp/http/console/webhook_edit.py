"""Changing a webhook endpoint. An admin who saves after another one sees both values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import PreconditionFailed
from idp.domain.events.catalogue import TYPES
from idp.domain.message import Message
from idp.http.console.again import answer_or_again
from idp.http.console.pages import Page
from idp.http.console.person_acts import expected
from idp.http.console.show import show
from idp.http.console.webhook_organisation import id_of, short_name_of
from idp.http.console.webhook_view import WEBHOOKS, find, kinds, members_of, path_of, stored_of, typed_of
from idp.http.form_error import FormError
from idp.http.language import texts_of
from idp.http.redirect import see_other
from idp.http.services import services
from idp.telemetry import record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.webhooks.endpoint import WebhookEndpoint
    from idp.http.console.visit import Visit
    from idp.oauth.params import Params


def page(request: Request, visit: Visit) -> Response:
    """GET …/edit."""
    it = find(request, visit)
    return _page(request, it, stored_of(it, short_name_of(request, visit, it.org_id)))


def change(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/edit."""
    it, typed = find(request, visit), typed_of(sent)

    def again(*, error: FormError, status: int) -> Response:
        return _page(request, it, typed, error=error, status=status)

    def act() -> Response:
        members = members_of(typed, id_of(request, visit, typed["org_id"], it.org_id))
        services(request).webhook_endpoint_service.patch(it.id, members, by=visit.by, expected=expected(sent), scope=visit.scope)
        return see_other(f"{path_of(it.id)}?done=saved")

    try:
        return answer_or_again(act, again)
    except PreconditionFailed as stale:
        record.note_refusal(stale)
        now = find(request, visit)
        stored = stored_of(now, short_name_of(request, visit, now.org_id))
        theirs = {name: stored[name] for name in typed if typed[name].split() != stored[name].split()}
        return _page(request, now, typed, theirs=theirs, error=FormError(Message("resource.changed")), status=412)


def _page(
    request: Request, it: WebhookEndpoint, typed: Mapping[str, str], *, theirs: Mapping[str, str] | None = None,
    error: FormError | None = None, status: int = 200,
) -> Response:  # fmt: skip
    return show(
        request, "webhook_edit.html", status=status, at=WEBHOOKS, typed=typed, theirs=theirs or {}, error=error,
        kinds=kinds(texts_of(request)), types=TYPES, path=path_of(it.id), url=it.url, version=it.version,
    )  # fmt: skip


_EDIT = WEBHOOKS + "/{endpoint_id}/edit"
PAGES = (
    Page(_EDIT, "GET", page, needs=("webhooks:read", "webhooks:write")),
    Page(_EDIT, "POST", change, needs=("webhooks:write",), fresh=True),  # events would go to another place
)
