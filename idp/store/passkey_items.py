"""The items of passkeys (`directory`): the credential beside its user, and a finder that makes its id unique."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pynamodb.attributes import BinaryAttribute, BooleanAttribute, NumberAttribute, UnicodeAttribute

from idp.domain.passkeys.passkey import Passkey
from idp.store import factor_keys
from idp.store.tables import DirectoryItem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idp.store.database import Database
    from idp.store.transport import Raw


class PasskeyItem(DirectoryItem):
    """The item of a passkey. `last_challenge_at`: when the newest used challenge was issued (ms). `used_by`: the attempt that used it."""

    kind_name = "passkey"
    user_id = UnicodeAttribute()
    credential_id = BinaryAttribute(legacy_encoding=False)
    public_key = BinaryAttribute(legacy_encoding=False)
    alg = NumberAttribute()
    sign_count = NumberAttribute(default=0)
    backup_eligible = BooleanAttribute(default=False)
    backed_up = BooleanAttribute(default=False)
    user_verified = BooleanAttribute(default=False)
    alone = BooleanAttribute(default=False)
    transports = UnicodeAttribute(default="")
    aaguid = UnicodeAttribute(default="")
    name = UnicodeAttribute(default="")
    created_at = NumberAttribute()
    used_at = NumberAttribute(null=True)
    last_challenge_at = NumberAttribute(default=0)
    used_by = UnicodeAttribute(null=True)
    browser_known_since = NumberAttribute(null=True)
    backup_unknown = BooleanAttribute(null=True)

    def passkey(self) -> Passkey:
        """Convert it to the domain's class."""
        return Passkey(
            user_id=self.user_id, credential_id=self.credential_id, public_key=self.public_key, alg=int(self.alg),
            sign_count=int(self.sign_count), backup_eligible=self.backup_eligible, backed_up=self.backed_up,
            user_verified=self.user_verified, transports=tuple(self.transports.split()), aaguid=self.aaguid, name=self.name,
            created_at=int(self.created_at), used_at=None if self.used_at is None else int(self.used_at), alone=self.alone,
            browser_known_since=None if self.browser_known_since is None else int(self.browser_known_since),
            backup_unknown=bool(self.backup_unknown),
        )  # fmt: skip


class CredentialItem(DirectoryItem):
    """The item by which a credential id belongs to one user only (WebAuthn Level 3 §7.1 step 26). `added_by`: the attempt that added it."""

    kind_name = "credential"
    user_id = UnicodeAttribute()
    added_by = UnicodeAttribute(default="")


def passkey_item(passkey: Passkey, *, last_challenge_at: int) -> PasskeyItem:
    """The item of a passkey."""
    return PasskeyItem.new(
        factor_keys.passkey(passkey.user_id, passkey.id), user_id=passkey.user_id, credential_id=passkey.credential_id,
        public_key=passkey.public_key, alg=passkey.alg, sign_count=passkey.sign_count, backup_eligible=passkey.backup_eligible,
        backed_up=passkey.backed_up, user_verified=passkey.user_verified, transports=" ".join(passkey.transports),
        aaguid=passkey.aaguid, name=passkey.name, created_at=passkey.created_at, used_at=passkey.used_at, alone=passkey.alone,
        last_challenge_at=last_challenge_at, browser_known_since=passkey.browser_known_since,
        backup_unknown=passkey.backup_unknown or None,
    )  # fmt: skip


def finder_item(passkey: Passkey, attempt: str) -> CredentialItem:
    """The finder of a passkey."""
    return CredentialItem.new(factor_keys.credential(passkey.id), user_id=passkey.user_id, added_by=attempt)


def erasing(database: Database, user_id: str, passkey_ids: Iterable[str]) -> list[Raw]:
    """The parts of a transaction that remove passkeys of a user and their finders."""
    mine = CredentialItem.pk.does_not_exist() | (CredentialItem.user_id == user_id)
    parts: list[Raw] = []
    for passkey_id in passkey_ids:
        parts.append(database.delete_part(PasskeyItem, factor_keys.passkey(user_id, passkey_id)))
        parts.append(database.delete_part(CredentialItem, factor_keys.credential(passkey_id), mine))
    return parts
