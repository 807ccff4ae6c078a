"""Questions and answers in AuthZEN's JSON (OpenID Authorization API 1.0, sections 5, 6.1, 7.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from idp.verify.decisions.question import Action, Decision, Question, Resource, Subject

LONGEST = 2000
"""The greatest length of a type, an id or a name, in characters."""
_ENTITIES = ("subject", "action", "resource")


class Malformed(ValueError):
    """The message is not a question. The text names the member and contains no value of the message."""


def question(raw: Any, defaults: Mapping[str, Any] | None = None) -> Question:
    """Parse one question. Unknown members are ignored (section 10.1.1). `defaults`: the members of the top level (7.1.1).

    See AuthZEN 1.0 section 5.

    Raises:
        Malformed: a member is missing or has the wrong type.
    """
    if not isinstance(raw, Mapping):
        raise Malformed("an evaluation has to be an object")
    given = {**(defaults or {}), **{name: value for name, value in raw.items() if name in {*_ENTITIES, "context"}}}
    subject, action, resource = (_entity(given.get(name), name) for name in _ENTITIES)
    return Question(
        Subject(_text(subject, "subject", "type"), _text(subject, "subject", "id"), _object(subject, "subject", "properties")),
        Action(_text(action, "action", "name"), _object(action, "action", "properties")),
        Resource(_text(resource, "resource", "type"), _text(resource, "resource", "id"), _object(resource, "resource", "properties")),
        _object(given, "", "context"),
    )


def defaults(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The members of the top level that are defaults of every evaluation (AuthZEN 1.0 section 7.1.1)."""
    return {name: raw[name] for name in (*_ENTITIES, "context") if name in raw}


def answer(decision: Decision) -> dict[str, Any]:
    """One decision (section 5.5), with its reason in the context."""
    context = {"reason": decision.reason, **({"decided_by": decision.by.split(",")} if decision.by else {})}
    return {"decision": decision.allowed, "context": context}


def _entity(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Malformed(f"{name} has to be an object")
    return value


def _text(entity: Mapping[str, Any], name: str, member: str) -> str:
    value = entity.get(member)
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST:
        raise Malformed(f"{name}.{member} has to be a text of 1 to {LONGEST} characters")
    return value


def _object(entity: Mapping[str, Any], name: str, member: str) -> Mapping[str, Any]:
    value = entity.get(member)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise Malformed(f"{name}{'.' if name else ''}{member} has to be an object")
    return value
