"""The bucket for sealed hours of the audit: each object is locked against change and deletion until its time is over (S3 Object Lock)."""

from __future__ import annotations

import hashlib
import os
import time
from base64 import b64encode
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.adapters.s3 import Bucket

_BLOCK = 1 << 18


class AuditBucket:
    """`folder`: the name of the deployment, so that several may share a bucket. `lock`: governance, compliance, or off."""

    def __init__(self, bucket: Bucket, folder: str, lock: str) -> None:
        self._bucket, self._folder, self._lock = bucket, folder, lock

    def key(self, hour: str) -> str:
        """The key of the segment of an hour, such as audit/idp-prod/2026/11/29/10.ndjson.gz."""
        return f"audit/{self._folder}/{hour.replace('-', '/').replace('T', '/')}.ndjson.gz"

    def has(self, hour: str) -> bool:
        """Whether the segment of the hour is there. Raises Unavailable."""
        return self._bucket.stat(self.key(hour)) is not None

    def put(self, hour: str, file: IO[bytes], *, until: int) -> None:
        """Store the segment of the hour, unless it is there. It is locked until `until` (epoch seconds). Raises Unavailable."""
        digest = hashlib.md5(usedforsecurity=False)  # S3 wants it with a lock: a check of the transport
        file.seek(0)
        for part in _parts(file):
            digest.update(part)
        headers = {
            "content-type": "application/gzip", "content-length": str(file.seek(0, os.SEEK_END)), "if-none-match": "*",
            "content-md5": b64encode(digest.digest()).decode(),
        }  # fmt: skip
        if self._lock != "off":
            headers["x-amz-object-lock-mode"] = self._lock.upper()
            headers["x-amz-object-lock-retain-until-date"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(until))
        self._bucket.put(self.key(hour), headers, lambda: _from_start(file))

    def open(self, hour: str) -> IO[bytes] | None:
        """The compressed segment of the hour as a stream; None if there is none. Raises Unavailable."""
        stored = self._bucket.stat(self.key(hour))
        return self._bucket.open(self.key(hour), stored) if stored else None


def _from_start(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    return _parts(file)


def _parts(file: IO[bytes]) -> Iterator[bytes]:
    while part := file.read(_BLOCK):
        yield part
