"""POST /reset: the code of the mail is typed, then the new password or a new passkey. The link of the mail leads there at once."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from idp.domain.errors import Invalid
from idp.domain.sessions.sign_in_step import LOGIN
from idp.domain.tickets.ticket import RESET
from idp.http.asked_mail import open_asked
from idp.http.form_error import FormError
from idp.http.passkey_fields import answer_of
from idp.http.request import origin
from idp.http.services import services
from idp.http.sign_in import reset_pages
from idp.http.sign_in.first_page import PASSKEY_SET
from idp.http.sign_in.sealed_request import page_fields

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.http.sign_in.step_form import FirstForm
    from idp.oauth.params import Params


class Reset(reset_pages.AddressFirst):
    """The forms. Those with the new password and the new passkey have the field `ticket`."""

    def prove(self, request: Request, sent: Params, asked: AuthorizationRequest) -> Response:
        """Check the code, or set the password. No one is signed in by it: the sign-in page follows, for the same app."""
        reset_pages.require_reset(request)
        s = services(request)
        handle = sent.get("ticket")
        if handle and sent.get("show"):
            return reset_pages.new_passkey_page(request, asked, handle, client=_client(request, asked))
        if handle and sent.get("new_passkey"):
            return self._take_passkey(request, sent, asked, handle)
        if handle:
            password, code = sent.get("new_password") or "", sent.get("code") or ""
            user = s.password_reset.finish(handle, password, code, answer_of(sent), origin=origin(request), now=s.clock())
            sign_in: FirstForm = import_module(LOGIN.page).FORM
            return sign_in.page(request, asked, client=_client(request, asked), email=user.email, reason="reset")
        mail = open_asked(request, sent, RESET)
        if mail is None:
            raise Invalid("ticket.expired")
        proved = s.password_reset.prove_code(mail.owner, sent.get("code") or "", browser=asked.browser, now=s.clock())
        return reset_pages.password_page(request, asked, proved, client=_client(request, asked))

    @staticmethod
    def _take_passkey(request: Request, sent: Params, asked: AuthorizationRequest, handle: str) -> Response:
        """Store the new passkey. An account that had no second factor gets recovery codes, and the sign-in page follows them."""
        s = services(request)
        user, codes = s.reset_by_passkey.finish(
            handle, answer_of(sent), sent.get("code") or "", name=sent.get("name") or "", origin=origin(request), now=s.clock()
        )  # fmt: skip
        client = _client(request, asked)
        if codes:
            from idp.http.sign_in.codes_page import codes_page

            then = {"show": PASSKEY_SET, "email": user.email}
            return codes_page(request, codes, continue_action="/login", fields=then, client=client, **page_fields(request, asked))
        sign_in: FirstForm = import_module(LOGIN.page).FORM
        return sign_in.page(request, asked, client=client, email=user.email, reason=PASSKEY_SET)

    def page_again(
        self, request: Request, sent: Params, asked: AuthorizationRequest, *, client: Client | None, error: FormError, status: int
    ) -> Response:  # fmt: skip
        """The form that was sent, with the error. If the ticket is over, the form that asks for another mail."""
        s, handle, mail = services(request), sent.get("ticket") or "", open_asked(request, sent, RESET)
        if error.message.id == "ticket.expired" or not (handle or mail):
            return self.page(request, asked, client=client, email=mail.email if mail else "", error=error, status=status)
        if mail and not handle:
            return reset_pages.code_page(request, asked, mail, client=client, error=error, status=status)
        opened = s.tickets.open(handle, now=s.clock())
        if sent.get("new_passkey") and opened:
            return reset_pages.new_passkey_page(request, asked, handle, client=client, error=error, status=status)
        try:
            proved = s.password_reset.look(handle, opened, now=s.clock()) if opened else None
        except Invalid as over:  # it ended while this request was answered
            proved, error, status = None, FormError(over.message), 422
        if proved is None:
            return self.page(request, asked, client=client, error=error, status=status)
        return reset_pages.password_page(request, asked, proved, client=client, error=error, status=status)


def _client(request: Request, asked: AuthorizationRequest) -> Client | None:
    return services(request).clients.get(asked.client_id) if asked.client_id else None


FORM = Reset()
