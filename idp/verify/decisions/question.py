"""Questions and decisions, in the terms of AuthZEN (OpenID Authorization API 1.0, section 5).

"Can SUBJECT do ACTION on RESOURCE, in CONTEXT?" A gateway's authorizer, a decorator in a function and the AuthZEN endpoint all pass
the same Question to a decider.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, Self

# Claims about the token, not about its subject.
_OF_THE_TOKEN = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "sid", "cnf", "scope", "nonce", "at_hash", "c_hash", "s_hash"})
# Facts about the sign-in and the token's use, which only the token contains.
_OF_THE_SIGN_IN = frozenset({"acr", "amr", "auth_time", "client_id", "scopes"})
# Claims that are lists of names. A value of another type means no names.
_NAMES = ("roles", "groups", "permissions")


@dataclass(frozen=True, slots=True)
class Subject:
    """The subject of a question. `type` is "user" or "client" if it comes from a token."""

    type: str
    id: str
    properties: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, claims: Mapping[str, Any]) -> Self:
        """The subject of VERIFIED claims. RFC 9068, section 5: the `sub` of a client's own token is its client_id."""
        subject, client = claims.get("sub"), claims.get("client_id")
        own = client is not None and (subject is None or subject == client)
        properties = {name: value for name, value in claims.items() if name not in _OF_THE_TOKEN}
        properties.update({name: names(claims[name]) for name in _NAMES if name in claims})
        scope = claims.get("scope")
        properties["scopes"] = scope.split() if isinstance(scope, str) else []
        return cls("client" if own else "user", str(client if own else subject or ""), properties)

    def known(self, properties: Mapping[str, Any]) -> Self:
        """The subject with stored properties instead of claims. Of the claims only facts about the sign-in stay."""
        kept = {name: value for name, value in self.properties.items() if name in _OF_THE_SIGN_IN}
        return type(self)(self.type, self.id, {**kept, **properties})


@dataclass(frozen=True, slots=True)
class Action:
    """The action: a name such as `read` or `GET`, or one with a colon, `invoices:read`."""

    name: str
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Resource:
    """The object of the action."""

    type: str
    id: str
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """One access evaluation. `context` is the environment: `time` (RFC 3339), `ip_address` and other facts that the caller passes."""

    subject: Subject
    action: Action
    resource: Resource
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer. `by` names the rules that decided. It is empty if none applied; then `allowed` is False.

    `reason` is for logs and for the caller. It contains no values of the question.
    """

    allowed: bool
    reason: str
    by: str = ""

    @property
    def silent(self) -> bool:
        """Whether no rule applied. Another decider may then allow. A denial with a name in `by` cannot be overridden."""
        return not self.allowed and not self.by


class Decider(Protocol):
    """Answers questions. It may raise; `combine` and `all_of` turn an error into a denial."""

    def decide(self, question: Question, /) -> Decision: ...


def names(value: object) -> list[str]:
    """A list of texts. Empty if the value is not a list, or contains something else."""
    return list(value) if isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value) else []
