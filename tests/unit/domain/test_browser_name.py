"""Names of browsers: those of the pages, and no text of the header."""

from __future__ import annotations

import pytest

from idp.domain.sessions.browser_name import name_browser
from idp.http.pages import environment

AGENTS = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0.0.0 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 OPR/120.0",
]


@pytest.mark.parametrize("agent", AGENTS)
def test_mails_and_pages_show_the_same_name(agent: str) -> None:
    """The macro of `parts.html` and this function have the same tables in the same order."""
    page = environment().from_string('{% from "parts.html" import device with context %}{{ device(agent) }}').render(agent=agent, t=str)
    browser, system = name_browser(agent)
    assert browser
    assert page == f"{browser} on {system}"


@pytest.mark.parametrize("agent", ["", "curl/8", "x" * 5000, "Your code: 1234", "<script>"])
def test_an_unknown_header_has_no_name(agent: str) -> None:
    """Nothing of the header comes out."""
    assert name_browser(agent) == ("", "")
