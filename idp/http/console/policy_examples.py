"""Policies to begin from: a text in Cedar with its schema. Each is valid, and short enough to be read whole."""

from __future__ import annotations

from typing import NamedTuple

from idp.domain.texts import marked


class Example(NamedTuple):
    """`title`: what it is about."""

    title: str
    policies: str
    schema: str


_TYPES = """entity Role;
entity Group;
entity User in [Role, Group] = { amr?: Set<String>, department?: String };
entity Document = { owner?: String, department?: String };
action read, write, delete appliesTo {
  principal: User,
  resource: Document,
};
"""
EXAMPLES = {
    "owner": Example(
        marked("Owners read and write what is theirs"),
        """@id("owner")
permit(principal is User, action in [Action::"read", Action::"write"], resource is Document)
when { resource has owner && resource.owner == principal.id };
""",
        _TYPES.replace("department?: String };\nentity Document", "department?: String, id: String };\nentity Document"),
    ),
    "roles": Example(
        marked("A role permits, a group may only read"),
        """@id("editors")
permit(principal in Role::"editor", action, resource);

@id("staff-reads")
permit(principal in Group::"staff", action == Action::"read", resource);
""",
        _TYPES,
    ),
    "factor": Example(
        marked("Deleting takes a second factor"),
        """@id("editors")
permit(principal in Role::"editor", action, resource);

@id("second-factor")
forbid(principal is User, action == Action::"delete", resource)
unless { principal has amr && principal.amr.contains("otp") };
""",
        _TYPES,
    ),
    "department": Example(
        marked("A department reads its own documents"),
        """@id("department")
permit(principal is User, action == Action::"read", resource is Document)
when { principal has department && resource has department && principal.department == resource.department };
""",
        _TYPES,
    ),
}
