"""The refusals of SCIM: a status of HTTP, and the keyword `scimType` of RFC 7644 §3.12."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import IdpError
from idp.domain.message import message_of

if TYPE_CHECKING:
    from idp.domain.message import Message, Param


class ScimRefusal(IdpError):
    """A request that is refused. `scim_type`: a keyword of RFC 7644 §3.12 or RFC 9865 §2.1, or empty. `http_status`: 400 if not given."""

    def __init__(self, message: str | Message, /, *, scim_type: str = "", status: int = 400, detail: str = "", **params: Param) -> None:
        super().__init__(message_of(message, params), detail=detail)
        self.scim_type, self.http_status = scim_type, status
