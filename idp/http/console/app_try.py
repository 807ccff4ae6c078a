"""Try it: an admin signs in to an app as its users do, and sees what is in the tokens.

The tokens are revoked before the page is made, and only their claims are on it, never a token itself. An admin may try the apps that this
admin may change. The state belongs to this admin, and the code must be of this admin's own sign-in (`try_state`, `try_tokens`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from idp.domain.errors import Conflict, Invalid, OAuthError
from idp.http.console import try_state
from idp.http.console.again import answer_or_again
from idp.http.console.app_view import APP, APPS, find, path_of, show_app
from idp.http.console.pages import Page
from idp.http.console.person_acts import expected
from idp.http.console.try_facts import obstacle, told
from idp.http.console.try_tokens import of_the_app_itself, redeem
from idp.http.form_error import FormError
from idp.http.redirect import see_other
from idp.http.services import services
from idp.telemetry import record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client
    from idp.http.console.visit import Visit
    from idp.oauth.params import Params

TAB = "/try"


def page(request: Request, visit: Visit) -> Response:
    """GET …/try."""
    return _page(request, visit, find(request, visit))


def register(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/try/register: add the console's redirect URI to those of the app, or remove it (`remove`)."""
    client, callback = find(request, visit), try_state.callback_of(request)

    def again(*, error: FormError, status: int) -> Response:
        return _page(request, visit, client, error=error, status=status)

    def act() -> Response:
        _require_possible(client)
        kept = [uri for uri in client.redirect_uris if uri != callback]
        changes = {"redirect_uris": kept if sent.get("remove") else [*kept, callback]}
        services(request).client_service.patch(client.id, changes, by=visit.by, expected=expected(sent), scope=visit.scope)
        return see_other(f"{path_of(client.id)}{TAB}?done={'callback-removed' if sent.get('remove') else 'callback-added'}")

    return answer_or_again(act, again)


def start(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/try/start: the authorization request of the app (OIDC Core §3.1.2.1), with PKCE, state and nonce.

    The answer comes as a form, so that the code is in no address.
    """
    client = find(request, visit)
    services(request).client_service.check_rights(client, by=visit.by, scope=visit.scope)
    _require_possible(client)
    state = try_state.begin(request, visit, client)
    own = try_state.proofs(request, state)
    asked = {
        "client_id": client.id, "response_type": "code", "response_mode": "form_post", "redirect_uri": try_state.callback_of(request),
        "scope": " ".join(scope for scope in client.scopes if sent.get(f"scope {scope}")), "state": state, "nonce": own.nonce,
        "code_challenge": own.challenge, "code_challenge_method": "S256", "prompt": "consent" if sent.get("consent") else "",
    }  # fmt: skip
    return see_other("/authorize?" + urlencode({name: value for name, value in asked.items() if value}))


def callback(request: Request, visit: Visit, sent: Params) -> Response:
    """POST /console/apps/try/callback: the answer of the provider. It is taken once.

    Raises:
        Invalid: this admin did not begin it, or not in the last minutes.
        Conflict: it was taken before.
    """
    s, state = services(request), sent.get("state") or ""
    attempt = try_state.read(request, visit, state)
    if attempt is None or sent.get("iss") != s.settings.issuer:
        raise Invalid("console.try_foreign")
    client = s.client_service.get(attempt.client_id, scope=visit.scope)
    s.client_service.check_rights(client, by=visit.by, scope=visit.scope)
    _require_possible(client)
    if not s.provider.used_once.use(try_state.PURPOSE, attempt.id, expires_at=attempt.at + try_state.LIFETIME, attempt=s.new_id()):
        raise Conflict("console.try_taken")
    if refused := sent.get("error"):
        return _result(request, visit, client, error_code=refused)
    return _tried(request, visit, client, lambda: redeem(request, visit, client, code=sent.one("code"), state=state))


def service(request: Request, visit: Visit, _: Params) -> Response:
    """POST …/try/service: a token for the app itself, without a person."""
    client = find(request, visit)
    _require_possible(client, person=False)
    return _tried(request, visit, client, lambda: of_the_app_itself(request, visit, client))


def leave(_: Request, __: Visit) -> Response:
    """GET /console/apps/try/callback: the page was opened again. What was on it is gone."""
    return see_other(APPS)


def _tried(request: Request, visit: Visit, client: Client, get: Any) -> Response:
    try:
        answer = get()
    except OAuthError as refusal:
        record.note_refusal(refusal)
        return _result(request, visit, client, error_code=refusal.code)
    return _result(request, visit, client, tokens=told(request, answer))


def _require_possible(client: Client, *, person: bool = True) -> None:
    if obstacle(client, person=person):
        raise Invalid("console.try_impossible")


def _result(request: Request, visit: Visit, client: Client, *, tokens: Sequence[Any] = (), error_code: str = "") -> Response:
    there = try_state.callback_of(request) in client.redirect_uris
    return show_app(request, visit, client, "app_tried.html", TAB, tokens=tokens, error_code=error_code, registered=there)


def _page(request: Request, visit: Visit, client: Client, *, error: FormError | None = None, status: int = 200) -> Response:
    return show_app(
        request, visit, client, "app_try.html", TAB, status=status, error=error, callback=try_state.callback_of(request),
        registered=try_state.callback_of(request) in client.redirect_uris, obstacle=obstacle(client), scopes=client.scopes,
        service=not obstacle(client, person=False), person="authorization_code" in client.grant_types,
    )  # fmt: skip


_RIGHTS = ("clients:read", "clients:write")
PAGES = (
    Page(APP + TAB, "GET", page, _RIGHTS),
    Page(f"{APP}{TAB}/register", "POST", register, _RIGHTS, fresh=True),
    Page(f"{APP}{TAB}/start", "POST", start, _RIGHTS, fresh=True),
    Page(f"{APP}{TAB}/service", "POST", service, _RIGHTS, fresh=True),
    Page(try_state.CALLBACK, "GET", leave, _RIGHTS),
    Page(try_state.CALLBACK, "POST", callback, _RIGHTS, vouched=try_state.vouches),
)
