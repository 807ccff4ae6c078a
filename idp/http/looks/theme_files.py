"""The files of the theme. Their addresses contain the theme's version, so that browsers may keep them for a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import Response

from idp.domain.looks.theme import TYPES
from idp.http.looks.theme import load_theme
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request

_YEAR = 31536000
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"
"""For a file that somebody opens by itself: an SVG is a document then. It runs nothing, loads nothing, and has no origin."""


def theme_file(request: Request) -> Response:
    """Return a file of the theme; 404 if there is no theme or no such file.

    It may be kept for a year if the address has the theme's current version; otherwise it must be revalidated (RFC 9111 §5.2.2.4).
    """
    folder, name = services(request).settings.theme, request.path_params["name"]
    theme = load_theme(folder) if folder else None
    if theme is None or name not in theme.files:  # only these names are served; nothing of the path reaches the file system
        raise HTTPException(404)
    current = request.path_params["version"] == theme.version
    headers = {
        "ETag": f'"{theme.version}"', "Cache-Control": f"public, max-age={_YEAR}, immutable" if current else "no-cache",
        "Content-Security-Policy": _POLICY,
    }  # fmt: skip
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(theme.files[name], media_type=TYPES[name.rpartition(".")[2]], headers=headers)
