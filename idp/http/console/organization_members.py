"""The members of an organisation: the list, adding one, and one member with roles and rights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from idp.domain.access.organisation_scopes import ORGANISATION_SCOPES
from idp.domain.errors import Invalid, InvalidValue, PreconditionFailed
from idp.domain.message import Message
from idp.domain.people.user import may_be_user_id
from idp.http.account.moment import moment
from idp.http.console import rights
from idp.http.console.again import answer_or_again
from idp.http.console.once import new_key, run_once
from idp.http.console.organization_view import HERE, READ, WRITE, back, find, path_of, show_organization
from idp.http.console.pages import Page
from idp.http.console.person_acts import expected
from idp.http.form_error import FormError
from idp.http.language import texts_of
from idp.http.request import query
from idp.http.services import services
from idp.services.admin.cursors import Cursors

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.access.roles import RoleModel
    from idp.http.console.visit import Visit
    from idp.oauth.params import Params
    from idp.services.organisations.members import Member

_TAB, _ON_A_PAGE = "/members", 50


def listing(request: Request, visit: Visit) -> Response:
    """GET …/members. `cursor`: the next page."""
    return _page(request, visit)


def add(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/members. `who`: the id or the address of an account."""
    s, org_id, who = services(request), request.path_params["org_id"], (sent.get("who") or "").strip()

    def again(*, error: FormError, status: int) -> Response:
        return _page(request, visit, typed=who, error=FormError(error.message, "who"), status=status)

    def act() -> tuple[str, str]:
        try:
            user_id = who if may_be_user_id(who) else s.user_service.id_of(who, scope=visit.scope)
        except InvalidValue:  # no address
            user_id = None
        if not user_id:
            raise Invalid("console.account_unknown", field="who")
        s.member_service.add(org_id, user_id, by=visit.by, scope=visit.scope)
        return f"{_path(org_id, user_id)}?done=organization-member-added", user_id

    return answer_or_again(lambda: run_once(request, visit, sent, act), again)


def member(request: Request, visit: Visit) -> Response:
    """GET …/members/{user_id}."""
    found, model = _find(request, visit), _model(request, visit)
    return _member(request, visit, found, model, set(model.live_roles(found.membership.roles)))


def change(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/members/{user_id}: roles and rights."""
    found, model = _find(request, visit), _model(request, visit)
    ticked = {name for name in model.roles if sent.get(f"role:{name}")}
    typed = (sent.get("level") or "", rights.chosen(sent, ORGANISATION_SCOPES))

    def again(*, error: FormError, status: int) -> Response:
        return _member(request, visit, found, model, ticked, typed, error=error, status=status)

    def act() -> Response:
        wanted = {"roles": sorted(ticked), **rights.changes(sent, ORGANISATION_SCOPES)}
        if ticked == set(model.live_roles(found.membership.roles)):
            del wanted["roles"]
        services(request).member_service.patch(
            found.membership.org_id, found.membership.user_id, wanted, by=visit.by, expected=expected(sent), scope=visit.scope
        )
        return back(request, "saved", f"{_TAB}/{quote(found.membership.user_id, safe='')}")

    try:
        return answer_or_again(act, again)
    except PreconditionFailed:
        now = _find(request, visit)
        return _member(
            request, visit, now, model, ticked, typed, theirs=now, error=FormError(Message("console.membership_changed")), status=412
        )  # fmt: skip


def remove(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/members/{user_id}/remove: end the membership. The account stays."""
    org_id, user_id = request.path_params["org_id"], request.path_params["user_id"]
    services(request).member_service.remove(org_id, user_id, by=visit.by, expected=expected(sent), scope=visit.scope)
    return back(request, "organization-member-removed", _TAB)


def _find(request: Request, visit: Visit) -> Member:
    return services(request).member_service.get(request.path_params["org_id"], request.path_params["user_id"], scope=visit.scope)


def _model(request: Request, visit: Visit) -> RoleModel:
    return services(request).organisation_role_service.model(request.path_params["org_id"], scope=visit.scope)


def _path(org_id: str, user_id: str) -> str:
    return f"{path_of(org_id)}{_TAB}/{quote(user_id, safe='')}"


def _name(it: Member) -> tuple[str, str]:
    """Return name and address. The account of a membership may have been erased a moment ago."""
    return (str(it.user.claims.get("name") or ""), it.user.email) if it.user else ("", it.membership.user_id)


def _page(request: Request, visit: Visit, *, typed: str = "", error: FormError | None = None, status: int = 200) -> Response:
    s, it = services(request), find(request, visit)
    cursors, place, cursor = Cursors(s.keyring), (visit.key, "members", it.id), query(request).get("cursor")
    found, more = s.member_service.listing(it.id, limit=_ON_A_PAGE, start=cursors.open(place, cursor), scope=visit.scope)
    model = s.organisation_role_service.model(it.id, scope=visit.scope)
    return show_organization(
        request, visit, it, "organization_members.html", _TAB, status=status, typed=typed, error=error, once=new_key(request),
        following=cursors.seal(place, more), later=cursor is not None, can_find=visit.may("users:read"),
        members=[
            (
                _path(it.id, each.membership.user_id), *_name(each), each.membership.admin, each.membership.owned,
                tuple(model.live_roles(each.membership.roles)), moment(each.membership.joined_at),
            )
            for each in found
        ],
    )  # fmt: skip


def _member(
    request: Request, visit: Visit, found: Member, model: RoleModel, ticked: set[str], typed: tuple[str, set[str]] | None = None, *,
    theirs: Member | None = None, error: FormError | None = None, status: int = 200,
) -> Response:  # fmt: skip
    it, texts = found.membership, texts_of(request)
    name, email = _name(found)
    level, scopes = typed or (rights.level_of(admin=it.admin, scopes=it.admin_scopes), set(it.admin_scopes or ()))
    shown: dict[str, Any] = {}
    if theirs:
        now = theirs.membership
        shown = {"roles": list(model.live_roles(now.roles)), "level": rights.level_of(admin=now.admin, scopes=now.admin_scopes)}
    return show_organization(
        request, visit, find(request, visit), "organization_member.html", _TAB, status=status, error=error, name=name, email=email,
        here=_path(it.org_id, it.user_id), user_id=it.user_id, version=it.version, owned=it.owned, joined=moment(it.joined_at),
        myself=it.user_id == visit.by.id, level=level, scopes=scopes, rights=rights.rows(ORGANISATION_SCOPES, texts), theirs=shown,
        roles=[(role, model.roles[role].description, role in ticked) for role in sorted(model.roles)],
    )  # fmt: skip


PAGES = (
    Page(f"{HERE}{_TAB}", "GET", listing, READ, organisation=True),
    Page(f"{HERE}{_TAB}", "POST", add, (*WRITE, "users:read")),
    Page(f"{HERE}{_TAB}/{{user_id}}", "GET", member, READ, organisation=True),
    Page(f"{HERE}{_TAB}/{{user_id}}", "POST", change, WRITE, fresh=True, organisation=True),
    Page(f"{HERE}{_TAB}/{{user_id}}/remove", "POST", remove, WRITE, fresh=True, organisation=True),
)
