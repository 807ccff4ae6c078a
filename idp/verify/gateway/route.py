"""Route keys in API Gateway's form: `GET /orders/{id}`, `ANY /files/{proxy+}`, `$default`, `$connect`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Self

from idp.verify.record import Record

METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
"""The methods of ANY."""
ANY, CONNECT, DEFAULT = "ANY", "$connect", "$default"
_WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
_PLAIN = _WORD | frozenset("~!&'()+,;=:@%")
"""The characters of static segments. Wildcards and variables of IAM are not among them."""
STATIC, PARAMETER, GREEDY = range(3)
"""Kinds of segments, the most specific one first."""


def kind(segment: str) -> int:
    """The kind of a segment of a route key."""
    if not segment.startswith("{"):
        return STATIC
    return GREEDY if segment.endswith("+}") else PARAMETER


class Route(Record):
    """A route. `method` is one of METHODS, ANY or $connect. Only the last segment may be a greedy parameter."""

    key: str
    method: str
    segments: tuple[str, ...]

    @classmethod
    def of(cls, key: str) -> Self:
        """Parse a route key.

        Raises:
            ValueError: it is not a route key.
        """
        if key == CONNECT:
            return cls(key, CONNECT, ())
        if key == DEFAULT:
            return cls(key, ANY, ("{proxy+}",))
        method, _, path = key.partition(" ")
        segments = tuple(path[1:].split("/")) if path != "/" else ()
        right = all(map(_is_segment, segments[:-1])) and all(_is_segment(one.replace("+}", "}")) for one in segments[-1:])
        if method not in {*METHODS, ANY} or not path.startswith("/") or not right:
            raise ValueError(f"{key!r} is not a route key such as 'GET /orders/{{id}}'")
        return cls(key, method, segments)

    @property
    def greedy(self) -> bool:
        """Whether the last segment matches any number of segments."""
        return bool(self.segments) and kind(self.segments[-1]) == GREEDY

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods of the route."""
        return METHODS if self.method == ANY else (self.method,)

    @property
    def shape(self) -> tuple[int, ...]:
        """The kinds of its segments. Of two routes for one path, the one with the lesser shape is more specific."""
        return tuple(map(kind, self.segments))

    def takes(self, method: str, segments: Sequence[str]) -> bool:
        """Whether the route matches a request with this method and these segments of its path."""
        if method not in self.methods and (self.method != ANY or method == CONNECT):  # ANY also includes methods that METHODS does not list
            return False
        if self.greedy:
            begun = self.segments[:-1]
            return len(segments) >= len(begun) and _fit(begun, segments) and (len(segments) > len(begun) or self.key == DEFAULT)
        return len(segments) == len(self.segments) and _fit(self.segments, segments)


def _is_segment(segment: str) -> bool:
    if segment.startswith("{") and segment.endswith("}"):
        return len(segment) > len("{}") and _WORD.issuperset(segment[1:-1])
    return bool(segment) and _PLAIN.issuperset(segment)


def _fit(template: Sequence[str], segments: Sequence[str]) -> bool:
    return all(one == given if kind(one) == STATIC else given for one, given in zip(template, segments, strict=False))


def segments_of(path: str) -> tuple[str, ...]:
    """The segments of a path in an ARN. A slash at its end is ignored."""
    path = path.strip("/")
    return tuple(path.split("/")) if path else ()


def most_specific(routes: Iterable[Route], method: str, path: str) -> Route | None:
    """The route of a request ("Create routes for HTTP APIs"): of those that match, the one that is static at the first difference."""
    segments = segments_of(path)
    fitting = [route for route in routes if route.takes(method, segments)]
    return min(fitting, key=lambda route: (route.shape, route.method == ANY), default=None)
