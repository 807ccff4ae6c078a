"""Amazon S3 on loopback: moto's, behind a door that checks presigned URLs as S3 does. moto itself checks no signature.

botocore computes what the signature has to be, from the request that arrived.
"""

from __future__ import annotations

import json
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.parser import BytesParser
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
from botocore.auth import S3SigV4PostAuth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

BUCKET = "uploads"
REGION = "us-east-1"


def fields_of(content_type: str, body: bytes) -> dict[str, bytes]:
    """The fields of a form with a file (RFC 7578), by name."""
    whole = BytesParser().parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    parts: Any = whole.get_payload()
    return {str(part.get_param("name", header="content-disposition")): part.get_payload(decode=True) for part in parts}


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

    def do_POST(self) -> None:
        """A form of a browser: the policy is checked as S3 does, then the browser is led back."""
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.asked.append("POST")
        fields = fields_of(self.headers["content-type"], body)
        file = fields.pop("file")
        told = {name: value.decode() for name, value in fields.items()}
        if self.path.strip("/") != BUCKET or not self._permits(told, len(file)):
            self._reply(403, {}, b"<Error><Code>AccessDenied</Code></Error>")
            return
        self.server.client.put_object(Bucket=BUCKET, Key=told["key"], Body=file)
        self._reply(303, {"Location": f"{told['success_action_redirect']}?bucket={BUCKET}&key={told['key']}&etag=%22x%22"}, b"")

    def _permits(self, fields: dict[str, str], size: int) -> bool:
        signature, policy = fields.pop("x-amz-signature", ""), fields.pop("policy", "")
        request = AWSRequest("POST", self.server.url)
        request.context["timestamp"] = fields.get("x-amz-date", "")
        auth: Any = S3SigV4PostAuth(Credentials("test", "test"), "s3", REGION)
        if not signature or auth.signature(policy, request) != signature:
            return False
        told = json.loads(b64decode(policy))
        ends = datetime.strptime(told["expiration"] + "+0000", "%Y-%m-%dT%H:%M:%SZ%z").timestamp()
        permitted: dict[str, str] = {}
        least, most = 0, 0
        for each in told["conditions"]:
            if isinstance(each, dict):
                permitted |= each
            else:
                least, most = each[1:]
        return permitted == {**fields, "bucket": BUCKET} and least <= size <= most and time.time() + self.server.ahead <= ends

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
