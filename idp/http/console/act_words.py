"""The dangerous acts of the console in words: the page of the confirmation names the act by them.

The words come from this list alone. No text of a request is shown (threats Q-10).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from idp.domain.texts import marked
from idp.http.console.views import HOME, VIEWS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.texts import Texts

_PEOPLE: Mapping[str, str] = {
    "invitations": marked("Send the invitation"),
    "invitations/resend": marked("Send the invitation again"),
    "bulk/run": marked("Change many people"),
    "export": marked("Export people"),
    "imports": marked("Import people"),
    "imports/{import_id}/start": marked("Start the import"),
    "{user_id}/edit": marked("Change the account"),
    "{user_id}/disable": marked("Disable the account"),
    "{user_id}/mail-code": marked("Mail a one-time code"),
    "{user_id}/remove-factors": marked("Remove all second factors"),
    "{user_id}/remove-passkey": marked("Remove the passkey"),
    "{user_id}/delete": marked("Delete the account"),
    "{user_id}/merge": marked("Merge the accounts"),
    "{user_id}/remove-link": marked("Remove the link"),
    "{user_id}/admin": marked("Change the rights of the account"),
    "{user_id}/roles": marked("Add a role or a group"),
    "{user_id}/roles/remove": marked("Remove a role or a group"),
}
_ORGANIZATIONS: Mapping[str, str] = {
    "disable": marked("Disable the organisation"),
    "delete": marked("Delete the organisation"),
    "settings": marked("Change the settings of the organisation"),
    "members/{user_id}": marked("Change the membership"),
    "members/{user_id}/remove": marked("End the membership"),
    "roles/{role_name}": marked("Change the role"),
    "roles/{role_name}/delete": marked("Delete the role"),
    "invitations": marked("Send the invitation"),
    "invitations/admin": marked("Invite as an administrator"),
    "invitations/resend": marked("Send the invitation again"),
    "domains/remove": marked("Remove the domain"),
    "domains/route": marked("Change the connection of the domain"),
    "clients": marked("Make the machine client"),
    "clients/{client_id}": marked("Change the machine client"),
    "clients/{client_id}/rotate": marked("Make a new secret"),
    "clients/{client_id}/delete": marked("Delete the machine client"),
    "scim-clients": marked("Make the SCIM client"),
    "scim-clients/{scim_client_id}": marked("Change the SCIM client"),
    "scim-clients/{scim_client_id}/rotate": marked("Make a new token"),
    "scim-clients/{scim_client_id}/delete": marked("Delete the SCIM client"),
}
_APPS: Mapping[str, str] = {
    "new": marked("Create the app"),
    "{client_id}/edit": marked("Change the app"),
    "{client_id}/advanced": marked("Change the app"),
    "{client_id}/secrets": marked("Make a new secret"),
    "{client_id}/secrets/end": marked("End the old secret"),
    "{client_id}/disable": marked("Disable the app"),
    "{client_id}/enable": marked("Enable the app"),
    "{client_id}/delete": marked("Delete the app"),
    "{client_id}/try/register": marked("Change the app"),
    "{client_id}/try/start": marked("Try a sign-in"),
    "{client_id}/try/service": marked("Get a token"),
}
_ACCESS: Mapping[str, str] = {
    "roles/_new": marked("Create the role"),
    "roles/{role_name}/people": marked("Give the role to a person"),
    "roles/{role_name}/people/remove": marked("Take the role from a person"),
    "roles/{role_name}/edit": marked("Change the role"),
    "roles/{role_name}/delete": marked("Delete the role"),
    "groups/_new": marked("Create the group"),
    "groups/{group_name}/people": marked("Add a person to the group"),
    "groups/{group_name}/people/remove": marked("Remove a person from the group"),
    "groups/{group_name}/roles": marked("Add a role to the group"),
    "groups/{group_name}/roles/remove": marked("Take a role from the group"),
    "groups/{group_name}/delete": marked("Delete the group"),
    "policies/{number}/publish": marked("Publish the policies"),
}
_CONNECTIONS: Mapping[str, str] = {
    "connections/_new": marked("Create the connection"),
    "connections/{connection_id}/edit": marked("Edit the connection"),
    "connections/{connection_id}/enable": marked("Switch the connection on"),
    "connections/{connection_id}/disable": marked("Switch the connection off"),
    "connections/{connection_id}/certificate": marked("Make the next certificate"),
    "connections/{connection_id}/certificate-use": marked("Use the next certificate"),
    "connections/{connection_id}/secret": marked("Set a new secret"),
    "connections/{connection_id}/delete": marked("Delete the connection"),
}
"""Of the deployment, and of an organisation."""
_OTHERS: Mapping[str, str] = {
    "webhooks/new": marked("Create the endpoint"),
    "webhooks/{endpoint_id}/edit": marked("Change the endpoint"),
    "webhooks/{endpoint_id}/rotate": marked("Make a new secret"),
    "webhooks/{endpoint_id}/off": marked("Switch the endpoint off"),
    "webhooks/{endpoint_id}/delete": marked("Delete the endpoint"),
    "signals/{stream_id}/pause": marked("Pause the stream"),
    "signals/{stream_id}/delete": marked("Delete the stream"),
    "hooks/{hook_name}/on": marked("Switch the hook on"),
    "hooks/{hook_name}/off": marked("Switch the hook off"),
    "keys/rotate": marked("Replace the signing keys"),
    "keys/rotate-sealing": marked("Make a new sealing key"),
}
ACTS: Mapping[str, str] = MappingProxyType(
    {
        **{f"{HOME}/people/{end}": words for end, words in _PEOPLE.items()},
        **{f"{HOME}/organizations/{{org_id}}/{end}": words for end, words in {**_ORGANIZATIONS, **_CONNECTIONS}.items()},
        **{f"{HOME}/apps/{end}": words for end, words in _APPS.items()},
        **{f"{HOME}/{end}": words for end, words in {**_ACCESS, **_CONNECTIONS, **_OTHERS}.items()},
    }
)
"""By the path of the page, as its `Page` has it."""


class Act(NamedTuple):
    """An act in words. `view`: the title of the view that it belongs to."""

    view: str
    words: str


def act_of(path: str, texts: Texts) -> Act:
    """Return the act of a page. `path`: as its `Page` has it, and not as it was requested."""
    view = next(each.title for each in VIEWS if each.title and each.path != HOME and path.startswith(f"{each.path}/"))
    return Act(texts.text(view), texts.text(ACTS[path]))
