"""Passkeys (WebAuthn Level 3)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from idp.settings.origins import host_of, is_domain, is_origin, is_rp_id

if TYPE_CHECKING:
    from idp.settings.rules.rule import Rule
    from idp.settings.settings import Settings

_MOST_RELATED = 5
"""WebAuthn Level 3 §5.11.1: browsers must support five labels, and some take no more."""

_AAGUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_MOST_AAGUIDS = 30
"""The variables of a Lambda function may have 4 KB together."""


def rules(s: Settings) -> tuple[Rule, ...]:
    """Return the rules; the sentence of each says what to set."""
    return (
        (
            not s.rp_id or is_rp_id(s.rp_id, host_of(s.issuer)) or (is_domain(s.rp_id) and s.issuer in s.related),
            (
                f"IDP_RP_ID is '{s.rp_id[:80]}'. Set it to the host of IDP_ISSUER or to a parent domain of it, or unset it. It may be "
                "another domain only if IDP_RELATED_ORIGINS has IDP_ISSUER."
            ),
        ),
        (s.passkeys in {"on", "off"}, f"IDP_PASSKEYS is '{s.passkeys[:40]}'. Set it to on or off."),
        (s.passkey_offer in {"on", "off"}, f"IDP_PASSKEY_OFFER is '{s.passkey_offer[:40]}'. Set it to on or off."),
        (s.passkey_upgrade in {"on", "off"}, f"IDP_PASSKEY_UPGRADE is '{s.passkey_upgrade[:40]}'. Set it to on or off."),
        (s.passwordless in {"on", "off"}, f"IDP_PASSWORDLESS is '{s.passwordless[:40]}'. Set it to on or off."),
        (
            len(s.related) <= _MOST_RELATED and all(is_origin(one) and one.startswith("https://") for one in s.related),
            f"IDP_RELATED_ORIGINS must be at most {_MOST_RELATED} https origins in lower case, separated by spaces.",
        ),
        *_attestation(s),
    )


def _attestation(s: Settings) -> tuple[Rule, ...]:
    aaguids = s.passkey_aaguids.split()
    return (
        (
            s.passkey_attestation in {"none", "direct"},
            f"IDP_PASSKEY_ATTESTATION is '{s.passkey_attestation[:40]}'. Set it to none or direct.",
        ),
        (
            s.passkey_upgrade != "on" or s.passkey_attestation == "none",
            (
                "IDP_PASSKEY_UPGRADE is on, and IDP_PASSKEY_ATTESTATION is direct: a passkey that is made without a gesture has no "
                "attestation. Set IDP_PASSKEY_UPGRADE to off, or IDP_PASSKEY_ATTESTATION to none."
            ),
        ),
        (
            not s.passkey_mds_file or s.passkey_attestation == "direct",
            "IDP_PASSKEY_MDS_FILE is set, but no attestation is asked for. Set IDP_PASSKEY_ATTESTATION to direct, or unset the file.",
        ),
        (
            bool(s.passkey_mds_file) == bool(s.passkey_mds_root),
            (
                "IDP_PASSKEY_MDS_FILE and IDP_PASSKEY_MDS_ROOT belong together: the blob of the FIDO Metadata Service, and the certificate "
                "of the root that signed it. Set both or none."
            ),
        ),
        (
            not aaguids or bool(s.passkey_mds_file),
            (
                "IDP_PASSKEY_AAGUIDS is set without IDP_PASSKEY_MDS_FILE. An AAGUID proves nothing unless the attestation is checked. Set "
                "IDP_PASSKEY_ATTESTATION to direct, and IDP_PASSKEY_MDS_FILE and IDP_PASSKEY_MDS_ROOT, or unset the list."
            ),
        ),
        (
            len(aaguids) <= _MOST_AAGUIDS and all(_AAGUID.fullmatch(one) for one in aaguids),
            (
                f"IDP_PASSKEY_AAGUIDS must be at most {_MOST_AAGUIDS} AAGUIDs in lower case, such as "
                "01234567-89ab-cdef-0123-456789abcdef, separated by spaces."
            ),
        ),
    )
