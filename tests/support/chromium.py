"""Chromium, driven by Playwright: without a sandbox (containers), without calls home."""

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
"""Milliseconds for anything that is waited for: a machine may be busy, and none of it takes long."""


@contextlib.contextmanager
def chromium_at(path: str) -> Iterator[Browser]:
    """A browser without any profile; every context of it is a person's own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS), timeout=2 * PATIENCE)
        yield browser
        browser.close()
