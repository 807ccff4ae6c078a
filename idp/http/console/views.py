"""The views of the console, in the order of its navigation. A new view is one row here and one module with `PAGES`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idp.domain.texts import marked

if TYPE_CHECKING:
    from idp.settings import Settings

HOME = "/console"
CHOOSE = f"{HOME}/choose"
"""Where an admin of several organisations chooses one. It is no view: who comes there administers nothing yet."""


class View(NamedTuple):
    """`module` of this package has `PAGES`. Without a `title` it is not in the navigation.

    `needs`: the OAuth scopes of the admin API without which the view is not shown. Each page says itself what it needs.
    `icon`: a name of `templates/console/icons.html`. `organisation`: admins of one organisation see it too, as its `Page` says.
    `setting`: a property of the settings. While it is false, the view is not in the navigation; its address answers all the same.
    """

    module: str
    path: str
    title: str = ""
    icon: str = ""
    needs: tuple[str, ...] = ()
    organisation: bool = False
    setting: str = ""


VIEWS = (
    View("overview", HOME, marked("Overview"), "overview", organisation=True),
    View("people", f"{HOME}/people", marked("People"), "people", ("users:read",), organisation=True),
    View("new_person", f"{HOME}/people/new"),
    View("invitations", f"{HOME}/people/invitations"),
    View("bulk", f"{HOME}/people/bulk"),
    View("people_export", f"{HOME}/people/export"),
    View("imports", f"{HOME}/people/imports"),
    View("import_job", f"{HOME}/people/imports/{{import_id}}"),
    View("attempts", f"{HOME}/people/attempts"),
    View("person", f"{HOME}/people/{{user_id}}"),
    View("person_edit", f"{HOME}/people/{{user_id}}/edit"),
    View("person_acts", f"{HOME}/people/{{user_id}}"),
    View("person_merge", f"{HOME}/people/{{user_id}}/merge"),
    View("person_access", f"{HOME}/people/{{user_id}}/access"),
    View("person_admin", f"{HOME}/people/{{user_id}}/admin"),
    View("person_roles", f"{HOME}/people/{{user_id}}/roles"),
    View("person_events", f"{HOME}/people/{{user_id}}/events"),
    View("organizations", f"{HOME}/organizations", marked("Organisations"), "organizations", ("organizations:read",), organisation=True),
    View("organization", f"{HOME}/organizations/{{org_id}}"),
    View("organization_settings", f"{HOME}/organizations/{{org_id}}/settings"),
    View("organization_members", f"{HOME}/organizations/{{org_id}}/members"),
    View("organization_roles", f"{HOME}/organizations/{{org_id}}/roles"),
    View("organization_invitations", f"{HOME}/organizations/{{org_id}}/invitations"),
    View("organization_domains", f"{HOME}/organizations/{{org_id}}/domains"),
    View("organization_connections", f"{HOME}/organizations/{{org_id}}/connections"),
    View("organization_clients", f"{HOME}/organizations/{{org_id}}/clients"),
    View("organization_scim_clients", f"{HOME}/organizations/{{org_id}}/scim-clients"),
    View("apps", f"{HOME}/apps", marked("Apps"), "apps", ("clients:read",)),
    View("new_app", f"{HOME}/apps/new"),
    View("app_overview", f"{HOME}/apps/{{client_id}}", needs=("clients:read",)),
    View("app_edit", f"{HOME}/apps/{{client_id}}/edit", needs=("clients:write",)),
    View("app_secrets", f"{HOME}/apps/{{client_id}}/secrets", needs=("clients:write",)),
    View("app_looks", f"{HOME}/apps/{{client_id}}/looks", needs=("clients:write",)),
    View("app_acts", f"{HOME}/apps/{{client_id}}"),
    View("roles", f"{HOME}/roles", marked("Roles"), "roles", ("roles:read",)),
    View("role", f"{HOME}/roles/{{role_name}}"),
    View("groups", f"{HOME}/groups", marked("Groups"), "groups", ("roles:read",)),
    View("group", f"{HOME}/groups/{{group_name}}"),
    View("policy_editor", f"{HOME}/policies/new"),
    View("policies", f"{HOME}/policies", marked("Policies"), "policies", ("policies:read",)),
    View("connections", f"{HOME}/connections", marked("Connections"), "connections", ("connections:read",)),
    View("connection", f"{HOME}/connections/{{connection_id}}"),
    View("connection_edit", f"{HOME}/connections/{{connection_id}}/edit"),
    View("webhooks", f"{HOME}/webhooks", marked("Webhooks (tell)"), "webhooks", ("webhooks:read",)),
    View("webhook_edit", f"{HOME}/webhooks/{{endpoint_id}}/edit"),
    View("webhook", f"{HOME}/webhooks/{{endpoint_id}}"),
    View("signal_streams", f"{HOME}/signals", marked("Shared signals"), "signals", ("signals:read",), setting="sends_signals"),
    View("signal_stream", f"{HOME}/signals/{{stream_id}}"),
    View("hooks", f"{HOME}/hooks", marked("Hooks (decide)"), "hooks", ("hooks:read",)),
    View("hook", f"{HOME}/hooks/{{hook_name}}"),
    View("app_code", f"{HOME}/apps/{{client_id}}/code", needs=("clients:read",)),
    View("audit", f"{HOME}/audit", marked("Audit"), "audit", ("audit:read",), organisation=True),
    View("audit_chain", f"{HOME}/audit/chain"),
    View("audit_export", f"{HOME}/audit/export"),
    View("keys", f"{HOME}/keys", marked("Keys"), "keys", ("keys:read",)),
    View("mails", f"{HOME}/mails", marked("Mails"), "mails", ("users:read",)),
    View("settings", f"{HOME}/settings", marked("Settings"), "settings", ("keys:read",)),
    View("app_try", f"{HOME}/apps/{{client_id}}/try", needs=("clients:read", "clients:write")),
    View("returned", f"{HOME}/returned"),
)


def shown_to(held: frozenset[str], settings: Settings, *, organisation: bool = False) -> list[View]:
    """Return the views that an admin with these OAuth scopes sees in the navigation. `organisation`: an admin of one organisation."""
    there = [view for view in VIEWS if view.title and (not view.setting or getattr(settings, view.setting))]
    return [view for view in there if held.issuperset(view.needs) and (view.organisation or not organisation)]
