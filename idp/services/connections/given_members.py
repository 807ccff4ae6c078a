"""The members of a connection by what an admin gives: those that a new one needs, and those of a changed one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from idp.domain.connections import connection as domain
from idp.domain.connections.connection import Connection
from idp.domain.connections.presets import PRESETS, members_of
from idp.domain.errors import Invalid
from idp.services.connections import saml_members

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.connections.presets import Preset


def require_given(preset: Preset, given: Mapping[str, Any]) -> None:
    """Refuse a new connection without a member that its preset needs."""
    for name in preset.needs:
        if not given.get(name) and not (name == "secret" and members_of(preset, given).get("client_auth") == "none"):
            if preset.type == domain.SAML and name != "name":
                raise Invalid("connection.saml_metadata_needed", field=saml_members.METADATA)
            raise Invalid("connection.needed", field=name)


def with_changes(before: Connection, changes: Mapping[str, Any]) -> Connection:
    """Return the connection with other members, except the secret. None stands for the default of the preset."""
    defaults = members_of(PRESETS.get(before.preset, PRESETS[before.type]), {})
    empty = Connection(id="", type="")
    changed = {
        name: defaults.get(name, getattr(empty, name)) if value is None else value for name, value in changes.items() if name != "secret"
    }
    after = replace(before, **changed)
    if after.tenants != before.tenants and "issuer" not in changed:
        after = replace(after, issuer=members_of(PRESETS[before.preset], {"tenants": after.tenants}).get("issuer", before.issuer))
    return _with_authentication_of_hook(after) if after.type == domain.PASSWORD else after


def _with_authentication_of_hook(asked: Connection) -> Connection:
    """Return a connection of type `password` with the authentication that its hook has: Lambda knows the caller, a URL gets a signature."""
    if asked.hook.startswith("arn:"):
        return replace(asked, client_auth="none", secret="")
    return replace(asked, client_auth="signature")
