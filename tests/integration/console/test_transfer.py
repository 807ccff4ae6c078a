"""What a browser transfers for the first view of a page: at most 100 KB, with style sheets and scripts."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT

if TYPE_CHECKING:
    from idp.settings import Settings
    from tests.integration.console.admins import Admin
    from tests.support.world import World


@pytest.fixture(scope="module")
def settings(settings: Settings) -> Settings:
    """A deployment of its own, because of its many events."""
    return replace(settings, table_prefix=f"t{uuid.uuid4().hex[:12]}")


@pytest.fixture(scope="module")
def prepared() -> set[str]:
    """The engines that have its tables."""
    return set()


@pytest.mark.parametrize("path", ["/audit", "/settings", "/people", "/people/imports", ""])
def test_the_first_view_is_small(world: World, admin: Admin, path: str) -> None:
    """Pages as they are, and files as they are sent to a client that takes gzip."""
    for _ in range(50):
        world.services.audit.act("user.updated", world.by, subject=admin.person.user.id, scope=DEPLOYMENT, changed="claims.name")
    page = admin.open(f"/console{path}").response
    files = {unescape(each) for each in re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)}
    answers = [admin.browser.http.get(each, headers={"Accept-Encoding": "gzip"}) for each in files]
    sizes = [len(page.content), *(int(answer.headers["content-length"]) for answer in answers)]
    assert len(files) == 4
    assert "content-encoding" not in page.headers
    assert sum(sizes) <= 100_000
