"""Targets: signed messages whose signature is valid, so that their claims are read, and what servers answer that this project asks."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

from idp.adapters.outgoing import Answered, Fetched
from idp.cli import dynamodb_json
from idp.domain.access.trusted_issuer import JWT, TrustedIssuer
from idp.domain.apps.client import Client
from idp.domain.connections.connection import Connection
from idp.domain.errors import Invalid, InvalidGrant, OAuthError
from idp.domain.scim.reading import read_resource
from idp.domain.scim.refusal import ScimRefusal
from idp.domain.scim.schemas import GROUPS, USERS
from idp.http.scim.requests import posted_search
from idp.oauth.authorization.request_object import resolve_object
from idp.oauth.clients import certificate
from idp.oauth.token import assertion
from idp.services.apps import client_documents
from idp.services.connections.discovery import discover
from idp.services.mail.mail_events import MailEvents
from idp.services.provisioning.scim_client import AccountRefused, ScimClient, TargetResting
from idp.services.upstream import id_token, logout_token
from idp.services.upstream.patience import Patience
from idp.services.upstream.protected_resource import ProtectedResource
from idp.services.upstream.refusal import UpstreamRefused
from idp.services.upstream.shapes import OWN, Answers, shape_of
from idp.services.upstream.state import Attempt
from idp.services.upstream.token_request import UpstreamTokens
from idp.settings import Settings
from idp.verify.certificate import thumbprint
from tools.fuzz.target import Target, chosen, json_of, text_of
from tools.fuzz.targets.protocol import NOW, PROVIDER, PUBLIC, signed

ISSUER = "https://up.example"
SETTINGS = Settings(issuer="https://id.example", client_id_metadata="on")
APP = Client(id="app", redirect_uris=("https://a.example/cb",))
KEYS: Any = SimpleNamespace(find=lambda *_, **__: [PUBLIC])
CONNECTION = Connection(id="up", type="oidc", issuer=ISSUER, client_id="us", signing_alg="ES256", userinfo_endpoint=f"{ISSUER}/me")
ATTEMPT = Attempt("a", "up", "", "n", "", "", "", 3600, NOW - 10)
PRESETS = ("", *sorted(OWN))


class Said:
    """A server whose answer is the input."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def get(self, *_: object, **__: object) -> Fetched:
        return Fetched(self._body, {"content-type": "application/json"})

    def send(self, *_: object, **__: object) -> Answered:
        return Answered(200, self._body, {})


def request_objects(data: bytes) -> None:
    """The claims of a request object that the app signed: every parameter is text."""
    sent: Any = {"request": signed({"alg": "ES256", "typ": "JWT"}, data)}
    found = resolve_object(PROVIDER, sent, APP)
    assert all(isinstance(each, str) for _, values in found.every() for each in values)


def other_providers(data: bytes) -> None:
    """ID Tokens, logout tokens and userinfo: an identity names the connection, and its subject is printable."""
    which, rest = chosen(data, len(PRESETS) + 2)
    token = signed({"alg": "ES256"}, rest)
    if which == len(PRESETS):
        id_token.validate(KEYS, CONNECTION, UpstreamTokens("a", token), ATTEMPT, patience=Patience(), now=NOW)
    elif which == len(PRESETS) + 1:
        logout_token.validate(KEYS, CONNECTION, token, patience=Patience(), now=NOW)
    else:
        plain = PRESETS[which] in {"github", "facebook", "discord"}
        one = replace(CONNECTION, preset=PRESETS[which], type="oauth2" if plain else "oidc", scopes=("openid", "email"))
        told = json_of(rest)
        claims = {} if plain else {**(told if isinstance(told, dict) else {}), "iss": ISSUER, "sub": "s"}
        resource = ProtectedResource(cast("Any", Said(rest)), one, "t", Patience())
        found = shape_of(one).identify(one, Answers(claims, resource, text_of(rest), with_max_age=True))
        assert found.connection_id == "up"
        assert found.subject.isprintable()


def metadata_of_providers(data: bytes) -> None:
    """The endpoints that a connection takes are https."""
    found = discover(cast("Any", Said(data)), ISSUER)
    assert all(url[:8].lower() == "https://" for url in found.endpoints.values() if url)


def assertions(data: bytes) -> None:
    """The assertion of a trusted issuer."""
    issuer = TrustedIssuer(ISSUER, f"{ISSUER}/jwks", profile=JWT, clients=("app",))
    found = assertion.verify_assertion(PROVIDER, issuer, signed({"alg": "ES256", "typ": "JWT"}, data), APP)
    assert assertion.use(PROVIDER, found, "a")


