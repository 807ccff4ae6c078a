"""Targets: files that people bring: exports of other systems, declared files, policies, themes; and hashes of passwords in them."""

from __future__ import annotations

import io
import json
import tempfile
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import cedarpy

from idp.cli.declared import file as declared
from idp.domain.apps import claim_mapping
from idp.domain.apps.client import Client
from idp.domain.errors import IdpError, InvalidValue
from idp.domain.factors.foreign_hash import ForeignHash
from idp.domain.factors.hash_notations import notation
from idp.domain.looks import look, theme
from idp.domain.moving import fields, keycloak_roles, own_export
from idp.domain.moving.clients import auth0 as auth0_clients
from idp.domain.moving.clients import keycloak as keycloak_clients
from idp.domain.moving.formats import cognito_csv, csv_file
from idp.domain.moving.person import ImportedPerson
from idp.domain.people import email
from idp.services.apps import client_metadata
from idp.services.migration import told
from idp.services.moving.formats import FORMATS
from idp.settings import Settings
from idp.verify.decisions.attributes import AttributeDecider, rules_of
from idp.verify.decisions.cedar_check import PoliciesError, check_policies, parse_schema
from idp.verify.decisions.messages import Malformed, question
from idp.verify.decisions.shapes import RulesError
from tools.fuzz.target import Target, chosen, json_of, text_of

READERS: tuple[Any, ...] = tuple(import_module(FORMATS[name].path).read for name in sorted(FORMATS) if name not in {"csv", "idp"})
"""auth0, b2c, cognito, django, firebase, keycloak, kratos, scim."""
SETTINGS = Settings(issuer="https://id.example")


def _all(rows: Any) -> None:
    """Read to the end. Each imported person has a canonical address and can be stored."""
    for row in rows:
        if isinstance(row, ImportedPerson):
            assert row.email == email.normalise(row.email)
            json.dumps([row.claims, row.source_id, row.roles, row.groups], ensure_ascii=False).encode()


def people_json(data: bytes) -> None:
    """Exports in JSON and JSON lines, and what Auth0 and Firebase send beside them."""
    which, rest = chosen(data, len(READERS) + 2)
    if which < len(READERS):
        _all(READERS[which](io.BytesIO(rest)))
        return
    name, option = (("auth0", "hashes"), ("firebase", "hash_config"))[which - len(READERS)]
    one, _, other = rest.partition(b"\0")
    _all(import_module(FORMATS[name].path).read(io.BytesIO(one), **{option: io.BytesIO(other)}))


def people_csv(data: bytes) -> None:
    """CSV with the columns of this project and of Cognito."""
    which, rest = chosen(data, 2)
    _all((csv_file, cognito_csv)[which].read(io.BytesIO(rest)))


def apps(data: bytes) -> None:
    """Apps and roles of other systems."""
    which, rest = chosen(data, 3)
    if which == 0:
        keycloak_roles.read(io.BytesIO(rest))
    else:
        list((keycloak_clients, auth0_clients)[which - 1].read(io.BytesIO(rest)))


def exports(data: bytes) -> None:
    """An export of this project, and values of files."""
    which, rest = chosen(data, 4)
    if which == 0:
        own_export.check_complete(io.BytesIO(rest))
    elif which == 1:
        list(own_export.of_types(io.BytesIO(rest), "user"))
    elif which == 2:
        with suppress(ValueError):
            fields.parse(rest)
    else:
        with suppress(told.NotToldError):
            told.read(rest)


def hashes(data: bytes) -> None:
    """A hash that was read is written and read as itself."""
    found = notation.read(text_of(data))
    assert isinstance(found, ForeignHash)


_FOLDER = tempfile.TemporaryDirectory(prefix="idp-fuzz-")
_FILE = Path(_FOLDER.name) / "declared.yaml"


def declared_files(data: bytes) -> None:
    """A file of idp plan and idp apply."""
    _FILE.write_bytes(data)
    json.dumps(declared.read(_FILE).objects)


