"""Decisions for verifiers outside the provider, by the stored permissions of roles and the live policies.

Both are read from DynamoDB without the store's classes, and have a bounded age (`idp.verify.cached`). If they cannot be read or used,
access is refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from idp.store import access_keys
from idp.verify.cached import Cached
from idp.verify.decisions import combine
from idp.verify.decisions.roles import RoleDecider

if TYPE_CHECKING:
    from idp.adapters.dynamodb_reader import Item, Reader
    from idp.verify.decisions import Decider, Decision, Question

ROLES, POLICIES = "roles", "policies"
DIRECTORY = "directory"


class _Stored:
    """A decider that asks the current decider."""

    def __init__(self, current: Callable[[], Decider]) -> None:
        self._current = current

    def decide(self, question: Question, /) -> Decision:
        return self._current().decide(question)


class _Published(NamedTuple):
    number: int
    decider: Decider


def stored_decider(kinds: Iterable[str], reader: Reader, clock: Callable[[], float]) -> Decider:
    """Return a decider. `roles`: by the roles in the token and their stored permissions. `policies`: by the live policies.

    With both, a denial by one of them overrides.
    """
    deciders: list[Decider] = []
    if ROLES in (chosen := set(kinds)):
        deciders.append(_Stored(Cached(lambda _: RoleDecider(_model(reader.query(DIRECTORY, access_keys.ROLES))), clock)))
    if POLICIES in chosen:
        published: Cached[_Published] = Cached(lambda last: _read_published(reader, last), clock)
        deciders.append(_Stored(lambda: published().decider))
    return combine(*deciders)


def _model(items: Iterable[Item]) -> dict[str, list[str]]:
    return {str(item["name"]): sorted(item.get("permissions", ())) for item in items if item.get("kind") == "role"}


def _read_published(reader: Reader, last: _Published | None) -> _Published:
    """Return the live policies. A version never changes, so only a new one is read and prepared.

    Raises:
        LookupError: no policies are live, or the live version is missing.
    """
    (pointer,) = reader.batch_get((DIRECTORY, access_keys.live_policies()))
    if pointer is None:
        raise LookupError("no policies are in force")
    number = int(pointer["number"])
    if last and last.number == number:
        return last
    (version,) = reader.batch_get((DIRECTORY, access_keys.policy_version(number)))
    if version is None:
        raise LookupError("the policies in force are gone")
    from idp.verify.decisions.policy_set import PolicySetDecider

    given: dict[str, Any] = {name: version.get(name, "") for name in ("policies", "schema", "namespace")}
    rules = json.loads(version["rules"]) if version.get("rules") else None
    return _Published(number, PolicySetDecider(**given, rules=rules, validated=True))
