"""The pages of a sign-in, by the step that the dispatcher names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.sessions.sign_in_step import Step
from idp.http.account import consent, enrol, login, totp
from idp.services.sessions.visitors import Visitor

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client
    from idp.domain.people.consent import Consent
    from idp.domain.people.user import User
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.domain.sessions.session import Session


def show(
    request: Request, step: Step, made: AuthorizationRequest, *, client: Client | None, user: User | None, session: Session | None,
    given: Consent | None = None,
) -> Response:  # fmt: skip
    """The page of this step. `given`: what the user allowed the client before."""
    if user is None or session is None or step is Step.LOGIN:
        return _login(request, made, client, user, session)
    found = Visitor(session, user, client, given)
    if step is Step.SECOND_FACTOR:
        return totp.page(request, made, client=client, user=user)
    if step is Step.ENROL:
        return enrol.page(request, made, found)
    return consent.page(request, made, found)


def _login(request: Request, made: AuthorizationRequest, client: Client | None, user: User | None, session: Session | None) -> Response:
    if user is None or session is None or made.hinted_sub not in (None, user.id):
        return login.page(request, made, client=client)
    if "select_account" in made.prompt:
        return login.page(request, made, client=client, reason="select_account")
    return login.page(request, made, client=client, email=made.login_hint or user.email, reason="reauthenticate")
