"""Looks at a page as many people do: light and dark, at a desk and on a phone; axe-core looks too, and the pictures are kept.

https://github.com/dequelabs/axe-core: WCAG 2.0 to 2.2 at levels A and AA, and what it calls best practices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.chromium import DESKTOP, PHONE

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page, ViewportSize

SIZES = {"desktop": DESKTOP, "phone": PHONE}
NARROW: ViewportSize = {"width": 320, "height": 640}
"""WCAG 2.2, 1.4.10 Reflow: no scrolling in two directions down to this width."""
RUN = "() => axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"
WIDER = "() => document.scrollingElement.scrollWidth - window.innerWidth"


class Gallery:
    """Pictures by name, in `folder`, and the complaints of axe-core about them."""

    def __init__(self, folder: Path, axe: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._axe = folder, axe.read_text()
        self.complaints: list[str] = []

    def show(self, page: Page, name: str) -> None:
        """Check and photograph the current page once it is loaded."""
        page.wait_for_load_state()
        page.evaluate(self._axe)  # through the debugger, because the page's policy forbids injected scripts
        for size, viewport in SIZES.items():
            page.set_viewport_size(viewport)
            self._light_and_dark(page, f"{name}-{size}")
        page.set_viewport_size(NARROW)
        if (wider := page.evaluate(WIDER)) > 0:
            self.complaints.append(f"{name} is {wider} px wider than a narrow phone")
        page.set_viewport_size(DESKTOP)

    def _light_and_dark(self, page: Page, name: str) -> None:
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        self._look(page, f"{name}-dark")
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        self._look(page, f"{name}-light")

    def _look(self, page: Page, name: str) -> None:
        page.screenshot(path=self._folder / f"{name}.png", full_page=True)
        self.complaints += [f"{name}: {_said(violation)}" for violation in page.evaluate(RUN)]


def _said(violation: dict[str, Any]) -> str:
    where = "; ".join(" ".join(str(part) for part in node["target"]) for node in violation["nodes"])
    why = violation["nodes"][0]["failureSummary"].replace("\n", " ")
    return f"{violation['id']} at {where}: {why}"
