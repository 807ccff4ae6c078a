"""What a file of another system may decide. Without an option nothing of its kind is taken over (threats R-10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Choices:
    """The options of an import.

    `trust_verified`: addresses that it calls verified count as verified. `with_totp`: authenticators. `with_roles`: roles and groups, by
    their names here. `links`: for the name of a provider in the file the id of a connection here; links to others are left out.
    `with_passkeys`, `with_recovery_codes`: these factors. `keep_ids`: the id of an account is its id in the other system.
    `own`: everything that our own export says, and `with_admins`: also who is an admin. `code_key`: the key of the digests of recovery
    codes in it.
    """

    trust_verified: bool = False
    with_totp: bool = False
    with_roles: bool = False
    links: Mapping[str, str] = field(default_factory=dict)
    with_passkeys: bool = False
    with_recovery_codes: bool = False
    keep_ids: bool = False
    own: bool = False
    with_admins: bool = False
    code_key: bytes = field(default=b"", repr=False)

    @property
    def words(self) -> str:
        """The options that are on, for the audit trail."""
        flags = ("trust_verified", "with_totp", "with_roles", "with_passkeys", "with_recovery_codes", "keep_ids", "own", "with_admins")
        return " ".join([*(name for name in flags if getattr(self, name)), *(f"links:{each}" for each in sorted(set(self.links.values())))])
