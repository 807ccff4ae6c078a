"""The resources of an IAM policy that is correct for every route at once.

"If caching is enabled, the policy is used again for other methods and paths of the API" (threats J-12). So the policy lists everything that
the token may do. IAM's wildcards match more than the parameters of routes, so a forbidden route is either matched by no allowed pattern
or denied explicitly. Where wildcards cannot express the rules exactly, the policy denies more, never less.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from idp.verify.gateway import globs
from idp.verify.gateway.readings import DISGUISES
from idp.verify.gateway.route import ANY, CONNECT, PARAMETER, STATIC, Route, kind
from idp.verify.record import Record

ALL = "*"
_HIDDEN, _ENCODED = "{%}", "*%*"
"""A placeholder for a segment with percent-encoded characters, and its pattern in IAM."""


class Resources(Record):
    """Patterns below the stage, METHOD/path, as in ARNs."""

    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()

    def permit(self, resource: str) -> bool:
        """Whether IAM would allow the resource: an explicit denial overrides."""
        return any(globs.matches(one, resource) for one in self.allow) and not any(globs.matches(one, resource) for one in self.deny)


NOTHING = Resources(deny=(ALL,))


def resources(allowed: Sequence[Route], denied: Sequence[Route], *, unlisted: bool) -> Resources:
    """The resources that open the routes `allowed`, close the routes `denied`, and open other paths if `unlisted`."""
    if not allowed and not unlisted:
        return NOTHING
    if not denied and unlisted:
        return Resources(allow=(ALL,))
    granted = [pattern for route in allowed for pattern in patterns(route)]
    deny: dict[str, None] = {}
    for route in denied:
        found = list(_denials(route, allowed, unlisted=unlisted)) if unlisted or any(_may_match(one, route) for one in allowed) else []
        deny |= dict.fromkeys(found)
        # The gateway may send a path with an additional slash to the same route. There the wildcard of a parameter matches the empty text.
        slashed = [f"{pattern}/" for pattern in patterns(route) if not pattern.endswith("/") and not route.greedy]
        deny |= dict.fromkeys(one for one in slashed if unlisted or any(globs.intersect(one, other) for other in granted))
    if not unlisted:  # paths without a rule are denied; wildcards are kept away from them where that closes no allowed route
        for route in allowed:
            deny |= dict.fromkeys(
                one for one in _excess_patterns(route) if not any(globs.intersect(one, other) for other in _deeper_patterns(route, allowed))
            )
    return Resources((ALL,) if unlisted else tuple(granted), (*deny, *_disguise_patterns(allowed, denied, granted, unlisted=unlisted)))


def patterns(route: Route) -> list[str]:
    """The patterns of one route, one for each method. `*` for ANY would match the beginning of a path too."""
    if route.method == CONNECT:
        return [CONNECT]
    path = "/".join(_ENCODED if one == _HIDDEN else ALL if one.startswith("{") else one for one in route.segments)
    return [f"{method}/{path}" for method in route.methods]


def _denials(denied: Route, allowed: Sequence[Route], *, unlisted: bool) -> Iterable[str]:
    """The patterns of a denied route, except for methods that have an allowed route of their own.

    If only more specific allowed routes are below a catch-all, it is sufficient to deny what their wildcards match beyond them.
    """
    near = [one for one in allowed if _may_intersect(one, denied)]
    if denied.greedy and not unlisted and all(one.shape < denied.shape for one in near):
        return [pattern for one in near for pattern in _excess_patterns(one)]
    own = {pattern for one in near if one.method != ANY and one.shape == denied.shape for pattern in patterns(one)}
    return [pattern for pattern in patterns(denied) if denied.method != ANY or pattern not in own]


def _excess_patterns(route: Route) -> list[str]:
    """Paths that the wildcards of a route match and the route does not: a parameter with a slash, or an empty one."""
    found = []
    for at, segment in enumerate(route.segments):
        if kind(segment) == PARAMETER:
            found += patterns(_replace_segment(route, at, "{a}", "{b}"))
        if kind(segment) != STATIC:
            found += patterns(_replace_segment(route, at, ""))
    return found


def _replace_segment(route: Route, at: int, *instead: str) -> Route:
    return Route(route.key, route.method, (*route.segments[:at], *instead, *route.segments[at + 1 :]))


def _deeper_patterns(route: Route, allowed: Sequence[Route]) -> list[str]:
    return [
        pattern
        for one in allowed
        if one is not route and (one.greedy or len(one.segments) > len(route.segments))
        for pattern in patterns(one)
    ]


def _disguise_patterns(allowed: Sequence[Route], denied: Sequence[Route], granted: Sequence[str], *, unlisted: bool) -> list[str]:
    """Other spellings of paths that wildcards would match: `GET/orders/*` also matches `GET/orders/%73ecret`."""
    if unlisted:
        return ["*%*", *(one for one in DISGUISES if "%" not in one)]
    hidden = {one for route in allowed if any(_may_hide(route, other) for other in denied) for one in _encoded_patterns(route)}
    return [*sorted(hidden), *(DISGUISES if any(ALL in one for one in granted) else ())]


def _encoded_patterns(route: Route) -> list[str]:
    places = [at for at, segment in enumerate(route.segments) if kind(segment) != STATIC]
    return [pattern for at in places for pattern in patterns(_replace_segment(route, at, _HIDDEN))]


def _may_hide(allowed: Route, denied: Route) -> bool:
    """Whether the allowed route has a wildcard in the place of a name of the denied one. The name could be encoded there."""
    if set(allowed.methods).isdisjoint(denied.methods):
        return False
    if not allowed.greedy and not denied.greedy and len(allowed.segments) != len(denied.segments):
        return False
    found = allowed.greedy and any(kind(one) == STATIC for one in denied.segments[len(allowed.segments) :])
    for one, other in zip(allowed.segments, denied.segments, strict=False):
        if kind(one) == STATIC == kind(other) and one != other:
            return False
        found = found or kind(one) != STATIC == kind(other)
    return found


def _may_match(allowed: Route, denied: Route) -> bool:
    """Whether a pattern of the allowed route may match a path of the denied one."""
    if not _may_intersect(allowed, denied):
        return False
    if allowed.greedy or denied.greedy or not denied.segments:
        return True
    if len(allowed.segments) != len(denied.segments):
        return len(allowed.segments) < len(denied.segments)  # a pattern with more slashes matches no path with fewer
    if allowed.shape == denied.shape:
        return allowed.method == ANY and denied.method != ANY  # the one method has a rule of its own
    return not all(one <= other for one, other in zip(allowed.shape, denied.shape, strict=True))


def _may_intersect(one: Route, other: Route) -> bool:
    return any(globs.intersect(a, b) for a in patterns(one) for b in patterns(other))
