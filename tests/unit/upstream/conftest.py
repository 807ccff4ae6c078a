"""The upstream of these tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.tls import Authority
from tests.support.upstream_site import UpstreamSite
from tests.unit.upstream.hostile import HOST, Hostile, hostile

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def up(authority: Authority) -> Iterator[Hostile]:
    """An upstream that answers rightly until a test changes it."""
    with UpstreamSite(authority, HOST) as site:
        yield hostile(authority, site)
