"""The last step: may this app have what it asks for? The answer is remembered (OIDC Core §3.1.2.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.apps.client_id_url import host_of as client_id_host
from idp.domain.apps.client_id_url import is_url
from idp.domain.apps.redirect_uri import host_of, is_loopback
from idp.domain.people.consent import Consent
from idp.domain.sessions.sign_in_step import Step, claims_asked_by_name
from idp.http import csrf
from idp.http.account.onward import about, due, onward, visitor
from idp.http.account.scope_words import words_of
from idp.http.account.step_form import step_form
from idp.http.interaction import proceed
from idp.http.pages import render
from idp.http.services import services
from idp.oauth.authorization.error_response import refusal
from idp.oauth.authorization.request_source import use_up
from idp.oauth.authorization.response import still_valid

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.oauth.params import Params
    from idp.services.sessions.visitors import Visitor

OFFLINE = "offline_access"
OTHER_SESSION = "This page was open in another session. Look again at what is asked, and by whom."


def page(request: Request, made: AuthorizationRequest, found: Visitor, *, error: str = "", status: int = 200) -> Response:
    """The question, with who answers for an app that nobody registered, and a warning where nothing proves that it is it (RFC 8252 §8.6).

    It is made for this session, so that it cannot be answered in the name of somebody who signed in meanwhile.
    """
    before = _before(found)
    had = frozenset(before.scopes) if before else frozenset(made.scopes)
    asked = [name for name in (*made.scopes, *sorted(claims_asked_by_name(made))) if name != OFFLINE]
    scopes = [(words, words.name not in had) for words in words_of(request, asked, made.ui_locales).values()]
    return render(
        request, "consent.html", status=status, client=found.client, email=found.user.email, scopes=scopes, offline=OFFLINE in made.scopes,
        redirect_host=host_of(made.redirect_uri), client_host=client_id_host(made.client_id) if is_url(made.client_id) else "",
        local_only=is_loopback(made.redirect_uri), device=_device(request, made), details=_details(request, made),
        csrf=csrf.token(request, found.session.sid), error=error,
        **about(request, made),
    )  # fmt: skip


def _before(found: Visitor) -> Consent | None:
    """What the person allowed this app before; nothing that another app with the same id was allowed."""
    return found.consent if found.consent and found.client and found.client.holds_consent(found.consent) else None


def _device(request: Request, made: AuthorizationRequest) -> dict[str, object] | None:
    """The device that asks, if one does."""
    if not made.device:
        return None
    from idp.http.account.device import question

    return question(request, made)


def _details(request: Request, made: AuthorizationRequest) -> list[dict[str, object]]:
    """What is asked for in detail (RFC 9396 §13: "the user is … informed")."""
    if not made.authorization_details:
        return []
    from idp.http.account.details import readable

    return readable(request, made.authorization_details)


@step_form
def consent(request: Request, sent: Params, made: AuthorizationRequest) -> Response:
    """POST /consent."""
    found = visitor(request, made)
    if found is None or due(made, found) not in {Step.CONSENT, Step.RESPOND}:
        return onward(request, made, found)
    client = still_valid(found.client, made)
    if not csrf.belongs(request, sent, *found.session.ids):  # the same person's other tab may have given it a new id meanwhile
        return page(request, made, found, error=OTHER_SESSION, status=403)
    if sent.get("decision") != "approve":
        return _denied(request, made, sent.get("decision"), found)
    s = services(request)
    before = _before(found)
    scopes = (*made.scopes, *sorted(claims_asked_by_name(made)), *(before.scopes if before else ()))
    given = Consent(found.user.id, client.id, tuple(dict.fromkeys(scopes)), s.clock(), made.id, client.stamp)
    s.consents.put(given)
    return proceed(request, made, session=found.session, stored=True, user=found.user, client=client, consent=given)


def _denied(request: Request, made: AuthorizationRequest, decision: str | None, found: Visitor) -> Response:
    """RFC 6749 §4.1.2.1: "access_denied: The resource owner or authorization server denied the request." Silence is no answer."""
    if decision != "deny":
        return page(request, made, found, error="Allow it, or do not allow it.", status=422)
    if made.device:
        from idp.http.account import device

        return device.deny(request, made, found.session, found.client)
    use_up(services(request).provider, made)
    raise refusal(services(request).provider, made, "access_denied", "The user did not allow it.")
