"""The document at a sector_identifier_uri, which lists all redirect URIs of the client (OIDC Registration §5, Core §8.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.adapters.outgoing import FetchRefused
from idp.domain.errors import Invalid
from idp.telemetry import record
from idp.verify import strict_json

if TYPE_CHECKING:
    from idp.adapters.outgoing import Fetcher
    from idp.domain.apps.client import Client


def needs_check(before: Client | None, after: Client) -> bool:
    """Return whether the document must be checked: the URI or a redirect URI has changed."""
    if after.sector_identifier_uri is None:
        return False
    return before is None or (before.sector_identifier_uri, before.redirect_uris) != (after.sector_identifier_uri, after.redirect_uris)


def check(client: Client, outgoing: Fetcher) -> None:
    """Fetch the document and compare it with the redirect URIs.

    Raises:
        Invalid: it cannot be fetched, or is not such a list. The message is the same, so that it reveals nothing about a network (threats
            E-09).
    """
    try:
        listed = strict_json.parse(outgoing.get(client.sector_identifier_uri or "").body)
    except (FetchRefused, ValueError) as error:
        record.note(f"sector_identifier_uri could not be used: {error.detail if isinstance(error, FetchRefused) else 'not JSON'}")
        listed = None
    # §5: "The values of the registered redirect_uris MUST be included in the elements of the array"
    if not isinstance(listed, list) or not all(uri in listed for uri in client.redirect_uris):
        raise Invalid("client.sector_identifier_mismatch", field="sector_identifier_uri")
