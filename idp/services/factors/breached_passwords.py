"""Whether a new password is in a list of stolen ones (NIST SP 800-63B-4 §3.1.1.2): a file of the deployment, the range service, or both.

A check that cannot be made is skipped and counted (`BreachChecksSkipped`), so that a person can set a password while the service is down.
Neither the hash of the password nor a part of it is logged.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from idp.adapters.breached_file import BreachedFileError
from idp.adapters.outgoing import FetchRefused
from idp.telemetry.record import count, note

if TYPE_CHECKING:
    from idp.adapters.breached_file import BreachedFile
    from idp.adapters.breached_range import BreachedRange


class BreachedPasswords:
    """`file` and `service`: where to look; None for a list that the deployment does not use."""

    def __init__(self, file: BreachedFile | None = None, service: BreachedRange | None = None) -> None:
        self._file, self._service = file, service

    def in_file(self, normalised: str) -> bool:
        """Return whether the file has the password. It makes no call."""
        if self._file is None:
            return False
        try:
            return self._file.contains(_digest(normalised))
        except BreachedFileError as error:
            _skip(f"the file of breached passwords {error}")
            return False

    def in_service(self, normalised: str) -> bool:
        """Return whether the range service lists the password. It takes a second at most, and a cold start of the fetch function."""
        if self._service is None:
            return False
        try:
            return self._service.contains(_digest(normalised))
        except FetchRefused as refused:
            _skip(f"the service of breached passwords gave no answer: {refused.detail}")
            return False


def _skip(why: str) -> None:
    count("BreachChecksSkipped")
    note(why)


def _digest(normalised: str) -> bytes:
    """Return the SHA-1 of the password, by which such lists name passwords."""
    return hashlib.sha1(normalised.encode(), usedforsecurity=False).digest()
