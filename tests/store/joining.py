"""Users that are stored, and memberships that may be refused, for tests of several files."""

from __future__ import annotations

from idp.domain.errors import Unavailable
from idp.domain.organisations.membership import Membership
from idp.domain.people.user import User
from idp.store.database import Database
from idp.store.memberships import AlreadyMemberError, Memberships, OrganisationGoneError, TooManyMembershipsError, UserGoneError
from idp.store.users import Users
from tests.store.examples import user


def stored_user(db: Database, **given: object) -> User:
    made = user(**given)
    assert Users(db).create(made)
    return made


def joins(db: Database, new: Membership) -> bool:
    """Whether the membership was added. Also False if the engine is too busy with the other transactions."""
    try:
        return Memberships(db).add(new)
    except (AlreadyMemberError, OrganisationGoneError, TooManyMembershipsError, UserGoneError, Unavailable):
        return False
