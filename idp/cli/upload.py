"""Sends a file to where an import wants it, with a progress bar."""

from __future__ import annotations

from http.client import HTTPException
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from idp.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from idp.domain.moving.uploads import UploadUrl

_BLOCK = 1 << 20
_SENT = 200


def send(file: Path, to: UploadUrl) -> None:
    """Send it.

    Raises:
        Unavailable: it was not taken. `detail` has the status.
    """
    from idp.adapters.https_pool import Pool
    from idp.cli.progress import bar

    url, size = urlsplit(to.url), file.stat().st_size
    pool = Pool(f"{url.scheme}://{url.netloc}", connect_timeout=10.0, read_timeout=120.0)
    with bar("upload", size) as update:

        def blocks() -> Iterator[bytes]:
            sent = 0
            with file.open("rb") as opened:
                while block := opened.read(_BLOCK):
                    yield block
                    sent += len(block)
                    update(sent)

        try:
            reply = pool.open("PUT", f"{url.path}?{url.query}", to.headers, blocks())
        except (OSError, HTTPException) as error:
            raise Unavailable(detail=f"the upload: {type(error).__name__}") from error
        with reply:
            if reply.status != _SENT:
                raise Unavailable(detail=f"the upload: {reply.status}")
