"""One hook: what it is, its failures, switching it on and off, and a dry run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from idp.domain.access import admin_scopes
from idp.domain.errors import Invalid, InvalidValue
from idp.domain.people.user import may_be_user_id
from idp.http.console.again import answer_or_again
from idp.http.console.hook_view import HOOKS, failures_of, moments, path_of, row
from idp.http.console.pages import Page
from idp.http.console.person_acts import expected
from idp.http.console.show import show
from idp.http.language import texts_of
from idp.http.redirect import see_other
from idp.http.services import services

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.http.console.visit import Visit
    from idp.http.form_error import FormError
    from idp.oauth.params import Params
    from idp.services.hooks.dry_run import DryRun

_SAMPLE = {"user_id": "", "email": "someone@example.com", "client_id": "", "ip_address": "", "acr": "aal1", "how": "sign_up"}
"""The fields of the form, and what they have at first."""
_LONGEST = 300


def page(request: Request, visit: Visit) -> Response:
    """GET /console/hooks/{hook_name}."""
    return _page(request, visit, dict(_SAMPLE))


def dry_run(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/dry-run: the page with what came of it."""
    typed = {name: (sent.get(name) or "").strip()[: _LONGEST + 1] for name in _SAMPLE}

    def again(*, error: FormError, status: int) -> Response:
        return _page(request, visit, typed, error=error, status=status)

    def act() -> Response:
        from idp.services.hooks.dry_run import Sample

        members: dict[str, Any] = {**typed, "user_id": _id_of(request, visit, typed["user_id"])}
        sample = Sample()._replace(**members)
        done = services(request).hook_dry_run.run(request.path_params["hook_name"], sample, scope=visit.scope, by=visit.by)
        return _page(request, visit, typed, done=done)

    return answer_or_again(act, again)


def _id_of(request: Request, visit: Visit, who: str) -> str:
    """Return the id of the person with this address. Another text is an id, which the dry run checks."""
    if "@" not in who or may_be_user_id(who):
        return who
    try:
        found = services(request).user_service.id_of(who, scope=visit.scope)
    except InvalidValue:
        found = None
    if found is None:
        raise Invalid("console.person_unknown", field="user_id")
    return found


def _switch(*, on: bool) -> Callable[[Request, Visit, Params], Response]:
    """Return the handler of a button that switches the hook."""

    def act(request: Request, visit: Visit, sent: Params) -> Response:
        name = request.path_params["hook_name"]
        services(request).hook_service.patch(name, {"enabled": on}, by=visit.by, expected=expected(sent), scope=visit.scope)
        return see_other(f"{path_of(name)}?done={'hook-on' if on else 'hook-off'}")

    return act


def _page(
    request: Request, visit: Visit, typed: dict[str, str], *, done: DryRun | None = None, error: FormError | None = None, status: int = 200
) -> Response:
    s, texts = services(request), texts_of(request)
    it, failures = s.hook_service.get(request.path_params["hook_name"], scope=visit.scope), failures_of(request, visit, texts)
    created, updated = moments(it)
    return show(
        request, "hook.html", status=status, at=HOOKS, error=error, hook=it, row=row(request, it, texts, failures or []),
        claims=_text(it.claims) if it.claims else "", created=created, updated=updated, is_on=s.settings.hooks == "on",
        failures=None if failures is None else [each for each in failures if each.name == it.name], typed=typed,
        may_change=visit.by.held >= admin_scopes.ALL, done=done, added=_text(done.claims) if done and done.claims else "",
        told=_text(done.told) if done else "",
    )  # fmt: skip


def _text(value: Any) -> str:
    return json.dumps(dict(value), indent=2, ensure_ascii=False)


_HERE, _READ, _WRITE = HOOKS + "/{hook_name}", ("hooks:read",), ("hooks:read", "hooks:write")
PAGES = (
    Page(_HERE, "GET", page, _READ),
    Page(f"{_HERE}/dry-run", "POST", dry_run, _WRITE),
    Page(f"{_HERE}/on", "POST", _switch(on=True), _WRITE, fresh=True),
    Page(f"{_HERE}/off", "POST", _switch(on=False), _WRITE, fresh=True),
)
