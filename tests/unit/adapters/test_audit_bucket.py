"""The bucket for sealed hours: signed as S3 wants it, written once, whole also after a broken connection."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator

import pytest

from idp.adapters.audit_bucket import AuditBucket
from idp.adapters.s3 import Bucket
from idp.domain.errors import Unavailable
from tests.support.s3_server import REGION, S3Server, s3_server

HOUR, UNTIL = "2026-11-29T10", 2_000_000_000
KEY = "audit/idp-dev/2026/11/29/10.ndjson.gz"


@pytest.fixture
def server(moto_endpoint: str) -> Iterator[S3Server]:
    """S3 that checks signatures."""
    with s3_server(moto_endpoint) as made:
        yield made


def bucket(server: S3Server, lock: str = "governance") -> AuditBucket:
    """A new bucket with Object Lock."""
    name = f"audit-{uuid.uuid4().hex[:10]}"
    server.client.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    return AuditBucket(Bucket(name, region=REGION, endpoint=server.url), "idp-dev", lock)


@pytest.mark.parametrize("lock", ["governance", "compliance", "off"])
def test_an_hour_is_stored_under_its_own_key(server: S3Server, lock: str) -> None:
    """All headers are signed, also those of the lock. A large hour goes in parts."""
    content = b"x" * 700_000
    made = bucket(server, lock)
    assert not made.has(HOUR)
    assert made.open(HOUR) is None
    made.put(HOUR, io.BytesIO(content), until=UNTIL)
    assert made.key(HOUR) == KEY
    assert made.has(HOUR)
    with made.open(HOUR) or io.BytesIO() as read:
        assert read.read() == content


def test_a_key_that_is_taken_is_left(server: S3Server) -> None:
    """Another run stored the hour meanwhile: no second version, no error."""
    made = bucket(server)
    made.put(HOUR, io.BytesIO(b"first"), until=UNTIL)
    made.put(HOUR, io.BytesIO(b"second"), until=UNTIL)
    with made.open(HOUR) or io.BytesIO() as read:
        assert read.read() == b"first"


def test_a_bucket_that_does_not_answer_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next run puts the hour."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    made = AuditBucket(Bucket("audit", region=REGION, endpoint="http://127.0.0.1:9"), "idp-dev", "off")
    with pytest.raises(Unavailable):
        made.put(HOUR, io.BytesIO(b"x"), until=UNTIL)
