"""The event types (CAEP 1.0 §3, RISC 1.0 §2, Shared Signals Framework 1.0 §8.1.4 and §8.1.5)."""

from __future__ import annotations

_CAEP = "https://schemas.openid.net/secevent/caep/event-type/"
_RISC = "https://schemas.openid.net/secevent/risc/event-type/"
_SSF = "https://schemas.openid.net/secevent/ssf/event-type/"

SESSION_REVOKED = f"{_CAEP}session-revoked"
CREDENTIAL_CHANGE = f"{_CAEP}credential-change"
ACCOUNT_DISABLED = f"{_RISC}account-disabled"
ACCOUNT_ENABLED = f"{_RISC}account-enabled"
ACCOUNT_PURGED = f"{_RISC}account-purged"
RECOVERY_INFORMATION_CHANGED = f"{_RISC}recovery-information-changed"
VERIFICATION = f"{_SSF}verification"
STREAM_UPDATED = f"{_SSF}stream-updated"

SUPPORTED = (
    SESSION_REVOKED, CREDENTIAL_CHANGE, ACCOUNT_DISABLED, ACCOUNT_ENABLED, ACCOUNT_PURGED, RECOVERY_INFORMATION_CHANGED,
)  # fmt: skip
"""The types about people. Those about the stream itself are sent without being asked for (Shared Signals Framework 1.0 §8.1.4.1)."""
