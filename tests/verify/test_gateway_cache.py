"""J-12: an answer that the gateway caches is correct for every path of the API, and no other caller gets it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idp.verify.gateway import globs, policy
from idp.verify.gateway.authorizer import OFF, ROUTE, TOKEN, Authorizer, AuthorizerError
from idp.verify.gateway.readings import readings
from idp.verify.gateway.route import METHODS, Route, most_specific
from idp.verify.gateway.rules import Rule, Rules, load
from tests.support.gateway import FORBIDDEN, NO_ROUTE, PASSED, UNAUTHORIZED, Gateway, JwtAuthorizer, route_of
from tests.verify import events
from tests.verify.issuer import AUDIENCE, ISSUER, NOW, Issuer, Key, thumbprint
from tests.verify.places import Request, Setting

RULES: dict[str, Any] = {
    "routes": {
        "GET /own": {},
        "GET /orders/{id}": {"scopes": ["orders:read"]},
        "GET /orders/{id}/items": {"scopes": ["orders:read"]},
        "POST /orders/{id}/refund": {"scopes": ["orders:refund"]},
        "GET /orders/secret": {"scopes": ["orders:secret"]},
        "DELETE /orders/{id}": {"scopes": ["orders:write"]},
        "ANY /admin/{proxy+}": {"scopes": ["admin"]},
    }
}
ROUTES = list(RULES["routes"])
PATHS = [
    ("GET", "/own"), ("GET", "/orders/7"), ("GET", "/orders/8"), ("GET", "/orders/7/items"), ("POST", "/orders/7/refund"),
    ("GET", "/orders/secret"), ("DELETE", "/orders/7"), ("GET", "/admin/x"), ("DELETE", "/admin/x/y"), ("POST", "/own"),
    ("GET", "/orders/7/8/9"),
]  # fmt: skip


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer()


def authorizer(issuer: Issuer, rules: Any = RULES, *, cache: str = TOKEN, simple: bool = False) -> Authorizer:
    setting = Setting(issuer)
    read = rules if isinstance(rules, Rules) else load(json.dumps(rules))
    return Authorizer(setting.verifier(), read, cache=cache, simple=simple, log=setting.log)


@pytest.mark.parametrize("event", [events.token, events.rest, events.http_1, events.http_2])
@pytest.mark.parametrize(
    "scope", ["", "orders:read", "orders:write", "admin", "orders:read orders:secret", "orders:read orders:write admin orders:refund"]
)
@pytest.mark.parametrize("first", PATHS)
def test_a_cached_answer_is_right_for_every_other_path(issuer: Issuer, event: Any, scope: str, first: tuple[str, str]) -> None:
    """For any path for which the answer was made: the same result as a separate request for each path."""
    header = "Bearer " + issuer.token(issuer.claims(scope=scope))
    shared = Gateway(ROUTES, authorizer(issuer), event)
    alone = Gateway(ROUTES, authorizer(issuer, cache=OFF), event, ttl=0)
    for method, path in [first, *PATHS]:
        request = Request(header, method, path)
        assert shared.ask(request) == alone.ask(request), (method, path)
    assert shared.asked <= 2, "a path without a route asks nobody, and one answer serves all others"


def test_a_cached_answer_for_own_does_not_open_admin(issuer: Issuer) -> None:
    """The case of the threat model: GET /own, then DELETE /admin/x with the same token."""
    gateway = Gateway(ROUTES, authorizer(issuer), events.rest)
    header = "Bearer " + issuer.token()
    assert gateway.ask(Request(header, "GET", "/own")) == PASSED
    assert gateway.ask(Request(header, "DELETE", "/admin/x")) == FORBIDDEN
    assert gateway.ask(Request(header, "GET", "/own")) == PASSED
    assert gateway.asked == 1


def test_a_refused_path_does_not_close_the_others(issuer: Issuer) -> None:
    gateway = Gateway(ROUTES, authorizer(issuer), events.rest)
    header = "Bearer " + issuer.token()
    assert gateway.ask(Request(header, "DELETE", "/admin/x")) == FORBIDDEN
    assert gateway.ask(Request(header, "GET", "/own")) == PASSED


def test_a_refusal_of_a_bad_token_is_not_cached(issuer: Issuer) -> None:
    """An error is not cached. A token that was not valid yet is checked again."""
    gateway = Gateway(ROUTES, authorizer(issuer), events.rest)
    for _ in range(2):
        assert gateway.ask(Request("Bearer " + issuer.token(issuer.claims(exp=NOW)), "GET", "/own")) == UNAUTHORIZED
    assert gateway.asked == 2
    assert not gateway.kept


@pytest.mark.parametrize("header", ["bearer {}", "BEARER {}"])
def test_another_token_never_gets_a_cached_answer(issuer: Issuer, header: str) -> None:
    """A header in another spelling has another cache key and the same answer. Another token never gets it."""
    gateway = Gateway(ROUTES, authorizer(issuer), events.rest)
    assert gateway.ask(Request(header.format(issuer.token(issuer.claims(scope="admin"))), "GET", "/admin/x")) == PASSED
    assert gateway.ask(Request(header.format(issuer.token()), "GET", "/admin/x")) == FORBIDDEN


def test_a_cached_simple_yes_needs_access_to_every_path(issuer: Issuer) -> None:
    """A simple answer "fully allows or denies all API requests that match the cached identity source values"."""
    reader = Request("Bearer " + issuer.token(), "GET", "/orders/7")
    for cache, expected in ((TOKEN, FORBIDDEN), (OFF, PASSED)):
        gateway = Gateway(ROUTES, authorizer(issuer, cache=cache, simple=True), events.http_2, ttl=300 if cache == TOKEN else 0)
        assert gateway.ask(reader) == expected
        assert gateway.ask(Request(reader.authorization, "DELETE", "/admin/x")) == FORBIDDEN
    everything = "Bearer " + issuer.token(issuer.claims(scope="orders:read orders:write orders:refund orders:secret admin"))
    assert Gateway(ROUTES, authorizer(issuer, simple=True), events.http_2).ask(Request(everything, "GET", "/orders/7")) == PASSED


def test_a_simple_yes_cached_by_route_needs_access_to_that_route(issuer: Issuer) -> None:
    """With $context.routeKey as an identity source each route has its own answer, unless one route stands for several rules."""
    function = authorizer(issuer, cache=ROUTE, simple=True)
    header = "Bearer " + issuer.token()
    gateway = Gateway(ROUTES, function, events.http_2, identity=("Authorization", "route"))
    assert [gateway.ask(Request(header, *at)) for at in (("GET", "/orders/7"), ("GET", "/orders/8"), ("DELETE", "/admin/x"))] == [
        200,
        200,
        403,
    ]
    assert gateway.asked == 2
    all_in_one = Gateway(["ANY /{proxy+}"], function, events.http_2, identity=("Authorization", "route"))
    assert all_in_one.ask(Request(header, "GET", "/orders/7")) == FORBIDDEN
    assert all_in_one.ask(Request(header, "DELETE", "/admin/x")) == FORBIDDEN


@pytest.mark.parametrize("event", [events.http_1, events.http_2])
def test_an_answer_cached_without_the_token_is_refused(issuer: Issuer, event: Any) -> None:
    """J-12: if the gateway caches by a header other than the token, the next caller would get this caller's answer."""
    asked = event(Request("Bearer " + issuer.token(), "GET", "/own"))
    asked["identitySource"] = "tenant-1" if event is events.http_1 else ["tenant-1"]
    with pytest.raises(AuthorizerError, match=r"^Unavailable$"):
        authorizer(issuer)(asked)
    assert events.permits(authorizer(issuer, cache=OFF)(asked), asked)
    token = f"Bearer {issuer.token()}"
    asked = event(Request(token, "GET", "/own"))
    for more in ("", []), (f"tenant-1,{token}", ["tenant-1", token]):  # without an identity source nothing is cached
        asked["identitySource"] = more[event is events.http_2]
        assert events.permits(authorizer(issuer)(asked), asked)


