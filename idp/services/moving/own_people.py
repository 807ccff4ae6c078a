"""The people of our own export. `idp import` takes everything over that it says about them; `idp users import` what its options name."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, BinaryIO

from idp.domain.access.trusted_issuer import IssuerLink
from idp.domain.errors import Invalid, InvalidValue
from idp.domain.factors.totp import ALGORITHMS
from idp.domain.moving import own_export
from idp.domain.moving.authenticators import from_base32, totp
from idp.domain.moving.fields import flag, moment, objects, source_id, text, texts
from idp.domain.moving.person import ImportedLink, ImportedPasskey, ImportedPerson, ImportedTotp, Own, RefusedRow, RowError
from idp.domain.passkeys.passkey import MOST as MOST_PASSKEYS
from idp.domain.people import email, standard_claims
from idp.domain.people.consent import Consent
from idp.domain.people.deletion import Deletion
from idp.services.moving.imported_links import shown
from idp.services.moving.opening_key import OpeningKey
from idp.services.upstream.id_token import is_subject
from idp.store.issuer_links import MOST
from idp.store.people_imports import PARTS, Codes, NewPerson

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.domain.apps.client import Client
    from idp.domain.people.user import User

SYSTEM = "idp"
_LONGEST_KEY_FILE = 64 * 1024
_LONGEST = 1000
LONGEST_GRACE = 60 * 86400
"""Seconds. A deletion that would be due later is due then, so that no file disables an account for ever."""
_PASSKEY_ID = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_HEX_OF_SHA256 = 64
"""Characters of a SHA-256 digest in hexadecimal."""


def read(file: BinaryIO, key: BinaryIO | None = None) -> Iterator[ImportedPerson | RefusedRow]:
    """Yield the people of an export. `key`: the private key for which secrets were encrypted; without it people have none.

    Raises:
        BrokenFileError: it is no export, or it is cut off.
        Invalid: the key cannot be used.
    """
    opening = OpeningKey(key.read(_LONGEST_KEY_FILE).decode("utf-8", "replace")) if key else None
    head = own_export.head(file)
    rp_id = head["rp_id"]
    if opening:
        opening.check(head)
    own_export.check_complete(file)
    for line in own_export.of_types(file, "user"):
        yield person(line, rp_id, opening)


def person(line: own_export.Line, rp_id: str, opening: OpeningKey | None) -> ImportedPerson | RefusedRow:
    """Return the person of a line."""
    name = line.members.get("id")
    try:
        if line.problem:
            raise line.problem
        return _person(line, rp_id, opening.open(line.members) if opening else {})
    except (Invalid, InvalidValue) as error:
        return RefusedRow(line.number, name if isinstance(name, str) else "", error.message, getattr(error, "field", "") or "")


def _person(line: own_export.Line, rp_id: str, secret: Mapping[str, Any]) -> ImportedPerson:
    user, codes = line.members, _mapping(secret, "recovery_codes")
    known = _mapping(secret, "totp")
    address = email.normalise(text(user, "email"))
    own = Own(
        admin=flag(user, "admin", absent=False), second_factor_required=flag(user, "second_factor_required", absent=False),
        attributes=_mapping(user, "attributes"), terms=_texts(_mapping(user, "terms"), "terms"),
        password_changed_at=moment(user.get("password_changed_at"), "password_changed_at"),
        deleting_until=moment(user.get("deleting_until"), "deleting_until"),
        totp_last_step=_number(known, "last_step"), totp_confirmed_at=moment(known.get("confirmed_at"), "confirmed_at"),
        code_digests=texts(codes, "digests"), codes_made_at=moment(codes.get("created_at"), "created_at"),
        code_key=_bytes(codes, "key"),
        links=tuple(objects(user, "links")), consents=tuple(objects(user, "consents")),
        awaits_migration=flag(user, "awaits_migration", absent=False), automatic_passkeys=texts(user, "automatic_passkeys"),
        admin_scopes=None if user.get("admin_scopes") is None else frozenset(texts(user, "admin_scopes")),
    )  # fmt: skip
    without_key = flag(user, "has_totp", absent=False) and not known
    left_out = ["authenticators (the file does not have their keys, or no key opens it)"] * without_key
    return ImportedPerson(
        line.number, source_id(text(user, "id")), address, flag(user, "email_verified", absent=False),
        text(secret, "password_hash") or None, flag(user, "disabled", absent=False),
        standard_claims.check_claims(_mapping(user, "claims")), _totp(known), texts(user, "roles"), texts(user, "groups"),
        moment(user.get("created_at"), "created_at"), tuple(left_out),
        links=tuple(_imported_link(each) for each in objects(user, "links")),
        passkeys=tuple(_passkey(each, rp_id) for each in objects(user, "passkeys")), own=own,
    )  # fmt: skip


def complete(new: NewPerson, own: Own, client: Callable[[str], Client | None], *, with_admins: bool, now: int) -> NewPerson:
    """Return the account with everything that only our own export says. `client`: finds an app.

    Raises:
        RowError: a link or a digest is malformed.
    """
    due = min(own.deleting_until, now + LONGEST_GRACE)
    user = replace(
        new.user, admin=own.admin and with_admins, admin_scopes=own.admin_scopes,
        mfa_required=own.second_factor_required, attributes=own.attributes, terms=own.terms,
        password_changed_at=min(own.password_changed_at, now), deleting_until=due, disabled=new.user.disabled or due > 0,
        awaits_migration=own.awaits_migration and new.user.awaits_migration, automatic_passkeys=_automatic(new.user, own),
    )  # fmt: skip
    deletion = Deletion(user.id, due, (user.email,), user.id, own=True, admin=user.admin) if due else None
    known = new.totp and replace(new.totp, last_step=own.totp_last_step, confirmed_at=min(own.totp_confirmed_at or now, now))
    links = tuple(_link(each, user.id, now) for each in own.links)
    if len(links) > MOST:
        raise RowError("moving.too_many_links", maximum=MOST)
    codes = _codes(own, now) if user.has_second_factor else None
    made = replace(new, user=user, totp=known, links=links, codes=codes, deletion=deletion)
    consents = [_consent(each, user.id, found) for each in own.consents if (found := client(text(each, "client_id")))]
    consents.sort(key=lambda each: -each.granted_at)
    return replace(made, consents=tuple(consents[: PARTS - made.parts]))


def _automatic(user: User, own: Own) -> dict[str, str]:
    """Return the passkeys that browsers made by themselves. An account gets one in its life, so a used or removed one counts, too."""
    if len(own.automatic_passkeys) > MOST_PASSKEYS or not all(map(_PASSKEY_ID.fullmatch, own.automatic_passkeys)):
        raise RowError("moving.wrong_type", name="automatic_passkeys")
    return {**dict.fromkeys(own.automatic_passkeys, ""), **user.automatic_passkeys}


def _codes(own: Own, now: int) -> Codes | None:
    if not own.code_digests:
        return None
    if any(len(each) != _HEX_OF_SHA256 or not set(each) <= set("0123456789abcdef") for each in own.code_digests):
        raise RowError("moving.wrong_type", name="recovery_codes")
    return Codes(own.code_digests, min(own.codes_made_at or now, now), own.code_key)


def _consent(each: Mapping[str, Any], user_id: str, client: Client) -> Consent:
    return Consent(user_id, client.id, texts(each, "scopes"), moment(each.get("granted_at"), "granted_at"), "", client.stamp)


def _link(each: Mapping[str, Any], user_id: str, now: int) -> IssuerLink:
    issuer, subject, tenant = text(each, "issuer"), text(each, "subject"), text(each, "tenant")
    if not is_subject(subject) or not 0 < len(issuer) <= _LONGEST or len(tenant) > _LONGEST:
        raise RowError("moving.link_subject", name=shown(issuer))
    made_at = min(moment(each.get("created_at"), "created_at") or now, now)
    return IssuerLink(user_id, issuer, tenant, subject, made_at, text(each, "connection_id"), text(each, "email"), text(each, "how"))


def _imported_link(each: Mapping[str, Any]) -> ImportedLink:
    return ImportedLink(
        text(each, "connection_id") or text(each, "issuer"), text(each, "subject"), text(each, "tenant"), text(each, "email")
    )


def _passkey(each: Mapping[str, Any], rp_id: str) -> ImportedPasskey:
    return ImportedPasskey(
        rp_id, _bytes(each, "credential_id"), _bytes(each, "public_key"), _number(each, "sign_count"),
        backup_eligible=flag(each, "backup_eligible", absent=False), backed_up=flag(each, "backed_up", absent=False),
        user_verified=flag(each, "user_verified", absent=False), transports=texts(each, "transports"), aaguid=text(each, "aaguid"),
        name=text(each, "name"), created_at=moment(each.get("created_at"), "created_at"), alone=flag(each, "alone", absent=False),
        used_at=moment(each.get("used_at"), "used_at") or None, waits=flag(each, "waits", absent=False),
        backup_unknown=flag(each, "backup_unknown", absent=False),
    )  # fmt: skip


def _totp(known: Mapping[str, Any]) -> ImportedTotp | None:
    if not known:
        return None
    if text(known, "algorithm") not in ALGORITHMS:
        raise RowError("moving.totp_not_supported")
    secret = from_base32(text(known, "secret"))
    return totp(secret, algorithm=text(known, "algorithm"), digits=_number(known, "digits"), period=_number(known, "period"))


def _mapping(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = record.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RowError("moving.wrong_type", name=name)
    return value


def _texts(found: Mapping[str, Any], name: str) -> Mapping[str, str]:
    if not all(isinstance(value, str) for value in found.values()):
        raise RowError("moving.wrong_type", name=name)
    return found


def _number(record: Mapping[str, Any], name: str) -> int:
    value = record.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise RowError("moving.wrong_type", name=name)
    return value


def _bytes(record: Mapping[str, Any], name: str) -> bytes:
    encoded = text(record, name)
    try:
        return urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    except ValueError:
        raise RowError("moving.wrong_type", name=name) from None