def scim_resources(data: bytes) -> None:
    """The body of a POST or PUT, and of a search: what is read is JSON."""
    which, rest = chosen(data, 5)
    body = json_of(rest)
    if not isinstance(body, dict):
        return
    if which == 4:
        posted_search(body)
    else:
        json.dumps(read_resource((USERS, GROUPS)[which % 2], body, strict=which > 1))


def scim_answers(data: bytes) -> None:
    """What a system answers to which accounts are provisioned."""
    which, rest = chosen(data, 3)
    client = ScimClient(cast("Any", Said(rest)), "https://scim.example", "token")
    (lambda: client.read("a"), lambda: client.find("userName", "ada"), lambda: client.create({}))[which]()


def documents_of_apps(data: bytes) -> None:
    """A document that describes a client, at its URL."""
    url = "https://a.example/app"
    assert client_documents.read(url, Fetched(data, {"content-type": "application/json"}), SETTINGS).id == url


def certificates(data: bytes) -> None:
    """A certificate that the gateway passes, as text."""
    certificate.load_valid(text_of(data).encode("utf-8", "surrogateescape").decode("latin-1"), NOW)
    thumbprint(text_of(data))


def reports(data: bytes) -> None:
    """What SES reports. Only its form is refused, and then the report is a dead letter."""
    report = json_of(data)
    if isinstance(report, dict):
        MailEvents(cast("Any", SimpleNamespace(put=lambda *_: None)), lambda: NOW).handle(report)


def backups(data: bytes) -> None:
    """A line of a backup is written as it was read."""
    found = dynamodb_json.parse(data)
    assert dynamodb_json.parse(dynamodb_json.line(found)) == found


_CLAIMS = {"iss": ISSUER, "aud": "us", "sub": "s", "iat": NOW, "exp": NOW + 300, "nonce": "n", "jti": "j"}
_LOGOUT = {**_CLAIMS, "events": {logout_token.EVENT: {}}}
del _LOGOUT["nonce"]
_TELLS = b'{"iss":"https://up.example","sub":"s","id":7,"tid":"t","oid":"o","email":"a@b.example","email_verified":true,"auth_time":1}'
TARGETS = {
    "request objects": Target(request_objects, (OAuthError,), (b'{"client_id":"app","iss":"app","scope":"openid","claims":{"userinfo":{}}}',)),
    "answers of other providers": Target(other_providers, (UpstreamRefused,), (
        *(bytes([n]) + _TELLS for n in range(len(PRESETS))),
        bytes([len(PRESETS)]) + json.dumps(_CLAIMS).encode(), bytes([len(PRESETS) + 1]) + json.dumps(_LOGOUT).encode(),
    )),
    "metadata of other providers": Target(metadata_of_providers, (Invalid,), (json.dumps({
        "issuer": ISSUER, "authorization_endpoint": f"{ISSUER}/a", "token_endpoint": f"{ISSUER}/t", "jwks_uri": f"{ISSUER}/j",
    }).encode(),)),
    "assertions of trusted issuers": Target(assertions, (InvalidGrant,), (json.dumps({**_CLAIMS, "aud": "https://id.example"}).encode(),)),
    "SCIM resources": Target(scim_resources, (ScimRefusal,), tuple(
        bytes([n]) + b'{"userName":"ada","displayName":"a","emails":[{"value":"a@b.c","primary":true}],"members":[{"value":"u"}],"filter":"a"}' for n in range(5)
    )),
    "answers of SCIM targets": Target(scim_answers, (AccountRefused, TargetResting), tuple(
        bytes([n]) + b'{"id":"a","userName":"ada","Resources":[{"id":"a","userName":"ada"}],"totalResults":1}' for n in range(3)
    )),
    "documents of apps": Target(documents_of_apps, (Invalid,), (b'{"client_id":"https://a.example/app","client_name":"a","redirect_uris":["https://a.example/cb"]}',)),
    "certificates": Target(certificates, (), (b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",)),
    "reports about mails": Target(reports, (KeyError, TypeError, AttributeError), (b'{"eventType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":"A <a@b.example>","status":"5.1.1"}]}}',)),
    "lines of backups": Target(backups, (ValueError, RecursionError), (b'{"pk":{"S":"A"},"b":{"B":"AAEC"},"s":{"BS":["AA=="]}}',)),
}  # fmt: skip
