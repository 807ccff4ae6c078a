"""The file of breached passwords can be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.adapters.breached_file import BreachedFile, BreachedFileError
from idp.cli.doctor.finding import Finding, ok, wrong
from idp.domain.factors.hash_mix import WAITING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.wiring.all_services import AllServices


def check(services: AllServices) -> Iterator[Finding]:
    """Open the file of IDP_BREACHED_PASSWORDS_FILE, and tell how many hashes of other systems are left.

    A deployed function reads the copy of the file in its own archive.
    """
    counted = services.hash_counts.read()
    if counted is not None:
        left = sum(number for label, number in counted[0].left.items() if label != WAITING)
        yield ok("passwords", f"{left} people still have the password hash of another system. For details: idp users hashes")
    path = services.settings.breached_passwords_file
    if not path:
        yield ok("passwords", "New passwords are compared with the list in the package. IDP_BREACHED_PASSWORDS_FILE adds a longer one")
        return
    try:
        entries = len(BreachedFile(path))
    except BreachedFileError as error:
        yield wrong("passwords", f"IDP_BREACHED_PASSWORDS_FILE: {path} {error}. Make one with: idp passwords build-filter")
    else:
        yield ok("passwords", f"New passwords are compared with {entries} breached ones")
