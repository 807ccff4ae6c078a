"""The content of one mail: a subject and two bodies with the same meaning (RFC 2046 §5.1.4, multipart/alternative)."""

from __future__ import annotations

from typing import NamedTuple


class RenderedMail(NamedTuple):
    """A mail without its addresses. `text` and `html` have the same links and the same code."""

    subject: str
    text: str
    html: str
