"""A person as a file of another system describes them, in one form for every format (`idp.domain.moving.formats`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from idp.domain.errors import InvalidValue
from idp.domain.factors.totp import DIGITS

if TYPE_CHECKING:
    from idp.domain.message import Message


class RowError(InvalidValue):
    """A row of the file cannot be imported. Other rows can."""


class BrokenFileError(InvalidValue):
    """The file cannot be read on from this place. Rows before it were read."""


@dataclass(frozen=True, slots=True)
class ImportedTotp:
    """An authenticator. `secret`: the bytes of the key. `algorithm`, `period` (seconds), `digits`: `idp.domain.factors.totp.Parameters`."""

    secret: bytes = field(repr=False)
    algorithm: str
    period: int
    digits: int = DIGITS


@dataclass(frozen=True, slots=True)
class ImportedLink:
    """An account at a provider. `provider`: the name that the file has for it, which the import maps to a connection.

    `subject`: the id there. `tenant`: of a provider with several, or "". `email`: the address that the provider told, or "".
    """

    provider: str
    subject: str
    tenant: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class ImportedPasskey:
    """A passkey. `rp_id`: the domain that it belongs to, "" if the file does not say. `public_key`: in COSE form (RFC 9052 §7).

    The other members are those of `idp.domain.passkeys.passkey.Passkey`. `aaguid`: "" if it is unknown.
    `user_handle`: what it was made with; None for the id of the person in the other system. `waits`: it is no second factor yet.
    `backup_unknown`: the file does not say whether it is `backup_eligible`.
    """

    rp_id: str
    credential_id: bytes
    public_key: bytes
    sign_count: int = 0
    backup_eligible: bool = False
    backed_up: bool = False
    user_verified: bool = False
    transports: tuple[str, ...] = ()
    aaguid: str = ""
    name: str = ""
    created_at: int = 0
    alone: bool = False
    used_at: int | None = None
    waits: bool = False
    user_handle: bytes | None = None
    backup_unknown: bool = False


@dataclass(frozen=True, slots=True)
class Own:
    """What only our own export says about a person (docs/schemas/export-1.json).

    `code_digests`: of unused recovery codes. `code_key`: the key of these digests, b"" for the one of the whole export.
    `links`, `consents`: as in the file. `awaits_migration`: as of `User`. `automatic_passkeys`: ids of those that were used or removed.
    `admin_scopes`: as of `User`.
    """

    admin: bool = False
    second_factor_required: bool = False
    attributes: Mapping[str, Any] = field(default_factory=dict)
    terms: Mapping[str, str] = field(default_factory=dict)
    password_changed_at: int = 0
    deleting_until: int = 0
    totp_last_step: int = 0
    totp_confirmed_at: int = 0
    code_digests: tuple[str, ...] = field(default=(), repr=False)
    codes_made_at: int = 0
    code_key: bytes = field(default=b"", repr=False)
    links: tuple[Mapping[str, Any], ...] = ()
    consents: tuple[Mapping[str, Any], ...] = ()
    awaits_migration: bool = False
    automatic_passkeys: tuple[str, ...] = ()
    admin_scopes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class ImportedPerson:
    """One person.

    `row`: the line of the file, or the number of the person in a JSON file; both begin with 1.
    `source_id`: the id in the other system, which never changes there. A person is imported once for each.
    `email`: in canonical form. `password_hash`: in a notation that `idp users import` accepts, or None.
    `claims`: standard claims, checked. `created_at`: epoch seconds, 0 if unknown.
    `links`, `passkeys`: accounts at providers, and passkeys. `recovery_codes`: as a person types them.
    `own`: of our own export only. `left_out`: what the file has about the person that no option imports, such as `passkeys`.
    """

    row: int
    source_id: str
    email: str
    email_verified: bool = False
    password_hash: str | None = field(default=None, repr=False)
    disabled: bool = False
    claims: Mapping[str, Any] = field(default_factory=dict)
    totp: ImportedTotp | None = None
    roles: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    created_at: int = 0
    left_out: tuple[str, ...] = ()
    links: tuple[ImportedLink, ...] = ()
    passkeys: tuple[ImportedPasskey, ...] = ()
    recovery_codes: tuple[str, ...] = field(default=(), repr=False)
    own: Own | None = None


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that is not imported. `source_id`: "" if it could not be read. `field`: the member at fault, or "".

    `notes`: what was left out before the refusal.
    """

    row: int
    source_id: str
    reason: Message
    field: str = ""
    notes: tuple[Message, ...] = ()
