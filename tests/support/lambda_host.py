"""AWS Lambda on loopback: the Runtime API that a real runtime client asks for work, and API Gateway before it as an httpx transport.

    with LambdaHost("idp.functions.api.handler", env={...}) as host:
        http = httpx.Client(transport=ApiGateway(host), base_url="https://idp.example")
        http.get("/.well-known/openid-configuration")          # one invocation
        host.output                                            # the lines that CloudWatch would get

One host is one execution environment: it works on one event at a time, as Lambda does.
Protocol: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html; events: API Gateway HTTP API, payload format 2.0.
"""

from __future__ import annotations

import base64
import json
import os
import queue
import sys
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import httpx

from tests.support.process import Child

ARN = "arn:aws:lambda:us-east-1:000000000000:function:idp"
SOURCE_IP = "198.51.100.7"


class FunctionError(AssertionError):
    """The function raised an error, did not start, ended, or took too long. The message contains its report and output."""


@dataclass(frozen=True)
class Reply:
    """The result of one invocation."""

    ok: bool
    body: bytes
    at: float


class LambdaHost:
    """Runs a runtime client (`python -m awslambdaric HANDLER`, or another command) and sends it events."""

    def __init__(
        self,
        handler: str,
        *,
        command: Sequence[str] | None = None,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        timeout: float = 120,
        memory_mb: int = 1769,
    ) -> None:
        self._command = list(command or [sys.executable, "-m", "awslambdaric", handler])
        self._cwd = cwd
        self._timeout = timeout
        self._server = _RuntimeApi(self)
        self._env = {
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            **(env or {}),
            "_HANDLER": handler,
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self._server.server_port}",
            "AWS_LAMBDA_FUNCTION_NAME": "idp",
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(memory_mb),
            "AWS_LAMBDA_INITIALIZATION_TYPE": (env or {}).get("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
            "AWS_LAMBDA_LOG_FORMAT": "TEXT",
            "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/idp",
            "AWS_LAMBDA_LOG_STREAM_NAME": "loopback",
        }
        self._work: queue.Queue[tuple[str, bytes] | None] = queue.Queue()
        self._replies: dict[str, queue.Queue[Reply]] = {}
        self._one_at_a_time = threading.Lock()
        self._init_error: Reply | None = None
        self._ready = threading.Event()
        self._child: Child | None = None
        self.seconds_left: float = 30
        """How long an invocation may run, as its context tells it."""
        self.cold_ms: float | None = None
        """Seconds from the start of the process to its first answer."""

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        self._child = Child(self._command, cwd=self._cwd, env=self._env)
        return self

    def __exit__(self, *_: object) -> None:
        if self._child:
            self._child.stop()
        self._work.put(None)
        self._server.shutdown()
        self._server.server_close()

    @property
    def child(self) -> Child:
        if self._child is None:
            raise RuntimeError("the host is not running: use it in a with statement")
        return self._child

    @property
    def output(self) -> str:
        """The standard output and standard error of the function."""
        return self.child.output

    def invoke(self, event: object) -> Any:
        """The result of one event. Raises FunctionError with the function's report if it fails."""
        with self._one_at_a_time:
            request_id = str(uuid.uuid4())
            inbox: queue.Queue[Reply] = queue.Queue()
            self._replies[request_id] = inbox
            try:
                self._work.put((request_id, json.dumps(event).encode()))
                reply = self._await(inbox)
            finally:
                del self._replies[request_id]
        if self.cold_ms is None:
            self.cold_ms = (reply.at - self.child.started) * 1e3
        if not reply.ok:
            raise FunctionError(f"the function failed: {reply.body.decode(errors='replace')}\n{self.output[-4000:]}")
        return json.loads(reply.body or b"null")

    def _await(self, inbox: queue.Queue[Reply]) -> Reply:
        deadline = time.monotonic() + self._timeout
        while time.monotonic() < deadline:
            try:
                return inbox.get(timeout=0.25)
            except queue.Empty:
                if self._init_error:
                    return self._init_error
                if self.child.process.poll() is not None:
                    raise FunctionError(f"the runtime ended with {self.child.process.returncode}:\n{self.output[-4000:]}") from None
        raise FunctionError(f"no answer within {self._timeout:.0f} s:\n{self.output[-4000:]}")

    # -- the three messages of a runtime ----------------------------------------------------------------------------

    def next_event(self) -> tuple[str, bytes] | None:
        """The next invocation, or None when the host closes."""
        self._ready.set()
        return self._work.get()

    def wait_until_ready(self) -> None:
        """Note that the function is loaded and waits for its first event."""
        if not self._ready.wait(self._timeout):
            raise FunctionError(f"not ready within {self._timeout:.0f} s:\n{self.output[-4000:]}")

    def settle(self, request_id: str, reply: Reply) -> bool:
        """Deliver the result or error of an invocation. False if the caller no longer waits."""
        inbox = self._replies.get(request_id)
        if inbox is None:
            return False
        inbox.put(reply)
        return True

    def refuse_to_start(self, reply: Reply) -> None:
        """Note that the runtime could not load the handler. Each invocation gets this error from now on."""
        self._init_error = reply
        for inbox in list(self._replies.values()):
            inbox.put(reply)

    # -- figures --------------------------------------------------------------------------------------------------

    def cpu_seconds(self) -> float:
        """Processor time of the runtime process so far, user and system, in seconds."""
        after_name = Path(f"/proc/{self.child.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        user, system = int(after_name[11]), int(after_name[12])
        return (user + system) / os.sysconf("SC_CLK_TCK")

    def peak_memory_mb(self) -> float:
        """The peak memory of the runtime process."""
        for line in Path(f"/proc/{self.child.pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
        return 0.0


class _RuntimeApi(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, host: LambdaHost) -> None:
        self.host = host
        super().__init__(("127.0.0.1", 0), _RuntimeHandler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore the closed connection of a runtime that is ended while it waits for work."""


class _RuntimeHandler(BaseHTTPRequestHandler):
    """`/2018-06-01/runtime/…`: next invocation, its response or error, an error while starting."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65536
    server: _RuntimeApi

    def do_GET(self) -> None:
        if self.path.endswith("/runtime/restore/next"):  # requested when the snapshot is taken, answered after the restore
            self._answer(HTTPStatus.OK)
            return
        if not self.path.endswith("/runtime/invocation/next"):
            self._answer(HTTPStatus.NOT_FOUND)
            return
        work = self.server.host.next_event()
        if work is None:
            self.close_connection = True
            return
        request_id, event = work
        headers = {
            "Lambda-Runtime-Aws-Request-Id": request_id,
            "Lambda-Runtime-Deadline-Ms": str(int((time.time() + self.server.host.seconds_left) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": ARN,
            "Content-Type": "application/json",
        }
        self._answer(HTTPStatus.OK, headers, event)

    def do_POST(self) -> None:
        body, now = self._body(), time.perf_counter()
        *_, before, last = self.path.split("/")
        if last == "error" and before == "init":
            self.server.host.refuse_to_start(Reply(ok=False, body=body, at=now))
            self._answer(HTTPStatus.ACCEPTED)
            return
        known = last in {"response", "error"} and self.server.host.settle(before, Reply(last == "response", body, now))
        self._answer(HTTPStatus.ACCEPTED if known else HTTPStatus.BAD_REQUEST)

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", "").lower():
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            """Read the trailers and ignore them."""
        return b"".join(parts)

    def _answer(self, status: HTTPStatus, headers: Mapping[str, str] | None = None, body: bytes = b"") -> None:
        self.send_response_only(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """Log nothing: tests read the output of the function."""


# -- API Gateway ---------------------------------------------------------------------------------------------------

_TEXT = ("text/", "application/json", "application/javascript", "application/xml")


def event_of(request: httpx.Request, *, source_ip: str = SOURCE_IP) -> dict[str, Any]:
    """The event that an HTTP API makes of a request: cookies are separate, repeated headers are joined, a binary body is base64."""
    body = request.read()
    headers: dict[str, str] = {}
    cookies: list[str] = []
    for raw_name, raw_value in request.headers.raw:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        if name == "cookie":
            cookies += [part.strip() for part in value.split(";") if part.strip()]
        elif name != "connection":
            headers[name] = f"{headers[name]},{value}" if name in headers else value
    headers |= {"x-forwarded-for": source_ip, "x-forwarded-proto": "https", "x-forwarded-port": "443", "host": request.url.netloc.decode()}
    path = request.url.raw_path.partition(b"?")[0].decode("ascii") or "/"
    # Forms arrive in base64, because HTTP APIs treat only these types as text.
    plain = headers.get("content-type", "").startswith(_TEXT)
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": request.url.query.decode("ascii"),
        "headers": headers,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "loopback",
            "domainName": request.url.host,
            "domainPrefix": request.url.host.partition(".")[0],
            "http": {
                "method": request.method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": source_ip,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": uuid.uuid4().hex,
            "routeKey": "$default",
            "stage": "$default",
            "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime()),
            "timeEpoch": int(time.time() * 1000),
        },
        "isBase64Encoded": bool(body) and not plain,
    }
    if cookies:
        event["cookies"] = cookies
    if body:
        event["body"] = body.decode() if plain else base64.b64encode(body).decode()
    return event


def response_of(result: Any, request: httpx.Request) -> httpx.Response:
    """The response that an HTTP API makes of the function's result."""
    if not isinstance(result, dict) or "statusCode" not in result:
        raise FunctionError(f"not a result of payload format 2.0: {result!r:.500}")
    body = result.get("body") or ""
    content = base64.b64decode(body) if result.get("isBase64Encoded") else body.encode()
    headers = [(name, str(value)) for name, value in (result.get("headers") or {}).items() if name.lower() != "content-length"]
    headers += [("set-cookie", cookie) for cookie in result.get("cookies") or ()]
    return httpx.Response(int(result["statusCode"]), headers=headers, content=content, request=request)


class ApiGateway(httpx.BaseTransport):
    """An httpx transport: each request is one invocation of the host's function."""

    def __init__(self, host: LambdaHost, *, source_ip: str = SOURCE_IP) -> None:
        self._host = host
        self._source_ip = source_ip

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return response_of(self._host.invoke(event_of(request, source_ip=self._source_ip)), request)
