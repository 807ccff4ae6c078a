"""Which clients get the `sid` claim in their ID Tokens (Front-Channel Logout §3, Back-Channel Logout §2.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.apps.client import Client


def has_session_id(client: Client) -> bool:
    """Whether the ID Tokens of this client have a `sid`.

    A client with a FAPI profile gets it only if it registered a logout URI: test suites for FAPI report a claim that they do not expect.
    """
    return not client.fapi or bool(client.backchannel_logout_uri or client.frontchannel_logout_uri)
