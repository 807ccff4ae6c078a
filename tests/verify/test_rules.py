"""The document of rules, WebSocket APIs, challenges, and the forms of events."""

from __future__ import annotations

import json
from typing import Any

import pytest

from idp.verify import HttpRequest, Refused, Requirement, Verifier, challenge, current_token, require
from idp.verify.gateway.authorizer import Authorizer, AuthorizerError
from idp.verify.gateway.rules import Rules, load
from tests.verify import events
from tests.verify.issuer import NOW, Issuer
from tests.verify.places import AUTHORIZERS, PLACES, RULES, Request, Setting


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def setting(issuer: Issuer) -> Setting:
    return Setting(issuer)


def ruled(setting: Setting, document: Any, **options: Any) -> Authorizer:
    return Authorizer(setting.verifier(), load(json.dumps(document)), log=setting.log, **options)


@pytest.mark.parametrize(
    "document",
    [
        "",
        "[]",
        "{}",
        '{"routes": []}',
        '{"routes": {}, "route": {}}',
        '{"routes": {"GET orders": {}}}',
        '{"routes": {"get /orders": {}}}',
        '{"routes": {"/orders": {}}}',
        '{"routes": {"GET /orders/": {}}}',
        '{"routes": {"GET /a//b": {}}}',
        '{"routes": {"GET /*": {}}}',
        '{"routes": {"GET /a?b": {}}}',
        '{"routes": {"GET /{a+}/b": {}}}',
        '{"routes": {"GET /${x}": {}}}',
        '{"routes": {"GET /a": []}}',
        '{"routes": {"GET /a": {"scope": ["a"]}}}',
        '{"routes": {"GET /a": {"scopes": "a"}}}',
        '{"routes": {"GET /a": {"scopes": []}}}',
        '{"routes": {"GET /a": {"scopes": [1]}}}',
        '{"routes": {"GET /a": {"scopes": [""]}}}',
        '{"routes": {"GET /a": {"max_age": "1"}}}',
        '{"routes": {"GET /a": {"max_age": -1}}}',
        '{"routes": {"GET /a": {"max_age": true}}}',
        '{"routes": {"GET /a": {}, "GET /a": {}}}',
        '{"routes": {"GET /{a}": {}, "GET /{b}": {}}}',
        '{"routes": {"GET /a": {"decision": false}}}',
        '{"routes": {"GET /a": {"decision": {}}}}',
        '{"routes": {"GET /a": {"decision": {"action": "x", "resource": {"type": "y"}}}}}',
        '{"routes": {}, "unlisted": "allow"}',
        '{"routes": {"GET /a": {"decision": {"action": "", "resource": {"type": "y", "id": "z"}}}}}',
        '{"routes": {}, "unlisted": {"x": []}}',
    ],
)
def test_a_mistake_in_the_rules_stops_the_start(document: str) -> None:
    """A rule with a mistake, or one that could never match, is refused at the start."""
    with pytest.raises(ValueError, match=r"\w"):
        load(document)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("unlisted", "status"), [(..., 403), ("deny", 403), ({}, 200), ({"scopes": ["x"]}, 403), ({"scopes": ["openid"]}, 200)]
)
def test_paths_without_a_rule_are_denied_unless_unlisted_allows_them(issuer: Issuer, place: str, unlisted: Any, status: int) -> None:
    document = {"routes": {"GET /orders/{id}": {}}} | ({} if unlisted is ... else {"unlisted": unlisted})
    assert PLACES[place](Setting(issuer, load(json.dumps(document))))(Request("Bearer " + issuer.token(), "PUT")) == status


NEEDS: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "scopes: all": ({"scopes": ["a", "b"]}, {"scope": "b a c"}, "insufficient_scope"),
    "acr: one of them": ({"acr": ["aal2", "aal3"]}, {"acr": "aal3"}, "insufficient_user_authentication"),
    "amr: all": ({"amr": ["pwd", "otp"]}, {"amr": ["otp", "pwd", "mfa"]}, "insufficient_user_authentication"),
    "max_age": ({"max_age": 50}, {"auth_time": NOW - 50}, "insufficient_user_authentication"),
    "roles: one of them": ({"roles": ["admin", "owner"]}, {"roles": ["owner"]}, "roles"),
    "groups: one of them": ({"groups": ["staff"]}, {"groups": ["staff"]}, "groups"),
    "permissions: all": ({"permissions": ["a:b", "c:d"]}, {"permissions": ["c:d", "a:b"]}, "permissions"),
    "clients: one of them": ({"clients": ["app-2", "app-3"]}, {"client_id": "app-3"}, "client"),
}


