"""The interface of a step's FORM: its page, and the check of what the person sent. `endpoint` does the shared checks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from idp.http.services import services
from idp.http.session_cookie import read_session

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.domain.sessions.visitor import Visitor
    from idp.http.form_error import FormError
    from idp.oauth.params import Params
    from idp.oauth.sign_in.proofs import FirstFactorProved, LaterProof


class FirstForm(ABC):
    """A form of the first step, where the person is not known yet. Each has an address of its own, whose GET shows `page`."""

    @abstractmethod
    def page(
        self, request: Request, asked: AuthorizationRequest, *, client: Client | None, email: str = "", reason: str = "",
        error: FormError | None = None, status: int = 200,
    ) -> Response:  # fmt: skip
        """The page. `reason`: reauthenticate, timeless, select_account, organisation, expired, reset or empty."""

    @abstractmethod
    def prove(self, request: Request, sent: Params, asked: AuthorizationRequest) -> FirstFactorProved | Response:
        """Check what the person sent: the proof, or the page that they asked for.

        Raises:
            Invalid: it is wrong; `page_again` is shown with the error.
            Throttled: too many attempts; `page_again` is shown.
        """

    def page_again(
        self, request: Request, sent: Params, asked: AuthorizationRequest, *, client: Client | None, error: FormError, status: int
    ) -> Response:  # fmt: skip
        """The page with an error. `sent`: what the person sent, for a page that fills some of it in."""
        return self.page(request, asked, client=client, email=sent.get("email") or "", error=error, status=status)


class StepForm(ABC):
    """A form of a later step. `prove` is called only when the step is due and the form came from our own page in this browser."""

    def find(self, request: Request, asked: AuthorizationRequest) -> Visitor | None:
        """The visitor, with all that `prove` needs, in one read; None without a live session."""
        return services(request).visitors.find(read_session(request), client_id=asked.client_id or None)

    @abstractmethod
    def page(
        self, request: Request, asked: AuthorizationRequest, visitor: Visitor, *, error: FormError | None = None, status: int = 200
    ) -> Response:
        """The page."""

    @abstractmethod
    def prove(self, request: Request, sent: Params, asked: AuthorizationRequest, visitor: Visitor) -> LaterProof | Response:
        """Check what the person sent: the proof, or the page again.

        Raises:
            Invalid: it is wrong; `page_again` is shown with the error.
            Throttled: too many attempts; `page_again` is shown.
        """

    def page_again(
        self, request: Request, sent: Params, asked: AuthorizationRequest, visitor: Visitor, *, error: FormError, status: int
    ) -> Response:  # fmt: skip
        """The page with an error. `sent`: what the person sent, for a page that fills some of it in."""
        del sent
        return self.page(request, asked, visitor, error=error, status=status)
