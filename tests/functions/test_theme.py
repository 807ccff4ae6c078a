"""The theme of a deployment through Lambda's runtime client: pages, pictures and fonts arrive whole; a wrong theme stops the start."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.functions.conftest import ISSUER, ROOT, environment
from tests.support.lambda_host import ApiGateway, LambdaHost
from tests.support.themes import make_theme

if TYPE_CHECKING:
    from pathlib import Path

NOWHERE = "http://127.0.0.1:1"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
FONT = b"wOF2" + bytes(range(256))


def test_a_page_and_binary_files_of_a_theme_arrive_through_the_function(tmp_path: Path) -> None:
    """The store is not needed. Bytes that are no text are sent in base64, which the gateway undoes."""
    folder = make_theme(tmp_path / "theme", {"logo": "logo.png"}, logo__png=PNG, brand__woff2=FONT)
    env = {**environment(tmp_path, NOWHERE), "IDP_THEME": str(folder)}
    with (
        LambdaHost("idp.functions.api.handler", cwd=ROOT, env=env) as host,
        httpx.Client(transport=ApiGateway(host), base_url=ISSUER) as http,
    ):
        page = http.get("/")
        assert "Northwind" in page.text
        assert "font-src 'self'" in page.headers["content-security-policy"]
        found = re.search(r'src="(/theme/[0-9a-f]{16}/)logo\.png"', page.text)
        assert found
        assert http.get(found[1] + "logo.png").content == PNG
        assert http.get(found[1] + "brand.woff2").content == FONT
        assert "--accent:#1d4ed8" in http.get(found[1] + "theme.css").text
        assert http.get("/dev/preview").status_code == 404


def test_a_theme_of_another_contract_stops_the_start(tmp_path: Path) -> None:
    folder = make_theme(tmp_path / "theme", {"contract": 9})
    with (
        pytest.raises(AssertionError, match="version 9 of the contract, and this provider has version 1"),
        LambdaHost("idp.functions.api.handler", cwd=ROOT, env={**environment(tmp_path, NOWHERE), "IDP_THEME": str(folder)}) as host,
        httpx.Client(transport=ApiGateway(host), base_url=ISSUER) as http,
    ):
        http.get("/")
