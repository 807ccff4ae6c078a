"""The steps of a sign-in, in one table, and the dispatcher that chooses the next one (docs/design.md, Signing in)."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from idp.domain.sessions import sign_in_rules as rules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.domain.sessions.visitor import Visitor

    Rule = Callable[[AuthorizationRequest, Visitor], bool]
    """Whether a step is due. A rule is called only when no step above it in the table is due."""


class Accepts(Enum):
    """When the forms of a step are accepted. Otherwise the answer is the step that is due."""

    ALWAYS = "always"
    WHEN_DUE = "when due"
    UNTIL_ANSWERED = "when due, and when no step is due any more"


class Step(NamedTuple):
    """One row of the table.

    `forms`: by path, the module of http whose FORM shows the form and checks what the person sent. The first is the step's own page,
    unless `chooses` names another one for the visitor.
    `none_error`: the error for an app that sent prompt=none while the step is due (OIDC Core §3.1.2.6).
    `needs_recent_sign_in`: the page is shown only to a person who signed in a moment ago (H-06). Others are shown the login first.
    """

    name: str
    due: Rule
    forms: Mapping[str, str]
    none_error: str = "interaction_required"
    accepts: Accepts = Accepts.WHEN_DUE
    needs_recent_sign_in: bool = False
    chooses: Callable[[Visitor], str] | None = None

    def page_for(self, visitor: Visitor) -> str:
        """The module that shows the step to this visitor when it is due."""
        return self.forms[self.chooses(visitor)] if self.chooses else self.page

    @property
    def page(self) -> str:
        """The module that shows the step when it is due."""
        return next(iter(self.forms.values()))


LOGIN = Step(
    "login", rules.is_login_due,
    {
        "/login": "idp.http.sign_in.login", "/passkey-sign-in": "idp.http.sign_in.passkey_sign_in",
        "/forgot": "idp.http.sign_in.forgot", "/reset": "idp.http.sign_in.reset",
        "/mail-code": "idp.http.sign_in.mail_code", "/mail-code/type": "idp.http.sign_in.mail_code_type",
        "/sign-up": "idp.http.sign_in.sign_up", "/sign-up/code": "idp.http.sign_in.sign_up_code",
        "/sign-up/finish": "idp.http.sign_in.sign_up_finish",
        "/upstream": "idp.http.sign_in.upstream", "/upstream/finish": "idp.http.sign_in.upstream_finish",
    },
    none_error="login_required", accepts=Accepts.ALWAYS,
)  # fmt: skip
CHOICE = Step("choose_organization", rules.is_choice_due, {"/choose-organization": "idp.http.sign_in.choose_organization"})
STEPS = (
    LOGIN,
    Step(
        "second_factor", rules.is_code_due,
        {
            "/totp": "idp.http.sign_in.totp", "/recovery-code": "idp.http.sign_in.recovery_code",
            "/passkey": "idp.http.sign_in.passkey",
        },
        chooses=rules.first_choice,
    ),
    Step(
        "enrol", rules.is_enrolment_due,
        {
            "/enrol": "idp.http.sign_in.enrol", "/enrol-passkey": "idp.http.sign_in.enrol_passkey",
            "/recovery-codes": "idp.http.sign_in.recovery_codes",
        },
        needs_recent_sign_in=True,
    ),
    Step("link", rules.is_link_due, {"/upstream/link": "idp.http.sign_in.upstream_link"}),
    Step("verify_email", rules.is_verification_due, {"/verify-email": "idp.http.sign_in.verify_email"}),
    CHOICE,
    Step("upgrade_passkey", rules.is_upgrade_due, {"/upgrade-passkey": "idp.http.sign_in.upgrade_passkey"}),
    Step("offer_passkey", rules.is_offer_due, {"/offer-passkey": "idp.http.sign_in.offer_passkey"}),
    Step(
        "consent", rules.is_consent_due, {"/consent": "idp.http.sign_in.consent"}, none_error="consent_required",
        accepts=Accepts.UNTIL_ANSWERED,
    ),
)  # fmt: skip
"""In the order in which they are due. A new step is one row here and one module in `idp/http/sign_in`."""


def next_step(request: AuthorizationRequest, visitor: Visitor | None) -> Step | None:
    """The step that is due; None when the request can be answered. Without a visitor it is the first one."""
    if visitor is None:
        return LOGIN
    return next((step for step in STEPS if step.due(request, visitor)), None)


def step_at(path: str) -> Step:
    """The step whose form has this path.

    Raises:
        LookupError: no step has it.
    """
    for step in STEPS:
        if path in step.forms:
            return step
    raise LookupError(path)
