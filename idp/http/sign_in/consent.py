"""The last step: the person allows the app what it asks for, or does not. An approval is stored (OIDC Core §3.1.2.4)."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from idp.domain.apps.client_id_url import host_of as client_id_host
from idp.domain.apps.client_id_url import is_url
from idp.domain.apps.redirect_uri import host_of, is_loopback
from idp.domain.message import Message
from idp.domain.requests import user_code
from idp.domain.sessions.sign_in_rules import names_for_consent
from idp.http import csrf
from idp.http.form_error import FormError
from idp.http.pages import render
from idp.http.services import services
from idp.http.sign_in.scope_words import words_of
from idp.http.sign_in.sealed_request import page_fields
from idp.http.sign_in.step_form import StepForm
from idp.oauth.authorization.response import require_valid_client
from idp.oauth.sign_in.proofs import ConsentAnswered

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.people.consent import Consent
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.domain.sessions.visitor import Visitor
    from idp.oauth.params import Params

OFFLINE = "offline_access"
OTHER_SESSION = FormError(Message("consent.other_session"))


class ConsentForm(StepForm):
    """The form of POST /consent. It is bound to one session, so that another person who signs in with this browser cannot answer it."""

    def page(
        self, request: Request, asked: AuthorizationRequest, visitor: Visitor, *, error: FormError | None = None, status: int = 200
    ) -> Response:
        """The question.

        It names the host behind an app that no admin registered. It warns if an app cannot prove its identity (RFC 8252 §8.6).
        """
        before = _before(visitor)
        names = [name for name in names_for_consent(asked, visitor) if name != OFFLINE]
        had = frozenset(before.scopes) if before else frozenset(names)
        organisation = visitor.standing.belonging.organisation if visitor.standing and visitor.standing.belonging else None
        shown = words_of(request, names, organisation=organisation.name if organisation else "")
        scopes = [(words, words.name not in had) for words in shown.values()]
        return render(
            request, "consent.html", status=status, client=visitor.client, email=visitor.user.email, scopes=scopes,
            offline=OFFLINE in asked.scopes,
            redirect_host=host_of(asked.redirect_uri), client_host=client_id_host(asked.client_id) if is_url(asked.client_id) else "",
            local_only=is_loopback(asked.redirect_uri), device=_device(request, asked), details=_details(request, asked),
            csrf=csrf.token(request, visitor.session.sid), error=error,
            **page_fields(request, asked),
        )  # fmt: skip

    def prove(self, request: Request, sent: Params, asked: AuthorizationRequest, visitor: Visitor) -> ConsentAnswered | Response:
        """The person's answer. A form without one is shown again."""
        require_valid_client(visitor.client, asked)
        # Another tab of the same person may have given the session a new id meanwhile: any of its ids counts.
        if not csrf.is_valid(request, sent, *visitor.session.ids):
            return self.page(request, asked, visitor, error=OTHER_SESSION, status=403)
        decision = sent.get("decision")
        if decision not in {"approve", "deny"}:
            return self.page(request, asked, visitor, error=FormError(Message("consent.no_answer")), status=422)
        return ConsentAnswered(approved=decision == "approve")


def _before(visitor: Visitor) -> Consent | None:
    """What the person allowed this app before. A consent given to another app that had the same id does not count."""
    return visitor.consent if visitor.consent and visitor.client and visitor.client.holds_consent(visitor.consent) else None


def _device(request: Request, asked: AuthorizationRequest) -> dict[str, object] | None:
    """The device that asks, or None. With its details the person can notice that somebody else began the request (RFC 8628 §5.4)."""
    if not asked.device:
        return None
    code, device_id = asked.device
    shown: dict[str, object] = {"user_code": user_code.format_code(code)}
    device = services(request).device_codes.get(code)
    return shown if device is None or device.id != device_id else {**asdict(device), **shown}


def _details(request: Request, asked: AuthorizationRequest) -> list[dict[str, object]]:
    """The authorization details (RFC 9396 §13: "the user is … informed")."""
    if not asked.authorization_details:
        return []
    from idp.http.sign_in.detail_rows import detail_rows

    return detail_rows(request, asked.authorization_details)


FORM = ConsentForm()
