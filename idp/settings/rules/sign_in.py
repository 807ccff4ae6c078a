"""Passwords, sessions and the mails of a sign-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.settings.rules.rule import Rule
    from idp.settings.settings import Settings

PASSWORD_ATTEMPTS = range(5, 21)
"""More would allow more attempts in a day than the one each hour that the longest wait allows (domain.throttle)."""
NETWORK_ATTEMPTS = range(100, 10_001)
PASSWORD_LENGTHS = (8, 15, 64)
"""The smallest IDP_PASSWORD_MIN_LENGTH_MFA and IDP_PASSWORD_MIN_LENGTH (NIST SP 800-63B-4 §3.1.1.2), and the largest of both."""
REMEMBER_DEVICE_DAYS = range(31)
DELETION_GRACE_DAYS = range(31)
"""The link that undoes a deletion is valid for 30 days (domain.tickets.ticket)."""
_MOST_TICKETS = 1_000_000


def rules(s: Settings) -> tuple[Rule, ...]:
    """Return the rules; the sentence of each says what to set."""
    return (
        (
            s.password_attempts in PASSWORD_ATTEMPTS and s.network_attempts in NETWORK_ATTEMPTS,
            "IDP_PASSWORD_ATTEMPTS must be between 5 and 20, IDP_NETWORK_ATTEMPTS between 100 and 10000.",
        ),
        (
            PASSWORD_LENGTHS[0] <= s.password_min_length_mfa <= s.password_min_length
            and PASSWORD_LENGTHS[1] <= s.password_min_length <= PASSWORD_LENGTHS[2],
            "IDP_PASSWORD_MIN_LENGTH must be between 15 and 64, IDP_PASSWORD_MIN_LENGTH_MFA between 8 and IDP_PASSWORD_MIN_LENGTH.",
        ),
        (
            s.breached_passwords in {"off", "range"},
            f"IDP_BREACHED_PASSWORDS is '{s.breached_passwords[:40]}'. Set it to off or range.",
        ),
        (
            s.session_management in {"on", "off"},
            f"IDP_SESSION_MANAGEMENT is '{s.session_management[:40]}'. Set it to on or off.",
        ),
        (s.sign_in_notices in {"on", "off"}, f"IDP_SIGN_IN_NOTICES is '{s.sign_in_notices[:40]}'. Set it to on or off."),
        (s.verify_email in {"off", "before", "after"}, f"IDP_VERIFY_EMAIL is '{s.verify_email[:40]}'. Set it to off, before or after."),
        (s.password_reset in {"on", "off"}, f"IDP_PASSWORD_RESET is '{s.password_reset[:40]}'. Set it to on or off."),
        (s.mail_code in {"on", "off"}, f"IDP_MAIL_CODE is '{s.mail_code[:40]}'. Set it to on or off."),
        (s.remember_device_days in REMEMBER_DEVICE_DAYS, "IDP_REMEMBER_DEVICE_DAYS must be between 0 (off) and 30."),
        (s.self_deletion in {"on", "off"}, f"IDP_SELF_DELETION is '{s.self_deletion[:40]}'. Set it to on or off."),
        (s.deletion_grace_days in DELETION_GRACE_DAYS, "IDP_DELETION_GRACE_DAYS must be between 0 (erased at once) and 30."),
        (
            0 < s.tickets_hourly_per_network <= s.tickets_hourly <= _MOST_TICKETS,
            "IDP_TICKETS_HOURLY_PER_NETWORK must be 1 or more and at most IDP_TICKETS_HOURLY, which is at most 1000000.",
        ),
    )
