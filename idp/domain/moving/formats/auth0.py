"""Auth0: users of an export job (NDJSON), password hashes that its support sends (NDJSON), and its import files (a JSON array).

Its documents: "User Profile Structure", "How to Use the Password Hashes Export from Auth0", "User Data JSON Schema for Bulk User Imports".

    user_id                         `auth0|…` for its database, else the name of the strategy and the id there
    identities                      provider (the strategy), connection, user_id, profileData
    password_hash                   bcrypt; custom_password_hash: another scheme; passwordHash: of its support
    mfa_factors                     totp, phone or email; only in import files
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

from idp.domain.moving import claims, moments
from idp.domain.moving.authenticators import from_base32, totp
from idp.domain.moving.fields import flag, objects, source_id, text
from idp.domain.moving.formats import auth0_identities as identities
from idp.domain.moving.formats.auth0_hashes import HashFile
from idp.domain.moving.hashes.auth0 import convert as convert_hash
from idp.domain.moving.person import ImportedPerson, RefusedRow, RowError
from idp.domain.moving.records import convert, first_byte, of_array, of_lines
from idp.domain.people import email

if TYPE_CHECKING:
    from idp.domain.moving.person import ImportedTotp

SYSTEM = "auth0"
_CLAIMS = ("given_name", "family_name", "nickname", "picture", "phone_number")
_FACTORS = {"phone": "phone factors", "email": "email factors"}
_METADATA = ("user_metadata", "app_metadata")


def read(file: BinaryIO, *, hashes: BinaryIO | None = None) -> Iterator[ImportedPerson | RefusedRow]:
    """Yield the users of a file. `row`: the line, or the number of the user in an array. `hashes`: the file of Auth0's support.

    Raises:
        BrokenFileError: the array cannot be read on, or `hashes` has a line that is not of this kind.
    """
    more = HashFile(hashes) if hashes else None
    for row, raw in of_array(file) if first_byte(file) == b"[" else of_lines(file):
        yield convert(row, raw, lambda row, user: _person(row, user, more), _name)


def _name(user: Mapping[str, Any]) -> object:
    try:
        return identities.id_of(user) or user.get("email")
    except RowError:
        return ""


def _person(row: int, user: Mapping[str, Any], more: HashFile | None) -> ImportedPerson:
    user = identities.with_identifiers(user)
    if not text(user, "email"):
        raise RowError("moving.email_missing")
    address = email.normalise(text(user, "email"))
    user_id = identities.id_of(user) or f"email:{address}"
    found, dropped = claims.fitting({name: text(user, name) for name in _CLAIMS} | _names(user, address))
    factors = [factor for each in objects(user, "mfa_factors") for factor in each.items()]
    return ImportedPerson(
        row, source_id(user_id), address, flag(user, "email_verified", absent=False), _password(user, user_id, more),
        flag(user, "blocked", absent=False), found, _totp(factors), identities.roles(user), (),
        moments.from_iso(user.get("created_at"), "created_at"), (*_left_out(user, factors), *dropped), identities.links(user, user_id),
    )  # fmt: skip


def _names(user: Mapping[str, Any], address: str) -> dict[str, str]:
    """Return `name` and `preferred_username`. Without a name Auth0 stores the address as the name."""
    name = text(user, "name")
    return {"name": "" if name.lower() == address else name, "preferred_username": text(user, "username")}


def _password(user: Mapping[str, Any], user_id: str, more: HashFile | None) -> str | None:
    """Return the one hash of the person, also of a database account that was linked to theirs."""
    found = [text(user, name) for name in ("password_hash", "passwordHash") if text(user, name)]
    custom = user.get("custom_password_hash")
    if custom is not None:
        if not isinstance(custom, Mapping):
            raise RowError("moving.wrong_type", name="custom_password_hash")
        found.append(convert_hash(custom))
    if more:
        found += [each for name in identities.database_ids(user, user_id) for each in more.of(name)]
    if len(found) > 1:
        raise RowError("moving.two_passwords")
    return found[0] if found else None


def _totp(factors: list[tuple[str, Any]]) -> ImportedTotp | None:
    """Return the authenticator app: base32, SHA-1, six digits, 30 seconds."""
    found = [factor for kind, factor in factors if kind == "totp"]
    if len(found) > 1:
        raise RowError("moving.two_authenticators")
    if not found:
        return None
    if not isinstance(found[0], Mapping):
        raise RowError("moving.wrong_type", name="mfa_factors")
    return totp(from_base32(text(found[0], "secret")), algorithm="SHA1", digits=6, period=30)


def _left_out(user: Mapping[str, Any], factors: list[tuple[str, Any]]) -> tuple[str, ...]:
    """`multifactor` names the factors that an export has no keys of."""
    kinds = {_FACTORS[kind] for kind, _ in factors if kind in _FACTORS}
    lost = ("second factors",) if user.get("multifactor") and not factors else ()
    return (*(name for name in _METADATA if user.get(name)), *sorted(kinds), *lost)
