"""Passkeys and recovery codes of imported people, checked as those that are made here (threats R-10)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from idp.domain.factors import recovery_codes
from idp.domain.moving.person import RowError
from idp.domain.passkeys.passkey import LONGEST_ID, MOST, TRANSPORTS, Passkey, clean_name
from idp.domain.passkeys.refusal import RefusedCeremony
from idp.services.moving.imported_links import shown
from idp.services.passkeys.verification import sound_key
from idp.store.people_imports import Codes

if TYPE_CHECKING:
    from idp.domain.moving.person import ImportedPasskey, ImportedPerson

_LONGEST_KEY = 1024
_LARGEST_COUNT = 2**32
_AAGUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


def passkeys(person: ImportedPerson, user_id: str, rp_id: str, now: int) -> tuple[list[tuple[Passkey, bool]], list[str]]:
    """Return the passkeys that work here, each with whether it waits for its first use; and what is said about the others.

    A browser uses a passkey only under the RP ID that it was made with. It sends the user handle that it was made with, which is the id of
    the user, so passkeys need kept ids.

    Raises:
        RowError: a key is not one that is accepted here, or there are too many.
    """
    taken: dict[bytes, tuple[Passkey, bool]] = {}
    others: dict[str, None] = {}
    for each in person.passkeys:
        handle = person.source_id.encode() if each.user_handle is None else each.user_handle
        if each.rp_id != rp_id:
            others[f"passkeys of {shown(each.rp_id) or 'an unknown RP ID'} (here it is {rp_id})"] = None
        elif handle != user_id.encode():
            others["passkeys of another user handle (they need --keep-ids)"] = None
        else:
            taken[each.credential_id] = (_passkey(each, user_id, len(taken) + 1, now), each.waits)
    if len(taken) > MOST:
        raise RowError("moving.too_many_passkeys", maximum=MOST)
    return list(taken.values()), list(others)


def recovery_digests(person: ImportedPerson, user_id: str, key: bytes, now: int) -> tuple[Codes | None, list[str]]:
    """Return what is stored of the codes that a person can type here, and what is said about the others. `key`: of the digests."""
    typed = dict.fromkeys(map(recovery_codes.canonical, person.recovery_codes))
    codes = [code for code in typed if code][: recovery_codes.MOST]
    rest = ["some recovery codes (too short, too many, or of other characters)"] if len(codes) < len(person.recovery_codes) else []
    return (Codes(tuple(recovery_codes.digest(key, user_id, code) for code in codes), now) if codes else None), rest


def _passkey(each: ImportedPasskey, user_id: str, number: int, now: int) -> Passkey:
    sized = 0 < len(each.credential_id) <= LONGEST_ID and 0 < len(each.public_key) <= _LONGEST_KEY and 0 <= each.sign_count < _LARGEST_COUNT
    if not sized or (each.backed_up and not each.backup_eligible):
        raise RowError("moving.passkey_unusable")
    try:
        public_key, alg = sound_key(each.public_key)
    except RefusedCeremony:
        raise RowError("moving.passkey_unusable") from None
    return Passkey(
        user_id=user_id, credential_id=each.credential_id, public_key=public_key, alg=alg, sign_count=each.sign_count,
        backup_eligible=each.backup_eligible, backed_up=each.backed_up, user_verified=each.user_verified,
        transports=tuple(name for name in dict.fromkeys(each.transports) if name in TRANSPORTS),
        aaguid=each.aaguid if _AAGUID.fullmatch(each.aaguid) else "", name=clean_name(each.name, f"Passkey {number}"),
        created_at=min(each.created_at or now, now), used_at=None if each.used_at is None else min(each.used_at, now), alone=each.alone,
        backup_unknown=each.backup_unknown,
    )  # fmt: skip
