"""What an admin does with one account by a button. Each is the same call of a service as in the admin API (`idp.http.admin`)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from idp.domain.errors import Invalid
from idp.http.console.once import new_key, run_once
from idp.http.console.pages import Page
from idp.http.console.person_view import PEOPLE, find, path_of, show_person
from idp.http.redirect import see_other
from idp.http.services import services

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.http.console.visit import Visit
    from idp.oauth.params import Params

_VERSION = re.compile(r"[0-9]{1,15}", re.ASCII)


def expected(sent: Params, field: str = "version") -> frozenset[int]:
    """Return the version that the form was made from. `field`: of the form.

    Raises:
        Invalid: the form has none.
    """
    version = sent.get(field) or ""
    if not _VERSION.fullmatch(version):
        raise Invalid("etag.malformed", field=field)
    return frozenset({int(version)})


def back(request: Request, word: str, tab: str = "") -> Response:
    """Redirect to the page of this person, with a notice."""
    return see_other(f"{path_of(request.path_params['user_id'])}{tab}?done={word}")


def _change(word: str, **changes: bool) -> Callable[[Request, Visit, Params], Response]:
    """Return the handler of a button that changes flags of the account."""

    def act(request: Request, visit: Visit, sent: Params) -> Response:
        user_id = request.path_params["user_id"]
        services(request).user_service.patch(user_id, changes, by=visit.by, expected=expected(sent), scope=visit.scope)
        return back(request, word)

    return act


def unlock(request: Request, visit: Visit, _: Params) -> Response:
    """POST …/unlock."""
    services(request).locks.remove(find(request, visit), by=visit.by, scope=visit.scope)
    return back(request, "unlocked")


def clear_mail_problem(request: Request, visit: Visit, _: Params) -> Response:
    """POST …/mail-works."""
    services(request).user_mail_problems.clear(find(request, visit), by=visit.by, scope=visit.scope)
    return back(request, "mail-cleared")


def mail_reset(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/mail-reset: send the mail with which the person sets a new password."""

    def act() -> tuple[str, str]:
        user, _ = services(request).started_resets.start(request.path_params["user_id"], by=visit.by, scope=visit.scope)
        return f"{path_of(user.id)}?done=reset-mailed", user.id

    return run_once(request, visit, sent, act)


def mail_code(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/mail-code: send a code that takes the place of a lost second factor once."""

    def act() -> tuple[str, str]:
        user, _ = services(request).temporary_codes.send(request.path_params["user_id"], by=visit.by, scope=visit.scope)
        return f"{path_of(user.id)}?done=code-mailed", user.id

    return run_once(request, visit, sent, act)


def reset_factors(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/remove-factors."""
    user_id = request.path_params["user_id"]
    services(request).user_service.reset_factors(user_id, by=visit.by, expected=expected(sent), scope=visit.scope)
    return back(request, "factors-reset")


def remove_passkey(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/remove-passkey."""
    services(request).passkey_service.remove(request.path_params["user_id"], sent.one("passkey"), by=visit.by, scope=visit.scope)
    return back(request, "passkey-removed")


def ask_to_delete(request: Request, visit: Visit) -> Response:
    """GET …/delete: what a deletion takes away, before it is asked for."""
    return show_person(request, visit, find(request, visit), "person_delete.html", "/delete", once=new_key(request))


def delete(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/delete."""
    user_id = request.path_params["user_id"]
    services(request).user_service.delete(user_id, by=visit.by, expected=expected(sent), scope=visit.scope)
    return see_other(f"{PEOPLE}?done=deleted")


def keep(request: Request, visit: Visit, _: Params) -> Response:
    """POST …/keep: cancel the deletion that the person asked for."""
    services(request).self_deletion.cancel(request.path_params["user_id"], by=visit.by, scope=visit.scope)
    return back(request, "kept")


_HERE, _WRITE = PEOPLE + "/{user_id}", ("users:write",)
PAGES = (
    Page(f"{_HERE}/disable", "POST", _change("disabled", disabled=True), _WRITE, fresh=True, organisation=True),
    Page(f"{_HERE}/enable", "POST", _change("enabled", disabled=False), _WRITE, organisation=True),
    Page(f"{_HERE}/unlock", "POST", unlock, _WRITE),
    Page(f"{_HERE}/mail-works", "POST", clear_mail_problem, _WRITE),
    Page(f"{_HERE}/mail-reset", "POST", mail_reset, _WRITE, organisation=True),
    Page(f"{_HERE}/mail-code", "POST", mail_code, _WRITE, fresh=True),
    Page(f"{_HERE}/remove-factors", "POST", reset_factors, _WRITE, fresh=True, organisation=True),
    Page(f"{_HERE}/remove-passkey", "POST", remove_passkey, _WRITE, fresh=True),
    Page(f"{_HERE}/delete", "GET", ask_to_delete, ("users:read", *_WRITE)),
    Page(f"{_HERE}/delete", "POST", delete, _WRITE, fresh=True),
    Page(f"{_HERE}/keep", "POST", keep, _WRITE),
)
