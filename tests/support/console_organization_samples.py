"""Values of the templates of the console about organisations and rights, as `console_samples` has those of the others."""

from __future__ import annotations

from types import SimpleNamespace as Record
from typing import Any

from idp.domain.organisations.profile import OrganisationPolicy, OrganisationProfile
from idp.http.console import organization_settings, rights

FRAMES = {"organization_layout.html", "rights.html"}


def samples(text: str, moment: Any, frame: dict[str, Any], of_person: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The values of every page. `frame`: of every page of the console; `of_person`: of every page about a person."""
    policy = OrganisationPolicy(mfa_required=True, session_hours=8, connections_only=True)
    there = "/console/organizations/" + text
    of_organization = frame | {
        "it": OrganisationProfile("org_" + text, text, text, policy=policy, disabled=True), "path": there, "tab": "",
        "tabs": [("", there, text)], "deployment": True, "may": True,
    }  # fmt: skip
    destination = Record(id=text, name=text, path=there, on=False)
    of_rights: dict[str, Any] = {"level": "some", "scopes": {"users:read"}, "rights": [rights.Right(text, "users:read", "users:write")]}
    typed = dict.fromkeys(organization_settings.FIELDS, text)
    parts: dict[str, dict[str, Any]] = {
        "organization.html": {"created": moment, "updated": moment},
        "organization_delete.html": {},
        "organization_settings.html": {"typed": typed, "theirs": typed},
        "organization_members.html": {
            "members": [(there, text, text, True, True, (text,), moment)], "typed": text, "once": text, "following": text, "later": True,
            "can_find": True,
        },
        "organization_member.html": of_rights | {
            "name": text, "email": text, "here": there, "user_id": text, "version": 3, "owned": True, "joined": moment, "myself": False,
            "theirs": {"roles": [text], "level": "all"}, "roles": [(text, text, True)],
        },
        "organization_roles.html": {
            "roles": [(there, text, text, (text,), True)], "once": text, "typed": {"name": text, "description": text, "permissions": text},
        },
        "organization_role.html": {
            "role": Record(name=text, version=3, permissions=(text,)), "description": text, "permissions": text,
            "theirs": Record(description=text, permissions=(text,)), "here": there,
        },
        "organization_invitations.html": {
            "invitations": [(text, text, (text,), True, moment, moment, True)], "typed": text, "chosen": text, "once": text,
            "roles": [text], "following": text,
        },
        "organization_clients.html": {
            "clients": [(there, text, text, (text,), True, 3, moment)], "once": text, "offered": (text,),
            "typed": {"name": text, "scopes": text},
        },
        "organization_client_secret.html": {"secret": text, "client_id": text, "issuer": text},
        "organization_scim_clients.html": {
            "clients": [(there, text, text, False, 3, [(moment, True, text), (moment, False, "")])], "once": text, "most": 5,
            "base_url": text, "typed": {"id": text, "name": text},
        },
        "organization_scim_token.html": {"token": text, "name": text, "base_url": text, "until": moment},
        "organization_domains.html": {
            "domains": [(text, "pending", text, text, text, 3, moment, destination, [destination])],
            "typed": text, "once": text, "off": False,
        },
        "organization_connections.html": {
            "listed": [(text, there, text, text, False, [text])], "new": there, "may_set": True, "offered": 0,
        },
    }  # fmt: skip
    lists: dict[str, dict[str, Any]] = {
        "organizations.html": {"words": text, "following": text, "later": True, "found": [(there, text, text, True, 3, 1, moment)]},
        "new_organization.html": {"slug": text, "name": text, "once": text},
    }
    return {
        **{f"console/{name}": of_organization | values for name, values in parts.items()},
        **{f"console/{name}": frame | values for name, values in lists.items()},
        "console/person_admin.html": of_person | of_rights | {"theirs": "some", "every": True},
    }
