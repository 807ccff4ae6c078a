"""Names of people and apps in mails. The one whose name it is has typed it, so it must not carry a message of its own."""

from __future__ import annotations

import re

LONGEST = 80
"""Characters of a name that a mail shows."""

_CARRIES_A_MESSAGE = re.compile(r"://|@|\bwww\.|\w\.\w{2,}|\d{4,}|[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""A web address, a mail address, a domain (mail programs make links of them), a number like a code or a telephone number, control and
direction characters."""


def safe_name(name: str) -> str:
    """Return `name` on one line, cut after 80 characters; empty if it contains a link, a number of four digits or control characters.

    A name in a mail of ours is a way to send a message to somebody else's address (docs/threat-model.md, M-08).
    """
    one_line = " ".join(name.split())
    if _CARRIES_A_MESSAGE.search(one_line):
        return ""
    return one_line if len(one_line) <= LONGEST else one_line[: LONGEST - 1].rstrip() + "…"
