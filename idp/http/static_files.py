"""The stylesheet and the scripts of pages. Their addresses contain a hash of the content, so that browsers may cache them for a year.

They alone are compressed. A page has secrets (the token of its forms, values of people) beside text of the author of the address, so its
compressed length would tell the secrets letter by letter to who sees the traffic (BREACH). These files are the same for all people.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.requests import Request

_FOLDER = Path(__file__).parent / "static"
_TYPES = {
    "idp.css": "text/css", "idp.js": "text/javascript", "passkey.js": "text/javascript", "check_session.js": "text/javascript",
    "console.css": "text/css", "console.js": "text/javascript",
}  # fmt: skip
_YEAR = 31536000
_REFUSED = re.compile(r"q=0(\.0{0,3})?", re.ASCII)


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
    _packed.cache_clear()


def static(request: Request) -> Response:
    """The file. It may be cached for a year if the address has the current hash; otherwise it must be revalidated (RFC 9111 §5.2.2.4)."""
    name = request.path_params["name"]
    if name not in _TYPES:  # only these names reach the file system
        raise HTTPException(404)
    file = _file(name)
    current = request.query_params.get("v") == file.version
    packed = accepts_gzip(request.headers.get("accept-encoding", ""))
    etag = f'"{file.version}{"-gzip" if packed else ""}"'  # each representation has its own (RFC 9110 §8.8.3.3)
    headers = {"ETag": etag, "Vary": "Accept-Encoding", "Cache-Control": f"public, max-age={_YEAR}, immutable" if current else "no-cache"}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    if packed:
        headers["Content-Encoding"] = "gzip"
    return Response(_packed(name) if packed else file.body, media_type=_TYPES[name], headers=headers)


def accepts_gzip(header: str) -> bool:
    """Return whether a client takes gzip, by its Accept-Encoding (RFC 9110 §12.5.3). A weight of 0 refuses it; `*` is not looked at."""
    for each in header.lower().split(","):
        coding, *parameters = (part.replace(" ", "").replace("\t", "") for part in each.split(";"))
        if coding in {"gzip", "x-gzip"}:
            return not any(_REFUSED.fullmatch(parameter) for parameter in parameters)
    return False


@cache
def _packed(name: str) -> bytes:
    import zlib  # at a cold start only who asks for a file pays

    made = zlib.compressobj(9, wbits=31)  # 31: the format of gzip (RFC 1952), without a time
    return made.compress(content(name)) + made.flush()


@cache
def _file(name: str) -> _File:
    body = (_FOLDER / name).read_bytes()
    return _File(body, hashlib.sha256(body).hexdigest()[:16])
