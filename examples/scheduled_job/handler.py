"""Runs every night: asks the orders API for open orders. No person is signed in; the function gets a token for itself.

The token is bound to a key that only this execution environment has (DPoP, RFC 9449). A copy of the token, from a log or a proxy, is
useless without the key.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import time
import uuid
from functools import cache
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import boto3
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

KEY = ec.generate_private_key(ec.SECP256R1())


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Return the open orders."""
    del event, context
    url = os.environ["API"] + "/orders"
    token = access_token()
    headers = {"Authorization": f"DPoP {token}", "DPoP": proof("GET", url, token)}
    answer: dict[str, Any] = fetch(url, headers)
    return answer


def access_token() -> str:
    """Return a token by client credentials (RFC 6749 §4.4)."""
    url = os.environ["ISSUER"] + "/token"
    basic = base64.b64encode(f"{os.environ['CLIENT_ID']}:{client_secret()}".encode()).decode()
    form = {"grant_type": "client_credentials", "scope": "orders:read", "resource": os.environ["AUDIENCE"]}
    headers = {"Authorization": f"Basic {basic}", "DPoP": proof("POST", url)}
    granted: dict[str, str] = fetch(url, headers, urlencode(form).encode())
    return granted["access_token"]


@cache
def client_secret() -> str:
    """Read the secret from Secrets Manager by its name, once per environment. A variable would disclose it."""
    return str(boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["CLIENT_SECRET_NAME"])["SecretString"])


def proof(method: str, url: str, token: str = "") -> str:
    """Return a proof that the caller has the key (RFC 9449 §4.2). With a token, the proof is bound to that token."""
    point = KEY.public_key().public_numbers()
    jwk = {"kty": "EC", "crv": "P-256", "x": b64(point.x.to_bytes(32, "big")), "y": b64(point.y.to_bytes(32, "big"))}
    claims = {"jti": str(uuid.uuid4()), "htm": method, "htu": url, "iat": int(time.time())}
    if token:
        claims["ath"] = b64(hashlib.sha256(token.encode()).digest())
    signed = f"{segment({'typ': 'dpop+jwt', 'alg': 'ES256', 'jwk': jwk})}.{segment(claims)}"
    r, s = decode_dss_signature(KEY.sign(signed.encode(), ec.ECDSA(SHA256())))
    return f"{signed}.{b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def fetch(url: str, headers: dict[str, str], body: bytes | None = None) -> Any:
    """Return the JSON of an answer. HTTPError if it is not 2xx. Both addresses are the deployment's own settings."""
    with urlopen(Request(url, body, headers), timeout=5) as answer:  # noqa: S310  # see above
        return json.load(answer)


def segment(value: dict[str, Any]) -> str:
    """Return a part of a JWS."""
    return b64(json.dumps(value).encode())


def b64(value: bytes) -> str:
    """Return base64url without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
