"""Stored users and apps, for verifiers outside the provider. Stored roles, groups and attributes replace those in a token.

They are the same that `access_decisions` reads for AuthZEN, but are read without the store's classes. The subject is read at each request.
The roles and groups of the deployment have a bounded age.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from idp.domain.access.roles import Group, Role, RoleModel
from idp.services.authorizer.token_liveness import client_place, stored_client
from idp.store import access_keys, keys
from idp.verify.cached import Cached
from idp.verify.refused import unavailable

if TYPE_CHECKING:
    from idp.adapters.dynamodb_reader import Item, Reader
    from idp.verify.decisions import Subject

DIRECTORY, CLIENT = "directory", "client"


class StoredSubjects:
    """Looks up subjects, with one read of DynamoDB per request. `clock` returns seconds."""

    def __init__(self, reader: Reader, clock: Callable[[], float]) -> None:
        self._reader = reader
        self._model = Cached(lambda _: _model(reader.query(DIRECTORY, access_keys.ROLES)), clock)

    def __call__(self, subject: Subject) -> Subject | None:
        """Return the subject with its stored properties; None for an unknown or disabled subject.

        Raises:
            Refused: DynamoDB did not answer, or the roles and groups are too old (503).
        """
        own = subject.type == CLIENT
        place = client_place(subject.id) if own else (DIRECTORY, keys.user(subject.id))
        item, model = self._read(place), self._model()
        known = _client(subject.id, item, model, subject.properties.get("cst", "")) if own else _user(item, model)
        return None if known is None else subject.known(known)

    def _read(self, place: tuple[str, keys.Key]) -> Item | None:
        from idp.adapters.aws_client import AwsError, AwsUnreachableError

        try:
            return self._reader.batch_get(place)[0]
        except (AwsError, AwsUnreachableError):
            raise unavailable("dynamodb") from None


def _client(client_id: str, item: Item | None, model: RoleModel, stamp: object) -> Mapping[str, Any] | None:
    """The properties of the client. `stamp`: the `cst` of the token. A token of a former client with the same id gets None."""
    client = stored_client(client_id, item)
    if client is None or not client.accepts(stamp, client.metadata.get("created_at", 0)):
        return None
    return _resolve(model, client.metadata.get("roles") or {}, {})


def _user(item: Item | None, model: RoleModel) -> Mapping[str, Any] | None:
    if not item or item.get("kind") != "user" or item.get("disabled", False):
        return None
    attributes = json.loads(item["attributes"]) if item.get("attributes") else {}
    return {**attributes, **_resolve(model, item.get("roles") or {}, item.get("groups") or {})}


def _resolve(model: RoleModel, roles: Mapping[str, str], groups: Mapping[str, str]) -> dict[str, list[str]]:
    effective = model.effective(roles, groups)
    return {"roles": list(effective), "groups": list(model.live_groups(groups)), "permissions": list(model.permissions(effective))}


def _model(items: Iterable[Item]) -> RoleModel:
    roles, groups = dict[str, Role](), dict[str, Group]()
    for item in items:
        name = str(item["name"])
        if item.get("kind") == "role":
            roles[name] = Role(name, item["role_id"], tuple(sorted(item.get("permissions", ()))))
        elif item.get("kind") == "group":
            groups[name] = Group(name, item["group_id"], item.get("roles") or {})
    return RoleModel(roles, groups)
