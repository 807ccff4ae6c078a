"""Which browser this is: its own id and its session. Both from sealed or random cookies, none believed alone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from idp.http import cookies
from idp.http.services import services
from idp.services.sessions.browser_sessions import COOKIE

if TYPE_CHECKING:
    from starlette.requests import Request

_ID_LENGTH = (20, 100)


@dataclass(frozen=True, slots=True)
class Browser:
    """`id` binds the sign-in pages to this browser; `session` is (user id, session id) of its cookie; `new`: the id was made just now."""

    id: str
    new: bool
    session: tuple[str, str] | None

    @property
    def digest(self) -> str:
        """What a sealed request carries of the id."""
        return hashlib.sha256(self.id.encode()).hexdigest()[:32]


def browser(request: Request) -> Browser:
    """The browser that sent the request. A session cookie that does not open is no session."""
    s = services(request)
    known = cookies.read(request, cookies.BROWSER, s.settings)
    if known is not None and not (known.isascii() and _ID_LENGTH[0] <= len(known) <= _ID_LENGTH[1]):
        known = None
    sealed = cookies.read(request, cookies.SESSION, s.settings)
    opened = s.keyring.sealer().open(COOKIE, sealed) if sealed else None
    session = (opened[0], opened[1]) if isinstance(opened, list) else None
    return Browser(known or s.new_id(), known is None, session)
