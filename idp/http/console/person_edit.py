"""Changing a person's profile. The form has the version that it was made from: an admin who saves after another one sees both values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.errors import PreconditionFailed
from idp.domain.message import Message
from idp.http.console.again import answer_or_again
from idp.http.console.pages import Page
from idp.http.console.person_acts import back, expected
from idp.http.console.person_view import PEOPLE, find_to_change, show_person
from idp.http.form_error import FormError
from idp.http.services import services
from idp.telemetry import record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.people.user import User
    from idp.http.console.visit import Visit
    from idp.oauth.params import Params

CLAIMS = ("name", "given_name", "family_name", "nickname", "phone_number", "website", "locale", "zoneinfo")
FLAGS = ("email_verified", "mfa_required")


def page(request: Request, visit: Visit) -> Response:
    """GET …/edit."""
    user = find_to_change(request, visit)
    return _page(request, visit, user, _stored(user))


def change(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/edit: change what differs from the stored values."""
    user = find_to_change(request, visit)
    names = CLAIMS if visit.scope.organisation else ("email", *CLAIMS, *FLAGS)
    typed = {name: sent.get(name) or "" for name in names}

    def again(*, error: FormError, status: int) -> Response:
        return _page(request, visit, user, typed, error=error, status=status)

    def act() -> Response:
        changes = _changes(_stored(user), typed)
        after = services(request).user_service.patch(user.id, changes, by=visit.by, expected=expected(sent), scope=visit.scope)
        return back(request, "unchanged" if after.version == user.version else "saved")

    try:
        return answer_or_again(act, again)
    except PreconditionFailed as stale:
        record.note_refusal(stale)
        return _conflict(request, visit, typed)


def _conflict(request: Request, visit: Visit, typed: Mapping[str, str]) -> Response:
    """The form again, with what the admin typed and what somebody else saved meanwhile. Saving it again replaces the other's values."""
    now = find_to_change(request, visit)
    stored = _stored(now)
    return _page(
        request, visit, now, typed, theirs={name: stored[name] for name in typed if typed[name] != stored[name]},
        error=FormError(Message("user.changed")), status=412,
    )  # fmt: skip


def _changes(stored: Mapping[str, str], typed: Mapping[str, str]) -> dict[str, Any]:
    """Return the RFC 7396 patch."""
    differing = {name: value for name, value in typed.items() if value != stored[name]}
    claims = {name: value or None for name, value in differing.items() if name in CLAIMS}
    flags: dict[str, Any] = {name: bool(value) for name, value in differing.items() if name in FLAGS}
    email = {"email": differing["email"]} if "email" in differing else {}
    return {**flags, **email, **({"claims": claims} if claims else {})}


def _stored(user: User) -> dict[str, str]:
    flags = {"email_verified": user.email_verified, "mfa_required": user.mfa_required}
    return {
        "email": user.email, **{name: str(user.claims.get(name) or "") for name in CLAIMS},
        **{name: "1" if value else "" for name, value in flags.items()},
    }  # fmt: skip


def _page(
    request: Request, visit: Visit, user: User, typed: Mapping[str, str], *, theirs: Mapping[str, str] | None = None,
    error: FormError | None = None, status: int = 200,
) -> Response:  # fmt: skip
    return show_person(
        request, visit, user, "person_edit.html", "/edit", status=status, typed=typed, theirs=theirs or {}, error=error
    )  # fmt: skip


PAGES = (
    Page(PEOPLE + "/{user_id}/edit", "GET", page, needs=("users:read", "users:write"), organisation=True),
    # A new address takes the account over.
    Page(PEOPLE + "/{user_id}/edit", "POST", change, needs=("users:write",), fresh=True, organisation=True),
)
