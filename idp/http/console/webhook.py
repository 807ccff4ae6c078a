"""One webhook endpoint: its state, what was tried, what was given up, and its buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from idp.domain.errors import Invalid
from idp.http.account.moment import moment
from idp.http.console.again import answer_or_again
from idp.http.console.audit_query import instant
from idp.http.console.names import names_of
from idp.http.console.once import new_key, run_once
from idp.http.console.organization_view import path_of as organisation_path
from idp.http.console.pages import Page
from idp.http.console.person_acts import expected
from idp.http.console.show import show
from idp.http.console.webhook_view import WEBHOOKS, find, path_of, row
from idp.http.language import texts_of
from idp.http.redirect import see_other
from idp.http.request import query
from idp.http.services import services
from idp.services.admin.cursors import Cursors

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.http.console.visit import Visit
    from idp.http.form_error import FormError
    from idp.oauth.params import Params
    from idp.store.transport import Raw

_ON_A_PAGE = 20
_PERIOD, _LONGEST = ("since", "until"), 40
_OVERLAPS = ("0", "3600", "86400", "604800")


def page(request: Request, visit: Visit) -> Response:
    """GET …/{endpoint_id}. `cursor`: the next page of attempts; `dead`: the next page of dead letters.

    `since`, `until`: a period whose rest is to be sent again.
    """
    asked = query(request)
    return _page(request, visit, {name: (asked.get(name) or "")[:_LONGEST] for name in _PERIOD})


def _page(request: Request, visit: Visit, typed: dict[str, str], *, error: FormError | None = None, status: int = 200) -> Response:
    s, it = services(request), find(request, visit)
    cursors = Cursors(s.keyring)
    attempts, more = s.webhook_deliveries.attempts(
        it.id, start=_start(request, visit, cursors, it.id, "cursor"), limit=_ON_A_PAGE, scope=visit.scope
    )
    dead, more_dead = s.webhook_deliveries.dead_letters(
        it.id, start=_start(request, visit, cursors, it.id, "dead"), limit=_ON_A_PAGE, scope=visit.scope
    )
    health = s.webhook_deliveries.status(it.id, scope=visit.scope)
    named = names_of(request, visit, [it.org_id]).get(it.org_id, "")
    return show(
        request, "webhook.html", at=WEBHOOKS, endpoint=row(it, health, texts_of(request), s.clock()), once=new_key(request),
        attempts=[(moment(each.at_ms // 1000), each) for each in attempts], dead=[(moment(each.failed_at), each) for each in dead],
        following=cursors.seal(_place(visit, it.id, "cursor"), more), following_dead=cursors.seal(_place(visit, it.id, "dead"), more_dead),
        later=bool(query(request).get("cursor") or query(request).get("dead")), typed=typed, error=error, status=status,
        org_name=named, org_path=organisation_path(it.org_id),
    )  # fmt: skip


def rotate(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/rotate: a new secret, which the answer shows. The replaced one signs too for as long as the form says."""
    secrets = []

    def act() -> tuple[str, str]:
        if (overlap := sent.get("overlap")) not in _OVERLAPS:
            raise Invalid("webhook.overlap_malformed", field="overlap", maximum=int(_OVERLAPS[-1]))
        made, secret = services(request).webhook_endpoint_service.rotate_secret(
            request.path_params["endpoint_id"], overlap=int(overlap or 0), by=visit.by, expected=expected(sent), scope=visit.scope
        )
        secrets.append((made, secret))
        return path_of(made.id), ""

    response = run_once(request, visit, sent, act)
    for made, secret in secrets:
        until = next((moment(each.until) for each in made.secrets if each.until is not None), None)
        return show(request, "webhook_secret.html", at=WEBHOOKS, url=made.url, path=path_of(made.id), secret=secret, until=until)
    return response


