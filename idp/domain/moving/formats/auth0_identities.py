"""Auth0's ids: of the user, of the user's accounts in its databases, and of accounts at other providers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from idp.domain.moving.fields import flag, objects, text
from idp.domain.moving.person import ImportedLink, RowError

_DATABASE = "auth0"
_NO_PROVIDER = {_DATABASE, "email", "sms"}
"""Strategies without an account elsewhere: the database, and codes by mail and SMS."""
_ENTRA = "waad"
_LONGEST = 255


def id_of(user: Mapping[str, Any]) -> str:
    """Return `user_id`, "" if there is none. The file of hashes has the id of the database, an import file leaves out the strategy."""
    given = text(user, "user_id")
    if not given:
        about = user.get("_id")
        given = text(user, "alt_id") or (text(about, "$oid") if isinstance(about, Mapping) else "")
    return given if not given or "|" in given else f"{_DATABASE}|{given}"


def with_identifiers(user: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the user with `email` and `email_verified` of `identifiers`, where the file of hashes has them only there."""
    found = [each for each in objects(user, "identifiers") if each.get("type") == "email"]
    if len(found) != 1 or user.get("email") is not None:
        return user
    return {**user, "email": text(found[0], "value"), "email_verified": flag(found[0], "verified", absent=False)}


def database_ids(user: Mapping[str, Any], user_id: str) -> list[str]:
    """Return the ids that the person's accounts in databases have in the file of hashes."""
    linked = [f"{_DATABASE}|{_subject(each)}" for each in objects(user, "identities") if each.get("provider") == _DATABASE]
    return list(dict.fromkeys([user_id, *linked]))


def links(user: Mapping[str, Any], user_id: str) -> tuple[ImportedLink, ...]:
    """Return the accounts at other providers. The name of a provider is that of the connection, as two may have one strategy."""
    found = [_link(each) for each in objects(user, "identities") if _is_elsewhere(text(each, "provider"))]
    strategy, _, subject = user_id.partition("|")
    if user.get("identities") is None and subject and _is_elsewhere(strategy):
        found.append(_link({"provider": strategy, "connection": user.get("connection"), "user_id": subject}))
    return tuple(found)


def roles(user: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of `roles`: texts, or objects as the Management API has them. No export has this member by itself."""
    given = user.get("roles") or []
    found = [each.get("name") if isinstance(each, Mapping) else each for each in given] if isinstance(given, list) else [None]
    if not all(isinstance(each, str) for each in found):
        raise RowError("moving.wrong_type", name="roles")
    return tuple(str(each) for each in found)


def _is_elsewhere(strategy: str) -> bool:
    return bool(strategy) and strategy not in _NO_PROVIDER


def _link(identity: Mapping[str, Any]) -> ImportedLink:
    """An enterprise connection puts its name before the id: `corp|00u1`."""
    strategy = text(identity, "provider")
    connection = text(identity, "connection") or strategy
    profile = identity.get("profileData")
    if profile is not None and not isinstance(profile, Mapping):
        raise RowError("moving.wrong_type", name="profileData")
    told = profile or {}
    subject = _subject(identity).removeprefix(f"{connection}|")
    if not 0 < len(subject) <= _LONGEST:
        raise RowError("moving.wrong_type", name="identities")
    return ImportedLink(connection, subject, text(told, "tenantid") if strategy == _ENTRA else "", text(told, "email"))


def _subject(identity: Mapping[str, Any]) -> str:
    """Return the id, which is a number at some providers."""
    found = identity.get("user_id")
    if isinstance(found, bool) or not isinstance(found, str | int):
        raise RowError("moving.wrong_type", name="identities")
    return str(found)
