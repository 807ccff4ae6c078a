"""The pages of a sign-in by mail: the address, the code, and the button behind the link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.http import cookies
from idp.http.asked_mail import seal_asked
from idp.http.pages import render
from idp.http.request import origin
from idp.http.services import services
from idp.http.sign_in.sealed_request import page_fields
from idp.http.sign_in.step_form import FirstForm
from idp.services.people.mail_code import Came

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.http.asked_mail import Asked
    from idp.http.form_error import FormError


def came_from(request: Request, asked: AuthorizationRequest) -> Came:
    """Where the person came from."""
    device = cookies.read(request, cookies.DEVICE, services(request).settings)
    return Came(asked.browser, asked.client_id, device, origin(request))


class AddressFirst(FirstForm):
    """A form of a sign-in by mail. Its page asks for the address: without a mail there is nothing to type."""

    def page(
        self, request: Request, asked: AuthorizationRequest, *, client: Client | None, email: str = "", reason: str = "",
        error: FormError | None = None, status: int = 200,
    ) -> Response:  # fmt: skip
        """The page that asks for the address, where this way is offered."""
        del reason
        services(request).mail_code.require_offered(client)
        return render(
            request, "mail_code.html", status=status, client=client, email=email or asked.login_hint or "", error=error,
            **page_fields(request, asked),
        )  # fmt: skip


def code_page(
    request: Request, asked: AuthorizationRequest, mail: Asked, *, client: Client | None, error: FormError | None = None, status: int = 200
) -> Response:
    """The page where the code is typed. It is the same for an address with an account and one without."""
    return render(
        request, "mail_code_type.html", status=status, client=client, email=mail.email, asked=seal_asked(request, mail), error=error,
        **page_fields(request, asked),
    )  # fmt: skip


def link_page(request: Request, asked: AuthorizationRequest, handle: str, *, client: Client | None, email: str) -> Response:
    """The page behind the link, in the browser that asked. Its button signs in."""
    return render(request, "mail_code_link.html", client=client, email=email, ticket=handle, **page_fields(request, asked))
