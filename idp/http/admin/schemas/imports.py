"""Imports of people from files of other systems."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from idp.domain.moving.import_job import FASTEST, LARGEST, RATE
from idp.http.admin.schemas.common import NextCursor, Shape, Time

Format = Literal["auth0", "b2c", "cognito", "csv", "django", "idp", "firebase", "keycloak", "kratos", "scim"]
Size = Annotated[int, Field(ge=1, le=LARGEST)]
ProviderName = Annotated[str, StringConstraints(min_length=1, max_length=255)]
ConnectionId = Annotated[str, StringConstraints(min_length=1, max_length=64)]

_FORMAT = "What wrote the file."
_FILES = "The size in bytes of each further file that the format takes: `hash_config` (firebase), `hashes` (auth0), `key` (idp)."
_VERIFIED = "Believe the file which addresses are verified. Otherwise every person proves the address here."
_TOTP = "Also authenticator apps."
_ROLES = "Also roles and groups, by their names. They have to exist here. Needs the scope roles:write too."
_LINKS = "Also links to these providers of the file: by the name that the file has, the id of a connection here."
_PASSKEYS = "Also passkeys, if the RP ID is the same. Needs `keep_ids`."
_CODES = "Also recovery codes, of people who have an authenticator or a passkey here."
_KEEP = "The id here, and so `sub` in tokens, is the id in the other system."
_DRY = "Nothing is written. The numbers and the report say what would be. Two rows with one address that are far apart are not noticed."
_RATE = "People per second at most. Raise it with the write capacity of the tables: a person takes about 10 write units."


class ImportOptions(Shape):
    """What of the file is taken over. Nothing is that no option names, and nobody becomes an admin."""

    trust_verified: bool = Field(default=False, description=_VERIFIED)
    with_totp: bool = Field(default=False, description=_TOTP)
    with_roles: bool = Field(default=False, description=_ROLES)
    links: Annotated[dict[ProviderName, ConnectionId], Field(max_length=50)] = Field(default_factory=dict, description=_LINKS)
    with_passkeys: bool = Field(default=False, description=_PASSKEYS)
    with_recovery_codes: bool = Field(default=False, description=_CODES)
    keep_ids: bool = Field(default=False, description=_KEEP)


class NewImport(Shape):
    """A new import."""

    format: Format = Field(description=_FORMAT)
    size: Size = Field(description="The size of the file in bytes, as it will be uploaded: plain text, not compressed.")
    files: Annotated[dict[Literal["hash_config", "hashes", "key"], Size], Field(max_length=3)] = Field(
        default_factory=dict, description=_FILES
    )
    options: ImportOptions = Field(default_factory=ImportOptions)
    dry_run: bool = Field(default=False, description=_DRY)
    rate: int = Field(default=RATE, ge=1, le=FASTEST, description=_RATE)


class Import(Shape):
    """An import."""

    id: str
    format: Format = Field(description=_FORMAT)
    status: Literal["waiting", "running", "finished", "failed", "cancelled"] = Field(
        description="waiting: for the upload and the start, for a day. failed: `problem` says why; people before that place are imported."
    )
    options: ImportOptions
    dry_run: bool
    rate: int
    rows: int = Field(description="Rows of the file that were worked on.")
    bytes_read: int = Field(description="Bytes of the file that were read.")
    bytes_total: int = Field(description="0 while an import of the console waits for its file.")
    created: int = Field(description="People who were made.")
    known: int = Field(description="People who had been imported before, also by an earlier run of this import that was cut off.")
    refused: int = Field(description="Rows that were refused: the report names them.")
    left_out: dict[str, int] = Field(description="What people had in the file and have not here, and how many of them.")
    problem: str | None = Field(description="Why the import did not come to the end of the file, or null.")
    created_by: str
    created_at: Time
    started_at: Time | None
    ended_at: Time | None


class Upload(Shape):
    """Where a file goes: one PUT request with these headers, without an access token."""

    file: Literal["people", "hash_config", "hashes", "key"]
    method: Literal["PUT"]
    url: str
    headers: dict[str, str]
    expires_at: Time = Field(description="The upload has to begin before.")


class ImportWithUploads(Import):
    """A new import, and where its files go."""

    uploads: list[Upload]


class ImportPage(Shape):
    """Imports, the newest first."""

    items: list[Import]
    next_cursor: NextCursor


class RefusedRow(Shape):
    """A row that was not imported."""

    row: int = Field(description="The line of the file, or the number of the person in it.")
    id: str = Field(description="The id of the person in the other system, or an empty text.")
    field: str = Field(description="The member at fault, or an empty text.")
    code: str
    reason: str


class RefusedRows(Shape):
    """A page of the report."""

    items: list[RefusedRow]
    next_cursor: NextCursor
