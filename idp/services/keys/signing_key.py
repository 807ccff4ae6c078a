"""A signing key in memory, made from its stored item."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from idp.services.keys.data_encryption import decrypt

if TYPE_CHECKING:
    from idp.store.signing_keys import SigningKeyItem


@dataclass(frozen=True)
class SigningKey:
    """A key that signs or verifies. `private`: PKCS #8 DER, decrypted; empty for a key that only verifies. `retire_at`: epoch seconds."""

    kid: str
    alg: str
    state: str
    public: dict[str, str]
    private: bytes = field(default=b"", repr=False)
    retire_at: int | None = None

    def is_over(self, now: int) -> bool:
        """Return whether its time as a retiring key has ended, also if no rotation has retired it yet."""
        return self.state == "retiring" and self.retire_at is not None and now >= self.retire_at

    @cached_property
    def jose(self) -> Any:  # a joserfc key
        """The private key as a joserfc key."""
        from idp.services.keys.jose import private_key  # imported here so that a cold start that signs nothing does not load joserfc

        return private_key(self.private, self.kid, self.alg)

    @classmethod
    def of(cls, data_key: bytes, item: SigningKeyItem) -> SigningKey:
        """Return the stored key. The private key of an active one is decrypted; the others do not sign."""
        private = decrypt(data_key, f"signing:{item.kid}", item.sealed) if item.sealed and item.state == "active" else b""
        retire_at = None if item.retire_at is None else int(item.retire_at)
        return cls(item.kid, item.alg, item.state, json.loads(item.public), private, retire_at)
