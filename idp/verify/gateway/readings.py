"""The ways in which a path may be read by whoever stands behind: decoded or not, with or without its dots and empty segments.

A gateway, an adapter and a framework do not agree on them: `/%61dmin`, `/x/../admin`, `//admin` and `/x%2F..%2Fadmin` are `/admin` for
some. So a rule counts for a path when it is the rule of each reading.
"""

from __future__ import annotations

_DECODINGS = 3
_ODD = ("%", "\\", "//", "/.")
DISGUISES = ("*%2e*", "*%2E*", "*%2f*", "*%2F*", "*%5c*", "*%5C*", "*%25*", "*//*", "*/./*", "*/../*", "*/.", "*/..")
"""What no cached policy lets pass, as IAM's wildcards: dots, slashes and percent signs in another spelling, or where they say nothing."""


def readings(path: str) -> frozenset[str]:
    """The path, and what else it may be taken for; none when it is encoded more often than anybody would."""
    if not any(odd in f"/{path}" for odd in _ODD):
        return frozenset({path})
    from urllib.parse import unquote  # a cold start's first path has nothing to decode

    found = [path]
    while (decoded := unquote(found[-1])) != found[-1]:
        found.append(decoded)
        if len(found) > _DECODINGS:
            return frozenset()
    return frozenset([*found, *map(_without_dots, found)])


def _without_dots(path: str) -> str:
    """RFC 3986 §5.2.4, and slashes once."""
    kept: list[str] = []
    for segment in path.replace("\\", "/").split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in {"", "."}:
            kept.append(segment)
    return "/".join(kept)
