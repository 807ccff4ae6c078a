"""What a function answers. Anything else than one of these forms is a failure of the hook.

claims:                 {"claims": {"department": "sales"}}
registration, sign_in:  {"decision": "allow"} or {"decision": "deny", "reason": "outside_hours"}
sign_in:                {"decision": "require_mfa"} too
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from idp.domain.errors import InvalidValue
from idp.domain.hooks import claims as hook_claims
from idp.domain.hooks.hook import SIGN_IN
from idp.verify import strict_json

LIMIT = 8 * 1024
"""The greatest number of bytes of an answer."""
ALLOWED, DENIED, MFA = "allow", "deny", "require_mfa"
_REASON = re.compile(r"[a-z0-9_]{1,40}", re.ASCII)
_NUMBER_DIGITS = 17


class HookFailed(Exception):
    """A hook gave no usable answer. `detail`: the reason for the log, without a text of the function.

    `silent`: its function gave no answer at all, or too late. Any answer, also a wrong one, tells that it runs. None: it was not
    asked.
    """

    def __init__(self, detail: str, *, silent: bool | None = False) -> None:
        super().__init__(detail)
        self.detail, self.silent = detail, silent


class Decision(NamedTuple):
    """`outcome`: ALLOWED, DENIED or MFA. `reason`: why it was denied, for the person and the app: a-z, 0-9 and _. `hook`: who denied."""

    outcome: str
    reason: str = ""
    hook: str = ""


def read_claims(body: bytes) -> dict[str, Any]:
    """Return the claims of an answer.

    Raises:
        HookFailed: it has not the form above, or a claim is refused.
    """
    answer = _object(body)
    claims = answer.get("claims")
    if set(answer) != {"claims"} or not isinstance(claims, dict):
        raise HookFailed("the answer has other members")
    try:
        hook_claims.check(claims)
    except InvalidValue as refused:
        raise HookFailed(refused.message.id) from None
    return claims


def read_decision(body: bytes, kind: str) -> Decision:
    """Return the decision of an answer. `kind`: that of the hook.

    Raises:
        HookFailed: it has not the form above.
    """
    answer = _object(body)
    outcome, reason = answer.get("decision"), answer.get("reason", "")
    if not set(answer) <= {"decision", "reason"} or not isinstance(outcome, str):
        raise HookFailed("the answer has other members")
    if outcome == DENIED and (reason == "" or (isinstance(reason, str) and _REASON.fullmatch(reason))):
        return Decision(DENIED, reason)
    if "reason" in answer or outcome not in ({ALLOWED, MFA} if kind == SIGN_IN else {ALLOWED}):
        raise HookFailed("the answer has no decision")
    return Decision(outcome)


def _object(body: bytes) -> dict[str, Any]:
    if len(body) > LIMIT:
        raise HookFailed("the answer is too large")
    try:
        answer = strict_json.parse(body, digits=_NUMBER_DIGITS)
    except ValueError:
        raise HookFailed("the answer is not JSON") from None
    if not isinstance(answer, dict):
        raise HookFailed("the answer is not an object")
    return answer
