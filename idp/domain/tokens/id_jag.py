"""The authorization servers for which a client may get an ID-JAG, and its limits there: a member of the client that an admin sets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from idp.domain.errors import InvalidValue
from idp.domain.requests import scope as rules

if TYPE_CHECKING:
    from typing import TypeGuard

TOKEN_TYPE = "urn:ietf:params:oauth:token-type:id-jag"
TYP = "oauth-id-jag+jwt"
LIFETIME = 300
"""Seconds for which the other server may accept an ID-JAG."""
MOST, _LONGEST = 20, 512
_MEMBERS = {"client_id", "scope", "resources", "sso_client_id"}


@dataclass(frozen=True, slots=True)
class Target:
    """`audience`: the issuer of the other server. `client_id`: the client's id there. `scopes`, `resources`: what it may request there.

    `sso_client_id`: the client of this provider by which the other server signs users in. It knows them by that client's subjects.
    """

    audience: str
    client_id: str
    scopes: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    sso_client_id: str | None = None

    def as_document(self) -> dict[str, Any]:
        """The JSON object that is stored and returned, without the audience."""
        sso = {"sso_client_id": self.sso_client_id} if self.sso_client_id else {}
        return {"client_id": self.client_id, "scope": " ".join(self.scopes), "resources": list(self.resources), **sso}


def parse(value: object) -> tuple[Target, ...]:
    """Targets by their audience.

    Raises:
        InvalidValue: it is not an object of targets.
    """
    if not isinstance(value, Mapping) or len(value) > MOST:
        raise InvalidValue("id_jag_audiences.not_object", maximum=MOST)
    return tuple(_target(audience, member) for audience, member in value.items())


def target(value: Mapping[str, Any] | None, audience: str) -> Target | None:
    """The target for this audience in the stored value, or None."""
    member = (value or {}).get(audience)
    return None if member is None else _target(audience, member)


def _target(audience: object, member: object) -> Target:
    if not _is_text(audience) or not audience.startswith("https://") or set("?# ") & set(audience):
        raise InvalidValue("id_jag_audiences.name_not_issuer")
    if not isinstance(member, Mapping) or not set(member) <= _MEMBERS or not _is_text(member.get("client_id")):
        raise InvalidValue("id_jag_audiences.value_malformed")
    resources, sso, scope = member.get("resources") or [], member.get("sso_client_id"), member.get("scope") or ""
    if not isinstance(resources, list) or len(resources) > MOST or not all(_is_text(each) and ":" in each for each in resources):
        raise InvalidValue("id_jag_audiences.resources_malformed", maximum=MOST)
    if not isinstance(scope, str) or not (sso is None or _is_text(sso)):
        raise InvalidValue("id_jag_audiences.not_text")
    return Target(audience, str(member["client_id"]), rules.parse(scope), tuple(dict.fromkeys(resources)), sso)


def _is_text(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST and value.isprintable() and value.isascii()
