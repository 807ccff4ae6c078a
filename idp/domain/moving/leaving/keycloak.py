"""Keycloak: users and realm of `kc.sh import --dir`, which the partial import of its admin API takes, too.

The username is the address. The id of a user, which is the `sub` of tokens, is kept by `kc.sh import`, not by a partial import.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from idp.domain.moving.leaving import keycloak_credentials as credentials
from idp.domain.moving.leaving.left_out import Counts

_LONGEST_ID = 36
"""Characters of a user's id in Keycloak's database."""
_NAMES = {"given_name": "firstName", "family_name": "lastName"}
_MILLISECONDS = 1000


def user(line: Mapping[str, Any], secrets: Mapping[str, Any] | None, left: Counts) -> dict[str, Any]:
    """The representation of a user. Arguments: see the package."""
    claims = line["claims"]
    found: dict[str, Any] = {
        "username": line["email"], "email": line["email"], "emailVerified": line["email_verified"], "enabled": not line["disabled"],
        "createdTimestamp": line["created_at"] * _MILLISECONDS, "realmRoles": line["roles"],
        "groups": [f"/{name}" for name in line["groups"]], "attributes": _attributes(claims, line["attributes"]),
        **{theirs: claims[ours] for ours, theirs in _NAMES.items() if claims.get(ours)},
    }  # fmt: skip
    if len(line["id"]) <= _LONGEST_ID:
        found["id"] = line["id"]
    else:
        left["ids"] += 1
    kept, actions = _credentials(line, secrets or {}, left)
    links = [
        {"identityProvider": each["connection_id"], "userId": each["subject"], "userName": each["email"] or each["subject"]}
        for each in line["links"]
        if each["connection_id"]
    ]
    left["links"] += len(line["links"]) - len(links)
    left["consents"] += len(line["consents"])
    left["terms"] += bool(line["terms"])
    left["admins"] += line["admin"]
    return {**found, "credentials": kept, "requiredActions": actions, "federatedIdentities": links}


def _credentials(line: Mapping[str, Any], secrets: Mapping[str, Any], left: Counts) -> tuple[list[dict[str, Any]], list[str]]:
    """The credentials, and what the person has to do at the next sign-in because a credential is missing."""
    kept, actions = [], []
    made = credentials.password(secrets["password_hash"], line["password_changed_at"]) if "password_hash" in secrets else None
    if made:
        kept.append(made)
    elif line["has_password"]:
        actions.append("UPDATE_PASSWORD")
        left["passwords"] += 1
    if "totp" in secrets:
        kept.append(credentials.authenticator(secrets["totp"]))
    elif line["has_totp"]:
        left["authenticators"] += 1
    passkeys = [one for one in line["passkeys"] if not one["waits"]]
    left["waiting_passkeys"] += len(line["passkeys"]) - len(passkeys)
    kept.extend(map(credentials.passkey, passkeys))
    if (line["has_totp"] or line["second_factor_required"]) and "totp" not in secrets:
        actions.append("CONFIGURE_TOTP")
    left["recovery_codes"] += "recovery_codes" in secrets
    return kept, actions


def _attributes(claims: Mapping[str, Any], attributes: Mapping[str, Any]) -> dict[str, list[str]]:
    """Claims and attributes as lists of texts. An attribute of the organisation wins over a claim of the same name."""
    both = {**{name: value for name, value in claims.items() if name not in {*_NAMES, "name"}}, **attributes}
    return {name: [_text(each) for each in (value if isinstance(value, list) else [value])] for name, value in both.items()}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
