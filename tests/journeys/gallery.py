"""Looks at a page as many people do: light and dark, at a desk and on a phone; axe-core looks too, and the pictures are kept.

https://github.com/dequelabs/axe-core: WCAG 2.0 to 2.2 at levels A and AA, and what it calls best practices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.chromium import DESKTOP, PHONE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page, Route, ViewportSize

    from tests.journeys.translated import Translated

SIZES = {"desktop": DESKTOP, "phone": PHONE}
NARROW: ViewportSize = {"width": 320, "height": 640}
"""WCAG 2.2, 1.4.10 Reflow: no scrolling in two directions down to this width."""
RUN = "() => axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"
WIDER = "() => document.scrollingElement.scrollWidth - window.innerWidth"

AXE = {"ar", "ja"}
"""The languages in which axe-core looks at each page again: from right to left, and without Latin letters."""
CUT_OFF = """() => {
  const found = [], width = document.scrollingElement.scrollWidth - window.innerWidth;
  if (width > 0) { found.push(`the page is ${width} px wider than a phone`); }
  for (const each of document.querySelectorAll("button, .button, h1, h2, label, p, dt, dd, a, summary, li")) {
    if (each.closest(".unseen, [hidden], .person, nav") || !each.getClientRects().length || each.matches(".link")) { continue; }
    const box = each.getBoundingClientRect();
    if (each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0 && getComputedStyle(each).display !== "inline") {
      found.push(`"${each.textContent.trim().slice(0, 60)}" is ${each.scrollWidth - each.clientWidth} px wider than its box`);
    }
    if (box.left < -1 || box.right > window.innerWidth + 1) { found.push(`"${each.textContent.trim().slice(0, 60)}" leaves the screen`); }
  }
  return found;
}"""


class Gallery:
    """Pictures by name, in `folder`, and the complaints of axe-core about them. Each page is also looked at in other languages."""

    def __init__(self, folder: Path, axe: Path, translated: Translated) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._axe, self._translated = folder, axe.read_text(), translated
        self.complaints: list[str] = []

    def show(self, page: Page, name: str, *, translated: bool = True) -> None:
        """Check and photograph the current page once it is loaded. `translated`: False for a page of another process."""
        page.wait_for_load_state()
        page.evaluate(self._axe)  # through the debugger, because the page's policy forbids injected scripts
        for size, viewport in SIZES.items():
            page.set_viewport_size(viewport)
            self._light_and_dark(page, f"{name}-{size}")
        page.set_viewport_size(NARROW)
        if (wider := page.evaluate(WIDER)) > 0:
            self.complaints.append(f"{name} is {wider} px wider than a narrow phone")
        page.set_viewport_size(DESKTOP)
        if translated and page.url.startswith("http"):
            self._in_other_languages(page, name)

    def look(self, page: Page, name: str, *, axe: bool = True) -> None:
        """Check the current page as it is, on a phone and in one language. With `axe`, by axe-core too, and with a picture."""
        page.wait_for_load_state()
        self.complaints += [f"{name}: {what}" for what in page.evaluate(CUT_OFF)]
        if axe:
            page.screenshot(path=self._folder / f"{name}.png", full_page=True)
            page.evaluate(self._axe)
            self.complaints += [f"{name}: {_said(violation)}" for violation in page.evaluate(RUN)]

    def _in_other_languages(self, page: Page, name: str) -> None:
        """On a phone, in another tab: no text is cut off or makes the page wider, and axe-core has no complaint."""
        tab = page.context.new_page()
        tab.set_viewport_size(PHONE)
        for language, translated in self._translated.again(page):
            html = translated.replace(" data-autosubmit", "").replace(" data-upgrade", "")  # it would leave for the app at once
            address = f"{page.url.partition('?')[0]}?in={language}"
            tab.route(address, _answer(html))
            tab.goto(address)
            self.look(tab, f"{name}-{language}", axe=language in AXE)
        tab.close()

    def _light_and_dark(self, page: Page, name: str) -> None:
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        self._look(page, f"{name}-dark")
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        self._look(page, f"{name}-light")

    def _look(self, page: Page, name: str) -> None:
        page.screenshot(path=self._folder / f"{name}.png", full_page=True)
        self.complaints += [f"{name}: {_said(violation)}" for violation in page.evaluate(RUN)]


def _answer(html: str) -> Callable[[Route], None]:
    def answer(route: Route) -> None:
        route.fulfill(body=html, content_type="text/html; charset=utf-8")

    return answer


def _said(violation: dict[str, Any]) -> str:
    where = "; ".join(" ".join(str(part) for part in node["target"]) for node in violation["nodes"])
    why = violation["nodes"][0]["failureSummary"].replace("\n", " ")
    return f"{violation['id']} at {where}: {why}"
