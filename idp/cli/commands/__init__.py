"""The commands, their arguments and their help. Each imports what it needs when it is called, so that help is fast."""

from __future__ import annotations

import typer

from idp.cli.commands import (
    archive,
    audit,
    bootstrap,
    branding,
    client_import,
    clients,
    connection_certificates,
    connection_changes,
    connections,
    declared,
    dev,
    doctor,
    export,
    hooks,
    imports,
    invitations,
    keys,
    migrate,
    organizations,
    own_import,
    passwords,
    policy,
    provisioning,
    region,
    role_import,
    roles,
    rp_id,
    scim,
    search,
    signals,
    stream,
    theme,
    users,
    webhooks,
)
from idp.cli.error_sentences import Sentences

app = typer.Typer(
    cls=Sentences,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="A self-hosted OpenID Connect provider on DynamoDB. To try it, with nothing set: `idp dev`.\n\n"
    "Settings are environment variables: docs/settings.md lists them.",
)
clients.group.command("branding")(branding.branding)
clients.group.command("import")(client_import.import_)
roles.group.command("import")(role_import.import_)
for command in (connection_changes.create, connection_changes.update, connection_changes.rotate_secret):
    connections.group.command()(command)
connections.group.command()(connection_certificates.rotate_certificate)
app.command("dev")(dev.dev)
app.command("bootstrap")(bootstrap.bootstrap)
app.command("migrate")(migrate.migrate)
app.command("doctor")(doctor.doctor)
app.command("backup")(archive.backup)
app.command("restore")(archive.restore)
app.command("export")(export.export)
app.command("import")(own_import.import_)
app.command("plan")(declared.plan)
app.command("apply")(declared.apply)
for name, group in (
    ("users", users.group), ("invitations", invitations.group),
    ("roles", roles.group), ("groups", roles.groups), ("clients", clients.group), ("connections", connections.group), ("scim", scim.group),
    ("organizations", organizations.group),
    ("search", search.group), ("keys", keys.group), ("audit", audit.group), ("provisioning", provisioning.group),
    ("webhooks", webhooks.group), ("hooks", hooks.group), ("signals", signals.group), ("stream", stream.group), ("imports", imports.group),
    ("passwords", passwords.group), ("policy", policy.group), ("rp-id", rp_id.group), ("region", region.group), ("theme", theme.group),
):  # fmt: skip
    app.add_typer(group, name=name)
