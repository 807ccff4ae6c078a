"""The browser that sent a request: its id and its session, from its cookies. The store still decides whether the session is live."""

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
    """`id` binds the sign-in pages to this browser. `new`: it was made for this request. `session`: ids of user and session."""

    id: str
    new: bool
    session: tuple[str, str] | None

    @property
    def digest(self) -> str:
        """The hash of the id that a sealed request contains."""
        return hashlib.sha256(self.id.encode()).hexdigest()[:32]


def browser(request: Request) -> Browser:
    """The browser that sent the request. A session cookie that cannot be opened counts as absent."""
    s = services(request)
    known = cookies.read(request, cookies.BROWSER, s.settings)
    if known is not None and not (known.isascii() and _ID_LENGTH[0] <= len(known) <= _ID_LENGTH[1]):
        known = None
    sealed = cookies.read(request, cookies.SESSION, s.settings)
    opened = s.keyring.sealer().open(COOKIE, sealed) if sealed else None
    session = (opened[0], opened[1]) if isinstance(opened, list) else None
    return Browser(known or s.new_id(), known is None, session)
