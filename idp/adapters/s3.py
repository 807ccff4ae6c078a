"""One bucket of Amazon S3: where an upload may go, and reading and deleting it. The caller of an upload URL needs no credentials."""

from __future__ import annotations

import io
import time
from http.client import HTTPException, HTTPResponse
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import quote

from idp.adapters.aws_credentials import CredentialSource, credential_source
from idp.adapters.https_pool import Pool
from idp.adapters.s3_form import form_fields
from idp.adapters.s3_url import presigned_path
from idp.adapters.sigv4 import Credentials, Signer
from idp.domain.errors import Unavailable
from idp.domain.moving.uploads import StoredUpload, UploadChangedError, UploadForm, UploadUrl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_MOMENT = 60
"""Seconds for which the URLs of our own requests are valid."""
_TRIES = 4
_BLOCK = 1 << 20
_MISSING = (403, 404)
"""S3 answers 403 for an object that is not there, if the caller may not list the bucket."""
_EXISTS = 412
_CHANGED = (*_MISSING, 412, 416)


class Bucket:
    """The bucket with this name in one region, or at the URL `endpoint`."""

    def __init__(
        self, name: str, *, region: str, endpoint: str | None = None, credentials: CredentialSource | None = None
    ) -> None:  # fmt: skip
        own = f"https://{name}.s3.{region}.amazonaws.com{'.cn' if region.startswith('cn-') else ''}"
        self._name = name
        self._base, self._prefix = (endpoint.rstrip("/"), f"/{name}") if endpoint else (own, "")
        self._pool = Pool(self._base, connect_timeout=2.0, read_timeout=20.0)
        self._signer = Signer("s3", region)
        self._credentials = credentials or credential_source()

    def upload_url(self, key: str, size: int, *, lifetime: int) -> UploadUrl:
        """Return where exactly `size` bytes may be sent by PUT under this key, for `lifetime` seconds."""
        path = self._signed("PUT", key, lifetime, {"content-length": str(size)})
        return UploadUrl(self._base + path, {"Content-Length": str(size)})

    def upload_form(self, key: str, *, most: int, lifetime: int, back: str) -> UploadForm:
        """Return a form that sends 1 to `most` bytes under this key, for `lifetime` seconds, and then leads a browser to the URL `back`."""
        credentials, at = self._usable_credentials(), _moment()
        fields = form_fields(
            self._signer, credentials, bucket=self._name, key=key, most=most, back=back, at=at, lifetime=lifetime
        )  # fmt: skip
        return UploadForm(f"{self._base}{self._prefix or '/'}", fields)

    def stat(self, key: str) -> StoredUpload | None:
        """Return the size and the ETag of an object, or None if there is none."""
        with self._ask("HEAD", key, {}, _MISSING) as reply:
            if reply.status in _MISSING:
                return None
            return StoredUpload(int(reply.headers["content-length"]), reply.headers["etag"])

    def open(self, key: str, stored: StoredUpload) -> BinaryIO:
        """Return the content as a stream. It is fetched as it is read, and a broken connection is made anew.

        Raises (also when the stream is read):
            UploadChangedError: the object is not the same any more.
            Unavailable: S3 did not answer.
        """
        return io.BufferedReader(_Stream(self, key, stored), _BLOCK)

    def begin(self, key: str, stored: StoredUpload, position: int) -> HTTPResponse:
        """Return the reply with the content from `position` on."""
        reply = self._ask("GET", key, {"If-Match": stored.etag, "Range": f"bytes={position}-"}, _CHANGED)
        if reply.status in _CHANGED:
            reply.close()
            raise UploadChangedError
        return reply

    def put(self, key: str, headers: Mapping[str, str], parts: Callable[[], Iterable[bytes]]) -> bool:
        """Write an object. `headers` in lower case, with its length; all are signed. `parts`: begins the content, once for each attempt.

        False if If-None-Match is among the headers and the object exists. Raises Unavailable.
        """
        reply = self._ask("PUT", key, headers, (_EXISTS,), parts)
        reply.close()
        return reply.status != _EXISTS

    def delete(self, key: str) -> None:
        """Delete an object. Nothing happens if there is none."""
        self._ask("DELETE", key, {}, (404,)).close()

    def _ask(
        self, method: str, key: str, headers: Mapping[str, str], expected: tuple[int, ...],
        parts: Callable[[], Iterable[bytes]] | None = None,
    ) -> HTTPResponse:  # fmt: skip
        """Return the reply, which has a status of success or an expected one. Repeated if S3 does not answer, or is too busy."""
        for number in range(_TRIES):
            if number:
                time.sleep(0.1 * 4**number)
            try:
                path = self._signed(method, key, _MOMENT, headers if parts else None)
                reply = self._pool.open(method, path, headers, parts() if parts else None)
            except (OSError, HTTPException):
                continue
            if reply.status in (200, 204, 206, *expected):
                return reply
            reply.close()
        raise Unavailable(detail=f"S3 did not answer {method}")

    def _signed(self, method: str, key: str, lifetime: int, headers: Mapping[str, str] | None = None) -> str:
        path = f"{self._prefix}/{quote(key, safe='/-_.~')}"
        return presigned_path(
            self._signer, self._usable_credentials(), method=method, host=self._pool.host, path=path, at=_moment(), lifetime=lifetime,
            headers=headers,
        )  # fmt: skip

    def _usable_credentials(self) -> Credentials:
        credentials = self._credentials()
        if credentials is None:
            raise Unavailable(detail="no AWS credentials for S3")
        return credentials


def _moment() -> str:
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())


class _Stream(io.RawIOBase):
    """The content of an object. A reader may go back, because some look at the beginning first."""

    def __init__(self, bucket: Bucket, key: str, stored: StoredUpload) -> None:
        self._bucket, self._key, self._stored = bucket, key, stored
        self._position, self._reply = 0, bucket.begin(key, stored, 0)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place. The content is fetched from there on."""
        position = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._stored.size}[whence]
        if position != self._position:
            self._position = position
            self._reply.close()
        return position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # `io` declares more kinds of buffers
        """Read some bytes. 0 at the end of the object, and only there."""
        for _ in range(_TRIES):
            if self._position >= self._stored.size:
                return 0
            if self._reply.isclosed():
                self._reply = self._bucket.begin(self._key, self._stored, self._position)
            try:
                got = self._reply.readinto(buffer)
            except (OSError, HTTPException):
                got = 0
            if got:
                self._position += got
                return got
            self._reply.close()
        raise Unavailable(detail="S3 breaks the connection")

    def close(self) -> None:
        self._reply.close()
        super().close()
