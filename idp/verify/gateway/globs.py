"""IAM's wildcards: `*` matches any text, also slashes, and `?` any character. So `GET/orders/*` matches `GET/orders/7/refund`."""

from __future__ import annotations


def matches(pattern: str, text: str) -> bool:
    """Whether the pattern matches the text. Patterns of routes have no `?`."""
    begin, *rest = pattern.split("*")
    if not rest:
        return pattern == text
    if not text.startswith(begin):
        return False
    at, end = len(begin), rest.pop()
    for part in rest:
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return len(text) - len(end) >= at and text.endswith(end)


def intersect(one: str, other: str) -> bool:
    """Whether there is a text that both patterns match."""
    reached = {0}  # positions in `other` at which a match of the part of `one` so far may end
    for character in one:
        if character == "*":
            reached = set(range(min(reached), len(other) + 1))
            continue
        step: set[int] = set()
        for at in _through_stars(reached, other):
            if at < len(other) and other[at] == "*":
                step.add(at)
            elif at < len(other) and other[at] == character:
                step.add(at + 1)
        if not step:
            return False
        reached = step
    return len(other) in _through_stars(reached, other)


def _through_stars(positions: set[int], pattern: str) -> set[int]:
    """These positions, and those after stars that match the empty text."""
    found = set(positions)
    for at in sorted(positions):
        end = at
        while end < len(pattern) and pattern[end] == "*":
            end += 1
            found.add(end)
    return found
