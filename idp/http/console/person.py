"""The first page about a person: whether they can sign in and why not, the profile, and the ways to sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.audit.filter import AuditFilter
from idp.domain.audit.sign_in_story import explain
from idp.http.account.moment import Moment, moment
from idp.http.console import organisation_people
from idp.http.console.once import new_key
from idp.http.console.pages import Page
from idp.http.console.person_view import PEOPLE, find, show_person
from idp.http.console.story_words import say
from idp.http.language import texts_of
from idp.http.services import services

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.audit.event import AuditEvent
    from idp.domain.passkeys.passkey import Passkey
    from idp.domain.people.user import User
    from idp.http.console.visit import Visit

_LOOKED_AT = 50
"""Events of the trail that the story of a sign-in is made from."""
_NOT_LISTED = ("name", "zoneinfo", "locale")


def page(request: Request, visit: Visit) -> Response:
    """GET /console/people/{user_id}."""
    if visit.scope.organisation:
        return organisation_people.page(request, visit)
    s, user = services(request), find(request, visit)
    locks, problem = s.locks.of(user, scope=visit.scope), s.user_mail_problems.of(user, scope=visit.scope)
    texts, story = texts_of(request), explain(user, locks, problem, _events(request, visit, user))
    return show_person(
        request, visit, user, "person.html", "", story=[say(finding, texts) for finding in story], claims=_claims(user),
        locked=bool(locks), no_mail=problem is not None, mfa_required=user.mfa_required, has_password=user.password_hash is not None,
        password_changed=moment(user.password_changed_at) if user.password_changed_at else None,
        passkeys=[_show(one) for one in _passkeys(request, user, visit)],
        until=moment(user.deleting_until) if user.deleting_until else None, updated=moment(user.updated_at), once=new_key(request),
        can_mail=s.settings.sends_mail, can_reset=s.settings.resets_passwords,
    )  # fmt: skip


def _events(request: Request, visit: Visit, user: User) -> Sequence[AuditEvent]:
    """Return the newest events about the person. An admin who may not read the trail gets the facts of the account alone."""
    if not visit.may("audit:read"):
        return ()
    trail = services(request).audit_trail
    return trail.page(
        user_id=user.id, since=None, until=None, place=None, limit=_LOOKED_AT, wanted=AuditFilter(), scope=visit.scope
    ).events  # fmt: skip


def _passkeys(request: Request, user: User, visit: Visit) -> list[Passkey]:
    return services(request).passkey_service.of(user.id, scope=visit.scope) if user.all_passkeys else []


def _show(one: Passkey) -> tuple[str, str, Moment, Moment | None]:
    return one.id, one.name, moment(one.created_at), moment(one.used_at) if one.used_at else None


def _claims(user: User) -> list[tuple[str, str | bool]]:
    """Return names and values of the claims. An address is its formatted text, or else its parts."""
    return [(name, _shown(value)) for name, value in user.claims.items() if name not in _NOT_LISTED]


def _shown(value: object) -> str | bool:
    if isinstance(value, dict):
        return str(value.get("formatted") or ", ".join(map(str, value.values())))
    return value if isinstance(value, bool) else str(value)


PAGES = (Page(PEOPLE + "/{user_id}", "GET", page, needs=("users:read",), organisation=True),)
