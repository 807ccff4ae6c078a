"""Targets: messages of other systems: identity providers, directories, resolvers, hooks, streams, gateways; and JSON in general."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from idp.adapters.saml.judge import answer_to
from idp.domain.connections.saml import PERSISTENT
from idp.domain.errors import IdpError, InvalidValue
from idp.domain.hooks import answer
from idp.domain.merge_patch import apply_to_object
from idp.domain.organisations import txt_answer
from idp.domain.scim import filters, matching, patching
from idp.domain.scim.patch_request import read_operations
from idp.domain.scim.refusal import ScimRefusal
from idp.domain.scim.schemas import USERS
from idp.domain.streams.record import read_record
from idp.http.admin import app as _every_route
from idp.http.admin import strict_json as bodies
from idp.http.admin.schemas.common import Shape
from idp.services.apps import client_keys
from idp.verify import jwks, strict_json
from idp.verify.gateway import globs, readings
from tests.support import saml_idp
from tools.fuzz.target import Target, chosen, json_of, text_of

del _every_route
SAML = saml_idp.expected(name_id_format=PERSISTENT)._asdict()
_POSTED = saml_idp.response()
SIGNED: dict[str, Any] = answer_to({"response": _POSTED, "expected": SAML})["assertion"]
PERSON: dict[str, Any] = {
    "userName": "ada", "active": True, "name": {"givenName": "Ada"}, "emails": [{"value": "a@b.example", "type": "work", "primary": True}],
}  # fmt: skip


def saml(data: bytes) -> None:
    """A response, as text and as XML; and metadata. A refusal is an answer."""
    which, rest = chosen(data, 3)
    if which == 0:
        answer_to({"metadata": text_of(rest), "now": saml_idp.NOW})
        return
    found = answer_to({"response": text_of(rest) if which == 1 else saml_idp.posted(rest), "expected": SAML})
    assert found.get("assertion", SIGNED)["name_id"] == SIGNED["name_id"], "a person was named without a signature"


def scim_filters(data: bytes) -> None:
    """A filter that is one fits a person or does not."""
    matching.fits(PERSON, filters.parse(text_of(data)), USERS)


def scim_patches(data: bytes) -> None:
    """The person stays JSON. The resource that was given does not change."""
    body, before = json_of(data), json.dumps(PERSON)
    for strict in (True, False):
        try:
            json.dumps(patching.apply(USERS, json.loads(before), read_operations(USERS, body, strict=strict), strict=strict))
        except ScimRefusal:
            continue


def dns(data: bytes) -> None:
    """Texts are returned only of an answer to this question."""
    txt_answer.texts(strict_json.loads(data), "_idp.example.com")


def json_bodies(data: bytes) -> None:
    """What the strict parser accepts, the standard library reads alike (differential)."""
    try:
        found = bodies.parse(data)
    except IdpError:
        found = strict_json.parse(data)
    assert json.dumps(found) == json.dumps(json.loads(data))


def _below(shape: type[Shape]) -> Iterator[type[Shape]]:
    for each in shape.__subclasses__():
        yield each
        yield from _below(each)


SHAPES = tuple(sorted(set(_below(Shape)), key=lambda each: each.__qualname__))


def admin_bodies(data: bytes) -> None:
    """The body of some route of the admin API: the first byte says which."""
    which, rest = chosen(data, len(SHAPES))
    SHAPES[which].model_validate(bodies.parse(rest))


def merge_patches(data: bytes) -> None:
    """A merge patch that is an object (RFC 7396)."""
    one, _, other = data.partition(b"\n")
    document, patch = json_of(one), json_of(other)
    if isinstance(document, dict) and isinstance(patch, dict):
        json.dumps(apply_to_object(document, patch))


def records(data: bytes) -> None:
    """A record of a stream. One that is damaged tells nothing."""
    record = json_of(data)
    if isinstance(record, dict):
        read_record(record)


def key_sets(data: bytes) -> None:
    """Keys of apps, and of the provider at an API."""
    found = json_of(data)
    client_keys.parse(found)
    if isinstance(found, dict):
        jwks.parse(data)


def gateways(data: bytes) -> None:
    """A path, and a pattern of a route. Each reading of the path is matched."""
    head, _, tail = data.partition(b"\n")
    for reading in readings.readings(text_of(head)):
        globs.matches(text_of(tail), reading)


def hooks(data: bytes) -> None:
    """The answer of a function of the operator."""
    which, rest = chosen(data, 3)
    if which == 0:
        answer.read_claims(rest)
    else:
        answer.read_decision(rest, "sign_in" if which == 1 else "registration")


_RECORD = {
    "eventSourceARN": "arn:aws:dynamodb:eu-central-1:1:table/idp-directory/stream/x", "eventName": "MODIFY",
    "dynamodb": {"SequenceNumber": "1", "Keys": {"pk": {"S": "USER#1"}, "sk": {"S": "USER"}}, "NewImage": {"kind": {"S": "user"}}},
}  # fmt: skip
_DNS = {
    "Status": 0,
    "Question": [{"name": "_idp.example.com", "type": 16}],
    "Answer": [{"name": "_idp.example.com", "type": 16, "data": '"a"'}],
}
TARGETS = {
    "SAML": Target(saml, (), (b"\2" + b64decode(_POSTED), b"\1" + _POSTED.encode(), b"\0" + saml_idp.metadata().encode())),
    "SCIM filters": Target(scim_filters, (ScimRefusal,), (b'userName eq "ada" and emails[type eq "work"] or not (active pr)',)),
    "SCIM patches": Target(
        scim_patches,
        (ScimRefusal,),
        (b'{"Operations":[{"op":"replace","path":"emails[type eq \\"work\\"].value","value":"b"},{"op":"add","value":{"active":false}}]}',),
    ),
    "DNS": Target(dns, (ValueError,), (json.dumps(_DNS).encode(),)),
    "JSON": Target(json_bodies, (ValueError, IdpError), (b'{"a":[1,2.5e3,"\\ud83d\\ude00",null,true]}', b'{"a":1,"a":2}')),
    "bodies of the admin API": Target(
        admin_bodies,
        (IdpError, InvalidValue, ValidationError),
        tuple(bytes([n]) + b'{"name":"a","email":"a@b.c","scope":"x"}' for n in range(0, 250, 5)),
    ),
    "merge patches": Target(merge_patches, (ValueError, IdpError), (b'{"a":{"b":1}}\n{"a":{"b":null}}',)),
    "stream records": Target(records, (), (json.dumps(_RECORD).encode(),)),
    "key sets": Target(key_sets, (ValueError,), (b'{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA","kid":"a","alg":"ES256"}]}',)),
    "paths": Target(gateways, (), (b"/a/%2e./b;c\n/a/*/{b}",)),
    "answers of hooks": Target(hooks, (answer.HookFailed,), (b'\0{"claims":{"a":1}}', b'\1{"decision":"allow"}')),
}
