"""The metadata of authenticators can be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.doctor.finding import ok, wrong
from idp.domain.texts import marked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.domain.doctor.finding import Finding
    from idp.services.doctor.parts import Parts

_SOON = 7 * 86400


def check(parts: Parts) -> Iterator[Finding]:
    """Read the blob of IDP_PASSKEY_MDS_FILE, as of today and of in a week. A deployed function reads the copy in its own archive."""
    settings, now = parts.settings, parts.clock()
    if not settings.passkey_mds_file:
        every = marked("Passkeys of every model are accepted. IDP_PASSKEY_MDS_FILE limits the models")
        yield ok("authenticators", every)
        return
    from idp.services.passkeys.metadata import MetadataError  # with fido2, which only a deployment with this setting loads

    try:
        parts.models(now)
        models = parts.models(now + _SOON)
    except MetadataError as problem:
        bad = marked("IDP_PASSKEY_MDS_FILE: {problem}. Get a new blob from the FIDO Metadata Service, and deploy it")
        yield wrong("authenticators", bad, problem=problem)
        return
    if settings.passkey_aaguids and not models:
        none = marked("IDP_PASSKEY_AAGUIDS has no model of the metadata that can be accepted. Correct the list")
        yield wrong("authenticators", none)
    elif models:
        yield ok("authenticators", marked("Accepted models: {models}"), models=", ".join(models))
    else:
        yield ok("authenticators", marked("Accepted are all models of the metadata"))
