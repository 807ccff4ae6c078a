"""The person is in several organisations, and chooses the one for which they sign in (docs/organizations.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Invalid
from idp.domain.message import Message
from idp.http import csrf
from idp.http.form_error import FormError
from idp.http.pages import render
from idp.http.sign_in.sealed_request import page_fields
from idp.http.sign_in.step_form import StepForm
from idp.oauth.sign_in.proofs import OrganizationChosen

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.organisations.belonging import Belonging
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.domain.sessions.visitor import Visitor
    from idp.oauth.params import Params

OTHER_SESSION = FormError(Message("consent.other_session"))


class ChooseOrganizationForm(StepForm):
    """The form of POST /choose-organization: a button for each organisation. It is bound to one session, as the consent is."""

    def page(
        self, request: Request, asked: AuthorizationRequest, visitor: Visitor, *, error: FormError | None = None, status: int = 200
    ) -> Response:
        """The question."""
        return render(
            request, "choose_organization.html", status=status, client=visitor.client, email=visitor.user.email,
            choices=[choice.organisation for choice in _choices(visitor)], csrf=csrf.token(request, visitor.session.sid), error=error,
            **page_fields(request, asked),
        )  # fmt: skip

    def prove(self, request: Request, sent: Params, asked: AuthorizationRequest, visitor: Visitor) -> OrganizationChosen | Response:
        """The person's choice.

        Raises:
            Invalid: it is none of theirs, or no longer.
        """
        if not csrf.is_valid(request, sent, *visitor.session.ids):
            return self.page(request, asked, visitor, error=OTHER_SESSION, status=403)
        chosen = sent.get("organization") or ""
        if chosen not in {choice.organisation.id for choice in _choices(visitor)}:
            raise Invalid("organization.choose", field="organization")
        return OrganizationChosen(chosen)


def _choices(visitor: Visitor) -> tuple[Belonging, ...]:
    return visitor.standing.choices if visitor.standing else ()


FORM = ChooseOrganizationForm()