@pytest.mark.parametrize("name", NEEDS)
def test_each_member_of_a_rule_is_required(setting: Setting, name: str) -> None:
    """A token with the value is accepted. A token without it, with a part of it, or with a value of another type is refused."""
    needs, claims, why = NEEDS[name]
    function = ruled(setting, {"routes": {"GET /x": needs}})
    ((claim, value),) = claims.items()

    def passes(**changes: Any) -> bool:
        event = events.token(Request("Bearer " + setting.issuer.token(setting.issuer.claims(**changes)), path="/x"))
        return events.permits(function(event), event)

    assert passes(**claims)
    wrong: list[Any] = [..., value[1:] if isinstance(value, list | str) else value - 1]
    if claim in {"roles", "groups", "permissions"}:
        wrong += [value[0], [value], {value[0]: True}, [*value, 1], []]
    if claim == "auth_time":
        wrong += [str(value), NOW + 100, float(value), True]
    for other in wrong:
        if claim == "client_id" and other is ...:
            continue
        assert not passes(**{claim: other}), other
    assert set(setting.reasons) == {"ok", why}


def test_a_web_socket_is_checked_when_it_connects(setting: Setting) -> None:
    """The authorizer runs once, when the connection begins. $connect has a rule like other routes."""
    connect = {"routes": {"$connect": {"scopes": ["orders:read"]}}}
    cases: tuple[tuple[Any, str, bool], ...] = (
        (connect, "orders:read", True),
        (connect, "other", False),
        ({"routes": {}, "unlisted": {}}, "", True),
        ({"routes": {}}, "orders:read", False),
    )
    for document, scope, passes in cases:
        event = events.websocket(Request("Bearer " + setting.issuer.token(setting.issuer.claims(scope=scope))))
        for cache in ("token", "off"):
            assert events.permits(ruled(setting, document, cache=cache)(event), event) is passes, (document, scope, cache)
    for header in (None, "Bearer x"):
        with pytest.raises(AuthorizerError, match=r"^Unauthorized$"):
            ruled(setting, connect)(events.websocket(Request(header)))


@pytest.mark.parametrize("event", [events.rest, events.http_1, events.http_2, events.websocket])
def test_header_names_are_case_insensitive_and_two_headers_are_refused(setting: Setting, event: Any) -> None:
    """J-12: `authorization` and `AUTHORIZATION` are the same header. Two of them are refused, in any form of the event."""
    function = ruled(setting, {"routes": {}, "unlisted": {}})
    token = f"Bearer {setting.issuer.token()}"
    for name in ("authorization", "Authorization", "AUTHORIZATION"):
        made = event(Request(None, headers={name: token}))
        assert events.permits(function(made), made)
    doubled = event(Request(None, headers={"Authorization": token, "authorization": token}))
    if event is events.http_2:
        doubled["headers"] = {"authorization": f"{token},{token}"}
    listed = event(Request(token))
    if "multiValueHeaders" in listed:
        listed["multiValueHeaders"] = {"Authorization": [token, token]}
    for made in [doubled, *([listed] if "multiValueHeaders" in listed else [])]:
        with pytest.raises(AuthorizerError, match=r"^Unauthorized$"):
            function(made)


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"type": "TOKEN"},
        {"type": "TOKEN", "methodArn": "x"},
        {"type": "REQUEST"},
        {"version": "2.0", "type": "REQUEST"},
        {"Records": []},
        {"type": "OTHER", "methodArn": f"{events.STAGE}/GET/x", "requestContext": {"identity": {}}},
        {"type": "TOKEN", "authorizationToken": 7, "methodArn": 7},
        {"type": "TOKEN", "authorizationToken": "Bearer x", "methodArn": "arn:aws:lambda:eu-central-1:123456789012:function:x"},
        {"type": "TOKEN", "authorizationToken": "Bearer x", "methodArn": f"{events.STAGE}/*/x"},
        {"type": "REQUEST", "methodArn": f"{events.STAGE}/GET/x", "requestContext": None, "headers": None},
        {"type": "TOKEN", "authorizationToken": ["Bearer x"], "methodArn": f"{events.STAGE}/GET/x"},
    ],
)
def test_a_malformed_event_is_refused(setting: Setting, event: dict[str, Any]) -> None:
    with pytest.raises(AuthorizerError, match=r"^(Unavailable|Unauthorized)$"):
        ruled(setting, {"routes": {}, "unlisted": {}})(event)


