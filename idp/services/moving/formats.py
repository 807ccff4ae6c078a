"""The formats that can be imported: a row for each, with the module that reads it and the files that it needs beside the main one.

A new format is a module in `idp.domain.moving.formats` and a row here. A file that no format needs yet is also a row of `FILES`, and an
option of `idp users import` with the same name.
"""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Protocol, cast

from idp.domain.errors import Invalid
from idp.domain.moving import beginning

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from idp.domain.moving.person import ImportedPerson, RefusedRow


class Format(NamedTuple):
    """A format. `module`: in `idp.domain.moving.formats`, or with its whole path.

    `needs`, `takes`: names of further files, which must or may be given.
    """

    module: str
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """The path of the module."""
        return self.module if "." in self.module else f"idp.domain.moving.formats.{self.module}"


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "auth0": Format("auth0", takes=("hashes",)),
        "b2c": Format("b2c"),
        "cognito": Format("cognito"),
        "csv": Format("csv_file"),
        "django": Format("django_users"),
        "idp": Format("idp.services.moving.own_people", takes=("key",)),
        "firebase": Format("firebase", takes=("hash_config",)),
        "keycloak": Format("keycloak"),
        "kratos": Format("kratos"),
        "scim": Format("scim_file"),
    }
)
"""By the name that `--from` takes. The name belongs to the mark of each imported row, so it never changes."""

FILES: Mapping[str, str] = MappingProxyType(
    {
        "hash_config": "the password hash parameters of a Firebase project, as its console shows them.",
        "key": "the private key for which `idp export --to` encrypted passwords and second factors.",
        "hashes": "the password hashes that the support of Auth0 sends, one line for each person.",
    }
)
"""Further files by name, and what each one is. The reader gets the open file as a keyword, the option is the name with hyphens."""


class Reader(Protocol):
    """The function `read` of a module. It yields people in bounded memory, and raises BrokenFileError where it cannot read on."""

    def __call__(self, file: BinaryIO, /, **files: BinaryIO) -> Iterator[ImportedPerson | RefusedRow]:
        """Read the file with the further ones."""


def reader(name: str, given: Mapping[str, object]) -> Reader:
    """Return the reader of a format. `given`: the further files, by name.

    Raises:
        Invalid: there is no such format, it needs another file, or it does not take a file that is given. `field` names the option.
    """
    known = FORMATS.get(name)
    if known is None:
        raise Invalid("moving.format_unknown", field="--from", known=", ".join(FORMATS))
    for file in known.needs:
        if file not in given:
            raise Invalid("moving.file_needed", field=option(file), format=name, file=FILES[file])
    for file in given:
        if file not in known.needs + known.takes:
            raise Invalid("moving.file_not_taken", field=option(file), format=name)
    return _checked(cast("Reader", import_module(known.path).read))


def _checked(read: Reader) -> Reader:
    """Return a reader that looks at the first bytes of each file before it reads one."""

    def checked(file: BinaryIO, /, **files: BinaryIO) -> Iterator[ImportedPerson | RefusedRow]:
        beginning.check(file)
        for name, further in files.items():
            beginning.check(further, option(name))
        yield from read(file, **files)

    return checked


def option(file: str) -> str:
    """Return the option of a further file."""
    return "--" + file.replace("_", "-")
