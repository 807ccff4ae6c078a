"""Whether people may sign in with a code from a mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.apps.client import Client


def is_offered(client: Client | None, *, by_default: bool) -> bool:
    """Return whether a code from a mail may begin a session for this app. `client`: None for the account page.

    `by_default`: the setting, for the account page and for apps that say nothing about it.
    """
    return by_default if client is None or client.mail_code is None else client.mail_code
