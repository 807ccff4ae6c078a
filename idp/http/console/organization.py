"""The first page about an organisation: what it is and what it demands; disabling it, and deleting it in two steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Invalid
from idp.http.account.moment import moment
from idp.http.console.again import answer_or_again
from idp.http.console.organization_view import HERE, ORGANIZATIONS, READ, WRITE, back, find, show_organization
from idp.http.console.pages import Page
from idp.http.console.person_acts import expected
from idp.http.redirect import see_other
from idp.http.services import services

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.http.console.visit import Visit
    from idp.http.form_error import FormError
    from idp.oauth.params import Params


def page(request: Request, visit: Visit) -> Response:
    """GET /console/organizations/{org_id}."""
    it = find(request, visit)
    return show_organization(
        request, visit, it, "organization.html", "", created=moment(it.created_at), updated=moment(it.updated_at)
    )  # fmt: skip


def _change(word: str, *, disabled: bool) -> Callable[[Request, Visit, Params], Response]:
    def act(request: Request, visit: Visit, sent: Params) -> Response:
        services(request).organisation_service.patch(
            request.path_params["org_id"], {"disabled": disabled}, by=visit.by, expected=expected(sent), scope=visit.scope
        )
        return back(request, word)

    return act


def ask_to_delete(request: Request, visit: Visit) -> Response:
    """GET …/delete: what a deletion takes away, before it is asked for."""
    return _ask(request, visit)


def delete(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/delete. `slug`: the slug, typed, so that no other organisation is deleted by mistake."""

    def again(*, error: FormError, status: int) -> Response:
        return _ask(request, visit, error=error, status=status)

    def act() -> Response:
        it = find(request, visit)
        if (sent.get("slug") or "").strip() != it.slug:
            raise Invalid("console.slug_differs", field="slug")
        services(request).organisation_service.delete(it.id, by=visit.by, expected=expected(sent), scope=visit.scope)
        return see_other(f"{ORGANIZATIONS}?done=organization-deleted")

    return answer_or_again(act, again)


def _ask(request: Request, visit: Visit, *, error: FormError | None = None, status: int = 200) -> Response:
    return show_organization(
        request, visit, find(request, visit), "organization_delete.html", "/delete", error=error, status=status
    )  # fmt: skip


PAGES = (
    Page(HERE, "GET", page, READ, organisation=True),
    Page(f"{HERE}/disable", "POST", _change("organization-disabled", disabled=True), WRITE, fresh=True),
    Page(f"{HERE}/enable", "POST", _change("organization-enabled", disabled=False), WRITE),
    Page(f"{HERE}/delete", "GET", ask_to_delete, (*READ, *WRITE)),
    Page(f"{HERE}/delete", "POST", delete, WRITE, fresh=True),
)
