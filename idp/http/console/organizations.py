"""The list of organisations, and creating one. An admin of one organisation is redirected to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Invalid, NotFound
from idp.domain.organisations.profile import may_be_org_id
from idp.http.account.moment import moment
from idp.http.console.again import answer_or_again
from idp.http.console.once import new_key, run_once
from idp.http.console.organization_view import ORGANIZATIONS, READ, WRITE, path_of
from idp.http.console.pages import Page
from idp.http.console.show import show
from idp.http.redirect import see_other
from idp.http.request import query
from idp.http.services import services
from idp.services.admin.cursors import LONGEST as LONGEST_CURSOR
from idp.services.admin.cursors import Cursors

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.http.console.visit import Visit
    from idp.http.form_error import FormError
    from idp.oauth.params import Params

_ON_A_PAGE, _LONGEST = 50, 120
_NEW = f"{ORGANIZATIONS}/new"


def listing(request: Request, visit: Visit) -> Response:
    """GET /console/organizations. `q`: the beginning of the slug, beginnings of words of the name, or an id; `cursor`: the next page."""
    s, sent = services(request), query(request)
    if mine := visit.scope.organisation:
        return see_other(path_of(mine))
    words, cursor = (sent.get("q") or "").strip()[:_LONGEST], sent.get("cursor")
    if may_be_org_id(words) and (there := _by_id(request, visit, words)):
        return there
    if cursor is not None and len(cursor) > LONGEST_CURSOR:
        raise Invalid("cursor.unknown", field="cursor")
    cursors, place = Cursors(s.keyring), (visit.key, "organizations", words)
    start = cursors.open(place, cursor)
    if words:
        found, more = s.organisation_search.find(words, limit=_ON_A_PAGE, start=start, scope=visit.scope)
    else:
        found, more = s.organisation_service.listing(limit=_ON_A_PAGE, start=start, scope=visit.scope)
    return show(
        request, "organizations.html", at=ORGANIZATIONS, words=words, following=cursors.seal(place, more), later=cursor is not None,
        found=[(path_of(it.id), it.name, it.slug, it.disabled, it.members, it.admins, moment(it.created_at)) for it in found],
    )  # fmt: skip


def _by_id(request: Request, visit: Visit, words: str) -> Response | None:
    """Return a redirect to the organisation with this id; None if there is none."""
    try:
        return see_other(path_of(services(request).organisation_service.get(words, scope=visit.scope).id))
    except NotFound:
        return None


def new(request: Request, visit: Visit) -> Response:
    """GET /console/organizations/new."""
    del visit
    return _new(request)


def create(request: Request, visit: Visit, sent: Params) -> Response:
    """POST /console/organizations/new."""
    slug, name = sent.get("slug") or "", sent.get("name") or ""

    def again(*, error: FormError, status: int) -> Response:
        return _new(request, slug=slug, name=name, error=error, status=status)

    def act() -> tuple[str, str]:
        made = services(request).organisation_service.create(slug, name, by=visit.by, scope=visit.scope)
        return f"{path_of(made.id)}?done=organization-created", ""

    return answer_or_again(lambda: run_once(request, visit, sent, act), again)


def _new(request: Request, *, slug: str = "", name: str = "", error: FormError | None = None, status: int = 200) -> Response:
    return show(
        request, "new_organization.html", status=status, at=ORGANIZATIONS, slug=slug, name=name, error=error, once=new_key(request)
    )  # fmt: skip


PAGES = (
    Page(ORGANIZATIONS, "GET", listing, READ, organisation=True),
    Page(_NEW, "GET", new, ("organizations:read", *WRITE)),
    Page(_NEW, "POST", create, WRITE),
)
