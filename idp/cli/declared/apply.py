"""Makes one planned change. A run that ends in the middle is taken up by the next one: each step is compared again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.cli.declared.plan import CREATE, DELETE, UPDATE
from idp.domain.declared.managed_object import ManagedObject

if TYPE_CHECKING:
    from idp.cli.declared.api import Api
    from idp.cli.declared.plan import Planned

APPS = "apps"


def apply(api: Api, planned: Planned, *, manager: str) -> None:
    """Write one entry, and its label. `manager`: the name of the file, or empty: then objects get no labels.

    Raises:
        ApiRefusedError: the API refused it, for example because somebody changed the object since the plan.
    """
    kind, object_id = planned.kind, planned.id
    if planned.action == DELETE:
        # The label goes first: an object without one is only left behind, a label without its object could be taken for another's.
        api.unlabel(ManagedObject(kind.name, object_id, manager))
        kind.delete(api, object_id, planned.etag)
        return
    by_api = {kind.secret: planned.secret} if planned.secret and kind.name != APPS else {}
    body = {**planned.body, **by_api}
    if planned.action == CREATE:
        kind.create(api, object_id, body)
    elif body:
        kind.change(api, object_id, body, planned.etag)
    if planned.secret and kind.name == APPS and (planned.action == CREATE or kind.secret in planned.changed):
        api.set_app_secret(object_id, planned.secret)
    if manager and kind.prunable and (planned.labelled_by is None or planned.action == UPDATE):
        _label(api, planned, manager)


def _label(api: Api, planned: Planned, manager: str) -> None:
    found = planned.kind.read(api, planned.id)
    if found:
        api.label(ManagedObject(planned.kind.name, planned.id, manager, found.mark, found.version))
