"""The line of a person in an export: what the partition of the user has, in words of its own and without the marks of this store."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from idp.domain.errors import Unavailable
from idp.store.consents import ConsentItem
from idp.store.factors import UNUSED, RecoveryItem, TotpItem
from idp.store.issuer_links import IssuerLinkItem
from idp.store.passkey_items import PasskeyItem
from idp.store.user_items import UserItem

if TYPE_CHECKING:
    from idp.domain.people.consent import Consent
    from idp.domain.people.user import User
    from idp.services.keys.keyring import Keyring
    from idp.store.tables import Item

PERSON_ITEMS: tuple[type[Item], ...] = (UserItem, TotpItem, RecoveryItem, PasskeyItem, ConsentItem, IssuerLinkItem)
"""The kinds of items that become one line."""

Names = Callable[[Mapping[str, str]], list[str]]
"""Returns the names of assignments that still count."""


@dataclass
class Person:
    """The items of one user. `public`, `secret` and `unreadable` describe the line."""

    items: list[Item]
    unreadable: list[str] = field(default_factory=list)

    def of(self, kind: type[Any]) -> list[Any]:
        """The items of this kind."""
        return [item for item in self.items if isinstance(item, kind)]

    @property
    def user(self) -> User | None:
        """The user, or None if the items belong to no user, which happens during an erasure."""
        found = self.of(UserItem)
        return found[0].user() if found else None

    def public(self, user: User, *, roles: Names, groups: Names, holds: Callable[[Consent], bool]) -> dict[str, Any]:
        """The members that are no secrets. `holds`: whether a consent was given to the app that exists now."""
        return {
            "id": user.id, "email": user.email, "email_verified": user.email_verified, "disabled": user.disabled, "admin": user.admin,
            "admin_scopes": None if user.admin_scopes is None else sorted(user.admin_scopes),
            "second_factor_required": user.mfa_required, "claims": dict(user.claims), "attributes": dict(user.attributes),
            "roles": roles(user.roles), "groups": groups(user.groups), "terms": dict(user.terms),
            "password_changed_at": user.password_changed_at, "deleting_until": user.deleting_until,
            "awaits_migration": user.awaits_migration,
            "automatic_passkeys": sorted(name for name, waits in user.automatic_passkeys.items() if not waits),
            "created_at": user.created_at, "updated_at": user.updated_at,
            "has_password": bool(user.password_hash), "has_totp": user.totp_enabled,
            "passkeys": [_passkey(one, user) for one in self.of(PasskeyItem) if one.passkey().id in user.all_passkeys],
            "links": [_link(one) for one in self.of(IssuerLinkItem)],
            "consents": [_consent(one.consent()) for one in self.of(ConsentItem) if holds(one.consent())],
        }  # fmt: skip

    def secret(self, user: User, keyring: Keyring) -> dict[str, Any]:
        """The members that are encrypted for the taker. A factor that this deployment cannot decrypt is named in `unreadable`."""
        members: dict[str, Any] = {"type": "user", "id": user.id}
        if user.password_hash:
            members["password_hash"] = user.password_hash
        for item in self.of(TotpItem) if user.totp_enabled else ():
            credential = item.totp(user.id)
            try:
                secret = keyring.reveal(f"totp:{user.id}", credential.sealed).decode()
            except Unavailable as trouble:
                if "does not open" not in trouble.detail:
                    raise
                self.unreadable.append("totp")
                continue
            members["totp"] = {
                "secret": secret, "algorithm": credential.parameters.algorithm, "digits": credential.parameters.digits,
                "period": credential.parameters.period, "last_step": credential.last_step, "confirmed_at": credential.confirmed_at,
            }  # fmt: skip
        for item in self.of(RecoveryItem):
            members["recovery_codes"] = {
                "digests": sorted(digest for digest, by in item.codes.items() if by == UNUSED), "created_at": int(item.created_at),
            }  # fmt: skip
            if item.digest_key:
                members["recovery_codes"]["key"] = base64url(keyring.reveal(f"recovery:{user.id}", item.digest_key))
        return members


def base64url(data: bytes) -> str:
    """Base64url without padding (RFC 7515 §2)."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _passkey(item: PasskeyItem, user: User) -> dict[str, Any]:
    one = item.passkey()
    unknown = {"backup_unknown": True} if one.backup_unknown else {}
    return unknown | {
        "credential_id": base64url(one.credential_id), "public_key": base64url(one.public_key), "alg": one.alg,
        "sign_count": one.sign_count, "backup_eligible": one.backup_eligible, "backed_up": one.backed_up,
        "user_verified": one.user_verified, "transports": list(one.transports), "aaguid": one.aaguid, "name": one.name,
        "alone": one.alone, "waits": one.id not in user.passkeys, "created_at": one.created_at, "used_at": one.used_at,
    }  # fmt: skip


def _link(item: IssuerLinkItem) -> dict[str, Any]:
    link = item.link()
    return {
        "issuer": link.issuer, "tenant": link.tenant, "subject": link.subject, "connection_id": link.connection_id, "email": link.email,
        "how": link.how, "created_at": link.created_at,
    }  # fmt: skip


def _consent(consent: Consent) -> dict[str, Any]:
    return {"client_id": consent.client_id, "scopes": list(consent.scopes), "granted_at": consent.granted_at}
