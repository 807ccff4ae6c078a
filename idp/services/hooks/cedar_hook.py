"""Cedar policies of hooks. The engine is a layer, and loads with the first policy (docs/decisions/0005)."""

from __future__ import annotations

from collections import OrderedDict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from idp.domain.hooks.answer import HookFailed
from idp.domain.hooks.hook import MOST
from idp.verify.decisions.cedar import MissingEngine, PolicyDecider
from idp.verify.decisions.cedar_check import PoliciesError
from idp.verify.decisions.question import Action, Question, Resource, Subject

if TYPE_CHECKING:
    from idp.domain.hooks.hook import Hook
    from idp.services.hooks.facts import Facts

SCHEMA = """\
entity App, Pages;
entity User = {
  email: String, email_verified: Bool, admin: Bool, has_second_factor: Bool, created_at: Long,
};
entity Client;
action sign_in, registration appliesTo {
  principal: [User], resource: [App, Pages],
  context: {
    time: datetime, ip_address?: ipaddr, country?: String, scopes: Set<String>, org_id?: String,
    amr?: Set<String>, acr?: String, connection?: String, second_factor_due?: Bool, session_is_new?: Bool,
    grant_type?: String, how?: String,
  },
};
action claims appliesTo {
  principal: [User, Client], resource: [App, Pages],
  context: { time: datetime, ip_address?: ipaddr, country?: String, scopes: Set<String>, org_id?: String },
};
"""
"""The schema of a hook that has none of its own. One of its own may declare attributes of people: `attributes: { department?: String }`."""


class CedarHooks:
    """The policies of hooks, each parsed once for its version."""

    def __init__(self) -> None:
        self._ready: OrderedDict[tuple[str, int], PolicyDecider] = OrderedDict()

    def permits(self, hook: Hook, facts: Facts) -> bool:
        """Return whether the policies permit it. As in Cedar, it is denied unless a policy permits it and none forbids it.

        Raises:
            HookFailed: the engine is not installed, a policy failed, or the facts do not fit the schema.
        """
        found = self._decider(hook).decide(question(hook.kind, facts))
        if found.by == "error":
            raise HookFailed("a policy failed, or the facts do not fit the schema")
        return found.allowed

    def _decider(self, hook: Hook) -> PolicyDecider:
        key = (hook.name, hook.version)
        found = self._ready.get(key)
        if found is None:
            try:
                found = PolicyDecider(hook.cedar, hook.schema or SCHEMA, validated=True)
            except (ValueError, MissingEngine) as problem:
                raise HookFailed(f"the policies cannot be used: {type(problem).__name__}") from None
            self._ready[key] = found
            while len(self._ready) > MOST:
                self._ready.popitem(last=False)
        return found


def question(kind: str, facts: Facts) -> Question:
    """Return the question: may this person (or app) have this action at this app, in this context?"""
    person, app, request = facts["person"], facts["app"], facts["request"]
    if person is None:
        subject = Subject("client", app["client_id"] if app else "")
    else:
        told = {name: value for name, value in person.items() if name != "id"}
        subject = Subject("user", person["id"] or "new", told)
    context: dict[str, Any] = {
        "time": datetime.fromtimestamp(facts["at"], UTC).isoformat(), "scopes": facts["scopes"], "org_id": facts["org_id"],
        "ip_address": request["ip_address"], "country": request["country"],
        **facts.get("sign_in", {}), **facts.get("registration", {}),
    }  # fmt: skip
    return Question(subject, Action(kind), Resource("app", app["client_id"], app) if app else Resource("pages", "account"), context)


def faults(policies: str, schema: str) -> list[dict[str, Any]]:
    """Return what is wrong with policies: field, detail, and where known line, column and policy. `schema`: "" for SCHEMA.

    Raises:
        MissingEngine: the engine is not installed.
    """
    try:
        PolicyDecider(policies, schema or SCHEMA)
    except PoliciesError as problem:
        field = "schema" if problem.where == "schema" else "cedar"
        return [
            {"field": field, "detail": one.message, **{n: v for n in ("line", "column", "policy") if (v := getattr(one, n))}}
            for one in problem.problems[:50]
        ]
    return []
