"""The kinds of apps, as people call them. A client has no such member: its kind follows from how it gets tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idp.domain.apps.grant_types import DEVICE_CODE
from idp.domain.texts import marked

if TYPE_CHECKING:
    from idp.domain.apps.client import Client


class Kind(NamedTuple):
    """`id`: the value in addresses. `text`: one sentence that tells it from the other kinds."""

    id: str
    title: str
    text: str


KINDS = (
    Kind("web", marked("Web app"), marked("Runs on a server, which can keep a secret. People sign in with their browser.")),
    Kind("spa", marked("Single-page app"), marked("JavaScript in the browser without a server of its own. It has no secret.")),
    Kind("native", marked("Phone or desktop app"), marked("Is installed on a device, also a command-line tool. It has no secret.")),
    Kind("service", marked("Service"), marked("A program that calls an API for itself. No person signs in.")),
    Kind("device", marked("Device"), marked("A television or a machine without a browser. People allow it on their phone.")),
    Kind("mcp", marked("MCP server"), marked("Tools that AI agents call for a person, with a token of this provider.")),
    Kind("api", marked("API"), marked("Accepts tokens of this provider and answers other apps.")),
)
"""All kinds, in the order in which they are offered."""
BY_ID = {kind.id: kind for kind in KINDS}


def kind_of(client: Client) -> Kind:
    """Return the kind of a client. An MCP server is an API: nothing in its members tells the two apart."""
    if "authorization_code" in client.grant_types:
        return BY_ID["native" if client.is_native else "spa" if client.is_public else "web"]
    if DEVICE_CODE in client.grant_types:
        return BY_ID["device"]
    return BY_ID["api" if client.introspects else "service"]
