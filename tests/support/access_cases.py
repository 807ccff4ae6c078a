"""ONE table of access decisions, for every place that decides: the deciders, the gateway's authorizer, a decorator, the AuthZEN endpoint.

Documents have an owner, a department and a classification; people have a department, a clearance, roles and groups; services have scopes.
`decider()` combines roles, attribute rules and Cedar policies. The subject of a case is given by the claims of a verified token.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from idp.verify.decisions import Action, Question, Resource, Subject, combine
from idp.verify.decisions.attributes import AttributeDecider
from idp.verify.decisions.cedar import PolicyDecider
from idp.verify.decisions.roles import RoleDecider

ROLES: dict[str, list[str]] = {
    "reader": ["document:read"],
    "editor": ["document:read", "document:write", "document:delete"],
    "clerk": ["invoice:read"],
}

RULES: dict[str, Any] = {
    "levels": {"classification": ["public", "internal", "secret"]},
    "rules": [
        {
            "id": "clearance", "effect": "deny", "resources": ["document"], "description": "Nobody sees what is above their clearance.",
            "when": {"not": {"level": {"of": "classification", "at_least": [
                {"get": "subject.properties.clearance"}, {"get": "resource.properties.classification"},
            ]}}},
        },
        {
            "id": "own-department", "effect": "allow", "actions": ["read"], "resources": ["document"],
            "when": {"equals": [{"get": "subject.properties.department"}, {"get": "resource.properties.department"}]},
        },
        {
            "id": "office-hours", "effect": "deny", "actions": ["delete"],
            "when": {"not": {"time": {
                "zone": "Europe/Berlin", "days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:00", "to": "18:00",
            }}},
        },
        {
            "id": "print-in-the-office", "effect": "allow", "actions": ["print"], "resources": ["document"],
            "when": {"within": {"address": {"get": "context.ip_address"}, "ranges": ["10.0.0.0/8", "2001:db8::/32"]}},
        },
    ],
}  # fmt: skip

SCHEMA = """
entity Role;
entity Group;
entity User in [Role, Group] { id: String, amr?: Set<String>, department?: String, clearance?: String };
entity Client { id: String, scopes: Set<String> };
entity Document { owner?: String, department?: String, classification?: String };
entity Invoice;

type Where = { time?: datetime, ip_address?: ipaddr };
action read, write, "delete", print, comment, export
  appliesTo { principal: [User, Client], resource: [Document, Invoice], context: Where };
"""

POLICIES = """
@id("owner")
permit(principal is User, action in [Action::"read", Action::"write", Action::"delete"], resource is Document)
when { resource has owner && resource.owner == principal.id };

@id("staff-comments")
permit(principal in Group::"staff", action == Action::"comment", resource is Document);

@id("export-by-service")
permit(principal is Client, action == Action::"export", resource is Document)
when { principal.scopes.contains("documents:export") };

@id("second-factor")
forbid(principal is User, action == Action::"delete", resource)
unless { principal has amr && principal.amr.contains("otp") };

@id("blocked-network")
forbid(principal, action, resource)
when { context has ip_address && context.ip_address.isInRange(ip("203.0.113.0/24")) };
"""

MONDAY_NOON = "2026-11-23T12:00:00+01:00"
SUNDAY_NOON = "2026-11-22T12:00:00+01:00"
OFFICE, HOME, BLOCKED = "10.20.30.40", "198.51.100.7", "203.0.113.9"
PAPER = {"owner": "olga", "department": "finance", "classification": "internal"}


@dataclass(frozen=True)
class Case:
    """One question and its answer. `by`: the rule that decided, or "" if no rule did."""

    name: str
    claims: Mapping[str, Any]
    action: str
    allowed: bool
    by: str = ""
    resource: Mapping[str, Any] = field(default_factory=lambda: PAPER)
    resource_type: str = "document"
    context: Mapping[str, Any] = field(default_factory=lambda: {"time": MONDAY_NOON, "ip_address": HOME})

    @property
    def question(self) -> Question:
        """The question as a decider gets it."""
        return Question(Subject.of(self.claims), Action(self.action), Resource(self.resource_type, "d-1", self.resource), self.context)

    @property
    def authzen(self) -> dict[str, Any]:
        """The question as the AuthZEN endpoint gets it."""
        asked = self.question
        return {
            "subject": {"type": asked.subject.type, "id": asked.subject.id, "properties": dict(asked.subject.properties)},
            "action": {"name": self.action},
            "resource": {"type": self.resource_type, "id": "d-1", "properties": dict(self.resource)},
            "context": dict(self.context),
        }


def person(name: str, **claims: Any) -> dict[str, Any]:
    """The claims of a person's token. By default: clearance `internal`, department sales, a second factor."""
    told = {"clearance": "internal", "department": "sales", "amr": ["pwd", "otp"], **claims}
    return {
        "iss": "https://id.example.com",
        "sub": name,
        "client_id": "shop",
        "scope": "openid",
        **{k: v for k, v in told.items() if v is not None},
    }


def service(name: str, scope: str, **claims: Any) -> dict[str, Any]:
    """The claims of a service's own token."""
    return {"iss": "https://id.example.com", "sub": name, "client_id": name, "scope": scope, "clearance": "secret", **claims}


def paper(**properties: Any) -> dict[str, Any]:
    """The document with changed properties. None removes a property."""
    return {name: value for name, value in {**PAPER, **properties}.items() if value is not None}


def at(time: str | None = MONDAY_NOON, ip_address: str | None = HOME, **more: Any) -> dict[str, Any]:
    """The environment."""
    return {name: value for name, value in {"time": time, "ip_address": ip_address, **more}.items() if value is not None}


