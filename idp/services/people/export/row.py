"""A row of the table of the export."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from idp.services.people.export.values import moment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from idp.store.tables import Item

    Shown = Mapping[str, tuple[str, Callable[[Any], Any]]]

SECRET = "a secret, or what a secret is checked with"
INTERNAL = "a mark by which this provider recognises its own work"
OWNER = "the person's own id, which is in account"
ELSEWHERE = "it is in the export at another place"
OTHERS = "it names another person"

EXPIRES = {"ttl": ("kept_until", moment)}
"""The end of an item of `state`."""


class Exported(NamedTuple):
    """A kind of items. `section`: the member of the export with a list of them. `shown`: by attribute, its name there and how it is
    written. `left_out`: by attribute, the reason. `clients`: the attribute with the id of an app.
    """

    model: type[Item]
    section: str
    shown: Shown
    left_out: Mapping[str, str]
    clients: str = ""
