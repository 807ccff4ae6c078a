"""The metadata of authenticators can be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.cli.doctor.finding import Finding, ok, wrong
from idp.services.passkeys.metadata import MetadataError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.wiring.all_services import AllServices

_SOON = 7 * 86400


def check(services: AllServices) -> Iterator[Finding]:
    """Read the blob of IDP_PASSKEY_MDS_FILE, as of today and of in a week. A deployed function reads the copy in its own archive."""
    settings, now = services.settings, services.clock()
    if not settings.passkey_mds_file:
        yield ok("authenticators", "Passkeys of every model are accepted. IDP_PASSKEY_MDS_FILE limits the models")
        return
    try:
        services.attestations.models(now=now)
        models = services.attestations.models(now=now + _SOON)
    except MetadataError as problem:
        yield wrong("authenticators", f"IDP_PASSKEY_MDS_FILE: {problem}. Get a new blob from the FIDO Metadata Service, and deploy it")
        return
    if settings.passkey_aaguids and not models:
        yield wrong("authenticators", "IDP_PASSKEY_AAGUIDS has no model of the metadata that can be accepted. Correct the list")
    else:
        yield ok("authenticators", f"Accepted models: {', '.join(models) or 'all of the metadata'}")
