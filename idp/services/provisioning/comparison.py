"""The nightly comparison of a target with the people here, page by page. What differs becomes due; the worker sends it.

It finds what no change reported: a role or group that was changed or removed, a change that the stream lost, an account that was changed
at the target. An account there that has no `externalId` of ours is never touched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.provisioning.account import changes, fingerprint, wanted
from idp.domain.provisioning.target import DELETE

if TYPE_CHECKING:
    from idp.domain.access.roles import RoleModel
    from idp.domain.clock import Clock
    from idp.domain.people.user import User
    from idp.domain.provisioning.target import Target
    from idp.services.provisioning.scim_client import ScimClient
    from idp.store.provisioning import Provisioning
    from idp.store.provisioning_items import Account, ProvisioningStateItem
    from idp.store.roles import Roles
    from idp.store.users import Users

PEOPLE, ACCOUNTS, THERE = "people", "accounts", "there"
"""The three parts: people here, accounts that we know, accounts at the target."""
FIRST: dict[str, Any] = {"part": PEOPLE, "start": None}
_PAGE = 100


class Comparison:
    """Goes on with the comparison of a target. `state.comparing` says how far it is."""

    def __init__(self, provisioning: Provisioning, users: Users, roles: Roles, clock: Clock) -> None:
        self._provisioning, self._users, self._roles, self._clock = provisioning, users, roles, clock

    def go_on(self, target: Target, client: ScimClient, state: ProvisioningStateItem, *, until: int) -> None:
        """Compare pages until this time (epoch seconds). The caller keeps `state`.

        Raises:
            TargetResting, AccountRefused: see `scim_client`.
        """
        model = self._roles.model()
        while state.comparing is not None and self._clock() < until:
            part, start = state.comparing["part"], state.comparing["start"]
            if part == PEOPLE:
                state.comparing = self._people(target, model, start)
            elif part == ACCOUNTS:
                state.comparing = self._accounts(target, start)
            else:
                state.comparing = self._there(target, model, client, start or 1)

    def _people(self, target: Target, model: RoleModel, start: Any) -> dict[str, Any]:
        people, more = self._users.listing(limit=_PAGE, start=start)
        known = self._provisioning.accounts(target.id, [each.id for each in people])
        self._queue(target, [each.id for each in people if _is_due(target, model, each, known.get(each.id))])
        return {"part": PEOPLE, "start": more} if more else {"part": ACCOUNTS, "start": None}

    def _accounts(self, target: Target, start: Any) -> dict[str, Any]:
        """People who are no more: their erasure may not have been told."""
        accounts, more = self._provisioning.page(target.id, start=start, limit=_PAGE)
        there = self._users.several([each.user_id for each in accounts])
        self._queue(target, [each.user_id for each in accounts if each.user_id not in there])
        return {"part": ACCOUNTS, "start": more} if more else {"part": THERE, "start": None}

    def _there(self, target: Target, model: RoleModel, client: ScimClient, start: int) -> dict[str, Any] | None:
        page = client.page(start, _PAGE)
        found = {str(each["externalId"]): each for each in page.accounts if each.get("externalId")}
        people, known = self._users.several(found), self._provisioning.accounts(target.id, found)
        differing = [
            name for name, each in found.items()
            if name in people and changes(each, wanted(people[name], active=target.has(people[name], model)))
        ]  # fmt: skip
        self._provisioning.doubt(known[name] for name in differing if name in known)
        self._queue(target, differing)
        after = start + len(page.accounts)
        return {"part": THERE, "start": after} if page.accounts and after <= page.total else None

    def _queue(self, target: Target, user_ids: list[str]) -> None:
        self._provisioning.queue([(target.id, each) for each in user_ids], now=self._clock())


def _is_due(target: Target, model: RoleModel, user: User, account: Account | None) -> bool:
    belongs = target.has(user, model)
    if not belongs and (account is None or target.leavers == DELETE):
        return account is not None
    return account is None or account.have != fingerprint(wanted(user, active=belongs))
