"""Public documents that caches may store, with entity tags (RFC 9110 §8.8.3, §13.1.2)."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.requests import Request

_MAX_AGE = 300
"""Seconds."""


def cacheable(request: Request, document: dict[str, Any]) -> Response:
    """The document with its entity tag; 304 if the caller has it already."""
    body = json.dumps(document, separators=(",", ":")).encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"Cache-Control": f"public, max-age={_MAX_AGE}", "ETag": etag}
    if _has_current(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def _has_current(if_none_match: str, etag: str) -> bool:
    """Whether If-None-Match has this tag or is * (RFC 9110 §13.1.2). The comparison is weak, because compression weakens tags."""
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return etag in tags or if_none_match.strip() == "*"
