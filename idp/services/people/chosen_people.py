"""People whom an admin chose for one act upon all of them: by ids and addresses, or by a search. Both are bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idp.domain.errors import Invalid, InvalidValue
from idp.domain.people import email as email_addresses
from idp.domain.people.user import may_be_user_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.domain.access.tenancy import Scope
    from idp.domain.people.user import User
    from idp.services.people.users import UserService
    from idp.store.database import Raw
    from idp.store.users import Users

MOST = 500
"""People at once. Their ids fit into a form."""
_PAGES = 10
"""Pages of a search that are read at most."""


class Chosen(NamedTuple):
    """`unknown`: ids and addresses without an account. `more`: others fit the search too, or were not looked at yet."""

    people: list[User]
    unknown: tuple[str, ...] = ()
    more: bool = False


class ChosenPeople:
    """Finds them."""

    def __init__(self, users: Users, service: UserService) -> None:
        self._users, self._service = users, service

    def named(self, names: Sequence[str], *, scope: Scope) -> Chosen:
        """Return the people with these ids and addresses, each once, in the order of the names. One call for 100 of each.

        Raises:
            Invalid: there are more than `MOST`.
        """
        scope.require_deployment()
        wanted = list(dict.fromkeys(names))
        if len(wanted) > MOST:
            raise Invalid("console.too_many_people", maximum=MOST, field="names")
        addresses = {name: address for name in wanted if (address := _address(name))}
        by_address = self._users.ids_of(addresses.values())
        ids = {name: by_address.get(addresses[name], "") if name in addresses else name for name in wanted}
        found = self._users.several(id_ for id_ in ids.values() if may_be_user_id(id_))
        people = {found[ids[name]].id: found[ids[name]] for name in wanted if ids[name] in found}
        return Chosen(list(people.values()), tuple(name for name in wanted if ids[name] not in found))

    def fitting(self, text: str, *, role: str | None, group: str | None, scope: Scope) -> Chosen:
        """Return the people who match all conditions, as `UserService.search` finds them: `MOST` at most, in 10 pages at most."""
        scope.require_deployment()
        people: dict[str, User] = {}
        start: Raw | None = None
        for _ in range(_PAGES):
            found = self._service.search(text=text, role=role, group=group, limit=MOST - len(people), start=start, scope=scope)
            people |= {user.id: user for user in found.items}
            start = found.more
            if start is None or len(people) >= MOST:
                break
        return Chosen(list(people.values()), more=start is not None)


def _address(name: str) -> str:
    """Return the canonical form of an address; empty for an id, and for what is neither."""
    if "@" not in name or may_be_user_id(name):
        return ""
    try:
        return email_addresses.normalise(name)
    except InvalidValue:
        return ""
