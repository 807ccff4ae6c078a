"""The hidden field `asked` of a page where a code is typed: which mail was asked for, sealed and bound to the browser that asked."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, NamedTuple

from idp.http.browser import browser
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request

    from idp.oauth.params import Params

PURPOSE = "ticket_asked"
FIELD = "asked"


class Asked(NamedTuple):
    """The kind and owner of the ticket, and the canonical address that the person typed. The address may have no account."""

    kind: str
    owner: str
    email: str


def seal_asked(request: Request, asked: Asked) -> str:
    """The value of the field."""
    return services(request).keyring.sealer().seal(PURPOSE, [*asked, browser(request).digest])


def open_asked(request: Request, sent: Params, kind: str) -> Asked | None:
    """What the field contains. None if it is missing, forged, of another kind, or of another browser."""
    payload = services(request).keyring.sealer().open(PURPOSE, sent.get(FIELD) or "")
    if not isinstance(payload, list):
        return None
    *asked, digest = payload
    found = Asked(*asked)
    return found if found.kind == kind and hmac.compare_digest(digest, browser(request).digest) else None
