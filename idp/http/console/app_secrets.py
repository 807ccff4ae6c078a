"""The secrets of an app: a new one, shown once, beside the old one for a time; and the end of the old one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Invalid
from idp.domain.texts import marked
from idp.http.account.moment import moment
from idp.http.console.app_again import answer_or_typed
from idp.http.console.app_view import APP, find, path_of, show_app
from idp.http.console.new_app import show_secret
from idp.http.console.once import new_key, shown_once
from idp.http.console.pages import Page
from idp.http.console.person_acts import expected
from idp.http.language import texts_of
from idp.http.redirect import see_other
from idp.http.services import services
from idp.services.apps.client_rules.authentication import keeps_secret

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.http.console.visit import Visit
    from idp.http.form_error import FormError
    from idp.oauth.params import Params

_TAB = "/secrets"
OVERLAPS = (
    (86400, marked("One day")), (3600, marked("One hour")), (7 * 86400, marked("One week")), (30 * 86400, marked("30 days")),
    (0, marked("Not at all: it ends now")),
)  # fmt: skip
"""How long the old secret stays valid, in seconds. The first one is chosen at first."""


def page(request: Request, visit: Visit) -> Response:
    """GET …/secrets."""
    return _page(request, visit)


def rotate(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/secrets: make a new secret."""

    def again(*, error: FormError, status: int) -> Response:
        return _page(request, visit, error=error, status=status)

    def act() -> tuple[str, str, Response | None]:
        client, secret = services(request).client_service.rotate_secret(
            request.path_params["client_id"], _overlap(sent), by=visit.by, expected=expected(sent), scope=visit.scope
        )
        return f"{path_of(client.id)}{_TAB}?done=secret-made", "", show_secret(request, visit, client, secret, new=False)

    return answer_or_typed(lambda: shown_once(request, visit, sent, act), again)


def end_old(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/secrets/end: end all secrets but the newest."""
    client_id = request.path_params["client_id"]
    services(request).client_service.end_old_secrets(client_id, by=visit.by, expected=expected(sent), scope=visit.scope)
    return see_other(f"{path_of(client_id)}{_TAB}?done=old-secret-ended")


def _overlap(sent: Params) -> int:
    found = next((seconds for seconds, _ in OVERLAPS if str(seconds) == sent.get("overlap")), None)
    if found is None:
        raise Invalid("value.not_one_of", values=", ".join(str(seconds) for seconds, _ in OVERLAPS), field="overlap")
    return found


def _page(request: Request, visit: Visit, *, error: FormError | None = None, status: int = 200) -> Response:
    client, now, texts = find(request, visit), services(request).clock(), texts_of(request)
    live = [one for one in client.secrets if one.expires_at is None or one.expires_at > now]
    return show_app(
        request, visit, client, "app_secrets.html", _TAB, status=status, error=error, once=new_key(request),
        keeps_secret=keeps_secret(client), methods=client.auth_methods,
        secrets=[(moment(one.created_at), moment(one.expires_at) if one.expires_at else None) for one in reversed(live)],
        overlaps=[(seconds, texts.text(words)) for seconds, words in OVERLAPS],
    )  # fmt: skip


PAGES = (
    Page(f"{APP}{_TAB}", "GET", page, needs=("clients:read", "clients:write")),
    Page(f"{APP}{_TAB}", "POST", rotate, needs=("clients:read", "clients:write"), fresh=True),
    Page(f"{APP}{_TAB}/end", "POST", end_old, needs=("clients:write",), fresh=True),
)