def test_the_context_has_only_flat_texts(setting: Setting) -> None:
    """The API gets texts by name, lists joined by spaces, no values that the gateway refuses, and never the token."""
    token = setting.issuer.token(setting.issuer.claims(amr=["pwd", "otp"], roles=["a", "b c"], groups=[], nested={"a": 1}))
    context = ruled(setting, {"routes": {}, "unlisted": {}})(events.rest(Request(f"Bearer {token}")))["context"]
    assert context["amr"] == "pwd otp"
    assert json.loads(context["roles"]) == ["a", "b c"]
    assert context["sub"] == "user-1"
    assert all(isinstance(value, str) for value in context.values())
    assert token not in json.dumps(context)
    assert "nested" not in context


CHALLENGES: dict[str, tuple[Any, dict[str, Any], int, str]] = {
    "no token": (None, {}, 401, "Bearer"),
    "expired": ({"exp": NOW}, {}, 401, 'Bearer error="invalid_token", error_description="The access token is expired."'),
    "scope": (
        {},
        {"scopes": ["b", "a"]},
        403,
        'Bearer error="insufficient_scope", error_description="The access token lacks a scope.", scope="b a"',
    ),
    "acr": (
        {},
        {"acr": ["aal2"], "max_age": 10},
        401,
        (
            'Bearer error="insufficient_user_authentication", error_description="The user has to sign in another way, or again.", '
            'acr_values="aal2", max_age="10"'
        ),
    ),
}


@pytest.mark.parametrize("name", CHALLENGES)
def test_a_challenge_tells_what_the_caller_can_do(setting: Setting, name: str) -> None:
    """RFC 6750 §3, RFC 9470 §3: the caller learns what it has to change, and only the expiry as a reason of a bad token."""
    claims, needs, status, expected = CHALLENGES[name]

    @require(setting.verifier(), **needs)
    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        raise AssertionError("never reached")

    sent = None if claims is None else "Bearer " + setting.issuer.token(setting.issuer.claims(**claims))
    answer = handler(events.proxy_2(Request(sent)), None)
    assert (answer["statusCode"], answer["headers"]["WWW-Authenticate"]) == (status, expected)
    assert json.loads(answer["body"])["error"]


def test_a_dpop_challenge_lists_the_algorithms(setting: Setting) -> None:
    """RFC 9449 §7.1: the challenge lists the algorithms of proofs."""
    refused = Refused("invalid_dpop_proof", 'What is\r\nwrong "here".')
    assert (
        challenge(refused)
        == 'DPoP error="invalid_dpop_proof", error_description="What iswrong here.", algs="RS256 PS256 ES256 Ed25519 EdDSA"'
    )


def test_current_token_is_set_in_the_handler_only(setting: Setting) -> None:
    @require(setting.verifier(), scopes=["orders:read"])
    def handler(event: dict[str, Any], context: Any) -> str:
        return current_token().subject

    assert handler(events.proxy_1(Request("Bearer " + setting.issuer.token())), None) == "user-1"
    with pytest.raises(LookupError):
        current_token()


def test_a_decorator_with_wrong_arguments_is_refused(setting: Setting) -> None:
    with pytest.raises(TypeError, match="list"):
        require(setting.verifier(), scopes="orders:read")
    with pytest.raises(TypeError):
        require(setting.verifier(), scope=["orders:read"])
    with pytest.raises(ValueError, match="rules"):
        require(setting.verifier(), rules=load(RULES), scopes=["x"])


