"""Why a sign-in at an upstream ends without an identity. Then nothing was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import PageError
from idp.domain.message import Message

if TYPE_CHECKING:
    from idp.domain.connections.connection import Connection


class UpstreamRefused(PageError):
    """The sign-in at the upstream failed. `message` is for the person; `detail` is for the log and has no text of the upstream.

    `purpose` and `carried`: what `begin` was called with, if the state of this browser was opened; else empty.
    """

    purpose: str = ""
    carried: str = ""

    def __init__(self, reason: Message, detail: str) -> None:
        super().__init__("upstream_refused", reason, detail=detail)

    def carrying(self, purpose: str, carried: str) -> UpstreamRefused:
        """Return the same refusal with what `begin` was called with."""
        self.purpose, self.carried = purpose, carried
        return self


def not_valid(connection: Connection, detail: str) -> UpstreamRefused:
    """Return the refusal of an answer that fails a check."""
    return UpstreamRefused(Message("upstream.answer_invalid", name=connection.name), f"upstream {connection.id}: {detail}")


def unreachable(connection: Connection, detail: str) -> UpstreamRefused:
    """Return the refusal for an upstream that does not answer in time, or answers with an error of its own."""
    return UpstreamRefused(Message("upstream.unreachable", name=connection.name), f"upstream {connection.id}: {detail}")


def misconfigured(connection: Connection, detail: str) -> UpstreamRefused:
    """Return the refusal for a connection whose settings are wrong: only an admin can mend it."""
    return UpstreamRefused(Message("upstream.misconfigured", name=connection.name), f"upstream {connection.id}: {detail}")
