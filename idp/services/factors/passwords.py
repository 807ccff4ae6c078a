"""Password hashing: Argon2id (RFC 9106 §4) with the parameters of the settings. Rules for passwords: domain/factors/password_policy.py.

Hashes that another system made are verified, too (`foreign_hashes`). argon2 is imported on first use, so that a function that only
refreshes tokens does not load it; `foreign_hashes` is imported with the first such hash.
"""

from __future__ import annotations

import base64
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from idp.domain.errors import Unavailable
from idp.telemetry.record import measure_time

if TYPE_CHECKING:
    from argon2 import PasswordHasher

    from idp.settings import Settings

# RFC 9106 §3.1: "16 bytes is RECOMMENDED for password hashing"; a tag of 256 bits.
_SALT_BYTES, _TAG_BYTES = 16, 32
_OURS = "$argon2id$v=19$"

# Each run holds its memory (19 MiB by default) for tens of milliseconds. More runs at once in one process only slow each
# other down and then take the memory of everything else. Beyond the limit a sign-in gets 503, and the process survives (G-14).
_PARALLEL = 4
_PATIENCE_SECONDS = 2.0


class Passwords:
    """Hashes and verifies passwords that `domain.password_policy.normalise` has normalised."""

    def __init__(
        self, settings: Settings, *, parallel: int = _PARALLEL, patience: float = _PATIENCE_SECONDS,
        randbytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:  # fmt: skip
        self._cost = (settings.argon2_iterations, settings.argon2_memory_kib, settings.argon2_parallelism)
        self._places = threading.BoundedSemaphore(parallel)
        self._patience = patience
        self._randbytes = randbytes

    def hash(self, normalised: str) -> str:
        """Hash a new password."""
        with self._place(), measure_time("HashMilliseconds", "argon2"):
            return self._hasher.hash(normalised, salt=self._randbytes(_SALT_BYTES))

    def verify(self, encoded: str | None, normalised: str, *, as_typed: str = "", decoy: str = "") -> bool:
        """Return whether it is the password. For None (an unknown user) the same work is done, and the answer is False (G-02).

        `as_typed`: the password before it was normalised, if it differs: other systems hashed what was typed.
        `decoy`: the label of the foreign hash that None stands for; empty for our own (threats R-09).
        """
        with self._place(), measure_time("HashMilliseconds", "argon2"):
            if encoded is None:
                self._matches(self._foreign_decoy(decoy) if decoy else self._decoy_hash, normalised, as_typed or normalised)
                return False
            return self._matches(encoded, normalised, as_typed or normalised)

    def needs_rehash(self, encoded: str) -> bool:
        """Return whether the hash was made with other parameters than the present ones, or by another system."""
        return not encoded.startswith(_OURS) or self._hasher.check_needs_rehash(encoded)

    @property
    def own_beginning(self) -> str:
        """The beginning of the hashes that are made with the present parameters."""
        iterations, memory, lanes = self._cost
        return f"{_OURS}m={memory},t={iterations},p={lanes}$"

    def _matches(self, encoded: str, normalised: str, typed: str) -> bool:
        if encoded.startswith(_OURS):
            return self._verify_argon2id(encoded, normalised) or (typed != normalised and self._verify_argon2id(encoded, typed))
        from idp.domain.factors.hash_notations import notation
        from idp.services.factors.foreign_hashes import checking

        try:
            return checking.matches(notation.read(encoded), typed, self._verify_argon2id)
        except ValueError:  # it is damaged, or its parameters are out of bounds
            self._verify_argon2id(self._decoy_hash, normalised)
            return False

    def _verify_argon2id(self, encoded: str, text: str) -> bool:
        from argon2.exceptions import InvalidHashError, VerificationError

        try:
            return self._hasher.verify(encoded, text)
        except (VerificationError, InvalidHashError):
            return False

    def _foreign_decoy(self, label: str) -> str:
        from idp.domain.factors import foreign_hash
        from idp.domain.factors.hash_notations import notation

        try:
            return notation.write(foreign_hash.decoy(label, self._randbytes, self._decoy_hash))
        except (ValueError, KeyError, IndexError):  # a label of another release
            return self._decoy_hash

    @cached_property
    def _hasher(self) -> PasswordHasher:
        from argon2 import PasswordHasher, Type

        iterations, memory, lanes = self._cost
        return PasswordHasher(iterations, memory, lanes, hash_len=_TAG_BYTES, salt_len=_SALT_BYTES, type=Type.ID)

    @cached_property
    def _decoy_hash(self) -> str:
        """A hash with a random tag, which no password has. It is made without a run of Argon2, so the first unknown user is not slower."""
        salt, tag = (base64.b64encode(self._randbytes(size)).decode().rstrip("=") for size in (_SALT_BYTES, _TAG_BYTES))
        return f"{self.own_beginning}{salt}${tag}"

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(timeout=self._patience):
            raise Unavailable(detail="too many passwords are being hashed at once")
        try:
            yield
        finally:
            self._places.release()
