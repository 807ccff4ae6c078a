"""Events of API Gateway for authorizers and for functions behind it, and its interpretation of an authorizer's answer.

"Input to an API Gateway Lambda authorizer", "Control access to HTTP APIs with AWS Lambda authorizers", "AWS Lambda proxy integrations".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.verify.places import Request

STAGE = "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod"
HOST = "api.example"


def _headers(request: Request) -> dict[str, str]:
    sent = dict(request.headers)
    return sent if request.authorization is None else {**sent, "Authorization": request.authorization}


def _certificate(request: Request) -> dict[str, Any]:
    return {"clientCert": {"clientCertPem": request.certificate}} if request.certificate else {}


def arn(request: Request) -> str:
    return f"{STAGE}/{request.method}{request.path}"


def token(request: Request) -> dict[str, Any]:
    """For a REST API's TOKEN authorizer: the header, and the ARN of the request."""
    return {"type": "TOKEN", "authorizationToken": request.authorization or "", "methodArn": arn(request)}


def proxy_1(request: Request) -> dict[str, Any]:
    """Payload 1.0 for a function."""
    headers = _headers(request)
    return {
        "resource": "/orders/{id}", "path": request.path, "httpMethod": request.method, "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None, "pathParameters": None, "stageVariables": None, "body": None, "isBase64Encoded": False,
        "requestContext": {
            "path": request.path, "accountId": "123456789012", "resourceId": "abc", "stage": "prod", "requestId": "r-1",
            "domainName": HOST, "apiId": "a1b2c3d4e5", "httpMethod": request.method, "resourcePath": "/orders/{id}",
            "identity": {"sourceIp": request.source, **_certificate(request)},
        },
    }  # fmt: skip


def rest(request: Request) -> dict[str, Any]:
    """For a REST API's REQUEST authorizer."""
    return {**proxy_1(request), "type": "REQUEST", "methodArn": arn(request)}


def http_1(request: Request) -> dict[str, Any]:
    """For an HTTP API's authorizer, payload 1.0."""
    return {**rest(request), "version": "1.0", "identitySource": request.authorization or ""}


def proxy_2(request: Request) -> dict[str, Any]:
    """Payload 2.0 for a function. Names of headers are in lower case."""
    return {
        "version": "2.0", "routeKey": f"{request.method} /orders/{{id}}", "rawPath": f"/prod{request.path}", "rawQueryString": "",
        "headers": {name.lower(): value for name, value in _headers(request).items()}, "isBase64Encoded": False,
        "requestContext": {
            "accountId": "123456789012", "apiId": "a1b2c3d4e5", "domainName": HOST, "requestId": "r-1", "stage": "prod",
            "routeKey": f"{request.method} /orders/{{id}}",
            "http": {"method": request.method, "path": f"/prod{request.path}", "sourceIp": request.source},
            **({"authentication": _certificate(request)} if request.certificate else {}),
        },
    }  # fmt: skip


def http_2(request: Request) -> dict[str, Any]:
    """For an HTTP API's authorizer, payload 2.0."""
    identity = [request.authorization] if request.authorization else []
    return {**proxy_2(request), "type": "REQUEST", "routeArn": arn(request), "identitySource": identity}


def websocket(request: Request) -> dict[str, Any]:
    """For a WebSocket API's authorizer, which runs when a connection begins."""
    return {
        "type": "REQUEST", "methodArn": f"{STAGE}/$connect", "headers": _headers(request),
        "multiValueHeaders": {name: [value] for name, value in _headers(request).items()},
        "requestContext": {
            "routeKey": "$connect", "eventType": "CONNECT", "stage": "prod", "requestId": "r-1", "domainName": HOST,
            "apiId": "a1b2c3d4e5", "identity": {"sourceIp": request.source},
        },
    }  # fmt: skip


def permits(answer: dict[str, Any], event: dict[str, Any]) -> bool:
    """Whether the gateway would pass the request of this event on after this answer."""
    if "isAuthorized" in answer:
        return answer["isAuthorized"] is True
    return allows(answer["policyDocument"], event.get("routeArn") or event["methodArn"])


def allows(document: dict[str, Any], resource: str) -> bool:
    """Evaluate a policy like IAM: an explicit denial overrides, and what no statement allows is denied."""
    found = {
        statement["Effect"]
        for statement in document["Statement"]
        for pattern in statement["Resource"]
        if re.fullmatch("".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in pattern), resource, re.DOTALL)
    }
    return found == {"Allow"}
