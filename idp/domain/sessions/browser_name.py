"""A name such as "Firefox on Linux" for a User-Agent header. Only names of this file come out, and no text of the header."""

from __future__ import annotations

from typing import NamedTuple

BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
"""What a header contains, and the name. The order matters: browsers also send the names of older ones."""
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"), ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip


class BrowserName(NamedTuple):
    """The family of a browser and its system. Each is empty if it is not known."""

    browser: str
    system: str


def name_browser(user_agent: str) -> BrowserName:
    """Return the names for this header. `templates/parts.html` shows the same names."""
    return BrowserName(*(next((name for sign, name in table if sign in user_agent), "") for table in (BROWSERS, SYSTEMS)))
