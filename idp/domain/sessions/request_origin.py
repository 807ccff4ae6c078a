"""Where a request came from, for throttling and audit."""

from __future__ import annotations

from typing import NamedTuple


class Origin(NamedTuple):
    """`address` is the gateway's source IP, never a header that the caller wrote (F-09).

    `country`: ISO 3166-1 alpha-2, as CloudFront states it; empty if it is unknown.
    `language`: the tag of the shipped language of the answer; empty if there is no page.
    """

    address: str = "unknown"
    user_agent: str = ""
    request_id: str = ""
    language: str = ""
    country: str = ""