YES, NO = True, False
SECRET, SEVERAL = paper(classification="secret"), paper(department=["finance"])
READER, EDITOR = person("rita", roles=["reader"]), person("eve", roles=["editor"])

CASES = (
    # roles
    Case("a reader reads", READER, "read", YES, "role:reader"),
    Case("an editor writes", EDITOR, "write", YES, "role:editor"),
    Case("an editor deletes at noon with a second factor", EDITOR, "delete", YES, "role:editor"),
    Case("a reader does not write", READER, "write", NO),
    Case("a role without a definition permits nothing", person("rita", roles=["superuser"]), "read", NO),
    Case("a role's name has upper and lower case", person("rita", roles=["Reader"]), "read", NO),
    Case("roles as one text are no roles", person("rita", roles="reader"), "read", NO),
    Case("roles with something else among them are no roles", person("rita", roles=["reader", 1]), "read", NO),
    Case("a role for invoices is none for documents", person("kim", roles=["clerk"]), "read", NO),
    Case("a role for invoices", person("kim", roles=["clerk"]), "read", YES, "role:clerk", resource={}, resource_type="invoice"),
    Case("a permission in the token", person("pia", permissions=["document:write"]), "write", YES, "permission"),
    Case("a star in the token is no permission", person("pia", permissions=["*", "document:*"]), "write", NO),
    Case("a group is no role", person("rita", groups=["reader"]), "read", NO),
    # attributes
    Case("the own department reads", person("sam", department="finance"), "read", YES, "rule:own-department"),
    Case("the own department does not write", person("sam", department="finance"), "write", NO),
    Case("a person without a department is in no department", person("sam", department=None), "read", NO),
    Case("two without a department are not of one", person("sam", department=None), "read", NO, resource=paper(department=None)),
    Case("a department as a list is none", person("sam", department=["finance"]), "read", NO, "error", resource=SEVERAL),
    Case("above the clearance, whatever the role", READER, "read", NO, "rule:clearance", resource=SECRET),
    Case("above the clearance, even the owner", person("olga"), "read", NO, "rule:clearance", resource=SECRET),
    Case("cleared for it", person("rita", roles=["reader"], clearance="secret"), "read", YES, "role:reader", resource=SECRET),
    Case("without a clearance", person("rita", roles=["reader"], clearance=None), "read", NO, "rule:clearance"),
    Case("a clearance that is none", person("rita", roles=["reader"], clearance="cosmic"), "read", NO, "rule:clearance"),
    Case("a document without a classification", READER, "read", NO, "rule:clearance", resource=paper(classification=None)),
    Case("deleting on Sunday", EDITOR, "delete", NO, "rule:office-hours", context=at(SUNDAY_NOON)),
    Case("deleting at six, which is closing time", EDITOR, "delete", NO, "rule:office-hours", context=at("2026-11-23T18:00:00+01:00")),
    Case("deleting at eight", EDITOR, "delete", YES, "role:editor", context=at("2026-11-23T07:00:00Z")),
    Case("deleting at no time", EDITOR, "delete", NO, "rule:office-hours", context=at(None)),
    Case("deleting at a time without an offset", EDITOR, "delete", NO, "rule:office-hours", context=at("2026-11-23T12:00:00")),
    Case("printing in the office", person("sam"), "print", YES, "rule:print-in-the-office", context=at(ip_address=OFFICE)),
    Case("printing in the office, IPv6", person("sam"), "print", YES, "rule:print-in-the-office", context=at(ip_address="2001:db8::7")),
    Case("printing at home", person("sam"), "print", NO),
    Case("printing from no address", person("sam"), "print", NO, context=at(ip_address=None)),
    # policies
    Case("the owner writes", person("olga"), "write", YES, "policy:owner"),
    Case("a document without an owner belongs to no person", person("olga"), "write", NO, resource=paper(owner=None)),
    Case("an owner's name is not a client's id", service("olga", ""), "write", NO),
    Case("staff comments", person("sam", groups=["staff"]), "comment", YES, "policy:staff-comments"),
    Case("others do not comment", person("sam", groups=["sales"]), "comment", NO),
    Case("groups as one text are no groups", person("sam", groups="staff"), "comment", NO),
    Case("a service exports with the scope", service("job", "documents:export"), "export", YES, "policy:export-by-service"),
    Case("a service does not export without it", service("job", "documents:read"), "export", NO),
    Case("a person does not export, whatever the scope", person("sam") | {"scope": "documents:export"}, "export", NO),
    Case("deleting without a second factor", person("eve", roles=["editor"], amr=["pwd"]), "delete", NO, "policy:second-factor"),
    Case("deleting without a word of how", person("eve", roles=["editor"], amr=None), "delete", NO, "policy:second-factor"),
    Case("from a blocked network, whatever the role", READER, "read", NO, "policy:blocked-network", context=at(ip_address=BLOCKED)),
    # invalid questions
    Case("an action that is not declared", EDITOR, "shred", NO, "error"),
    Case("a type that is not declared", EDITOR, "read", NO, "error", resource_type="safe"),
    Case("a type that is no name", EDITOR, "read", NO, "error", resource_type="docu ment"),
    Case("an address that is none", READER, "read", NO, "error", context=at(ip_address="10.0.0.300")),
    Case("an attribute of the wrong kind", person("rita", roles=["reader"], amr="otp"), "read", NO, "error"),
    Case("a star for an action", EDITOR, "*", NO, "error"),
    Case("more is said than anybody asks", READER, "read", YES, "role:reader", context=at(geo={"lat": 52.5}, note=None)),
)  # fmt: skip


def decider() -> combine:
    """The combined decider of roles, attribute rules and policies."""
    return combine(RoleDecider(ROLES), AttributeDecider(RULES), PolicyDecider(POLICIES, SCHEMA))
