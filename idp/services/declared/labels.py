"""The labels of objects that a declarative file manages. Only a labelled object is ever deleted by a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.declared.managed_object import LONGEST_ID, NAME
from idp.domain.errors import Conflict, Invalid, NotFound

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.domain.declared.managed_object import ManagedObject
    from idp.services.audit.recorder import Actor, Audit
    from idp.store.managed_objects import ManagedObjects
    from idp.store.transport import Raw


class Labels:
    """Lists, writes and removes labels."""

    def __init__(self, objects: ManagedObjects, audit: Audit) -> None:
        self._objects, self._audit = objects, audit

    def listing(self, *, scope: Scope) -> list[ManagedObject]:
        """Return all labels by kind and id."""
        scope.require_deployment()
        return self._objects.all()

    def page(self, *, limit: int, start: Raw | None, scope: Scope) -> tuple[list[ManagedObject], Raw | None]:
        """Return one page of labels by kind and id, and the start of the next page."""
        scope.require_deployment()
        return self._objects.listing(limit=limit, start=start)

    def put(self, made: ManagedObject, *, scope: Scope, by: Actor) -> None:
        """Write a label, or write it anew.

        Raises:
            Invalid: the name of the file is malformed, or the id is too long.
            Conflict: another file manages the object.
        """
        scope.require_deployment()
        if not NAME.fullmatch(made.manager):
            raise Invalid("declared.manager_malformed", field="managed")
        if not made.id or len(made.id) > LONGEST_ID:
            raise Invalid("declared.id_malformed", maximum=LONGEST_ID, field="id")
        if not self._objects.put(made):
            raise Conflict("declared.other_manager")
        self._audit.act("managed_object.labelled", by, target=made.id, kind=made.kind, manager=made.manager, scope=scope)

    def remove(self, made: ManagedObject, *, scope: Scope, by: Actor) -> None:
        """Remove a label. The object stays.

        Raises:
            NotFound: there is no such label, or it is of another file.
        """
        scope.require_deployment()
        if not self._objects.delete(made):
            raise NotFound("declared.not_managed")
        self._audit.act("managed_object.unlabelled", by, target=made.id, kind=made.kind, manager=made.manager, scope=scope)
