"""TLS connections to AWS: only to a host with a valid certificate of a trusted authority for its name; kept alive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from ssl import SSLCertVerificationError, SSLContext

import pytest

from idp.adapters.https_pool import Pool
from tests.support.tls import Authority, HttpsSite

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """The authority that AWS_CA_BUNDLE names."""
    authority = Authority(tmp_path)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(authority.file))
    return authority


@pytest.fixture
def pool() -> Iterator[Callable[[HttpsSite], Pool]]:
    """Pools of connections to a site."""
    made: list[Pool] = []

    def to(site: HttpsSite) -> Pool:
        made.append(Pool(f"https://localhost:{site.port}", connect_timeout=5, read_timeout=5))
        return made[-1]

    yield to
    for one in made:
        one.close()


def test_a_host_with_a_trusted_certificate_gets_the_request(authority: Authority, pool: Callable[[HttpsSite], Pool]) -> None:
    """With its name and the body. A second pool trusts the same authority."""
    with HttpsSite(authority, "localhost") as site:
        site.answer = [ANSWER]
        for to in (pool(site), pool(site)):
            reply = to.post({"X-Amz-Target": "DynamoDB_20120810.GetItem"}, b'{"a": 1}')
            assert (reply.status, reply.body) == (200, b"{}")
        assert site.names == ["localhost", "localhost"]
        assert site.requests[0].startswith(b"POST / HTTP/1.1\r\n")
        assert site.requests[0].endswith(b'\r\n\r\n{"a": 1}')


@pytest.mark.parametrize(
    "context",
    [
        pytest.param(lambda _own, other: other.server_context("localhost"), id="another authority"),
        pytest.param(lambda own, _other: own.server_context("other.example"), id="another name"),
        pytest.param(lambda own, _other: own.server_context("localhost", days=timedelta(days=-1)), id="expired"),
    ],
)
def test_signed_requests_go_to_verified_hosts_only(
    authority: Authority, tmp_path: Path, pool: Callable[[HttpsSite], Pool], context: Callable[[Authority, Authority], SSLContext]
) -> None:
    """Signed requests and their content must reach AWS only."""
    other = Authority(tmp_path, "Strangers")
    with HttpsSite(authority, context=context(authority, other)) as site:
        with pytest.raises(SSLCertVerificationError):
            pool(site).post({}, b"{}")
        assert site.requests == []


def test_another_bundle_has_other_authorities(
    authority: Authority, tmp_path: Path, pool: Callable[[HttpsSite], Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A context for one bundle is not used for another."""
    with HttpsSite(authority, "localhost") as site:
        site.answer = [ANSWER]
        assert pool(site).post({}, b"{}").status == 200
        monkeypatch.setenv("AWS_CA_BUNDLE", str(Authority(tmp_path, "Strangers").file))
        with pytest.raises(SSLCertVerificationError):
            pool(site).post({}, b"{}")
        monkeypatch.delenv("AWS_CA_BUNDLE")
        with pytest.raises(SSLCertVerificationError):
            pool(site).post({}, b"{}")
