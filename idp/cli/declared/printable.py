"""Text that cannot control the terminal."""

from __future__ import annotations


def plain(text: str) -> str:
    """Return the text with each character that is no printable one as its number, so that it can neither move the cursor nor hide."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