def test_an_answer_for_a_bound_token_is_never_cached_without_its_proof(issuer: Issuer) -> None:
    """With a stolen DPoP token, an attacker would otherwise get the answer that the owner's proof got."""
    key = Key("ES256", "mine")
    token = issuer.token(issuer.claims(cnf={"jkt": thumbprint(key)}))

    def owner(jti: str) -> Request:
        return Request(f"DPoP {token}", "GET", "/own", {"DPoP": issuer.proof(key, token, url="https://api.example/prod/own", jti=jti)})

    thief = Request(f"DPoP {token}", "GET", "/own")
    plain = Gateway(ROUTES, authorizer(issuer), events.http_2)
    assert (plain.ask(owner("1")), plain.ask(thief)) == (UNAUTHORIZED, UNAUTHORIZED)
    with_proof = Gateway(ROUTES, authorizer(issuer), events.http_2, identity=("Authorization", "DPoP"))
    assert (with_proof.ask(owner("2")), with_proof.ask(thief)) == (PASSED, UNAUTHORIZED)
    uncached = Gateway(ROUTES, authorizer(issuer, cache=OFF), events.http_2, ttl=0)
    assert (uncached.ask(owner("3")), uncached.ask(thief)) == (PASSED, UNAUTHORIZED)


def test_a_path_with_wildcards_is_not_allowed(issuer: Issuer) -> None:
    """The caller chooses the path. A `*` in it would be a wildcard of IAM in a policy for this path."""
    rules = {"unlisted": {}, "routes": {"GET /a/{id}": {"scopes": ["never"]}, "GET /a/{id}/{x}/{y}": {}}}
    for path in ("/*", "/?wn", "/${aws:username}", "/a/*/b/c", "/a/1/2/3"):
        for cache in (TOKEN, OFF):
            function = authorizer(issuer, rules, cache=cache)
            answer = function(events.rest(Request("Bearer " + issuer.token(), "GET", path)))
            assert not events.allows(answer["policyDocument"], f"{events.STAGE}/GET/a/7")
            if cache == OFF and set("*?$") & set(path):
                assert answer["policyDocument"]["Statement"][0]["Effect"] == "Deny"