def test(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/test."""

    def act() -> tuple[str, str]:
        services(request).webhook_deliveries.test(request.path_params["endpoint_id"], by=visit.by, scope=visit.scope)
        return _done(request, "webhook-tested"), ""

    return run_once(request, visit, sent, act)


def redeliver(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/redeliver: one event that was given up or arrived (`event`), or the first hundred that were given up."""

    def act() -> tuple[str, str]:
        event_ids = [event] if (event := sent.get("event")) else []
        services(request).webhook_deliveries.redeliver(request.path_params["endpoint_id"], event_ids, by=visit.by, scope=visit.scope)
        return _done(request, "webhook-redelivered"), ""

    return run_once(request, visit, sent, act)


def redeliver_period(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/redeliver-period: what arrived from `since` to before `until`. If there is more, the page proposes the rest."""
    typed = {name: (sent.get(name) or "").strip()[:_LONGEST] for name in _PERIOD}

    def again(*, error: FormError, status: int) -> Response:
        return _page(request, visit, typed, error=error, status=status)

    def act() -> tuple[str, str]:
        since, until = instant(typed, "since"), instant(typed, "until")
        if since is None or until is None:
            raise Invalid("webhook.period_or_ids", field="since" if since is None else "until")
        done = services(request).webhook_deliveries.redeliver_period(
            request.path_params["endpoint_id"], since_ms=since * 1000, until_ms=until * 1000, by=visit.by, scope=visit.scope
        )
        if done.next_since_ms is None:
            return _done(request, "webhook-redelivered" if done.events else "webhook-redelivered-none"), ""
        rest = {"since": moment(done.next_since_ms // 1000).machine.rstrip("Z"), "until": typed["until"]}
        return f"{_done(request, 'webhook-redelivered-first')}&{urlencode(rest)}", ""

    return answer_or_again(lambda: run_once(request, visit, sent, act), again)


def ask_to_delete(request: Request, visit: Visit) -> Response:
    """GET …/delete."""
    it = find(request, visit)
    return show(request, "webhook_delete.html", at=WEBHOOKS, path=path_of(it.id), url=it.url, version=it.version)


def delete(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/delete."""
    endpoint_id = request.path_params["endpoint_id"]
    services(request).webhook_endpoint_service.delete(endpoint_id, by=visit.by, expected=expected(sent), scope=visit.scope)
    return see_other(f"{WEBHOOKS}?done=webhook-deleted")


def _switch(word: str, *, on: bool) -> Callable[[Request, Visit, Params], Response]:
    """Return the handler of a button that switches the endpoint."""

    def act(request: Request, visit: Visit, sent: Params) -> Response:
        endpoint_id, changes = request.path_params["endpoint_id"], {"enabled": on}
        services(request).webhook_endpoint_service.patch(endpoint_id, changes, by=visit.by, expected=expected(sent), scope=visit.scope)
        return see_other(_done(request, word))

    return act


def _done(request: Request, word: str) -> str:
    return f"{path_of(request.path_params['endpoint_id'])}?done={word}"


def _place(visit: Visit, endpoint_id: str, which: str) -> tuple[str, ...]:
    return (f"console {visit.by.id}", "webhook", endpoint_id, which)


def _start(request: Request, visit: Visit, cursors: Cursors, endpoint_id: str, which: str) -> Raw | None:
    start: Raw | None = cursors.open(_place(visit, endpoint_id, which), query(request).get(which))
    return start


_HERE, _READ, _WRITE = WEBHOOKS + "/{endpoint_id}", ("webhooks:read",), ("webhooks:write",)
PAGES = (
    Page(_HERE, "GET", page, _READ),
    Page(f"{_HERE}/rotate", "POST", rotate, _WRITE, fresh=True),
    Page(f"{_HERE}/test", "POST", test, _WRITE),
    Page(f"{_HERE}/redeliver", "POST", redeliver, _WRITE),
    Page(f"{_HERE}/redeliver-period", "POST", redeliver_period, _WRITE),
    Page(f"{_HERE}/on", "POST", _switch("webhook-on", on=True), _WRITE),
    Page(f"{_HERE}/off", "POST", _switch("webhook-off", on=False), _WRITE, fresh=True),  # a receiver gets no events any more
    Page(f"{_HERE}/delete", "GET", ask_to_delete, (*_READ, *_WRITE)),
    Page(f"{_HERE}/delete", "POST", delete, _WRITE, fresh=True),
)
