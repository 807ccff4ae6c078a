"""The second step of a sign-in, by whichever proof: its page, and what is done with what was typed there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from idp.domain.sessions.sign_in_step import Step
from idp.http.account.answers import answered
from idp.http.account.onward import about, due, elevated, onward, session_cookie
from idp.http.pages import render
from idp.http.request import origin
from idp.http.services import services

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client
    from idp.domain.people.user import User
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.oauth.params import Params
    from idp.services.factors.second_factor import SecondFactor

    Use = Callable[[SecondFactor], Callable[..., None]]
    """The verb that uses what was typed, once."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A template, the verb behind it, and the method (RFC 8176) that it proves."""

    template: str
    use: Use
    method: str

    def page(
        self, request: Request, made: AuthorizationRequest, *, client: Client | None, user: User, error: str = "", status: int = 200
    ) -> Response:
        """The form."""
        return render(request, self.template, status=status, client=client, email=user.email, error=error, **about(request, made))

    def answer(self, request: Request, sent: Params, made: AuthorizationRequest) -> Response:
        """What follows on the form: the next step, or the form again with what is wrong. `show` only asks for the form."""
        s = services(request)
        found = s.second_factor.find(session_cookie(request), client_id=made.client_id or None, now=s.clock())
        if found is None or due(made, found) is not Step.SECOND_FACTOR:
            return onward(request, made, found)

        def again(*, error: str, status: int) -> Response:
            return self.page(request, made, client=found.client, user=found.user, error=error, status=status)

        def act() -> Response:
            self.use(s.second_factor)(found, sent.get("code") or "", origin=origin(request), now=s.clock())
            return elevated(request, made, found, self.method)

        return self.page(request, made, client=found.client, user=found.user) if sent.get("show") else answered(act, otherwise=again)
