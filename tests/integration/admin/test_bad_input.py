"""Invalid input gets a 4xx answer, never a server error, and is never repeated (threats D-14, E-05, K-03, K-04)."""

from __future__ import annotations

import json
import logging
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idp.domain.access.tenancy import DEPLOYMENT
from tests.support.world import World

CANARY = "canary-7f3a-correct-horse"
JSON = {"Content-Type": "application/json"}


def send(
    world: World, body: bytes | str, *, method: str = "POST", path: str = "/users", content_type: str = "application/json"
) -> httpx.Response:
    return world.call(method, path, content=body, headers={"Content-Type": content_type} if content_type else {})


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"null", b"[]", b"5", b'"x"', b"{'email': 1}", b'{"email": "a@example.com",}', b"\xff\xfe{}", b'{"email": "\xc3\x28"}',
        b'{"email":"a@example.com"}x', b"\xef\xbb\xbf{}", b'{"email": NaN}', b'{"email": Infinity}', b'{"email": 1e400}',
        b'{"email": ' + b"9" * 5000 + b"}", b"[" * 60000, b'{"a":' * 20 + b"1" + b"}" * 20, b'{"email": "\\ud800@example.com"}',
        b'{"\\ud800": 1}', b'{"email": "a@example.com", "claims": {"name": "\\udc00"}}', b"\x00", b'{"email": "a\x00b@example.com"}',
    ],
)  # fmt: skip
def test_a_body_that_is_not_a_json_object_is_refused(shared: World, body: bytes) -> None:
    """400 as problem+json, and nothing is written."""
    refused = send(shared, body)
    assert refused.status_code == 400, refused.text
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["status"] == 400
    assert shared.services.users.listing()[0] == []


@pytest.mark.parametrize(
    "body",
    [
        '{"email": "a@example.com", "admin": false, "admin": true}', '{"email": "a@example.com", "email": "b@example.com"}',
        '{"email": "a@example.com", "claims": {"name": "a", "name": "b"}}',
        '{"email": "a@example.com", "\\u0061dmin": false, "admin": true}',
    ],
)  # fmt: skip
def test_a_repeated_member_is_refused(shared: World, body: str) -> None:
    """D-14: two parsers could read two different values."""
    refused = send(shared, body)
    assert refused.status_code == 400
    assert "twice" in refused.json()["detail"]


@pytest.mark.parametrize(
    "content_type",
    [
        "", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json", "application/jsonx",
        "json", "*/*", "application/merge-patch+json", "application/json-patch+json", "application/ld+json",
    ],
)  # fmt: skip
def test_a_post_accepts_json_only(shared: World, content_type: str) -> None:
    """E-05: 415 with the accepted content type."""
    refused = send(shared, b'{"email": "a@example.com"}', content_type=content_type)
    assert refused.status_code == 415
    assert refused.headers["accept-post"] == "application/json"
    assert shared.services.users.listing()[0] == []


def test_a_patch_accepts_two_content_types(world: World) -> None:
    """RFC 7396's type and plain JSON. RFC 6902's type gets 415."""
    user = world.user()
    for content_type in ("application/merge-patch+json", "application/json", "Application/JSON; charset=utf-8"):
        assert send(world, b"{}", method="PATCH", path=f"/users/{user.id}", content_type=content_type).status_code == 200
    refused = send(world, b"[]", method="PATCH", path=f"/users/{user.id}", content_type="application/json-patch+json")
    assert refused.status_code == 415
    assert refused.headers["accept-patch"] == "application/merge-patch+json, application/json"


def test_a_body_is_refused_where_none_is_accepted(world: World) -> None:
    """It would be ignored otherwise."""
    user = world.user()
    assert world.call("DELETE", f"/users/{user.id}", json={"id": world.admin.id}).status_code == 400
    assert world.call("POST", "/keys/rotate", json={"alg": "none"}).status_code == 400
    assert world.call("POST", "/keys/rotate", json={"at_once": True}).status_code == 200
    assert world.services.user_service.get(user.id, scope=DEPLOYMENT) == user


def test_a_body_over_64_kb_is_refused_unread(world: World) -> None:
    """413."""
    assert send(world, b'{"email": "' + b"a" * 65536 + b'"}').status_code == 413


@pytest.mark.parametrize(
    "instant", ["", "yesterday", "2026-13-01T00:00:00Z", "2026-11-23T18:00:00", "9" * 40, "NaN", "-inf", "2026-11-23", "1e999"]
)
def test_an_instant_without_a_time_zone_is_refused(shared: World, instant: str) -> None:
    """400 unless it is RFC 3339."""
    for name in ("since", "until"):
        assert shared.call("GET", "/audit", params={name: instant}).status_code == 400


