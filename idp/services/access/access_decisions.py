"""Access decisions of the provider itself: stored roles and the live policies, about subjects that it knows. AuthZEN asks here.

Authority is never cached: the roles, the pointer to the live version and the subject are read strongly each time. What is kept between
questions are versions made ready, which never change.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from idp.domain.errors import NotFound
from idp.store import keys
from idp.store.clients import place
from idp.store.users import UserItem
from idp.verify.decisions import Decision, Question, combine
from idp.verify.decisions.cedar import Explained
from idp.verify.decisions.roles import RoleDecider

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from idp.domain.access.roles import RoleModel
    from idp.domain.access.tenancy import Scope
    from idp.services.access.policies import PolicyService
    from idp.store.database import Database
    from idp.store.roles import Roles
    from idp.verify.decisions import Decider

USER, CLIENT = "user", "client"
"""The types of subject that the provider knows."""
UNKNOWN = Decision(allowed=False, reason="the subject is not known, or disabled", by="subject")


class AccessDecisions:
    """Answers questions. Raises Unavailable when something that matters cannot be read; nothing is allowed then."""

    def __init__(self, policies: PolicyService, roles: Roles, database: Database) -> None:
        self._policies, self._roles, self._db = policies, roles, database

    def evaluate(self, questions: Iterable[Question], *, scope: Scope, look_up: bool) -> Evaluation:
        """The way to the answers, with all that they need read. `look_up`: subjects are what the provider knows of them."""
        scope.require_deployment()
        asked = list(questions)
        model, live = self._roles.model(), self._policies.live(scope=scope)
        decider = self._decider(model, live.number if live else None, scope)
        known = self._subjects(asked, model) if look_up else {}
        return Evaluation(decider, known, look_up=look_up)

    def simulate(self, number: int | None, questions: Sequence[Question], *, scope: Scope) -> tuple[int, list[Explained]]:
        """What a version, by default the live one, would decide about subjects as they are described.

        Raises:
            NotFound: there is no such version, or none is live.
        """
        scope.require_deployment()
        if number is None:
            live = self._policies.live(scope=scope)
            if live is None:
                raise NotFound("policies.none_to_simulate")
            number = live.number
        policies, decider = self._policies.decider(number, scope=scope), self._decider(self._roles.model(), number, scope)
        return number, [Explained(decider.decide(each), policies.explain(each).details) for each in questions]

    def _decider(self, model: RoleModel, number: int | None, scope: Scope) -> Decider:
        roles = RoleDecider({name: role.permissions for name, role in model.roles.items()})
        return combine(roles, *([self._policies.decider(number, scope=scope)] if number else []))

    def _subjects(self, questions: Sequence[Question], model: RoleModel) -> dict[tuple[str, str], Mapping[str, Any] | None]:
        """What is known of each subject, in one call; None for one that is not there or disabled."""
        named = ((_known_type(each.subject.type), each.subject.id) for each in questions)
        wanted = list(dict.fromkeys((type_, id_) for type_, id_ in named if type_))
        places: list[Any] = [(UserItem, keys.user(id_)) if type_ == USER else place(id_) for type_, id_ in wanted]
        items = self._db.batch_get(*places) if places else []
        return {subject: _properties(item, model) for subject, item in zip(wanted, items, strict=True)}


class Evaluation:
    """Everything that a request's questions need, read once."""

    def __init__(self, decider: Decider, known: Mapping[tuple[str, str], Mapping[str, Any] | None], *, look_up: bool) -> None:
        self._decider, self._known, self._look_up = decider, known, look_up

    def decide(self, question: Question) -> Decision:
        """One answer."""
        type_ = _known_type(question.subject.type) if self._look_up else ""
        if type_:
            properties = self._known.get((type_, question.subject.id))
            if properties is None:
                return UNKNOWN
            question = _described(question, properties)
        return self._decider.decide(question)


def _known_type(type_: str) -> str:
    """`user` or `client`, by any name under which Cedar would take it for one: `User`, `Shop::User`."""
    name = type_.rpartition("::")[2]
    name = name[:1].lower() + name[1:]
    return name if name in {USER, CLIENT} else ""


def _described(question: Question, properties: Mapping[str, Any]) -> Question:
    """What the provider knows stands in the place of what the asker says."""
    subject, resource = question.subject, question.resource
    if _known_type(resource.type) == _known_type(subject.type) and resource.id == subject.id:  # itself: for Cedar they are one entity
        resource = replace(resource, properties={})
    return replace(question, subject=subject.known(properties), resource=resource)


def _properties(item: Any, model: RoleModel) -> Mapping[str, Any] | None:
    if isinstance(item, UserItem):
        user = item.user()
        roles = model.effective(user.roles, user.groups)
        told: dict[str, Any] = {**user.attributes, "groups": list(model.live_groups(user.groups))}
        disabled = user.disabled
    elif item is None:
        return None
    else:
        client = item.client()
        roles, told, disabled = model.effective(client.roles or {}), {"groups": []}, client.disabled
    return None if disabled else {**told, "roles": list(roles), "permissions": list(model.permissions(roles))}
