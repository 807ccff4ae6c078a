"""IDP_FETCH_FUNCTION: the function under Lambda's runtime client, invoked by a signed call of Lambda's API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from idp.adapters.fetch_function import FetchFunction
from idp.adapters.outgoing import Answered, Fetched, FetchRefused, Outgoing
from idp.functions import fetch
from idp.settings import Settings
from idp.wiring import build_services
from tests.functions.conftest import ROOT
from tests.support import lambda_invoke
from tests.support.lambda_host import LambdaHost
from tests.support.lambda_invoke import Invoking


@contextmanager
def invoking(answer: Any) -> Iterator[tuple[Invoking, FetchFunction]]:
    """Lambda, and the adapter that invokes it."""
    with lambda_invoke.invoking(answer) as server:
        yield server, FetchFunction("idp-prod-fetch", region="us-east-1", endpoint=server.url)


def test_a_fetch_is_an_invocation() -> None:
    """By name, signed for Lambda; body and headers come back unchanged."""
    with invoking({"body": "e30A/w==", "headers": {"cache-control": "max-age=5"}}) as (server, function):
        got = function.get("https://app.example/keys", accept="application/jwk-set+json", limit=5120, timeout=2.5)
    assert got == Fetched(b"{}\x00\xff", {"cache-control": "max-age=5"})
    ((path, headers, event),) = server.asked
    assert path == "/2015-03-31/functions/idp-prod-fetch/invocations"
    assert "/us-east-1/lambda/aws4_request" in headers["authorization"]
    assert event == {
        "method": "GET", "url": "https://app.example/keys", "accept": "application/jwk-set+json", "limit": 5120, "timeout": 2.5,
        "headers": {},
    }  # fmt: skip


def test_the_function_sends_a_form() -> None:
    with invoking({"status": 204}) as (server, function):
        assert function.post("https://app.example/logout", {"logout_token": "a.b.c"}) == 204
    assert server.asked[0][2] == {"method": "POST", "url": "https://app.example/logout", "form": {"logout_token": "a.b.c"}, "timeout": 3.0}


def test_the_function_sends_a_request_whose_every_answer_counts() -> None:
    """Status, body and headers come back, also of an error."""
    with invoking({"status": 401, "body": "e30A/w==", "headers": {"content-type": "application/json"}}) as (server, function):
        got = function.send("https://up.example/token", form={"code": "c"}, headers={"Authorization": "Basic eDp5"}, limit=9, timeout=2.0)
        function.send("https://up.example/me", method="GET")
    assert got == Answered(401, b"{}\x00\xff", {"content-type": "application/json"})
    assert server.asked[0][2] == {
        "send": "POST", "url": "https://up.example/token", "form": {"code": "c"}, "headers": {"Authorization": "Basic eDp5"}, "limit": 9,
        "timeout": 2.0,
    }  # fmt: skip
    assert server.asked[1][2] == {
        "send": "GET", "url": "https://up.example/me", "form": None, "headers": {}, "limit": 65536, "timeout": 3.0,
    }  # fmt: skip


def test_the_function_sends_content_byte_for_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[bytes] = []

    class Recorder(Outgoing):
        def send(self, *_: Any, content: bytes = b"", **__: Any) -> Answered:
            sent.append(content)
            return Answered(204, b"", {})

    monkeypatch.setattr(fetch, "outgoing", Recorder())
    with invoking(lambda event: fetch.handler(event, None)) as (_, function):
        function.send("https://hook.example/", content=b'{"a":"\xc3\xa9"}', headers={"Content-Type": "application/json"})
    assert sent == [b'{"a":"\xc3\xa9"}']


def test_the_function_of_the_release_before_makes_no_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """During a deployment, it gets an event without `method`. A request without its headers would use up a code for nothing."""

    class Nothing(Outgoing):
        def get(self, *_: Any, **__: Any) -> Fetched:
            raise AssertionError("no request")

        def post(self, *_: Any, **__: Any) -> int:
            raise AssertionError("no request")

    def before(event: dict[str, Any]) -> Any:
        """Read the event as the function of that release did."""
        return fetch.handler({name: value for name, value in event.items() if name != "send"}, None)

    monkeypatch.setattr(fetch, "outgoing", Nothing())

    def failing(event: dict[str, Any]) -> Any:
        try:
            return before(event)
        except KeyError as error:
            return ({"errorType": "KeyError", "errorMessage": str(error)},)

    with invoking(failing) as (_, function), pytest.raises(FetchRefused) as refusal:
        function.send("https://up.example/token", form={"code": "c"})
    assert refusal.value.detail == "function error"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"refused": "address"}, id="refused"),
        pytest.param(({"errorMessage": "Task timed out"},), id="it ended with an error"),
        pytest.param(403, id="not allowed to ask"),
        pytest.param(500, id="Lambda is ill"),
        pytest.param(["no", "object"], id="another function"),
    ],
)
def test_each_failure_is_one_refusal_and_one_invocation(answer: Any) -> None:
    """The function may already have fetched, so only the caller decides about another attempt."""
    with invoking(answer) as (server, function), pytest.raises(FetchRefused, match="could not be fetched"):
        function.get("https://app.example/")
    assert len(server.asked) == 1
    with invoking(answer) as (server, function), pytest.raises(FetchRefused, match="could not be fetched"):
        function.send("https://app.example/", form={})
    assert len(server.asked) == 1


def test_a_throttled_invocation_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lambda did not run the function, so the invocation is repeated twice."""
    monkeypatch.setattr("idp.adapters.aws_client._PAUSE", 0)
    with invoking(429) as (server, function), pytest.raises(FetchRefused, match="could not be fetched"):
        function.get("https://app.example/")
    assert len(server.asked) == 3


