"""The page on which a person changes the own profile: names, picture, language, time zone. What only admins change is shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from idp.domain.languages import NAMES, SHIPPED, best
from idp.domain.people.profile import fingerprint
from idp.http import csrf
from idp.http.account.signed_in import redirect_to_account, signed_in, signed_in_form
from idp.http.pages import render
from idp.http.profile_fields import choices
from idp.http.request import origin
from idp.http.services import services
from idp.http.sign_in.page_again import answer_or_page_again

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.people.user import User
    from idp.domain.sessions.visitor import Visitor
    from idp.http.form_error import FormError
    from idp.oauth.params import Params

_MEANWHILE = "profile.changed_meanwhile"


def rows(request: Request, user: User) -> dict[str, Any]:
    """What `templates/account/profile.html` shows. The time zone is that of all times on the page."""
    s, claims = services(request), user.claims
    language = best([str(claims.get("locale") or "")], SHIPPED)
    return {
        "name": claims.get("name"), "email": user.email, "zone": str(claims.get("zoneinfo") or ""),
        "own_language": NAMES[language] if language else "", "language_tag": language or "",
        "can_change_email": s.settings.sends_mail, "can_edit_profile": bool(s.own_profile.claims),
    }  # fmt: skip


@signed_in
def show(request: Request, visitor: Visitor) -> Response:
    """GET /account/profile. Without claims that people may change, the account page."""
    return _page(request, visitor, {}) if services(request).own_profile.claims else redirect_to_account("")


@signed_in_form
def change(request: Request, visitor: Visitor, sent: Params) -> Response:
    """POST /account/profile."""
    s = services(request)
    typed = {each.field: sent.get(each.field) or "" for each in s.own_profile.claims}

    def again(*, error: FormError, status: int) -> Response:
        present = replace(visitor, user=s.own_profile.read(visitor.user)) if error.message.id == _MEANWHILE else visitor
        return _page(request, present, typed, error=error, status=status)

    def act() -> Response:
        s.own_profile.change(visitor, typed, seen=sent.get("seen") or "", origin=origin(request), now=s.clock())
        return redirect_to_account("profile")

    return answer_or_page_again(act, again)


def _page(
    request: Request, visitor: Visitor, typed: Mapping[str, str], *, error: FormError | None = None, status: int = 200
) -> Response:  # fmt: skip
    """The form. `typed`: what the person typed before, by name of the field."""
    own, claims = services(request).own_profile.claims, visitor.user.claims
    stored = {each.field: str(claims.get(each.name, "")) for each in own}
    changed = {field: stored[field] for field in typed if typed[field].strip() != stored[field]}
    return render(
        request, "profile.html", status=status, claims=[(each, typed.get(each.field, stored[each.field])) for each in own],
        stored=changed if error and error.message.id == _MEANWHILE else {}, kept=_kept(claims, {each.name for each in own}),
        seen=fingerprint(claims, own), error=error, csrf=csrf.token(request, visitor.session.id), **choices(services(request).settings),
    )  # fmt: skip


def _kept(claims: Mapping[str, Any], own: set[str]) -> list[tuple[str, str]]:
    """Names and texts of the claims that only admins change."""
    rest = {name: value for name, value in claims.items() if name not in own and not isinstance(value, bool)}
    return [(name, ", ".join(map(str, value.values())) if isinstance(value, dict) else str(value)) for name, value in rest.items()]
