"""Values of the console's templates about roles, groups and connections (`tests/support/console_samples.py`)."""

from __future__ import annotations

from types import SimpleNamespace as Record
from typing import Any

from idp.http.console import connection_fields

FRAMES_OF_RIGHTS = {"fields.html", "holders.html", "connection_form.html", "connection_layout.html", "policy_parts.html"}


def samples_of_rights(text: str, person: Any) -> dict[str, dict[str, Any]]:
    """The values of these pages, with all optional parts."""
    listed, path = {"following": text, "later": True}, {"path": "/console/roles/" + text}
    role = Record(name=text, description=text, permissions=(text,), version=3)
    holders = listed | {"people": [(person, True), (person, False)], "searched": 3, "typed": text}
    typed = dict.fromkeys(("name", "description", "permissions"), text)
    return _of_connections(text, person.created) | _of_policies(text, person.created) | {
        "roles.html": listed | {"roles": [(text, "/console/roles/" + text, text, (text,) * 7)]},
        "new_role.html": {"typed": typed, "once": text},
        "role.html": holders | path | {"role": role, "groups": [(text, "/console/groups/" + text, text)]},
        "role_edit.html": path | {"role": role, "typed": typed, "theirs": {"description": text, "permissions": text}},
        "role_delete.html": path | {"role": role},
        "groups.html": listed | {"groups": [(text, "/console/groups/" + text, text, (text,) * 7)]},
        "new_group.html": {"typed": typed | {"role": text}, "once": text, "roles": [text]},
        "group.html": holders | path | {
            "group": role, "roles": [(text, "/console/roles/" + text, text)], "offered": [text], "permissions": [text],
        },
        "group_edit.html": path | {"group": role, "typed": typed, "theirs": {"description": text}},
        "group_delete.html": path | {"group": role},
    }  # fmt: skip


def _of_policies(text: str, moment: Any) -> dict[str, dict[str, Any]]:
    names = ("policies", "schema", "namespace", "rules", "note", "who", "action", "resource_type", "resource_id", "base")
    decision = Record(allowed=True, reason=text, by=text)
    return {
        "policies.html": {
            "versions": [(3, "/console/policies/3", text, moment, text)], "live": 2, "following": text, "later": True,
        },
        "policy_version.html": {
            "number": 3, "note": text, "policies": text, "schema": text, "namespace": text, "rules": text, "saved": moment, "by": text,
            "live": 2, "revision": 4,
        },
        "policy_editor.html": {
            "new": "/console/policies/new", "typed": dict.fromkeys((*names, "resource_properties", "context"), text),
            "lines": {"policies": 12, "schema": 12}, "once": text, "examples": [(text, text)], "fine": False,
            "problems": [{"field": text, "detail": text, "line": 3, "column": 4, "policy": text}],
            "verdict": Record(decision=decision, details=(text,)),
        },
    }  # fmt: skip


def _of_connections(text: str, moment: Any) -> dict[str, dict[str, Any]]:
    fields = list(connection_fields.FIELDS.values())
    place = {
        "frame": "console/connection_layout.html", "crumbs": [("/console/connections", text)], "may": True, "may_set": True, "org_id": "",
        "new": "/console/connections/_new", "listed_at": "/console/connections",
    }  # fmt: skip
    about = place | {
        "connection": {"id": text, "name": text, "version": 3, "enabled": False, "path": "/console/connections/" + text}, "kind": text,
        "saml": True,
    }  # fmt: skip
    typed, ours = dict.fromkeys((field.name for field in fields), text), [("Redirect URI", text)]
    return {
        "connections.html": {"listed": [(text, "/console/connections/" + text, text, text, True, False, (text,))]},
        "connection_kinds.html": place | {"kinds": [(text, text)]},
        "new_connection.html": place | {
            "kind": text, "title": text, "typed": typed | {"id": text, "metadata": text, "enabled": "1"}, "fields": fields, "secret": True,
            "key": True, "saml": True, "register": "https://example.com/" + text, "issuer_like": text, "ours": ours, "once": text,
        },
        "connection.html": about | {
            "facts": [(text, text)], "updated": moment, "ours": ours, "org_id": text, "leading": [(text, False)], "offered": 0,
            "path": text, "it": Record(policy=Record(joins_by_connection=False)), "can_check": True, "has_secret": True,
            "takes_secret": True, "is_hook": False, "trusts": [text],
        },
        "connection_edit.html": about | {"typed": typed, "theirs": typed, "fields": fields, "needs_secret": True},
        "connection_secret.html": about | {"key": False},
        "connection_delete.html": about,
    }  # fmt: skip
