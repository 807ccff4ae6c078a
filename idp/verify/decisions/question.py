"""What is asked and what is answered, in the words of AuthZEN (OpenID Authorization API 1.0, section 5).

"Can SUBJECT do ACTION on RESOURCE, in CONTEXT?" The same Question goes to every decider, whoever asks: a gateway's authorizer,
a decorator inside a function, the AuthZEN endpoint.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, Self

# What a token says about itself, not about whom it was given to.
_OF_THE_TOKEN = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "sid", "cnf", "scope", "nonce", "at_hash", "c_hash", "s_hash"})
# What somebody's token alone knows of them: how they signed in, and what for.
_OF_THE_SIGN_IN = frozenset({"acr", "amr", "auth_time", "client_id", "scopes"})
# Claims that are lists of names. Anything else in their place is nobody's role.
_NAMES = ("roles", "groups", "permissions")


@dataclass(frozen=True, slots=True)
class Subject:
    """Who wants to do something. `type` is "user" or "client" where a token said so."""

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
        """As whoever keeps it knows it. Of what was said stays how it signed in; what was taken away does not come back by being said."""
        told = {name: value for name, value in self.properties.items() if name in _OF_THE_SIGN_IN}
        return type(self)(self.type, self.id, {**told, **properties})


@dataclass(frozen=True, slots=True)
class Action:
    """What is to be done: a name such as `read` or `GET`, or one with a colon, `invoices:read`."""

    name: str
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Resource:
    """On what."""

    type: str
    id: str
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """One access evaluation. `context` is the environment: `time` (RFC 3339), `ip_address` and whatever else the asker knows."""

    subject: Subject
    action: Action
    resource: Resource
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer. `by` names the rules that decided; it is empty when none applied, and then the answer is no.

    `reason` is for a log and for the asker, without values of the question.
    """

    allowed: bool
    reason: str
    by: str = ""

    @property
    def silent(self) -> bool:
        """Whether no rule spoke: a no that another decider's yes may overrule. A no with a name in `by` may not be overruled."""
        return not self.allowed and not self.by


class Decider(Protocol):
    """Anything that answers. It may raise: whoever combines deciders turns that into a no."""

    def decide(self, question: Question, /) -> Decision: ...


def names(value: object) -> list[str]:
    """A list of strings as it is; anything else is no name at all, and a list with anything else in it too."""
    return list(value) if isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value) else []
