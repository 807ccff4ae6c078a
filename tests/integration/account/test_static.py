"""Stylesheet and script: a browser keeps a versioned address for a year, and revalidates one without a version. No other file is served."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.world import World


def test_pages_name_them_by_version(world: World) -> None:
    """The answer is cacheable for a year and immutable. It names its type, which browsers may not guess."""
    http = world.browser().http
    page = http.get("/login").text
    for name, kind in (("idp.css", "text/css"), ("idp.js", "text/javascript")):
        found = re.search(rf'"(/static/{re.escape(name)}\?v=[0-9a-f]{{16}})"', page)
        assert found
        answer = http.get(found[1])
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(kind)
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        again = http.get(found[1], headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_another_version_is_not_kept(world: World) -> None:
    """A page of an earlier release asks with the old version. The browser does not keep the answer."""
    assert world.browser().http.get("/static/idp.css?v=0000000000000000").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("name", ["idp.py", "..%2f..%2fsettings.py", "%2e%2e/pages.py", "idp.css%00", "", "fonts/x", "IDP.CSS"])
def test_nothing_else_is_there(world: World, name: str) -> None:
    """No path from outside reaches the disk."""
    assert world.browser().http.get(f"/static/{name}").status_code == 404


@pytest.mark.parametrize("accepted", ["gzip", "br, GZIP;q=0.5", "deflate, x-gzip", "gzip ; q=0.001"])
def test_a_client_that_takes_gzip_gets_it(world: World, accepted: str) -> None:
    """The same bytes after unpacking, under another ETag, and caches keep the two apart."""
    http = world.browser().http
    plain, packed = (http.get("/static/idp.css", headers={"Accept-Encoding": each}) for each in ("identity", accepted))
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) * 2 < int(plain.headers["content-length"])
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"
    assert plain.headers["etag"] != packed.headers["etag"]
    again = http.get("/static/idp.css", headers={"Accept-Encoding": accepted, "If-None-Match": packed.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0", "gzip; q=0.000, br", "gzipped", "*"])
def test_another_client_gets_the_file_as_it_is(world: World, accepted: str) -> None:
    answer = world.browser().http.get("/static/idp.js", headers={"Accept-Encoding": accepted})
    assert "content-encoding" not in answer.headers
    assert answer.text.startswith("/*")


def test_no_page_is_compressed(world: World) -> None:
    """BREACH: a page has secrets beside text of its address, so its length may not tell what is in it."""
    http = world.browser().http
    for path in ("/login", "/console?q=x", "/account", "/nothing", "/.well-known/openid-configuration"):
        assert "content-encoding" not in http.get(path, headers={"Accept-Encoding": "gzip"}).headers
