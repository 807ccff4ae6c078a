"""What hooks of the kind `sign_in` decide about a token for a person who did not sign in for it: token exchange (RFC 8693) and assertions
of trusted issuers (RFC 7523). Loaded only if IDP_HOOKS is on.

A refusal of a person must hold for each way to a new access of that person, so these grants ask too, before anything is used up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from idp.domain.apps.grant_types import JWT_BEARER
from idp.domain.errors import InvalidGrant, OAuthError
from idp.domain.hooks.answer import DENIED, MFA
from idp.domain.hooks.hook import SIGN_IN
from idp.domain.sessions.session import AAL2
from idp.services.hooks import facts
from idp.services.hooks.asking import FAILED

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.hooks.answer import Decision
    from idp.oauth.provider import GrantParts
    from idp.oauth.token.grant import Approved, GrantHandler, Subject, TokenRequest

SECOND_FACTOR = "second_factor"
"""The reason of a refusal: a hook requires a second factor, and no person is there who could prove one."""


def require_allowed(handler: GrantHandler, request: TokenRequest, client: Client, subject: Subject, approved: Approved) -> None:
    """Return if the hooks allow a token for this person to this client.

    Raises:
        InvalidGrant: an assertion is refused (RFC 7523 §3.1).
        OAuthError: invalid_request: the subject token is "unacceptable based on policy" (RFC 8693 §2.2.2); temporarily_unavailable (503):
            a hook that must answer does not.
        Unavailable: the hooks cannot be read.
    """
    provider, user, grant = request.provider, subject.user, subject.grant
    origin = request.caller.origin

    def told() -> facts.Facts:
        sign_in = {
            "amr": list(grant.amr) if grant else [], "acr": grant.acr if grant else "", "connection": None,
            "second_factor_due": False, "session_is_new": False, "grant_type": handler.GRANT_TYPE,
        }  # fmt: skip
        return facts.of(
            user=user, client=client, origin=origin, now=provider.clock(), scopes=approved.scopes,
            org_id=subject.organisation.id if subject.organisation else "", sign_in=sign_in,
        )  # fmt: skip

    decision = provider.hooks.ask_decision(SIGN_IN, client.id, told, origin)
    if decision.outcome == MFA and (grant is None or grant.acr != AAL2):
        decision = decision._replace(outcome=DENIED, reason=SECOND_FACTOR)
    if decision.outcome == DENIED:
        _refuse(provider, request, handler, client, subject, decision)


def _refuse(
    provider: GrantParts, request: TokenRequest, handler: GrantHandler, client: Client, subject: Subject, decision: Decision
) -> NoReturn:  # fmt: skip
    provider.audit.record(
        "sign_in.failed", outcome="failure", reason="hook", origin=request.caller.origin, actor=client.id,
        subject=subject.user.id if subject.user else "", client_id=client.id, hook=decision.hook, answer=decision.reason,
    )  # fmt: skip
    if decision.reason == FAILED:
        raise OAuthError("temporarily_unavailable", "hook.no_tokens", status=503)
    if handler.GRANT_TYPE == JWT_BEARER:
        raise InvalidGrant("hook.person_refused", reason=decision.reason or "-")
    raise OAuthError("invalid_request", "hook.person_refused", reason=decision.reason or "-")
