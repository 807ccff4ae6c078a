"""The KMS key that protects the keys is enabled and rotates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.doctor.finding import NotToldError, ok, skipped, wrong
from idp.domain.texts import marked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.domain.doctor.finding import Finding
    from idp.services.doctor.parts import Parts


def check(parts: Parts) -> Iterator[Finding]:
    """Ask KMS about it."""
    if not parts.kms:
        yield skipped("KMS key", marked("A key file protects the keys (IDP_KEY_FILE)"))
        return
    key = parts.kms.key_id
    try:
        state, is_made_by_aws = parts.kms.state()
        if state != "Enabled":
            off = marked("{key} is {state}. Enable it, or cancel its deletion, before new environments start.")
            yield wrong("KMS key", off, key=key, state=state)
            return
        yield ok("KMS key", marked("It is enabled"))
        rotates = is_made_by_aws and parts.kms.rotates()
    except NotToldError as error:
        silent = marked("KMS does not describe {key} ({problem}). Set IDP_KMS_KEY_ID to the stack's key, and use credentials for it.")
        yield wrong("KMS key", silent, key=key, problem=error)
        return
    if rotates:
        yield ok("KMS key, rotation", marked("It rotates every year"))
    else:
        static = marked("It does not rotate. Switch rotation on (EnableKeyRotation), or deploy the stack again.")
        yield wrong("KMS key, rotation", static)
