"""A hostile text, and the check that a page has no markup of it (threats Q-01)."""

from __future__ import annotations

from html.parser import HTMLParser

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)><i hx-get=/console hx-trigger=load data-hx-post=/x>{{7*7}}</i>"
ATTRIBUTES = {"onerror", "onload", "hx-get", "hx-trigger", "data-hx-post", "style"}


class Tags(HTMLParser):
    """The tags of a page that no page of ours has."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        scripts = [value for name, value in attrs if tag == "script" and name == "src"]
        if tag in {"img", "i", "iframe", "object"} or names & ATTRIBUTES or (tag == "script" and not scripts):
            self.found.append(tag)


def check(text: str) -> None:
    """Fail if the page has markup from a value."""
    tags = Tags()
    tags.feed(text)
    assert tags.found == []
    assert "49</i>" not in text
