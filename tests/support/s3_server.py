"""Amazon S3 on loopback: moto's, behind a door that checks presigned URLs as S3 does. moto itself checks no signature.

botocore computes what the signature has to be, from the request that arrived.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

BUCKET = "uploads"
REGION = "us-east-1"


class S3Server(ThreadingHTTPServer):
    """The server. `ahead`: seconds by which its clock is ahead. `cut`: bytes after which a reply breaks off, once for each entry."""

    def __init__(self, moto: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.moto = urlsplit(moto).netloc
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.ahead = 0
        self.cut: list[int] = []
        self.asked: list[str] = []
        self.client = boto3.client("s3", endpoint_url=moto, region_name=REGION)
        self.client.create_bucket(Bucket=BUCKET)

    def stored(self) -> list[str]:
        """The keys of all objects."""
        return [each["Key"] for each in self.client.list_objects_v2(Bucket=BUCKET).get("Contents", [])]


class _Handler(BaseHTTPRequestHandler):
    server: S3Server

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        self.server.asked.append(self.command)
        if not self._is_signed():
            self._reply(403, {}, b"")
            return
        upstream = HTTPConnection(self.server.moto)
        passed = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
        upstream.request(self.command, self.path, body or None, passed)
        answer = upstream.getresponse()
        headers = {name: value for name, value in answer.getheaders() if name.lower() in {"etag", "content-length", "content-range"}}
        content = answer.read()
        upstream.close()
        cut = self.server.cut.pop(0) if self.server.cut and content and self.command == "GET" else len(content)
        self._reply(answer.status, headers, content[:cut])

    def do_GET(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def _is_signed(self) -> bool:
        url, _, signature = self.path.partition("&X-Amz-Signature=")
        told = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        if not signature:
            return False
        signed_at = datetime.strptime(told["X-Amz-Date"] + "+0000", "%Y%m%dT%H%M%SZ%z").timestamp()
        if time.time() + self.server.ahead > signed_at + int(told["X-Amz-Expires"]):
            return False
        request = AWSRequest(self.command, f"http://{self.headers['host']}{url}")
        for name in told["X-Amz-SignedHeaders"].split(";"):
            request.headers[name] = self.headers.get(name, "")
        request.context["timestamp"] = told["X-Amz-Date"]
        auth: Any = S3SigV4QueryAuth(Credentials("test", "test"), "s3", REGION, expires=int(told["X-Amz-Expires"]))
        auth.credentials = Credentials("test", "test")
        expected = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
        return bool(expected == signature)

    def _reply(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Log nothing."""


@contextmanager
def s3_server(moto: str) -> Iterator[S3Server]:
    """S3 with an empty bucket."""
    with S3Server(moto) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        for key in server.stored():
            server.client.delete_object(Bucket=BUCKET, Key=key)
        yield server
        server.shutdown()
        thread.join()
