"""Ory Kratos: identities with credentials, as its admin API has them, in a list or one after the other.

Kratos' API gives out credentials only where it is asked (`include_credential`); a copy of its tables has all. Hashes are in our notation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO
from urllib.parse import parse_qs, urlsplit

from idp.domain.moving import claims
from idp.domain.moving.authenticators import from_base32, totp
from idp.domain.moving.fields import flag, member, objects, source_id, text
from idp.domain.moving.json_records import read_people
from idp.domain.moving.moments import from_iso
from idp.domain.moving.passkeys import from_base64, passkey
from idp.domain.moving.person import ImportedLink, ImportedPasskey, ImportedPerson, ImportedTotp, RefusedRow, RowError
from idp.domain.people import email

SYSTEM = "kratos"
_UNUSED = {"", "0001-01-01T00:00:00Z"}
_KNOWN_TRAITS = {
    "email", "name", "username", "first_name", "last_name", "given_name", "family_name", "nickname", "phone", "phone_number", "picture",
    "website", "locale",
}  # fmt: skip
_TWO = 2
_AAGUID = 16
"""Bytes of an AAGUID."""


def read(file: BinaryIO) -> Iterator[ImportedPerson | RefusedRow]:
    """Yield the identities of a file.

    Raises:
        BrokenFileError: the file has no identities, or cannot be read on.
    """
    return read_people(file, "identities", _person)


def _person(row: int, identity: Any) -> ImportedPerson:
    if not isinstance(identity, Mapping) or not isinstance(identity.get("traits"), Mapping):
        raise RowError("moving.not_a_user")
    traits, address = identity["traits"], email.normalise(_address(identity))
    taken, dropped = claims.fitting(_claims(traits, address))
    left = set(traits) - _KNOWN_TRAITS or identity.get("metadata_public") or identity.get("metadata_admin")
    return ImportedPerson(
        row, source_id(text(identity, "id")), address, _is_verified(identity, address),
        text(_config(identity, "password"), "hashed_password") or None, text(identity, "state") == "inactive", taken,
        _totp(text(_config(identity, "totp"), "totp_url")), created_at=from_iso(identity.get("created_at"), "created_at"),
        left_out=(*(("attributes",) if left else ()), *dropped), links=tuple(_links(identity)), passkeys=tuple(_passkeys(identity)),
        recovery_codes=tuple(_recovery_codes(identity)),
    )  # fmt: skip


def _config(identity: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return what a kind of credential consists of."""
    return member(member(member(identity, "credentials"), name), "config")


def _address(identity: Mapping[str, Any]) -> str:
    """Return the trait `email`, else the first address that can be verified or recovers the account, else a name to sign in with."""
    traits = identity["traits"]
    if isinstance(traits.get("email"), str) and traits["email"]:
        return str(traits["email"])
    for addresses in ("verifiable_addresses", "recovery_addresses"):
        for each in objects(identity, addresses):
            if text(each, "via") == "email" and text(each, "value"):
                return text(each, "value")
    for name in member(member(identity, "credentials"), "password").get("identifiers") or ():
        if isinstance(name, str) and "@" in name:
            return name
    raise RowError("moving.email_missing")


def _is_verified(identity: Mapping[str, Any], address: str) -> bool:
    verified = [text(each, "value").lower() for each in objects(identity, "verifiable_addresses") if flag(each, "verified", absent=False)]
    return address in verified


def _claims(traits: Mapping[str, Any], address: str) -> dict[str, Any]:
    """Return the claims of traits with the usual names. A schema may have any others; they are left out."""
    name = traits.get("name")
    parts = name if isinstance(name, Mapping) else {"full": name}
    given = parts.get("first") or parts.get("given") or traits.get("first_name") or traits.get("given_name")
    family = parts.get("last") or parts.get("family") or traits.get("last_name") or traits.get("family_name")
    username = traits.get("username")
    full = parts.get("full") or " ".join(each for each in (given, family) if isinstance(each, str))
    return {
        "name": full, "given_name": given, "family_name": family, "preferred_username": None if username == address else username,
        "phone_number": traits.get("phone_number") or traits.get("phone"),
        **{each: traits.get(each) for each in ("nickname", "picture", "website", "locale")},
    }  # fmt: skip


def _totp(url: str) -> ImportedTotp | None:
    """Return the authenticator of an `otpauth://totp/…` address."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
        asked = {name: values[0] for name, values in parse_qs(parts.query, max_num_fields=20).items()}
    except ValueError:
        raise RowError("moving.totp_not_supported") from None
    digits, period = asked.get("digits", "6"), asked.get("period", "30")
    numbers = all(each.isascii() and each.isdecimal() and len(each) <= _TWO for each in (digits, period))
    if (parts.scheme, parts.netloc) != ("otpauth", "totp") or not numbers:
        raise RowError("moving.totp_not_supported")
    return totp(from_base32(asked.get("secret", "")), algorithm=asked.get("algorithm", "SHA1"), digits=int(digits), period=int(period))


def _links(identity: Mapping[str, Any]) -> Iterator[ImportedLink]:
    for kind in ("oidc", "saml"):
        for each in objects(_config(identity, kind), "providers"):
            if text(each, "provider") and text(each, "subject"):
                yield ImportedLink(text(each, "provider"), text(each, "subject"))


def _passkeys(identity: Mapping[str, Any]) -> Iterator[ImportedPasskey]:
    """Yield the keys of both kinds. Kratos does not say to which domain a key belongs, and whether it may be synced."""
    for kind in ("webauthn", "passkey"):
        handle = text(_config(identity, kind), "user_handle")
        for each in objects(_config(identity, kind), "credentials"):
            about = member(each, "authenticator")
            count = about.get("sign_count") or 0
            if isinstance(count, bool) or not isinstance(count, int):
                raise RowError("moving.passkey_malformed")
            yield passkey(
                "", from_base64(text(each, "id")), from_base64(text(each, "public_key")), sign_count=count,
                aaguid=_aaguid(from_base64(text(about, "aaguid"))), name=text(each, "display_name"),
                created_at=from_iso(each.get("added_at"), "added_at"), alone=flag(each, "is_passwordless", absent=False),
                user_handle=from_base64(handle) if handle else None,
            )  # fmt: skip


def _aaguid(raw: bytes) -> str:
    """Return the usual text of 16 bytes."""
    digits = raw.hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])) if len(raw) == _AAGUID and any(raw) else ""


def _recovery_codes(identity: Mapping[str, Any]) -> Iterator[str]:
    """Yield the codes that were not used."""
    for each in objects(_config(identity, "lookup_secret"), "recovery_codes"):
        if text(each, "used_at") in _UNUSED and text(each, "code"):
            yield text(each, "code")
