"""POST /mail-code/type: the code of a mail signs the person in, or the button behind its link does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Invalid
from idp.domain.tickets.ticket import SIGN_IN_CODE
from idp.http.asked_mail import open_asked
from idp.http.browser import browser
from idp.http.services import services
from idp.http.sign_in.mail_code_pages import AddressFirst, came_from, code_page
from idp.oauth.sign_in.proofs import FirstFactorProved

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.http.form_error import FormError
    from idp.oauth.params import Params


class MailCode(AddressFirst):
    """Both forms. The one behind a link has the field `ticket`."""

    def prove(self, request: Request, sent: Params, asked: AuthorizationRequest) -> FirstFactorProved:
        """The code or the link is checked. The write of the session uses it up."""
        s, came = services(request), came_from(request, asked)
        if handle := sent.get("ticket"):
            proved = s.mail_code.by_link(handle, came, now=s.clock())
            return FirstFactorProved(proved, replaces=browser(request).session)
        mail = open_asked(request, sent, SIGN_IN_CODE)
        if mail is None:
            raise Invalid("ticket.expired")
        proved = s.mail_code.by_code(mail.owner, mail.email, sent.get("code") or "", came, now=s.clock())
        return FirstFactorProved(proved, replaces=browser(request).session)

    def page_again(
        self, request: Request, sent: Params, asked: AuthorizationRequest, *, client: Client | None, error: FormError, status: int
    ) -> Response:  # fmt: skip
        """The page of the code with the error. If the ticket is over, the form that asks for another mail."""
        mail = open_asked(request, sent, SIGN_IN_CODE)
        if mail is None or sent.get("ticket") or error.message.id == "ticket.expired":
            return self.page(request, asked, client=client, email=mail.email if mail else "", error=error, status=status)
        return code_page(request, asked, mail, client=client, error=error, status=status)


FORM = MailCode()
