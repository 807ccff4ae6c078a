"""POST /forgot: a person who forgot the password types the address that the mail with a link and a code goes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Invalid, InvalidValue
from idp.domain.people import email as emails
from idp.domain.tickets.ticket import RESET
from idp.http.asked_mail import Asked
from idp.http.request import origin
from idp.http.services import services
from idp.http.sign_in import reset_pages
from idp.http.sign_in.sealed_request import page_fields

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.oauth.params import Params


class Forgot(reset_pages.AddressFirst):
    """The form that asks for the mail."""

    def prove(self, request: Request, sent: Params, asked: AuthorizationRequest) -> Response:
        """Send the mail and show where its code is typed. `show` asks for this form, from the sign-in page."""
        reset_pages.require_reset(request)
        s, client = services(request), services(request).clients.get(asked.client_id) if asked.client_id else None
        if sent.get("show"):
            return self.page(request, asked, client=client, email=sent.get("email") or "")
        try:
            email = emails.normalise(sent.get("email") or "")
        except InvalidValue as wrong:
            raise Invalid(wrong.message, field="email") from None
        sealed = page_fields(request, asked)["request_field"]
        s.reset_request.ask(email, browser=asked.browser, request=sealed, client=client, origin=origin(request), now=s.clock())
        return reset_pages.code_page(request, asked, Asked(RESET, s.tickets.address_owner(email), email), client=client)


FORM = Forgot()
