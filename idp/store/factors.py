"""Second factors (`directory`): a TOTP credential and a set of recovery codes per user. Each use is one conditional write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.operand import Path

from idp.domain.factors.totp import ALGORITHMS, LENGTHS, OURS, PERIODS, Parameters
from idp.store import factor_keys
from idp.store.attributes import TextMapAttribute
from idp.store.database import Refused
from idp.store.tables import DirectoryItem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from idp.store.database import Database


@dataclass(frozen=True, slots=True)
class Totp:
    """A confirmed credential.

    `sealed`: the secret, encrypted under the data key. `last_step`: the newest used time step (RFC 6238), in units of 30 seconds.
    `failures`: wrong codes since the last right one. `confirmed_at`: epoch seconds. `browser_known_since`: of the session that added it
    (`Session`), or None if that is unknown. `parameters`: of an imported secret; others have ours.
    """

    user_id: str
    sealed: bytes
    confirmed_at: int
    last_step: int
    failures: int
    browser_known_since: int | None = None
    parameters: Parameters = OURS


class TotpItem(DirectoryItem):
    """The item of a TOTP credential. It exists only after a right code (H-07), or by an import.

    `used_by`: the attempt that used `last_step`.
    `algorithm`, `period`, `digits`: of an imported secret, if they are not ours.
    """

    kind_name = "totp"
    sealed = BinaryAttribute(legacy_encoding=False)
    confirmed_at = NumberAttribute(default=0)
    last_step = NumberAttribute()
    used_by = UnicodeAttribute(null=True)
    failures = NumberAttribute(default=0)
    browser_known_since = NumberAttribute(null=True)
    algorithm = UnicodeAttribute(null=True)
    period = NumberAttribute(null=True)
    digits = NumberAttribute(null=True)

    @property
    def parameters(self) -> Parameters:
        """How its codes are made."""
        return Parameters(self.algorithm or OURS.algorithm, int(self.period or OURS.period), int(self.digits or OURS.digits))

    def check(self) -> None:
        """Refuse parameters that no code can be computed with."""
        super().check()
        algorithm, period, digits = self.parameters
        if algorithm not in ALGORITHMS or period not in PERIODS or digits not in LENGTHS:
            raise ValueError("the parameters are not known")

    def totp(self, user_id: str) -> Totp:
        """Convert it to the dataclass."""
        known = None if self.browser_known_since is None else int(self.browser_known_since)
        return Totp(user_id, self.sealed, int(self.confirmed_at), int(self.last_step), int(self.failures), known, self.parameters)


UNUSED = "-"
"""The value of a recovery code that no attempt has used."""


class RecoveryItem(DirectoryItem):
    """The item of the recovery codes: digest → the attempt that used it, or UNUSED. `browser_known_since`: as of `Totp`.

    `digest_key`: of digests that another deployment made, encrypted under the data key; absent for those of this one.
    """

    kind_name = "recovery_codes"
    codes = TextMapAttribute()
    created_at = NumberAttribute(default=0)
    browser_known_since = NumberAttribute(null=True)
    digest_key = BinaryAttribute(null=True, legacy_encoding=False)


def totp_item(totp: Totp) -> TotpItem:
    """The item of a credential."""
    algorithm, period, digits = totp.parameters
    return TotpItem.new(
        factor_keys.totp(totp.user_id), sealed=totp.sealed, confirmed_at=totp.confirmed_at, last_step=totp.last_step,
        browser_known_since=totp.browser_known_since, algorithm=None if algorithm == OURS.algorithm else algorithm,
        period=None if period == OURS.period else period, digits=None if digits == OURS.digits else digits,
    )  # fmt: skip


def recovery_item(user_id: str, digests: Iterable[str], now: int, browser_known_since: int | None) -> RecoveryItem:
    """The item of a new set of codes."""
    codes = dict.fromkeys(digests, UNUSED)
    return RecoveryItem.new(factor_keys.recovery_codes(user_id), created_at=now, codes=codes, browser_known_since=browser_known_since)


class Factors:
    """Reads and writes second factors. `attempt` is a new id of each request, by which a retry recognises its own write."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def totp(self, user_id: str) -> Totp | None:
        """The credential, or None."""
        found = self._db.get(TotpItem, factor_keys.totp(user_id))
        return found.totp(user_id) if found else None

    def use_totp(self, user_id: str, *, step: int, allowed: int, attempt: str) -> bool:
        """Use the code of `step` if no later step was used and at most `allowed` failures are counted (H-01, H-03), for one attempt."""
        fresh = (TotpItem.last_step < step) & (TotpItem.failures <= allowed)
        used = [TotpItem.last_step.set(step), TotpItem.used_by.set(attempt), TotpItem.failures.set(0)]
        done = self._db.update(TotpItem, factor_keys.totp(user_id), used, fresh)
        if not isinstance(done, Refused):
            return True
        old = TotpItem.of(done.old)
        return old is not None and old.last_step == step and old.used_by == attempt

    def fail_totp(self, user_id: str) -> int:
        """Count a wrong code. Returns the number since the last right one; 0 without a credential. A lost reply counts twice."""
        done = self._db.update(TotpItem, factor_keys.totp(user_id), [TotpItem.failures.add(1)], TotpItem.pk.exists())
        return 0 if isinstance(done, Refused) else int(done.failures)

    def put_recovery_codes(self, user_id: str, digests: Iterable[str], now: int) -> None:
        """Replace the whole set of codes; the old codes end."""
        self._db.put(recovery_item(user_id, digests, now, None))

    def use_recovery_code(
        self, user_id: str, digest: str, *, attempt: str, others: Callable[[bytes | None], Iterable[str]] = lambda _: ()
    ) -> bool:
        """Use one code (H-08). True for one attempt.

        `others`: its digests as an earlier release, or the deployment with this encrypted key, stored it. A second write is made only if
        the set contains one of them.
        """
        place = Path(["codes", digest])
        done = self._db.update(RecoveryItem, factor_keys.recovery_codes(user_id), [place.set(attempt)], place == UNUSED)
        if not isinstance(done, Refused):
            return True
        old = RecoveryItem.of(done.old)
        if old is not None and (known := next((each for each in others(old.digest_key) if each in old.codes), "")):
            return self.use_recovery_code(user_id, known, attempt=attempt)
        return old is not None and old.codes.get(digest) == attempt

    def recovery_codes_left(self, user_id: str) -> int:
        """The number of unused codes."""
        found = self._db.get(RecoveryItem, factor_keys.recovery_codes(user_id))
        return sum(by == UNUSED for by in found.codes.values()) if found else 0