def test_a_policy_covers_only_the_stage_of_the_event(issuer: Issuer) -> None:
    """J-14: the policy has only ARNs of the API and stage of the event."""
    answer = authorizer(issuer, load('{"unlisted": {}, "routes": {}}'))(events.rest(Request("Bearer " + issuer.token())))
    resources = [one for statement in answer["policyDocument"]["Statement"] for one in statement["Resource"]]
    assert resources == [f"{events.STAGE}/*"]
    for other in (
        events.STAGE.replace("prod", "test"),
        events.STAGE.replace("a1b2", "zzzz"),
        events.STAGE.replace("123456789012", "999999999999"),
    ):
        assert not events.allows(answer["policyDocument"], f"{other}/GET/own")


def test_a_too_long_policy_is_reduced_to_this_request(issuer: Issuer) -> None:
    """The gateway accepts 8 KB. A longer policy would close the API."""
    rules: dict[str, Any] = {
        "routes": {f"ANY /a-rather-long-name-of-a-resource-{n}/{{id}}": {} for n in range(40)} | {"GET /x": {"scopes": ["never"]}}
    }
    gateway = Gateway(list(rules["routes"]), authorizer(issuer, rules), events.rest)
    assert gateway.ask(Request("Bearer " + issuer.token(), "GET", "/a-rather-long-name-of-a-resource-7/1")) == PASSED


def test_a_whole_answer_fits_the_gateways_limit(issuer: Issuer) -> None:
    """8 KB with the token's facts in the context. Facts that do not fit are left out whole, or the policy is shortened."""
    long = {name: [f"{name}-{n}" for n in range(60)] for name in ("roles", "groups", "permissions")}
    claims = issuer.claims(scope=" ".join(f"scope-{n}" for n in range(80)), jti="j" * 900, sub="s" * 900, **long)
    rules: dict[str, Any] = {"routes": {f"GET /a-rather-long-name-of-a-resource-{n}/{{id}}": {} for n in range(40)}}
    event = events.rest(Request("Bearer " + issuer.token(claims), "GET", "/a-rather-long-name-of-a-resource-7/1"))
    answer = authorizer(issuer, rules)(event)
    assert events.permits(answer, event)
    assert len(json.dumps(answer)) < 8192
    for name in set(answer["context"]) & set(long):
        assert answer["context"][name].split() == long[name]


SEGMENTS = st.sampled_from(["a", "b", "{x}"])
TEMPLATES = st.builds(
    lambda parts, end: "/" + "/".join([*parts, *end]), st.lists(SEGMENTS, max_size=3), st.sampled_from([[], [], [], ["{proxy+}"]])
)
KEYS = st.builds(lambda method, path: f"{method} {path}", st.sampled_from(["GET", "POST", "ANY"]), TEMPLATES)
PATH = st.lists(st.sampled_from(["a", "b", "c"]), max_size=5).map(lambda parts: "/" + "/".join(parts))


def distinct(keys: list[str]) -> list[Route]:
    found = {(key.partition(" ")[0], key.replace("{x}", "{}").replace("{proxy+}", "{}")): Route.of(key) for key in keys}
    return list(found.values())


@settings(max_examples=1500, deadline=None)
@given(
    st.lists(st.tuples(KEYS, st.booleans()), min_size=1, max_size=6),
    st.booleans(),
    st.lists(st.tuples(st.sampled_from(["GET", "POST"]), PATH), max_size=12),
)
def test_no_policy_opens_a_closed_route(chosen: list[tuple[str, bool]], unlisted: bool, asked: list[tuple[str, str]]) -> None:
    """For any routes, and any subset of open ones: a path of a closed route is never allowed."""
    opened = dict(chosen)
    routes = distinct(list(opened))
    allowed = [route for route in routes if opened[route.key]]
    denied = [route for route in routes if not opened[route.key]]
    found = policy.resources(allowed, denied, unlisted=unlisted)
    for method, path in asked:
        goes_to = most_specific(routes, method, path)
        resource = f"{method}/{path.strip('/')}"
        if goes_to in denied:
            for behind in (resource, f"{resource}/" if path != "/" else resource):
                assert not found.permit(behind), (found, behind)
        if goes_to in allowed and not denied and not any(route.greedy for route in routes):
            assert found.permit(resource) or unlisted or _beneath(resource, routes), (found, resource)


