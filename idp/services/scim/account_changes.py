"""What a change of a person by a SCIM client means for the account. Only what the client changed is written (threats P-01)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from idp.domain.access.roles import RoleModel
from idp.domain.errors import Invalid
from idp.domain.people.standard_claims import check_claims
from idp.domain.scim.account import claims, sign_in_address
from idp.services.people import user_changes
from idp.services.scim.address_domains import may_decide_about

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.people.user import User
    from idp.domain.scim.client import ScimClient
    from idp.store.scim.people import Person


def account_after(client: ScimClient, before: Person, said: Mapping[str, Any], now: int, *, active: bool | None) -> User:
    """Return the user after the client said this. What the person or an admin changed stays, unless the client changes it too.
    An address that the person proved stays also then, outside the domains of the client (threats P-12).

    Raises:
        ScimRefusal: invalidValue, if the address is none.
    """
    user, changes = before.user, {}  # type: User, dict[str, Any]
    address, address_was = sign_in_address(said, user.id), sign_in_address(before.said.resource, user.id)
    if address not in {address_was, user.email} and may_decide_about(client, user):
        changes |= {"email": address, "email_verified": client.vouches_for(address)}
    now_told, told_before = claims(said), claims(before.said.resource)
    names = now_told.keys() | told_before.keys()
    if different := {name: now_told.get(name) for name in names if now_told.get(name) != told_before.get(name)}:
        gone = {*different, *({"phone_number_verified"} if "phone_number" in different else ())}
        kept = {name: value for name, value in user.claims.items() if name not in gone}
        wanted = acceptable(kept, {name: value for name, value in different.items() if value})
        changes["claims"] = {**dict.fromkeys(user.claims), **wanted}
    disabled, by = _activity(client, user, active=active)
    if disabled != user.disabled:
        changes["disabled"] = disabled
    after = user_changes.apply(user, changes, now, RoleModel()) if changes else user
    return after if after.deactivated_by == by else replace(after, deactivated_by=by, updated_at=now)


def _activity(client: ScimClient, user: User, *, active: bool | None) -> tuple[bool, str]:
    """Return whether the account is disabled after the client said this, and by which client (threats P-13).

    A client lifts only what it did itself. `active` true for an account that an admin disabled, or whose owner is deleting it, changes
    nothing and is no error: a directory would send it for ever. `active` false for an account that is being deleted holds if the deletion
    is cancelled. For one that an admin disabled it changes nothing, because the client could lift it then.
    """
    if active is False and (not user.disabled or (user.deleting_until and not user.deactivated_by)):
        return True, client.id
    if active is True and user.deactivated_by == client.id:
        return user.deleting_until > 0, ""
    return user.disabled, user.deactivated_by


def acceptable(kept: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the claims with those that an account may have of what was told. Others stay in what the client said only."""
    found = dict(kept)
    for name, value in told.items():
        try:
            found = check_claims({**found, name: value})
        except Invalid:
            continue
    return found
