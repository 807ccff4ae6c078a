"""The versions of the policies: the list, one version, and publishing it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from idp.domain.errors import NotFound, PreconditionFailed
from idp.http.account.moment import moment
from idp.http.console.again import answer_or_again
from idp.http.console.listing import open_listing
from idp.http.console.names import names_of
from idp.http.console.pages import Page
from idp.http.console.person_acts import expected
from idp.http.console.show import show
from idp.http.console.views import HOME
from idp.http.redirect import see_other
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.access.policy_version import PolicyVersion
    from idp.http.console.visit import Visit
    from idp.http.form_error import FormError
    from idp.oauth.params import Params

POLICIES = f"{HOME}/policies"
NEW = f"{POLICIES}/new"
_LONGEST_NUMBER = 7


def listing(request: Request, visit: Visit) -> Response:
    """GET /console/policies."""
    opened, service = open_listing(request, visit, "policies"), services(request).policy_service
    found, more = service.listing(limit=opened.limit, start=opened.start, scope=visit.scope)
    live = service.live(scope=visit.scope)
    versions = [(one.number, f"{POLICIES}/{one.number}", one.note, moment(one.created_at), one.created_by) for one in found]
    return show(
        request, "policies.html", at=POLICIES, versions=versions, live=live.number if live else 0, following=opened.seal(more),
        later=opened.later, names=names_of(request, visit, (one.created_by for one in found)),
    )  # fmt: skip


def page(request: Request, visit: Visit) -> Response:
    """GET /console/policies/{number}."""
    return _page(request, visit)


def publish(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/publish: make it the live version. An older one is a rollback."""
    version = find(request, visit, request.path_params["number"])

    def again(*, error: FormError, status: int) -> Response:
        return _page(request, visit, error=error, status=status)

    def act() -> Response:
        services(request).policy_service.publish(version.number, by=visit.by, expected=expected(sent), scope=visit.scope)
        return see_other(f"{POLICIES}/{version.number}?done=policies-published")

    return answer_or_again(act, again, also=(PreconditionFailed,))


def find(request: Request, visit: Visit, number: str) -> PolicyVersion:
    """Return the version with this number.

    Raises:
        NotFound: there is none.
    """
    if not number.isascii() or not number.isdigit() or len(number) > _LONGEST_NUMBER:
        raise NotFound("policies.version_unknown")
    return services(request).policy_service.get(int(number), scope=visit.scope)


def rules_text(version: PolicyVersion) -> str:
    """Return the attribute rules as JSON to read, or ""."""
    return "" if version.rules is None else json.dumps(version.rules, indent=2, ensure_ascii=False)


def _page(request: Request, visit: Visit, *, error: FormError | None = None, status: int = 200) -> Response:
    it, live = find(request, visit, request.path_params["number"]), services(request).policy_service.live(scope=visit.scope)
    return show(
        request, "policy_version.html", status=status, at=POLICIES, error=error, number=it.number, note=it.note, policies=it.policies,
        schema=it.schema, namespace=it.namespace, rules=rules_text(it), saved=moment(it.created_at), by=it.created_by,
        live=live.number if live else 0, revision=live.revision if live else 0, names=names_of(request, visit, (it.created_by,)),
    )  # fmt: skip


PAGES = (
    Page(POLICIES, "GET", listing, needs=("policies:read",)),
    Page(f"{POLICIES}/{{number}}", "GET", page, needs=("policies:read",)),
    Page(f"{POLICIES}/{{number}}/publish", "POST", publish, needs=("policies:read", "policies:write"), fresh=True),
)
