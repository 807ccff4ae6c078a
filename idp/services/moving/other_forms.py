"""Forms of the export for other systems: their records, and the names and limits of their files."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from idp.domain.moving.leaving import auth0, keycloak, keycloak_realm, scim
from idp.domain.moving.leaving.left_out import Counts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.access.roles import RoleModel
    from idp.domain.apps.client import Client
    from idp.services.moving.export_objects import Object
    from idp.store.keys import Key

FORMS = ("keycloak", "auth0", "scim")
HASHES = frozenset({"keycloak", "auth0"})
"""Forms that have a place for password hashes."""
COUNTED = {
    "client": "apps", "connection": "connections", "unreadable": "unreadable", "policy_version": "settings", "scope_text": "settings",
    "trusted_issuer": "settings", "authorization_detail_type": "settings", "organisation": "organisations",
    "organisation_member": "organisation_members",
}  # fmt: skip
"""Types of lines that no form has, or that the form has elsewhere, and the counter of each."""


@dataclass
class Part:
    """A file. `content`: None if there is nothing to write. `last`: the item of `directory` after which the next part begins."""

    name: str
    content: Iterable[bytes] | None
    last: Key | None = None
    records: Counts = field(default_factory=Counter)
    left: Counts = field(default_factory=Counter)


class Form(ABC):
    """One form: the names and limits of its parts, and its records."""

    head: Callable[[Part], Iterable[bytes]] | None = None

    def __init__(self, most: int, largest: int, name: Callable[[int], str], ends: tuple[bytes, bytes, bytes]) -> None:
        self.most, self.largest, self.name, self.ends = most, largest, name, ends

    @abstractmethod
    def record(self, it: Object, left: Counts) -> dict[str, Any] | None:
        """The record of an object, or None if the form has none for it."""


class _Keycloak(Form):
    def __init__(self, realm: str, rp_id: str, head: KeycloakHead) -> None:
        begin = b'{"realm":' + as_json(realm) + b',"users":[\n'
        super().__init__(500, 1 << 40, lambda number: f"{realm}-users-{number}.json", (begin, b",\n", b"\n]}\n"))
        self.head = lambda part: head.content(realm, rp_id, part)

    def record(self, it: Object, left: Counts) -> dict[str, Any] | None:
        return keycloak.user(it.members, it.secret, left) if it.type == "user" else None


class _Auth0(Form):
    def __init__(self) -> None:
        super().__init__(1 << 40, auth0.LARGEST, lambda number: f"users-{number + 1:05d}.json", (b"[", b",\n", b"]\n"))

    def record(self, it: Object, left: Counts) -> dict[str, Any] | None:
        if it.type == "role":
            left["permissions"] += bool(it.members["permissions"])
        elif it.type == "group":
            left["group_roles"] += bool(it.members["roles"])
        return auth0.user(it.members, it.secret, left) if it.type == "user" else None


class _Scim(Form):
    def __init__(self) -> None:
        super().__init__(10_000, 1 << 40, lambda number: f"resources-{number + 1:05d}.ndjson", (b"", b"\n", b"\n"))

    def record(self, it: Object, left: Counts) -> dict[str, Any] | None:
        if it.type == "group":
            return scim.group(it.members, left)
        if it.type == "role":
            left["permissions"] += bool(it.members["permissions"])
        return scim.user(it.members, None, left) if it.type == "user" else None


class KeycloakHead:
    """The realm without its users. `clients`: all apps. `live`: the names of assigned roles that still count."""

    def __init__(self, clients: Callable[[], Iterable[Client]], model: RoleModel, live: Callable[[Mapping[str, str]], list[str]]) -> None:
        self._clients, self._model, self._live = clients, model, live

    def content(self, realm: str, rp_id: str, part: Part) -> Iterator[bytes]:
        """The file in pieces. Counts go to `part`."""
        roles = [keycloak_realm.role(each.name, each.description, each.permissions, part.left) for each in self._model.roles.values()]
        about = {
            "realm": realm, "enabled": True, "roles": {"realm": roles},
            "groups": [keycloak_realm.group(each.name, self._live(each.roles)) for each in self._model.groups.values()],
            "webAuthnPolicyRpId": rp_id, "webAuthnPolicyPasswordlessRpId": rp_id,
        }  # fmt: skip
        yield as_json(about)[:-1] + b',"clients":['
        between = b"\n"
        for client in self._clients():
            line = {"client_id": client.id, "metadata": asdict(client), "roles": self._live(client.roles or {})}
            made = keycloak_realm.client(line, part.left, has_secret=bool(client.secrets))
            if made:
                part.records["client"] += 1
                yield between + as_json(made)
                between = b",\n"
        yield b"\n]}\n"


def form(name: str, *, realm: str, rp_id: str, head: KeycloakHead) -> Form:
    """The form of this name, one of `FORMS`."""
    if name == "keycloak":
        return _Keycloak(realm, rp_id, head)
    return _Auth0() if name == "auth0" else _Scim()


def head_part(of: Form, realm: str) -> Part | None:
    """The part that comes before the users, or None."""
    if of.head is None:
        return None
    part = Part(f"{realm}-realm.json", None)
    part.content = of.head(part)
    return part


def as_json(value: Any) -> bytes:
    """JSON in UTF-8 without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")
