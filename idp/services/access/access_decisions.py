"""Access decisions from stored roles and the live policies, about the provider's own users and apps. The AuthZEN endpoints use them.

Authority is never cached: the roles, the pointer to the live version and the subject are read strongly each time. Only prepared policy
versions are kept in memory, because a version never changes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from idp.domain.errors import NotFound
from idp.services.access.policies import check
from idp.store import keys
from idp.store.clients import place
from idp.store.user_items import UserItem
from idp.verify.decisions import Decision, Question, combine
from idp.verify.decisions.cedar import Explained
from idp.verify.decisions.policy_set import PolicySetDecider
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
"""The types of subject that the provider has stored."""
UNKNOWN = Decision(allowed=False, reason="the subject is not known, or disabled", by="subject")


class AccessDecisions:
    """Makes decisions. Raises Unavailable if something that a decision needs cannot be read; then nothing is allowed."""

    def __init__(self, policies: PolicyService, roles: Roles, database: Database) -> None:
        self._policies, self._roles, self._db = policies, roles, database

    def evaluate(self, questions: Iterable[Question], *, scope: Scope, look_up: bool) -> Evaluation:
        """Read everything that these questions need. `look_up`: use the stored properties of subjects instead of those in the questions."""
        scope.require_deployment()
        asked = list(questions)
        model, live = self._roles.model(), self._policies.live(scope=scope)
        decider = self._decider(model, live.number if live else None, scope)
        known = self._subjects(asked, model) if look_up else {}
        return Evaluation(decider, known, look_up=look_up)

    def simulate(self, number: int | None, questions: Sequence[Question], *, scope: Scope) -> tuple[int, list[Explained]]:
        """Return the version and its decisions about these subjects as the questions describe them. None: the live version.

        Raises:
            NotFound: there is no such version, or no version is live.
        """
        scope.require_deployment()
        if number is None:
            live = self._policies.live(scope=scope)
            if live is None:
                raise NotFound("policies.none_to_simulate")
            number = live.number
        policies, decider = self._policies.decider(number, scope=scope), self._decider(self._roles.model(), number, scope)
        return number, [Explained(decider.decide(each), policies.explain(each).details) for each in questions]

    def try_out(
        self, question: Question, *, policies: str, schema: str, namespace: str, rules: Mapping[str, Any] | None, scope: Scope
    ) -> Explained:
        """Return what these policies, which are stored nowhere, would decide with the stored roles, about the subject as it is stored.

        Raises:
            Unprocessable: the policies cannot be used. `problems` lists all faults.
            Unavailable: the deployment has no Cedar engine.
        """
        scope.require_deployment()
        check(policies=policies, schema=schema, namespace=namespace, rules=rules)
        texts = PolicySetDecider(policies=policies, schema=schema, namespace=namespace, rules=rules, validated=True)
        model = self._roles.model()
        decider = combine(RoleDecider({name: role.permissions for name, role in model.roles.items()}), texts)
        known = self._subjects([question], model).get((_known_type(question.subject.type), question.subject.id))
        if known is None:
            return Explained(UNKNOWN)
        described = _describe_subject(question, known)
        return Explained(decider.decide(described), texts.explain(described).details)

    def _decider(self, model: RoleModel, number: int | None, scope: Scope) -> Decider:
        roles = RoleDecider({name: role.permissions for name, role in model.roles.items()})
        return combine(roles, *([self._policies.decider(number, scope=scope)] if number else []))

    def _subjects(self, questions: Sequence[Question], model: RoleModel) -> dict[tuple[str, str], Mapping[str, Any] | None]:
        """Return the stored properties of each subject, read in one call. The value is None for an unknown or disabled subject."""
        named = ((_known_type(each.subject.type), each.subject.id) for each in questions)
        wanted = list(dict.fromkeys((type_, id_) for type_, id_ in named if type_))
        places: list[Any] = [(UserItem, keys.user(id_)) if type_ == USER else place(id_) for type_, id_ in wanted]
        items = self._db.batch_get(*places) if places else []
        return {subject: _properties(item, model) for subject, item in zip(wanted, items, strict=True)}


class Evaluation:
    """The facts for the questions of one request, read once."""

    def __init__(self, decider: Decider, known: Mapping[tuple[str, str], Mapping[str, Any] | None], *, look_up: bool) -> None:
        self._decider, self._known, self._look_up = decider, known, look_up

    def decide(self, question: Question) -> Decision:
        """Decide about one question."""
        type_ = _known_type(question.subject.type) if self._look_up else ""
        if type_:
            properties = self._known.get((type_, question.subject.id))
            if properties is None:
                return UNKNOWN
            question = _describe_subject(question, properties)
        return self._decider.decide(question)


def _known_type(type_: str) -> str:
    """Return `user` or `client` for each name that Cedar would accept for the type, such as `User` or `Shop::User`. Otherwise return ""."""
    name = type_.rpartition("::")[2]
    name = name[:1].lower() + name[1:]
    return name if name in {USER, CLIENT} else ""


def _describe_subject(question: Question, properties: Mapping[str, Any]) -> Question:
    """Return the question with stored properties of the subject in place of those that the caller sent."""
    subject, resource = question.subject, question.resource
    if (
        _known_type(resource.type) == _known_type(subject.type) and resource.id == subject.id
    ):  # the subject itself: for Cedar the two are one entity
        resource = replace(resource, properties={})
    return replace(question, subject=subject.known(properties), resource=resource)


def _properties(item: Any, model: RoleModel) -> Mapping[str, Any] | None:
    if isinstance(item, UserItem):
        user = item.user()
        roles = model.effective(user.roles, user.groups)
        properties: dict[str, Any] = {**user.attributes, "groups": list(model.live_groups(user.groups))}
        disabled = user.disabled
    elif item is None:
        return None
    else:
        client = item.client()
        roles, properties, disabled = model.effective(client.roles or {}), {"groups": []}, client.disabled
    return None if disabled else {**properties, "roles": list(roles), "permissions": list(model.permissions(roles))}
