"""The pages of a forgotten password: the address, the code of the mail, the new password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.errors import Invalid, PageError
from idp.http.asked_mail import seal_asked
from idp.http.form_error import FormError
from idp.http.pages import render
from idp.http.passkey_fields import passkey_fields
from idp.http.request import origin
from idp.http.services import services
from idp.http.sign_in.sealed_request import page_fields
from idp.http.sign_in.step_form import FirstForm
from idp.services.people.reset_request import HAS, PASSKEY

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.http.asked_mail import Asked
    from idp.services.people.password_reset import Proved


def require_reset(request: Request) -> None:
    """Require that this deployment resets passwords.

    Raises:
        PageError: it does not; the address does not exist (404).
    """
    if not services(request).settings.resets_passwords:
        raise PageError("not_found", "request.nothing_here", status=404)


def address_page(
    request: Request, asked: AuthorizationRequest, *, client: Client | None, email: str = "", error: FormError | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    """The page that asks for the mail."""
    require_reset(request)
    return render(
        request, "forgot.html", status=status, client=client, email=email or asked.login_hint or "", error=error,
        **page_fields(request, asked),
    )  # fmt: skip


class AddressFirst(FirstForm):
    """A form of a forgotten password. Its page asks for the address: without a mail there is nothing to type."""

    def page(
        self, request: Request, asked: AuthorizationRequest, *, client: Client | None, email: str = "", reason: str = "",
        error: FormError | None = None, status: int = 200,
    ) -> Response:  # fmt: skip
        """The page that asks for the address, where this way is offered."""
        del reason
        return address_page(request, asked, client=client, email=email, error=error, status=status)


def code_page(
    request: Request, asked: AuthorizationRequest, mail: Asked, *, client: Client | None, error: FormError | None = None, status: int = 200
) -> Response:
    """The page where the code of the mail is typed. It is the same for an address with an account and one without."""
    return render(
        request, "reset_code.html", status=status, client=client, email=mail.email, asked=seal_asked(request, mail), error=error,
        **page_fields(request, asked),
    )  # fmt: skip


def password_page(
    request: Request, asked: AuthorizationRequest, proved: Proved, *, client: Client | None, error: FormError | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    """The page for the new password. It names the account, and asks for the second factor if there is one: a code or a passkey."""
    may_use_passkey = services(request).settings.allows_passwordless
    fields: dict[str, Any] = {**passkey_fields(proved.passkey)} if proved.passkey else {}
    return render(
        request, "reset.html", status=status, client=client, email=proved.email, ticket=proved.handle, minimum=proved.minimum,
        needs_code=proved.factor in {HAS, PASSKEY}, has_app=proved.has_app, second_factor=bool(proved.factor), error=error,
        may_use_passkey=may_use_passkey, **fields, **page_fields(request, asked),
    )  # fmt: skip


def new_passkey_page(
    request: Request, asked: AuthorizationRequest, handle: str, *, client: Client | None, error: FormError | None = None, status: int = 200
) -> Response:  # fmt: skip
    """The page that makes a passkey in place of the password. `handle`: the proof of the address."""
    s = services(request)
    try:
        proved, offer = s.reset_by_passkey.offer(handle, now=s.clock())
    except Invalid as over:  # the ticket was used or replaced meanwhile
        return address_page(request, asked, client=client, error=FormError(over.message), status=422)
    if offer is None:
        return password_page(request, asked, proved, client=client, error=error, status=status)
    return render(
        request, "reset_passkey.html", status=status, client=client, email=proved.email, ticket=proved.handle, error=error,
        needs_code=proved.factor in {HAS, PASSKEY}, has_app=proved.has_app, user_agent=origin(request).user_agent, **passkey_fields(offer),
        **page_fields(request, asked),
    )  # fmt: skip