@pytest.mark.parametrize(
    ("since", "until"),
    [("0", "1"), ("2026-01-01T00:00:00Z", "1990-01-01T00:00:00Z"), ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"), ("-5", "0")],
)
def test_each_period_gets_an_answer(shared: World, since: str, until: str) -> None:
    """Also a reversed period and one beyond the retention. The number of calls is limited."""
    assert shared.call("GET", "/audit", params={"since": since, "until": until}).status_code == 200


def test_input_is_not_in_answers_logs_or_events(world: World, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> None:
    """K-03: a secret in any place of the request is neither answered, logged nor written to an event."""
    user = world.user()
    caplog.set_level(logging.DEBUG)
    answers = [
        world.call("POST", "/users", json={"email": "a@example.com", "password": CANARY, "admin": "x"}),
        world.call("POST", "/users", json={"email": CANARY}),
        world.call("POST", "/users", json={"email": "b@example.com", "claims": {"name": [CANARY]}}),
        world.call("POST", "/users", json={"email": "b@example.com", "claims": {"picture": CANARY}}),
        send(world, f'{{"password": "{CANARY}"'),
        send(world, CANARY, content_type="text/plain"),
        world.call("PUT", f"/users/{user.id}/password", json={"password": CANARY + "x" * 1024}),
        world.call("PUT", f"/users/{user.id}/password", json={"password": CANARY}),
        world.call("PATCH", f"/users/{user.id}", json={"password": CANARY}),
        world.call("GET", "/users", params={"email": CANARY}),
        world.call("GET", "/users", params={"access_token": CANARY}),
        world.call("GET", "/users", params={"cursor": CANARY}),
        world.call("GET", "/users", token=CANARY),
        world.call("POST", "/clients", json={"client_secret": CANARY, "redirect_uris": ["https://a.example/cb"]}),
        world.call("POST", "/clients", json={"redirect_uris": [f"javascript:{CANARY}"]}),
        world.call("POST", "/clients", json={"redirect_uris": ["https://a.example/cb"], "token_endpoint_auth_method": CANARY}),
        world.call("POST", "/keys/rotate", headers={"Idempotency-Key": CANARY + " x"}),
        world.call("PATCH", f"/users/{user.id}", json={"disabled": True}, headers={"If-Match": CANARY}),
    ]
    assert all(CANARY not in answer.text + str(answer.headers) for answer in answers)
    ours = [record for record in caplog.records if not record.name.startswith("httpx")]  # the test's own client tells its addresses
    assert CANARY not in "".join(f"{record.getMessage()} {vars(record)}" for record in ours)
    assert CANARY not in "".join(capsys.readouterr())
    assert CANARY not in str(world.events())


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=10), inside, max_size=4),
    max_leaves=10,
)
NAMES = st.sampled_from(
    [
        "email",
        "password",
        "claims",
        "admin",
        "disabled",
        "redirect_uris",
        "scope",
        "grant_types",
        "client_id",
        "resources",
        "overlap_seconds",
    ]
)
DOCUMENTS = st.dictionaries(NAMES | st.text(max_size=10), JSON_VALUES, max_size=5) | JSON_VALUES
ADDRESSES = ["/users", "/users/{user}", "/users/{user}/password", "/clients", "/clients/{client}", "/clients/{client}/rotate-secret"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(document=DOCUMENTS, address=st.sampled_from(ADDRESSES), method=st.sampled_from(["POST", "PATCH", "PUT"]))
def test_no_json_document_makes_a_server_error(shared: World, document: Any, address: str, method: str) -> None:
    """The answer is 2xx or 4xx, and a refusal is problem+json."""
    path = address.format(user=shared.admin.id, client=shared.console.id)
    answer = shared.call(method, path, content=json.dumps(document), headers=JSON)
    assert answer.status_code < 500, (method, path, document, answer.text)
    assert answer.status_code < 400 or answer.headers["content-type"] == "application/problem+json"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    body=st.binary(max_size=200),
    query=st.binary(max_size=60),
    address=st.sampled_from([*ADDRESSES, "/audit", "/keys", "/keys/{user}/revoke"]),
)
def test_no_bytes_make_a_server_error(shared: World, body: bytes, query: bytes, address: str) -> None:
    """In the body or in the query."""
    path = address.format(user=shared.admin.id, client=shared.console.id)
    for method in ("GET", "POST", "PATCH"):
        answer = shared.call(method, f"{path}?{quote(query, safe='%&=+;[]')}", content=body, headers=JSON)
        assert answer.status_code < 500, (method, path, query, body, answer.text)