def test_the_verifier_works_without_a_web_framework(setting: Setting) -> None:
    """Without a web framework, and without a request if the token is not bound."""
    verifier: Verifier = setting.verifier()
    header = "Bearer " + setting.issuer.token()
    assert verifier.verify(header, requirement=Requirement(scopes=("openid",))).scopes == {"openid", "orders:read"}
    assert verifier.verify_request(HttpRequest("GET", "", [("AUTHORIZATION", header)])).client_id == "app-1"
    for wrong in (None, "", header + "x"):
        with pytest.raises(Refused):
            verifier.verify(wrong)
    assert Rules.everywhere().of("GET", "/x")


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:lambda:eu-central-1:123456789012:a1b2/prod/GET/x",
        "x:aws:execute-api:eu-central-1:123456789012:a1b2/prod/GET/x",
        "arn:other:execute-api:eu-central-1:123456789012:a1b2/prod/GET/x",
        "arn:aws:execute-api:*:123456789012:a1b2/prod/GET/x",
        "arn:aws:execute-api:eu-central-1:*:a1b2/prod/GET/x",
        "arn:aws:execute-api:eu-central-1:123456789012:*/prod/GET/x",
        "arn:aws:execute-api:eu-central-1:123456789012:a1b2/*/GET/x",
        "arn:aws:execute-api:eu-central-1:123456789012:a1b2//GET/x",
        "arn:aws:execute-api:eu-central-1:123456789012:a1b2/prod/*/x",
        "arn:aws:execute-api:eu-central-1:123456789012:a1b2/prod/GET",
        "arn:aws:execute-api:eu-central-1:123456789012:a1b2/prod/$default",
        "arn:aws:execute-api:eu-central-1:a1b2/prod/GET/x",
        "",
    ],
)
def test_a_malformed_arn_gets_no_policy(setting: Setting, arn: str) -> None:
    """J-14: the policy names the ARN of the event. If it cannot be parsed or contains a wildcard, there is no policy."""
    event = {"type": "TOKEN", "authorizationToken": "Bearer " + setting.issuer.token(), "methodArn": arn}
    with pytest.raises(AuthorizerError, match=r"^Unavailable$"):
        ruled(setting, {"routes": {}, "unlisted": {}})(event)


OPEN_BUT_FOR_ADMINS = {"unlisted": {}, "routes": {"ANY /admin/{proxy+}": {"scopes": ["admin"]}, "GET /orders/{id}": {}}}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "path",
    [
        "/admin/x", "/x/..//admin/x", "/%61dmin/x", "/%2561dmin/x", "/%252561dmin/x", "/%25252561dmin/x", "/admin%2Fx", "/admin%5Cx",
        "/x/../admin/x", "/x/%2e%2E/admin/x", "/./admin/x", "/admin/./x", "/orders/%2e%2e%2fadmin%2fx", "/orders/..%2Fadmin/x",
    ],
)  # fmt: skip
def test_another_spelling_of_a_closed_path_is_closed(issuer: Issuer, place: str, path: str) -> None:
    """Gateways, adapters and frameworks decode differently. A path that one of them reads as a closed path is closed."""
    ask = PLACES[place](Setting(issuer, load(json.dumps(OPEN_BUT_FOR_ADMINS))))
    assert ask(Request("Bearer " + issuer.token(), path=path)) in {403, 404}


@pytest.mark.parametrize("place", AUTHORIZERS)
def test_repeated_slashes_do_not_open_a_closed_path(issuer: Issuer, place: str) -> None:
    ask = PLACES[place](Setting(issuer, load(json.dumps(OPEN_BUT_FOR_ADMINS))))
    for path in ("//admin/x", "///admin//x", "/admin//x"):
        assert ask(Request("Bearer " + issuer.token(), path=path)) == 403


@pytest.mark.parametrize("path", ["/orders/a%20b", "/orders/%C3%BC", "/orders/7", "/orders/a@b.example", "/orders/7/"])
@pytest.mark.parametrize("place", AUTHORIZERS)
def test_a_path_with_legitimate_encoding_passes(issuer: Issuer, place: str, path: str) -> None:
    ask = PLACES[place](Setting(issuer, load(json.dumps(OPEN_BUT_FOR_ADMINS))))
    assert ask(Request("Bearer " + issuer.token(), path=path)) == 200


@pytest.mark.parametrize("method", ["TRACE", "PROPFIND", "get", "X"])
def test_a_rule_for_any_includes_every_method(issuer: Issuer, method: str) -> None:
    """Function URLs and ASGI servers pass on methods that a gateway refuses. A rule for ANY includes them."""
    handler = require(Setting(issuer).verifier(), rules=load(json.dumps(OPEN_BUT_FOR_ADMINS)))(lambda *_: {"statusCode": 200})
    assert handler(events.proxy_2(Request("Bearer " + issuer.token(), method, "/admin/x")), None)["statusCode"] == 403


@pytest.mark.parametrize(("path", "status"), [("/products", 200), ("/prod/products", 200), ("/prod", 403), ("/producer", 403)])
def test_only_a_whole_segment_is_removed_as_the_stage(issuer: Issuer, path: str, status: int) -> None:
    """Behind a custom domain, paths of the stage `prod` have no stage, and may begin with the same letters."""
    handler = require(Setting(issuer).verifier(), rules=load('{"routes": {"GET /products": {}}}'))(lambda *_: {"statusCode": 200})
    event = events.proxy_2(Request("Bearer " + issuer.token()))
    event["rawPath"] = event["requestContext"]["http"]["path"] = path
    assert handler(event, None)["statusCode"] == status