def cedar(data: bytes) -> None:
    """Policies and a schema. The engine is compiled: only this project's part is guided by coverage."""
    which, rest = chosen(data, 2)
    if which:
        check_policies(cedarpy, text_of(rest), None)
    else:
        parse_schema(cedarpy, text_of(rest))


def rules(data: bytes) -> None:
    """Rules about attributes, and the questions that they answer."""
    one, _, other = data.partition(b"\n")
    asked = question(
        json_of(other) or {"subject": {"type": "user", "id": "a"}, "action": {"name": "r"}, "resource": {"type": "d", "id": "b"}}
    )
    rules_of(json_of(one))
    AttributeDecider(json_of(one)).decide(asked)


def looks(data: bytes) -> None:
    """Files of a theme: logos in SVG and others, the style sheet, theme.json; and the look of an app with the URL of its logo."""
    which, rest = chosen(data, 5)
    if which == 0:
        theme.check_file("logo.svg", rest)
    elif which == 1:
        theme.check_file("logo.png", rest)
    elif which == 2:
        theme.check_stylesheet(rest, frozenset({"logo.svg"}))
    elif which == 3:
        theme.parse_theme(json_of(rest))
    else:
        look.parse_look(json_of(rest), of_app=True)


def metadata(data: bytes) -> None:
    """Metadata of an app, with the URLs in it, and mappings of claims."""
    found = json_of(data)
    if isinstance(found, dict):
        client_metadata.describe(client_metadata.apply(Client(id="app"), found, SETTINGS))
    claim_mapping.parse(found)


_RULES = {"rules": [{"id": "a", "effect": "allow", "actions": ["r"], "when": {"equals": [{"get": "subject.properties.a"}, "b"]}}]}
TARGETS = {
    "exports of people in JSON": Target(people_json, (InvalidValue,), tuple(
        bytes([n]) + each for n in range(10) for each in (b'{"users":[{"id":"1","email":"a@b.c","username":"a"}]}', b'[{"Username":"1","email":"a@b.c"}]')
    )),
    "exports of people in CSV": Target(people_csv, (InvalidValue,), (b'\0id,email,name\n1,a@b.c,"A\nB"\n', b"\1cognito:username,email,email_verified\n1,a@b.c,true\n")),
    "apps and roles of other systems": Target(apps, (InvalidValue,), (b'\0{"roles":{"realm":[{"name":"a"}]}}', b'\1{"clients":[{"clientId":"a","redirectUris":["https://a.example/*"]}]}', b'\2[{"client_id":"a","name":"b"}]')),
    "exports of this project": Target(exports, (InvalidValue,), (b'\0{"type":"head","version":1}\n{"type":"end","counts":{}}\n', b'\3{"outcome":"no"}')),
    "hashes of passwords": Target(hashes, (InvalidValue,), (b"$2b$10$" + b"a" * 53, b"$argon2id$v=19$m=64,t=1,p=1$YWFhYWFhYWE$YWFhYWFhYWFhYWFhYWFhYQ", b"pbkdf2-sha256$1000$YWE=$YWE=", b"$6$rounds=5000$aa$" + b"a" * 86, b"{SSHA}YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh")),
    "declared files": Target(declared_files, (IdpError,), (b"version: 1\nmanager: m\nroles:\n  a: {permissions: [b]}\n",)),
    "Cedar policies": Target(cedar, (PoliciesError,), (b'\1@id("a") permit(principal, action, resource) when { context.a == 1 };', b"\0entity User { a: String }; action r appliesTo { principal: User, resource: User };")),
    "rules about attributes": Target(rules, (RulesError, Malformed), (json.dumps(_RULES).encode(),)),
    "themes and logos": Target(looks, (InvalidValue,), (b'\0<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>', b"\2a{background:url(logo.svg)}", b'\3{"contract":1,"logo":"logo.svg"}', b'\4{"logo_uri":"https://a.example/l.png","colours":{"light":{"accent":"#123456"}}}')),
    "metadata of apps": Target(metadata, (InvalidValue, IdpError), (b'{"client_name":"a","redirect_uris":["https://a.example/cb"],"logo_uri":"https://a.example/l.png","grant_types":["authorization_code"],"scope":"openid"}',)),
}  # fmt: skip
