"""What an admin may do in the console. This module alone decides it, from what was read for this request (threats Q-06)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idp.domain.access import admin_scopes
from idp.domain.access.organisation_scopes import delegated
from idp.domain.access.tenancy import DEPLOYMENT, Organisation

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.domain.organisations.belonging import Belonging
    from idp.domain.organisations.profile import OrganisationProfile
    from idp.domain.people.user import User


class Authority(NamedTuple):
    """`scope`: the part of the deployment that the admin administers. `held`: their OAuth scopes of the admin API.

    `organisation`: the organisation of the scope, if it is one.
    """

    scope: Scope
    held: frozenset[str]
    organisation: OrganisationProfile | None = None


def find_authority(user: User) -> Authority | None:
    """Return what this user may do; None if the user is no admin. `admin_scopes` of the user restricts it; without it an admin has all."""
    return Authority(DEPLOYMENT, admin_scopes.usable(user.admin_scopes)) if user.admin else None


def find_authority_in(belonging: Belonging | None) -> Authority | None:
    """Return what a member may do as an admin of the organisation, as `determine_power` of the admin API; None if they are no admin."""
    held = delegated(belonging.membership) if belonging and belonging.organisation.live else frozenset[str]()
    return Authority(Organisation(belonging.organisation.id), held, belonging.organisation) if belonging and held else None
