"""The list of webhook endpoints, and creating one. The secret is in the answer to the form and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.events.catalogue import TYPES
from idp.domain.webhooks.endpoint import MOST
from idp.http.console.again import answer_or_again
from idp.http.console.once import new_key, run_once
from idp.http.console.pages import Page
from idp.http.console.show import show
from idp.http.console.webhook_organisation import id_of
from idp.http.console.webhook_view import WEBHOOKS, kinds, members_of, path_of, row, typed_of
from idp.http.language import texts_of
from idp.http.request import query
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.http.console.visit import Visit
    from idp.http.form_error import FormError
    from idp.oauth.params import Params


def listing(request: Request, visit: Visit) -> Response:
    """GET /console/webhooks. Two calls: all endpoints, and how they do."""
    s, texts = services(request), texts_of(request)
    found = s.webhook_endpoint_service.listing(scope=visit.scope)
    statuses = s.webhook_deliveries.statuses([each.id for each in found], scope=visit.scope)
    return show(
        request, "webhooks.html", at=WEBHOOKS, most=MOST, is_sent=bool(s.settings.webhook_function) or s.settings.env == "dev",
        endpoints=[row(each, statuses[each.id], texts, s.clock()) for each in found],
    )  # fmt: skip


def ask(request: Request, visit: Visit) -> Response:
    """GET /console/webhooks/new."""
    del visit
    return _form(request, typed_of(query(request)))


def create(request: Request, visit: Visit, sent: Params) -> Response:
    """POST /console/webhooks/new. The answer shows the secret; a form that is sent again leads to the endpoint without it."""
    typed, secrets = typed_of(sent), []

    def again(*, error: FormError, status: int) -> Response:
        return _form(request, typed, error=error, status=status)

    def act() -> tuple[str, str]:
        members = members_of(typed, id_of(request, visit, typed["org_id"]))
        made, secret = services(request).webhook_endpoint_service.create(members, by=visit.by, scope=visit.scope)
        secrets.append((made, secret))
        return path_of(made.id), ""

    response = answer_or_again(lambda: run_once(request, visit, sent, act), again)
    for made, secret in secrets:
        return show(request, "webhook_secret.html", at=WEBHOOKS, url=made.url, path=path_of(made.id), secret=secret, until=None)
    return response


def _form(request: Request, typed: dict[str, str], *, error: FormError | None = None, status: int = 200) -> Response:
    return show(
        request, "webhook_new.html", status=status, at=WEBHOOKS, typed=typed, theirs={}, kinds=kinds(texts_of(request)), types=TYPES,
        once=new_key(request), error=error,
    )  # fmt: skip


PAGES = (
    Page(WEBHOOKS, "GET", listing, needs=("webhooks:read",)),
    Page(f"{WEBHOOKS}/new", "GET", ask, needs=("webhooks:read", "webhooks:write")),
    Page(f"{WEBHOOKS}/new", "POST", create, needs=("webhooks:write",), fresh=True),  # events leave the deployment
)
