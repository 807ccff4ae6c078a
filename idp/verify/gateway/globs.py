"""IAM's wildcards: `*` is any text, a slash too, and `?` any character. So `GET/orders/*` is also `GET/orders/7/refund`."""

from __future__ import annotations


def matches(pattern: str, text: str) -> bool:
    """Whether the pattern is for this text. Patterns of routes have no `?`."""
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
    """Whether there is a text that both patterns are for."""
    reached = {0}  # positions in `other` that the part of `one` so far may end at
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
    """These positions, and those after stars that stand for nothing."""
    found = set(positions)
    for at in sorted(positions):
        end = at
        while end < len(pattern) and pattern[end] == "*":
            end += 1
            found.add(end)
    return found