ODD = st.lists(st.sampled_from(["a", "b", "c", "%61", "%2561", "", ".", "..", "%2e%2E", "a%2Fb", "%5c", "a%20b"]), max_size=5)


@settings(max_examples=1000, deadline=None)
@given(
    st.lists(st.tuples(KEYS, st.booleans()), min_size=1, max_size=6),
    st.sampled_from([None, True, False]),
    st.lists(st.tuples(st.sampled_from(["GET", "POST", "HEAD"]), ODD.map(lambda parts: "/" + "/".join(parts))), max_size=12),
)
def test_a_cached_policy_opens_no_spelling_of_a_closed_path(
    chosen: list[tuple[str, bool]],
    unlisted: bool | None,
    asked: list[tuple[str, str]],
) -> None:
    """For any spelling of a path, a cached policy permits it exactly if its rule does in a separate request."""
    opened = dict(chosen)
    routes = distinct(list(opened))
    everywhere = Rule(Route("unlisted", "ANY", ("{proxy+}",))) if unlisted is not None else None
    rules = Rules(tuple(Rule(route) for route in routes), everywhere)
    allowed, denied = [r for r in routes if opened[r.key]], [r for r in routes if not opened[r.key]]
    if unlisted and not denied:
        return  # all routes are open
    found = policy.resources(allowed, denied, unlisted=bool(unlisted))
    for method, path in asked:
        rule = rules.of(method, path)
        if found.permit(method + path):
            assert rule is None or rule.route.key == "unlisted" or rule.route in allowed, (found, method, path)
            readable = {rules.of(method, one) for one in readings(path)}
            assert not any(one and one.route in denied for one in readable), (found, method, path)


def _beneath(resource: str, routes: list[Route]) -> bool:
    return len(resource.split("/")) - 1 > min(len(route.segments) for route in routes)


@settings(max_examples=500, deadline=None)
@given(st.lists(KEYS, min_size=1, max_size=6), st.sampled_from(["GET", "POST", "PUT"]), PATH)
def test_routes_are_chosen_as_the_gateway_chooses_them(keys: list[str], method: str, path: str) -> None:
    """Two independent implementations of the same documentation."""
    routes = distinct(keys)
    found = most_specific(routes, method, path)
    expected = route_of([route.key for route in routes], method, path)
    assert (found.shape if found else None) == (Route.of(expected).shape if expected else None)
    assert method in METHODS


def test_the_gateway_emulation_follows_the_documentation(issuer: Issuer) -> None:
    """A missing identity source is refused before the function runs. A failure of the function is 500, a path without a route 404."""
    gateway = Gateway(ROUTES, lambda _: {"context": {"a": []}})
    assert gateway.ask(Request(None, "GET", "/own")) == UNAUTHORIZED
    assert gateway.ask(Request("x", "GET", "/nowhere")) == NO_ROUTE
    assert gateway.ask(Request("x", "GET", "/own")) == 500
    jwt = JwtAuthorizer(ISSUER, [AUDIENCE], issuer.fetch, ["orders:read"], now=lambda: NOW)
    assert jwt.ask("Bearer " + issuer.token()) == PASSED
    assert jwt.ask(issuer.token()) == PASSED
    assert jwt.ask("Bearer " + issuer.token(alg="ES256")) == UNAUTHORIZED
    assert jwt.ask("Bearer " + issuer.token(issuer.claims(scope="openid"))) == FORBIDDEN
    for changes in ({"iss": "https://evil.example"}, {"aud": "x"}, {"exp": NOW}, {"nbf": NOW + 1}, {"iat": NOW + 1}):
        assert jwt.ask("Bearer " + issuer.token(issuer.claims(**changes))) == UNAUTHORIZED
    assert jwt.ask(None) == jwt.ask("Bearer x") == UNAUTHORIZED


@settings(max_examples=1000, deadline=None)
@given(st.text("ab/*", max_size=8), st.text("ab/", max_size=8), st.text("ab/*", max_size=8))
def test_patterns_match_as_iam_does(pattern: str, text: str, other: str) -> None:
    """As the emulation evaluates them. Two patterns intersect exactly if they have a text in common."""
    document = {"Statement": [{"Effect": "Allow", "Resource": [pattern]}]}
    assert globs.matches(pattern, text) == events.allows(document, text)
    if globs.matches(pattern, text) and globs.matches(other, text):
        assert globs.intersect(pattern, other)
    if "*" not in other:
        assert globs.intersect(pattern, other) == globs.matches(pattern, other)
    assert globs.intersect(pattern, other) == globs.intersect(other, pattern)
