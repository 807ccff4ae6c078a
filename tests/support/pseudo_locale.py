"""Finds words of a page or mail that were not translated: with texts in the pseudo-locale they are outside its marks."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from tools.translation.pseudo import CLOSE, OPEN, PseudoTexts, accented

WORD = re.compile(r"[^\W\d_]{2,}")
MARKED = re.compile(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}")
KNOWN = "WDJB MJHT well known openid configuration Deutsch Europe Berlin"
"""Words in a page that belong to no language."""
PSEUDO = PseudoTexts("en-XA", accented)
"""The texts of the pseudo-locale."""


class Words(HTMLParser):
    """What a page says: its text, and the attributes that a person reads or hears."""

    SPOKEN = ("alt", "title", "aria-label", "placeholder")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.said: list[str] = []
        self.silent = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in {"style", "script", "code"}
        said = (value for name, value in attrs if value and (name in self.SPOKEN or (name.startswith("data-") and " " in value)))
        self.said += said

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in {"style", "script", "code"}

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.text += data


def without_marked(text: str) -> str:
    """The text without the parts in marks, which may be inside each other."""
    while (shorter := MARKED.sub(" ", text)) != text:
        text = shorter
    return text


def unmarked(html: str, known: str = "") -> list[str]:
    """Words that are on the page outside the marks of the pseudo-locale."""
    words = Words(html)
    rest = " ".join(map(without_marked, (words.text, *words.said)))
    return [word for word in WORD.findall(rest) if word not in known.split()]
