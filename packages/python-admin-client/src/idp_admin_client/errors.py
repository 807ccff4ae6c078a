"""What a call may raise."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from idp_admin_client.transport import Reply


class NoAnswerError(Exception):
    """There was no usable answer: the network failed, the time was over, or what answered is no admin API. The act may have been done."""


class ProblemError(Exception):
    """A refusal (RFC 9457). The text has the sentence of the API, and no token.

    `status`: of HTTP. `title`, `detail`: for people. `errors`: the members that are wrong, each with `field` and `detail`. `error`: the
    code of the access token (RFC 6750), or empty. `request_id`: mention it when you ask for help. `retry_after`: seconds, or None.
    """

    def __init__(self, reply: Reply) -> None:
        body = _object(reply.body)
        self.status = reply.status
        self.title, self.detail, self.error, self.request_id = (
            str(body.get(name) or "") for name in ("title", "detail", "error", "request_id")
        )
        errors = body.get("errors")
        self.errors: list[dict[str, Any]] = [each for each in errors if isinstance(each, dict)] if isinstance(errors, list) else []
        waits = reply.headers.get("retry-after", "")
        self.retry_after = int(waits) if waits.isdigit() else None
        super().__init__(f"{self.status} {self.detail or self.title}".strip())


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
