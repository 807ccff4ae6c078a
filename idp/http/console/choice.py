"""The organisation that an admin of one or several administers now.

The choice is kept in a sealed cookie for this user. It gives nothing: membership and rights are read at each request (threats Q-06).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Forbidden
from idp.domain.requests.organisation_scope import ANY
from idp.domain.requests.own_pages import is_in_console
from idp.domain.sessions.standing import Standing
from idp.http import cookies, csrf
from idp.http.console import kept
from idp.http.console.arrival import find_visitor, has_two_factors, sign_in_address
from idp.http.console.authority import find_authority_in
from idp.http.console.show import show
from idp.http.console.views import CHOOSE, HOME
from idp.http.redirect import see_other
from idp.http.request import form
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.organisations.belonging import Belonging
    from idp.domain.people.user import User

_PURPOSE = "console organisation"


def find_standing(request: Request, user: User) -> Standing:
    """Return the organisation that the user administers now, or those of which they choose one; neither if they administer none.

    Who chose one and lost it chooses again: another one does not silently take its place.
    """
    chosen = _chosen(request, user)
    if not chosen:
        return _any(request, user)
    standing = services(request).provider.standings.of(user, chosen)
    return standing if find_authority_in(standing.belonging) else Standing(choices=_choices(request, user))


def _any(request: Request, user: User) -> Standing:
    mine = _choices(request, user)
    return services(request).provider.standings.of(user, mine[0].organisation.id) if len(mine) == 1 else Standing(choices=mine)


def _choices(request: Request, user: User) -> tuple[Belonging, ...]:
    """Return the organisations that the user administers, by name."""
    found = services(request).provider.standings.of(user, ANY)
    every = found.choices or ((found.belonging,) if found.belonging else ())
    return tuple(each for each in every if find_authority_in(each))


def _chosen(request: Request, user: User) -> str:
    """Return the id in the cookie, or an empty text."""
    s = services(request)
    sealed = cookies.read(request, cookies.CONSOLE, s.settings)
    opened = s.keyring.sealer().open(_PURPOSE, sealed) if sealed else None
    user_id, org_id = opened if isinstance(opened, list) else ("", "")
    return str(org_id) if user_id == user.id else ""


def ask(request: Request, session_id: str, choices: tuple[Belonging, ...], *, to: str = HOME, status: int = 200) -> Response:
    """Render the page on which an admin of several organisations chooses one. `to`: the path that was asked for."""
    return show(
        request, "choose.html", status=status, choices=[(each.organisation.id, each.organisation.name) for each in choices],
        action=CHOOSE, token=csrf.token(request, session_id), to=to,
    )  # fmt: skip


def page(request: Request) -> Response:
    """GET /console/choose."""
    visitor = find_visitor(request)
    if visitor is None:
        return see_other(sign_in_address(HOME))
    choices = () if visitor.user.admin else _choices(request, visitor.user)
    if not choices:
        return see_other(HOME)
    return ask(request, visitor.session.id, choices) if has_two_factors(visitor) else see_other(sign_in_address(CHOOSE))


def choose(request: Request) -> Response:
    """POST /console/choose. `organization`: the id of one that they administer.

    Raises:
        Forbidden: they do not administer it, or not any more.
    """
    csrf.same_origin(request)
    sent, visitor = form(request), find_visitor(request)
    if visitor is None or not has_two_factors(visitor):
        return kept.ask_to_sign_in(request, sent, sign_in_address(f"{HOME}/returned"))
    csrf.check(request, sent, visitor.session.id)
    s, org_id = services(request), sent.get("organization") or ""
    if org_id not in {each.organisation.id for each in _choices(request, visitor.user)}:
        raise Forbidden("console.not_admin_there")
    to = sent.get("to") or HOME
    response = see_other(to if is_in_console(to) else HOME)
    cookies.set_cookie(response, cookies.CONSOLE, s.keyring.sealer().seal(_PURPOSE, [visitor.user.id, org_id]), s.settings)
    return response
