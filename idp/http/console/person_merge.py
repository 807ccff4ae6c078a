"""Merging another account of the same person into this one: first what could move, then the merge (docs/merging.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idp.domain.access.account_merge import MergeChoice
from idp.domain.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from idp.domain.people.user import may_be_user_id
from idp.domain.search_text import LONGEST
from idp.http.account.moment import Moment, moment
from idp.http.console.once import new_key, run_once
from idp.http.console.pages import Page
from idp.http.console.person_acts import expected
from idp.http.console.person_view import PEOPLE, find, path_of, row, show_person
from idp.http.form_error import FormError
from idp.http.request import query
from idp.http.services import services
from idp.services.people.user_changes import parse_email
from idp.telemetry import record

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.access.account_merge import MergePlan
    from idp.http.console.visit import Visit
    from idp.oauth.params import Params

_TAB = "/merge"
_REFUSALS = (Conflict, Forbidden, Invalid, NotFound, PreconditionFailed)
LINK, ORGANISATION = "link.", "organization."
"""The beginnings of the names of checkboxes."""


class MovableLink(NamedTuple):
    """`name`: of its checkbox."""

    name: str
    issuer: str
    address: str
    added: Moment


def page(request: Request, visit: Visit) -> Response:
    """GET …/merge. `other`: the id or the address of the account that goes."""
    other = (query(request).get("other") or "").strip()[:LONGEST]
    return _page(request, visit, other)


def merge(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/merge."""
    user_id, other = find(request, visit).id, sent.one("other")  # first whether there is such a person
    names = frozenset(name for name, _ in sent.every())
    links = frozenset(name.removeprefix(LINK) for name in names if name.startswith(LINK))
    organizations = frozenset(name.removeprefix(ORGANISATION) for name in names if name.startswith(ORGANISATION))
    choice = MergeChoice("roles" in sent, links, organizations)

    def act() -> tuple[str, str]:
        kept = services(request).account_merge.merge(
            user_id, other, choice, by=visit.by, scope=visit.scope, expected=expected(sent), expected_merged=expected(sent, "other_version")
        )
        return f"{path_of(kept.id)}?done=merged", kept.id

    try:
        return run_once(request, visit, sent, act)
    except _REFUSALS as refusal:
        record.note_refusal(refusal)
        return _page(request, visit, other, FormError(refusal.message), refusal.status, chosen=names)


def _page(
    request: Request, visit: Visit, other: str, error: FormError | None = None, status: int = 200, *, chosen: frozenset[str] | None = None
) -> Response:  # fmt: skip
    """The page with what could move, or with the question which account goes if no merge with `other` is possible."""
    user, plan = find(request, visit), None
    try:
        plan = _plan(request, visit, user.id, other) if other else None
    except _REFUSALS as refusal:
        if error is None:
            record.note_refusal(refusal)
            error, status = FormError(refusal.message, "other"), refusal.status
    return show_person(
        request, visit, user, "person_merge.html", _TAB, status=status, error=error, other=other, chosen=chosen, plan=plan,
        gone=row(plan.merged, visit) if plan else None, once=new_key(request), may_roles=visit.may("roles:write"),
        links=[MovableLink(LINK + one.id, one.connection_id or one.issuer, one.email, moment(one.created_at)) for one in plan.links]
        if plan else [],
        organisations=_organisations(request, visit, plan) if plan else [],
    )  # fmt: skip


def _organisations(request: Request, visit: Visit, plan: MergePlan) -> list[tuple[str, str, bool]]:
    """Return the checkbox, the name, and whether the person administers it, of each organisation that the admin may let move."""
    if not visit.may("organizations:read", "organizations:write"):
        return []
    found = []
    for one in plan.memberships:
        try:
            profile = services(request).organisation_service.get(one.org_id, scope=visit.scope)
        except NotFound:  # it was deleted, and this membership is removed later
            continue
        if not profile.deleting_since:
            found.append((ORGANISATION + one.org_id, profile.name, one.admin))
    return found


def _plan(request: Request, visit: Visit, kept_id: str, other: str) -> MergePlan:
    """Return what a merge with the account of this id or address could move."""
    s, found = services(request), None
    if "@" in other and not may_be_user_id(other):
        found = s.user_service.id_of(parse_email(other), scope=visit.scope)
        if found is None:
            raise NotFound("user.unknown")
    return s.account_merge.plan(kept_id, found or other, by=visit.by, scope=visit.scope)


_PATH = PEOPLE + "/{user_id}" + _TAB
PAGES = (
    Page(_PATH, "GET", page, ("users:read", "users:write")),
    Page(_PATH, "POST", merge, ("users:read", "users:write"), fresh=True),
)
