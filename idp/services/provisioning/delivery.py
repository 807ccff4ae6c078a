"""Makes one account at a target as it must be: finds it before it creates it, and sends only what differs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from idp.domain.provisioning import account as accounts
from idp.domain.provisioning.target import DELETE
from idp.services.provisioning.scim_client import AccountRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.access.roles import RoleModel
    from idp.domain.people.user import User
    from idp.domain.provisioning.target import Target
    from idp.services.provisioning.scim_client import ScimClient
    from idp.store.provisioning_items import Account
    from idp.store.users import Users


class Delivery:
    """Works on one target. `model`: roles and groups as they are now."""

    def __init__(self, target: Target, client: ScimClient, users: Users, model: RoleModel) -> None:
        self._target, self._client, self._users, self._model = target, client, users, model

    def bring_up_to_date(self, account: Account) -> Account | None:
        """Send what is missing. Returns the account to keep, or None if nothing of it is to be kept.

        Raises:
            TargetResting, AccountRefused: see `scim_client`.
        """
        user = self._users.get(account.user_id)
        belongs = user is not None and self._target.has(user, self._model)
        if user is None or (not belongs and self._target.leavers == DELETE):
            self._remove(account)
            return None
        wanted = accounts.wanted(user, active=belongs)
        if account.have == accounts.fingerprint(wanted):
            return replace(account, version=user.version)
        there = self._there(account, user)
        if there is None and not belongs:
            return None
        there = there or self._create(wanted, user)
        if (operations := accounts.changes(there, wanted)) and not self._client.patch(there["id"], operations):
            raise AccountRefused("status 404: the account is gone while it is changed")
        return replace(account, remote_id=there["id"], have=accounts.fingerprint(wanted), version=user.version)

    def _there(self, account: Account, user: User) -> dict[str, Any] | None:
        """The account at the target: by its id there, by our id, or by the address.

        Raises:
            AccountRefused: the account with this address belongs to somebody else: it has another `externalId`.
        """
        found = self._client.read(account.remote_id) if account.remote_id else None
        found = found or self._client.find("externalId", user.id)
        if found is None and (found := self._client.find("userName", user.email)) is not None:
            self._must_be_ours(found, user)
        return found

    def _create(self, wanted: Mapping[str, Any], user: User) -> dict[str, Any]:
        made = self._client.create(wanted)
        if made is None:  # somebody made it meanwhile, or the target finds no account by these filters
            made = self._client.find("userName", user.email)
            if made is None:
                raise AccountRefused("status 409: the account exists, and cannot be found")
            self._must_be_ours(made, user)
        return made

    def _must_be_ours(self, found: Mapping[str, Any], user: User) -> None:
        external = found.get("externalId")
        if external and external != user.id:
            raise AccountRefused("the account of this address belongs to another person")

    def _remove(self, account: Account) -> None:
        """Delete the account. Without an id there it is looked for by our id, never by an address."""
        remote = account.remote_id
        if not remote and (found := self._client.find("externalId", account.user_id)) is not None:
            remote = found["id"]
        if remote:
            self._client.delete(remote)
