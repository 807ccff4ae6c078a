"""The stylesheet and the scripts of pages. Their addresses contain a hash of the content, so that browsers may cache them for a year."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.requests import Request

_FOLDER = Path(__file__).parent / "static"
_TYPES = {"idp.css": "text/css", "idp.js": "text/javascript", "passkey.js": "text/javascript", "check_session.js": "text/javascript"}
_YEAR = 31536000


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes
    version: str


def url_of(name: str) -> str:
    """The address of the file, with the hash of its content."""
    return f"/static/{name}?v={_file(name).version}"


def content(name: str) -> bytes:
    """Return the content of the file."""
    return _file(name).body


def forget() -> None:
    """Read the files again when they are next needed. The development server calls this when one changed."""
    _file.cache_clear()


def static(request: Request) -> Response:
    """The file. It may be cached for a year if the address has the current hash; otherwise it must be revalidated (RFC 9111 §5.2.2.4)."""
    name = request.path_params["name"]
    if name not in _TYPES:  # only these names reach the file system
        raise HTTPException(404)
    file = _file(name)
    current = request.query_params.get("v") == file.version
    etag = f'"{file.version}"'
    headers = {"ETag": etag, "Cache-Control": f"public, max-age={_YEAR}, immutable" if current else "no-cache"}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(file.body, media_type=_TYPES[name], headers=headers)


@cache
def _file(name: str) -> _File:
    body = (_FOLDER / name).read_bytes()
    return _File(body, hashlib.sha256(body).hexdigest()[:16])
