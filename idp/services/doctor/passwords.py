"""The file of breached passwords can be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.adapters.breached_file import BreachedFile, BreachedFileError
from idp.domain.doctor.finding import ok, wrong
from idp.domain.factors.hash_mix import WAITING
from idp.domain.texts import marked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.domain.doctor.finding import Finding
    from idp.services.doctor.parts import Parts


def check(parts: Parts) -> Iterator[Finding]:
    """Open the file of IDP_BREACHED_PASSWORDS_FILE, and tell how many hashes of other systems are left.

    A deployed function reads the copy of the file in its own archive.
    """
    mix = parts.key_items.load().hash_mix
    if mix is not None:
        left = sum(number for label, number in mix.left.items() if label != WAITING)
        yield ok("passwords", marked("People with the password hash of another system: {count}. For details: idp users hashes"), count=left)
    path = parts.settings.breached_passwords_file
    if not path:
        own = marked("New passwords are compared with the list in the package. IDP_BREACHED_PASSWORDS_FILE adds a longer one")
        yield ok("passwords", own)
        return
    try:
        entries = len(BreachedFile(path))
    except BreachedFileError as error:
        bad = marked("IDP_BREACHED_PASSWORDS_FILE: {path} {problem}. Make one with: idp passwords build-filter")
        yield wrong("passwords", bad, path=path, problem=error)
    else:
        yield ok("passwords", marked("New passwords are compared with breached ones: {count}"), count=entries)
