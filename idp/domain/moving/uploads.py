"""Files that were uploaded for an import, in a store of objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO, NamedTuple, Protocol


class UploadUrl(NamedTuple):
    """Where a file may be sent by PUT. `headers`: what the request must have."""

    url: str
    headers: Mapping[str, str]


class UploadForm(NamedTuple):
    """An HTML form that sends a file: `url`, and `fields` that come before the field `file` (multipart/form-data)."""

    url: str
    fields: Mapping[str, str]


class StoredUpload(NamedTuple):
    """An upload: its size in bytes, and its ETag, which changes with its content."""

    size: int
    etag: str


class UploadChangedError(Exception):
    """The upload is gone, or it is another one than before."""


class Uploads(Protocol):
    """The store. Its methods raise Unavailable if it does not answer."""

    def upload_url(self, key: str, size: int, *, lifetime: int) -> UploadUrl:
        """Return where exactly `size` bytes may be sent under this key, for `lifetime` seconds."""

    def upload_form(self, key: str, *, most: int, lifetime: int, back: str) -> UploadForm:
        """Return a form that sends 1 to `most` bytes under this key, for `lifetime` seconds, and then leads a browser to the URL `back`."""

    def stat(self, key: str) -> StoredUpload | None:
        """Return what is stored under a key, or None."""

    def open(self, key: str, stored: StoredUpload) -> BinaryIO:
        """Return the content. Opening and reading raise UploadChangedError if it is not this one any more."""

    def delete(self, key: str) -> None:
        """Delete it. Nothing happens if there is none."""
