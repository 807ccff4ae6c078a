"""Passkeys (WebAuthn Level 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.settings.origins import host_of, is_domain, is_origin, is_rp_id

if TYPE_CHECKING:
    from idp.settings.rules.rule import Rule
    from idp.settings.settings import Settings

_MOST_RELATED = 5
"""WebAuthn Level 3 §5.11.1: browsers must support five labels, and some take no more."""


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
        (s.passwordless in {"on", "off"}, f"IDP_PASSWORDLESS is '{s.passwordless[:40]}'. Set it to on or off."),
        (
            len(s.related) <= _MOST_RELATED and all(is_origin(one) and one.startswith("https://") for one in s.related),
            f"IDP_RELATED_ORIGINS must be at most {_MOST_RELATED} https origins in lower case, separated by spaces.",
        ),
    )
