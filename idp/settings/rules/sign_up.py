"""How people get an account, and what they may change in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from idp.settings.settings import PROFILE_CLAIMS

if TYPE_CHECKING:
    from idp.settings.rules.rule import Rule
    from idp.settings.settings import Settings


def rules(s: Settings) -> tuple[Rule, ...]:
    """Return the rules; the sentence of each says what to set."""
    return (
        (s.sign_up in {"closed", "invited", "open"}, f"IDP_SIGN_UP is '{s.sign_up[:40]}'. Set it to closed, invited or open."),
        (
            s.sign_up == "closed" or s.sends_mail,
            "IDP_SIGN_UP needs mails, and none can be sent. Set IDP_MAIL_FROM and a way to send (docs/settings.md), or set it to closed.",
        ),
        (
            not (s.sign_up_domains or s.sign_up_denied_domains) or _are_mail_domains(s.sign_up_domains, s.sign_up_denied_domains),
            "IDP_SIGN_UP_DOMAINS and IDP_SIGN_UP_DENIED_DOMAINS must be mail domains in ASCII and lower case, separated by spaces.",
        ),
        (
            not s.sign_up_claims or _are_askable_claims(s.sign_up_claims),
            "IDP_SIGN_UP_CLAIMS must be claims, each once, separated by spaces, with ! after a required one; docs/settings.md lists them.",
        ),
        (
            s.profile_claims in {"none", PROFILE_CLAIMS} or _are_askable_claims(s.profile_claims),
            "IDP_PROFILE_CLAIMS must be none, or claims as in IDP_SIGN_UP_CLAIMS; docs/settings.md lists them.",
        ),
        (
            s.sign_up_challenge in {"off", "proof-of-work"},
            f"IDP_SIGN_UP_CHALLENGE is '{s.sign_up_challenge[:40]}'. Set it to off or proof-of-work.",
        ),
        (
            bool(s.terms_uri) == bool(s.terms_version) and re.fullmatch(r"(https://[^\s<>\"']{1,500})?", s.terms_uri),
            "IDP_TERMS_URI must be an https URL. Set it together with IDP_TERMS_VERSION.",
        ),
        (
            re.fullmatch(r"[A-Za-z0-9._-]{0,64}", s.terms_version),
            "IDP_TERMS_VERSION must be up to 64 letters, digits, - . and _, such as 2026-12-01.",
        ),
    )


def _are_mail_domains(*lists: str) -> bool:
    from idp.domain.people.mail_domains import is_entry  # a deployment without lists does not load it at a cold start

    return all(is_entry(entry) for entries in lists for entry in entries.split())


def _are_askable_claims(names: str) -> bool:
    from idp.domain.people.asked_claims import parse  # the same

    try:
        parse(names)
    except ValueError:
        return False
    return True
