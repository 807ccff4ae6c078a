"""The Lambda host with the real runtime client: it delivers events, returns results, and reports failures with the function's output."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import httpx
import pytest

from tests.support.lambda_host import ApiGateway, FunctionError, LambdaHost

pytestmark = pytest.mark.functions


@pytest.fixture
def host() -> Iterator[LambdaHost]:
    with LambdaHost("tests.support.echo_function.handler") as running:
        yield running


@pytest.fixture
def http(host: LambdaHost) -> httpx.Client:
    return httpx.Client(transport=ApiGateway(host), base_url="https://idp.example")


def test_a_request_becomes_an_event_of_payload_format_2(http: httpx.Client) -> None:
    """Cookies are separate from headers, the query is unchanged, and the body of a form is in base64."""
    http.cookies.set("sid", "s1", domain="idp.example")
    http.cookies.set("theme", "dark", domain="idp.example")
    answer = http.post("/token?a=1&a=2&b=%20x", data={"grant_type": "x y"})
    event = answer.json()
    assert answer.status_code == 201
    assert event["rawPath"] == "/token"
    assert event["rawQueryString"] == "a=1&a=2&b=%20x"
    assert sorted(event["cookies"]) == ["sid=s1", "theme=dark"]
    assert "cookie" not in event["headers"]
    assert event["headers"]["host"] == "idp.example"
    assert event["requestContext"]["http"]["method"] == "POST"
    assert event["requestContext"]["http"]["sourceIp"] == "198.51.100.7"
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == b"grant_type=x+y"


def test_a_result_becomes_a_response(http: httpx.Client) -> None:
    """Each cookie of the result is a separate Set-Cookie header. JSON bodies are text."""
    answer = http.post("/x", json={"a": 1})
    assert answer.headers.get_list("set-cookie") == ["a=1; Secure", "b=2; Secure"]
    assert answer.json()["body"] == '{"a":1}'
    assert answer.json()["isBase64Encoded"] is False


def test_one_environment_serves_many_events_and_its_output_is_kept(host: LambdaHost, http: httpx.Client) -> None:
    """The environment is warm after the first event. The output of the function is kept."""
    for path in ("/one", "/two"):
        http.get(path)
    assert "log line of /one" in host.output
    assert "log line of /two" in host.output
    assert host.cold_ms is not None
    assert host.cold_ms > 0
    assert host.cpu_seconds() > 0
    assert host.peak_memory_mb() > 1


def test_a_function_that_raises_is_an_error_with_its_words(http: httpx.Client) -> None:
    """The error is raised, so that a test cannot mistake it for a response."""
    with pytest.raises(FunctionError, match="on purpose"):
        http.get("/raise")
    assert http.get("/after").status_code == 201


def test_a_runtime_that_ends_is_named_at_once(http: httpx.Client) -> None:
    """The error comes before any time-out."""
    with pytest.raises(FunctionError, match=r"ended with|exit"):
        http.get("/exit")


def test_a_handler_that_cannot_be_loaded_is_named() -> None:
    """The runtime's report of its failed start reaches the test."""
    with LambdaHost("tests.support.nowhere.handler") as host, pytest.raises(FunctionError, match="nowhere"):
        host.invoke({})
