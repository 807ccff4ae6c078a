"""The ways in which different components may interpret a path: decoded or not, with or without dots and empty segments.

Gateways, adapters and frameworks differ: `/%61dmin`, `/x/../admin`, `//admin` and `/x%2F..%2Fadmin` are `/admin` for some of them.
So a rule applies to a path only if it is the rule of every interpretation.
"""

from __future__ import annotations

_DECODINGS = 3
_ODD = ("%", "\\", "//", "/.")
DISGUISES = ("*%2e*", "*%2E*", "*%2f*", "*%2F*", "*%5c*", "*%5C*", "*%25*", "*//*", "*/./*", "*/../*", "*/.", "*/..")
"""Patterns of IAM that every cached policy denies: dots, slashes and percent signs in another spelling or without a meaning."""


def readings(path: str) -> frozenset[str]:
    """The path and its other interpretations. Empty if the path is encoded more than three times; such a path is denied."""
    if not any(odd in f"/{path}" for odd in _ODD):
        return frozenset({path})
    from urllib.parse import unquote  # not needed for most requests, and a cold start pays for each import

    found = [path]
    while (decoded := unquote(found[-1])) != found[-1]:
        found.append(decoded)
        if len(found) > _DECODINGS:
            return frozenset()
    return frozenset([*found, *map(_without_dots, found)])


def _without_dots(path: str) -> str:
    """Remove dot segments (RFC 3986 §5.2.4) and empty segments."""
    kept: list[str] = []
    for segment in path.replace("\\", "/").split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in {"", "."}:
            kept.append(segment)
    return "/".join(kept)
