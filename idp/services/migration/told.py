"""What the other system answers about a password (docs/moving.md, Just-in-time). Anything else than this form is no answer.

{"result": "right", "user": {"email": "ada@example.com", "email_verified": true, "second_factor": true, "claims": {"name": "Ada"}}}
{"result": "wrong"}
{"result": "unknown"}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from idp.domain.errors import Invalid, InvalidValue
from idp.domain.people import email as emails
from idp.domain.people.standard_claims import check_claims
from idp.verify import strict_json

LIMIT = 16 * 1024
"""The greatest number of bytes of an answer."""
RIGHT, WRONG, UNKNOWN = "right", "wrong", "unknown"
_USER = {"email": str, "email_verified": bool, "second_factor": bool, "claims": dict}


class NotToldError(Exception):
    """There is no usable answer. `detail`: a reason for the log, without a text of the other system."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class Told(NamedTuple):
    """`right`: the password is right; the other members are set only then. `email`: in canonical form. `claims`: those that are acceptable.

    `second_factor`: the person had one there, which cannot be taken over.
    """

    right: bool
    email: str = ""
    email_verified: bool = False
    second_factor: bool = False
    claims: Mapping[str, Any] = {}


def read(body: bytes) -> Told:
    """Read an answer.

    Raises:
        NotToldError: it is no JSON, or has not exactly the form above.
    """
    if len(body) > LIMIT:
        raise NotToldError("the answer is too long")
    try:
        told = strict_json.loads(body)
    except ValueError:
        raise NotToldError("the answer is not JSON") from None
    if not isinstance(told, dict) or not set(told) <= {"result", "user"}:
        raise NotToldError("the answer has other members")
    if told.get("result") in (WRONG, UNKNOWN):  # what it says about the person does not count
        return Told(right=False)
    user = told.get("user")
    if told.get("result") != RIGHT or not isinstance(user, dict):
        raise NotToldError("the answer has no result")
    if not set(user) <= set(_USER) or not all(isinstance(value, _USER[name]) for name, value in user.items()):
        raise NotToldError("the user has other members or types")
    flags = {name: user.get(name, False) for name in ("email_verified", "second_factor")}
    return Told(right=True, email=_canonical(user), claims=_claims(user), **flags)


def _canonical(user: Mapping[str, Any]) -> str:
    try:
        return emails.normalise(user.get("email", ""))
    except InvalidValue:
        raise NotToldError("the user has no address") from None


def _claims(user: Mapping[str, Any]) -> dict[str, Any]:
    """Return the claims that an account may have. Others are left out, as at an upstream: they refuse no sign-in."""
    kept: dict[str, Any] = {}
    for name, value in user.get("claims", {}).items():
        try:
            check_claims({**kept, name: value})
        except Invalid:
            continue
        kept[name] = value
    return kept
