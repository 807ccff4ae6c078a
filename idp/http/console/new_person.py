"""Creating an account. Without a password: the person sets one with the mail that can be sent along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Conflict, Throttled
from idp.http.console.again import answer_or_again
from idp.http.console.once import new_key, run_once
from idp.http.console.pages import Page
from idp.http.console.person_view import PEOPLE, path_of
from idp.http.console.show import show
from idp.http.services import services

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.http.console.visit import Visit
    from idp.http.form_error import FormError
    from idp.oauth.params import Params

_FIELDS = ("email", "name", "given_name", "family_name", "verified", "mfa_required", "mail")


def page(request: Request, visit: Visit) -> Response:
    """GET /console/people/new."""
    del visit
    return _page(request, {"mail": "1"})


def create(request: Request, visit: Visit, sent: Params) -> Response:
    """POST /console/people/new."""
    s = services(request)

    def again(*, error: FormError, status: int) -> Response:
        return _page(request, {name: sent.get(name) or "" for name in _FIELDS}, error=error, status=status)

    def act() -> tuple[str, str]:
        claims = {name: value for name in ("name", "given_name", "family_name") if (value := sent.get(name))}
        user = s.user_service.create(
            sent.get("email") or "", email_verified=bool(sent.get("verified")), mfa_required=bool(sent.get("mfa_required")), claims=claims,
            by=visit.by, scope=visit.scope,
        )  # fmt: skip
        word = "created"
        if sent.get("mail"):
            word = _mail(request, visit, user.id)
        return f"{path_of(user.id)}?done={word}", user.id

    return answer_or_again(lambda: run_once(request, visit, sent, act), again)


def _mail(request: Request, visit: Visit, user_id: str) -> str:
    """Send the mail for a password. The account is there, so a refusal of the mail is no refusal of the form."""
    try:
        services(request).started_resets.start(user_id, by=visit.by, scope=visit.scope)
    except (Conflict, Throttled):
        return "created"
    return "created-mailed"


def _page(request: Request, typed: Mapping[str, str], *, error: FormError | None = None, status: int = 200) -> Response:
    return show(
        request, "new_person.html", status=status, at=PEOPLE, typed=typed, error=error, once=new_key(request),
        can_reset=services(request).settings.resets_passwords,
    )  # fmt: skip


PAGES = (
    Page(f"{PEOPLE}/new", "GET", page, needs=("users:read", "users:write"), organisation=True),
    Page(f"{PEOPLE}/new", "POST", create, needs=("users:write",), organisation=True),
)
