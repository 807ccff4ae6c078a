"""Auth0: an export job, the hashes of its support, and its import files."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from typing import Any

import bcrypt

from tests.support.vendors.people import Someone

CONNECTION = "Username-Password-Authentication"


def user_id(person: Someone) -> str:
    """The id. A person without a password came by Google."""
    return f"google-oauth2|{person.subject}" if person.only_social else f"auth0|{person.id}"


def user(person: Someone) -> dict[str, Any]:
    """A user of an export with all fields. `mfa_factors` was added to it from what Auth0's support sends."""
    own = {"user_id": person.id, "provider": "auth0", "connection": CONNECTION, "isSocial": False}
    google: dict[str, Any] = {"user_id": person.subject, "provider": "google-oauth2", "connection": "google-oauth2", "isSocial": True}
    if person.is_linked and not person.only_social:
        google["profileData"] = {"email": person.email, "email_verified": True, "name": person.name, "picture": "https://lh3.example/a.jpg"}
    at = datetime.fromtimestamp(person.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    made: dict[str, Any] = {
        "user_id": user_id(person), "email_verified": person.verified, "name": person.name, "nickname": f"person.{person.number}",
        "picture": "https://s.gravatar.com/avatar/0?s=480&r=pg&d=https%3A%2F%2Fcdn.auth0.com%2Favatars%2Fa.png", "created_at": at,
        "updated_at": "2026-11-01T08:00:00.000Z", "last_login": "2026-11-01T08:00:00.000Z", "last_ip": "203.0.113.7", "logins_count": 12,
        "identities": [google] if person.only_social else [own, *([google] if person.is_linked else [])],
    }  # fmt: skip
    if person.email:
        made["email"] = person.email
    if not person.only_social:
        made |= {"given_name": person.given, "family_name": person.family}
    if person.disabled:
        made["blocked"] = True
    if person.number % 4 == 0:
        made["user_metadata"] = {"color": "green"}
    if person.totp_secret:
        made["mfa_factors"] = [{"totp": {"secret": person.totp_secret}}]
    return made


def export(people: tuple[Someone, ...]) -> bytes:
    """The file of an export job, unpacked."""
    return b"".join(json.dumps(user(each), ensure_ascii=False).encode() + b"\n" for each in people)


def hashes(people: tuple[Someone, ...]) -> bytes:
    """The file with the hashes, in another order than the export."""
    return b"".join(json.dumps(_hash(each)).encode() + b"\n" for each in reversed(people) if each.password)


def _hash(person: Someone) -> dict[str, Any]:
    made: dict[str, Any] = {
        "_id": {"$oid": person.id}, "email_verified": person.verified, "passwordHash": bcrypt_of(person.password),
        "password_set_date": {"$date": "2019-12-06T18:36:12.412Z"}, "tenant": "meadow", "connection": CONNECTION, "_tmp_is_unique": True,
        "identifiers": [{"type": "email", "value": person.email, "verified": person.verified}],
    }  # fmt: skip
    return made | ({"email": person.email} if person.number % 2 else {})


def import_file(people: tuple[Someone, ...]) -> bytes:
    """An import file as another system made it for Auth0: most hashes in `custom_password_hash`."""
    return json.dumps([_import_user(each) for each in people], ensure_ascii=False, indent=1).encode()


def _import_user(person: Someone) -> dict[str, Any]:
    made: dict[str, Any] = {
        "user_id": person.id, "email_verified": person.verified, "blocked": person.disabled, "given_name": person.given,
        "family_name": person.family, "name": person.name, "app_metadata": {"plan": "free"},
    }  # fmt: skip
    if person.email:
        made["email"] = person.email
    if person.password and person.number % 2:
        made["password_hash"] = bcrypt_of(person.password)
    elif person.password:
        made["custom_password_hash"] = {"algorithm": "bcrypt", "hash": {"value": bcrypt_of(person.password)}}
    if person.totp_secret:
        made["mfa_factors"] = [{"totp": {"secret": person.totp_secret}}, {"phone": {"value": "+12125550001"}}]
    return made


@cache
def bcrypt_of(password: str) -> str:
    """The hash that Auth0 makes: bcrypt with cost 10."""
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(10)).decode()


def client(number: int, **changes: Any) -> dict[str, Any]:
    """An app as `GET /api/v2/clients` has it, with the members that each has; those that are None are left out."""
    made: dict[str, Any] = {
        "tenant": "meadow", "global": False, "is_token_endpoint_ip_header_trusted": False, "name": f"Shop {number}", "is_first_party": True,
        "oidc_conformant": True, "sso_disabled": False, "cross_origin_authentication": False, "client_id": f"{number:032d}",
        "client_secret": f"{number:064d}", "callbacks": [f"https://shop{number}.example/callback"], "client_aliases": [],
        "allowed_logout_urls": [f"https://shop{number}.example/"], "allowed_clients": [], "allowed_origins": [], "web_origins": [],
        "jwt_configuration": {"alg": "RS256", "lifetime_in_seconds": 36000, "secret_encoded": False},
        "refresh_token": {"expiration_type": "non-expiring", "rotation_type": "non-rotating"},
        "token_endpoint_auth_method": "client_secret_post", "app_type": "regular_web",
        "grant_types": ["authorization_code", "implicit", "refresh_token", "client_credentials"], "custom_login_page_on": True,
    }  # fmt: skip
    return {name: value for name, value in {**made, **changes}.items() if value is not None}