def test_an_unreachable_service_is_a_refusal() -> None:
    with pytest.raises(FetchRefused):
        FetchFunction("fetch", region="us-east-1", endpoint="http://127.0.0.1:1").get("https://app.example/")
    with pytest.raises(FetchRefused, match="could not be fetched"):
        FetchFunction("fetch", region="us-east-1", credentials=lambda: None).get("https://app.example/")


def test_the_function_understands_the_requests_of_the_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each side reads what the other writes."""

    class Kept(Outgoing):
        def get(self, url: str, *, headers: Any = None, **_: Any) -> Fetched:
            return Fetched(url.encode(), {"content-type": "text/plain", **headers})

        def post(self, url: str, form: Any, **_: Any) -> int:
            return len(url) + len(form)

        def send(self, url: str, *, method: str = "", form: Any = None, headers: Any = None, **_: Any) -> Answered:
            return Answered(400, f"{method} {url} {form}".encode(), headers)

    monkeypatch.setattr(fetch, "outgoing", Kept())
    with invoking(lambda event: fetch.handler(event, None)) as (_, function):
        assert function.get("https://a.example/") == Fetched(b"https://a.example/", {"content-type": "text/plain"})
        assert function.get("https://a.example/", headers={"Add-Padding": "true"}).headers["Add-Padding"] == "true"
        assert function.post("https://a.example/", {"a": "b"}) == 19
        sent = function.send("https://a.example/", form={"a": "b"}, headers={"X-Y": "z"})
        assert sent == Answered(400, b"POST https://a.example/ {'a': 'b'}", {"X-Y": "z"})
        assert function.send("https://a.example/", method="GET").body == b"GET https://a.example/ None"


def test_the_function_understands_the_release_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """During a deployment, functions of the provider that run still send events without `headers`."""

    class Kept(Outgoing):
        def get(self, url: str, *, headers: Any = None, **_: Any) -> Fetched:
            return Fetched(url.encode(), headers)

    monkeypatch.setattr(fetch, "outgoing", Kept())
    event = {"method": "GET", "url": "https://a.example/", "accept": "text/plain", "limit": 1, "timeout": 1.0}
    assert fetch.handler(event, None)["headers"] == {}


@pytest.mark.functions
def test_the_function_needs_no_setting_and_refuses_internal_addresses() -> None:
    """Under Lambda's runtime client with an empty environment. A refusal is a result and no error, because errors raise alarms."""
    with LambdaHost("idp.functions.fetch.handler", cwd=ROOT) as host, invoking(host.invoke) as (_, function):
        for url in ("https://localhost/", "https://169.254.169.254/latest/meta-data/", "http://app.example/"):
            with pytest.raises(FetchRefused):
                function.get(url)
            with pytest.raises(FetchRefused):
                function.post(url, {})
            with pytest.raises(FetchRefused):
                function.send(url, form={})


def test_the_setting_decides_which_process_fetches() -> None:
    """This process, unless a function is named."""
    issuer = "https://id.example"
    assert isinstance(build_services(Settings(issuer, fetch_function="fetch")).outgoing, FetchFunction)
    own = build_services(Settings(issuer, env="dev", dev_fetch_hosts="a.example b.example", dev_fetch_ca="ca.pem")).outgoing
    assert isinstance(own, Outgoing)
    assert (own.dev_hosts, own.dev_ca) == (frozenset({"a.example", "b.example"}), "ca.pem")
    assert build_services(Settings(issuer)).outgoing == Outgoing()
