"""POST /mail-code: a person asks for a mail with a code and a link to sign in with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Invalid, InvalidValue
from idp.domain.people import email as emails
from idp.domain.tickets.ticket import SIGN_IN_CODE
from idp.http.asked_mail import Asked
from idp.http.services import services
from idp.http.sign_in.mail_code_pages import AddressFirst, came_from, code_page
from idp.http.sign_in.sealed_request import page_fields

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.oauth.params import Params


class MailCodeAddress(AddressFirst):
    """The form that asks for the mail. The sign-in page sends it, too, with the address that was typed there."""

    def prove(self, request: Request, sent: Params, asked: AuthorizationRequest) -> Response:
        """Send the mail and show where its code is typed. `show`, or no address, asks for this form."""
        s, typed = services(request), sent.get("email") or ""
        if sent.get("show") or not typed:
            return self.page(request, asked, client=s.clients.get(asked.client_id) if asked.client_id else None, email=typed)
        try:
            email = emails.normalise(typed)
        except InvalidValue as wrong:
            raise Invalid(wrong.message, field="email") from None
        sealed = page_fields(request, asked)["request_field"]
        owner, client = s.mail_code.ask(email, came_from(request, asked), request=sealed, now=s.clock())
        return code_page(request, asked, Asked(SIGN_IN_CODE, owner, email), client=client)


FORM = MailCodeAddress()
