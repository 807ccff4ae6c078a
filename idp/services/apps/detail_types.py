"""Types of authorization details, as admins manage them (RFC 9396 §2.1): what consent shows, and what apps may ask for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.errors import Invalid, NotFound, PreconditionFailed
from idp.domain.versions import ABSENT

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.domain.requests.authorization_details import DetailType
    from idp.services.audit.recorder import Actor, Audit
    from idp.store.authorization_detail_types import DetailTypes

MOST = 100


class DetailTypeService:
    """Writes, lists and deletes types."""

    def __init__(self, types: DetailTypes, audit: Audit) -> None:
        self._types, self._audit = types, audit

    def listing(self, *, scope: Scope) -> list[DetailType]:
        """Return all types by name."""
        scope.require_deployment()
        return self._types.all()

    def get(self, name: str, *, scope: Scope) -> DetailType:
        """Return one type.

        Raises:
            NotFound: there is no type of this name.
        """
        scope.require_deployment()
        found = self._types.of([name]).get(name)
        if found is None:
            raise NotFound("detail_type.unknown")
        return found

    def put(self, made: DetailType, *, scope: Scope, by: Actor, expected: frozenset[int] | None = None) -> DetailType:
        """Write a type. It replaces the type with the same name.

        Raises:
            PreconditionFailed: the stored type has another version, or changed meanwhile.
            Invalid: there are too many types.
        """
        scope.require_deployment()
        before = self._types.of([made.type]).get(made.type)
        if expected is not None and (before.version if before else ABSENT) not in expected:
            raise PreconditionFailed("resource.changed")
        if before is None and len(self._types.all()) >= MOST:
            raise Invalid("detail_type.too_many", maximum=MOST)
        written = replace(made, version=before.version + 1 if before else 1)
        if not self._types.put(written):
            raise PreconditionFailed("resource.changed_meanwhile")
        self._audit.act(
            "authorization_details_type.updated" if before else "authorization_details_type.created", by, target=made.type, scope=scope
        )
        return written

    def delete(self, name: str, *, scope: Scope, by: Actor, expected: frozenset[int] | None = None) -> None:
        """Delete a type. Apps cannot ask for it any more. Existing grants keep it until they end or are revoked.

        Raises:
            NotFound: there is no type of this name.
            PreconditionFailed: the stored type has another version.
        """
        scope.require_deployment()
        found = self.get(name, scope=scope)
        if expected is not None and found.version not in expected:
            raise PreconditionFailed("resource.changed")
        if not self._types.delete(found):
            raise PreconditionFailed("resource.changed_meanwhile")
        self._audit.act("authorization_details_type.deleted", by, target=name, scope=scope)
