"""Chromium, driven by Playwright, without a sandbox (for containers) and without background network calls."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, ViewportSize

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP: ViewportSize = {"width": 1180, "height": 820}
PHONE: ViewportSize = {"width": 390, "height": 844}
PATIENCE = 60_000
"""The limit of each wait in milliseconds. It is high because the machine may be busy."""


@contextlib.contextmanager
def chromium_at(path: str) -> Iterator[Browser]:
    """A browser without a profile. Each context in it is the browser of one person."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS), timeout=2 * PATIENCE)
        yield browser
        browser.close()
