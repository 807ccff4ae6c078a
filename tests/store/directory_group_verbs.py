"""Cases of the writes by which a group of an organisation's directory is a role of the organisation (see `verbs`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from idp.domain.organisations.membership import SCIM, Membership
from idp.domain.scim.group_role import role_of
from idp.domain.scim.resources import ScimGroup
from idp.store.database import Database, Raw
from idp.store.memberships import Memberships
from idp.store.organisation_roles import OrganisationRoles
from idp.store.scim.groups import ScimGroupsStore
from idp.store.scim.members import ScimMembers
from tests.store.examples import NOW, new_id
from tests.store.organisation_verbs import stored_membership, stored_organisation
from tests.store.verb import Verb
from tests.support.stored import once


def _group(org_id: str, name: str = "Staff") -> ScimGroup:
    return ScimGroup("grp_" + new_id(), f"{org_id}.okta", name, "", 0, NOW, NOW)


def _group_seen(it: ScimGroup) -> Callable[[Database], object]:
    def effect(db: Database) -> object:
        groups = ScimGroupsStore(db)
        return groups.read(it.client_id, [it.id]), groups.finders.count(it.client_id), OrganisationRoles(db).model(_org(it)).roles

    return effect


def _org(it: ScimGroup) -> str:
    return it.client_id.partition(".")[0]


def _create(db: Database, it: ScimGroup, event: Raw) -> bool:
    role = OrganisationRoles(db).new_parts(_org(it), role_of(it, "okta", ()))
    return ScimGroupsStore(db).create(it, [event], also=[*role, once(db)])


def _delete(db: Database, it: ScimGroup, event: Raw) -> bool:
    role = OrganisationRoles(db).gone_part(_org(it), role_of(it, "okta", ()))
    return ScimGroupsStore(db).delete(it, [event], expected=None, also=[role, once(db)])


def create_group_with_its_role(db: Database) -> Verb:
    """The rival is another group whose role has the same name: neither is written."""
    made, mine, others = _group(stored_organisation(db).id), once(db), once(db)
    rival = _group(_org(made), "STAFF!")
    return Verb("TransactWriteItems", lambda db: _create(db, made, mine), _group_seen(made), lambda db: _create(db, rival, others))


def delete_group_with_its_role(db: Database) -> Verb:
    made, mine, others = _group(stored_organisation(db).id), once(db), once(db)
    assert _create(db, made, once(db))
    return Verb("TransactWriteItems", lambda db: _delete(db, made, mine), _group_seen(made), lambda db: _delete(db, made, others))


def _member_seen(of: Membership, it: ScimGroup) -> Callable[[Database], object]:
    def effect(db: Database) -> object:
        members = ScimMembers(db)
        inside, beside = list(members.of(it.client_id, it.id)), members.groups_of(it.client_id, of.user_id)
        return Memberships(db).get(of.user_id, of.org_id), inside, beside

    return effect


def _role_verb(db: Database, *, gives: bool) -> Verb:
    """Group and role of a member change together. The rival knows the membership as it was before."""
    made, mine, others = stored_membership(db, source=SCIM), once(db), once(db)
    group = _group(made.org_id)
    role = {"okta:staff": group.id}
    if not gives:
        inside = ScimMembers(db).add_parts(group.client_id, group.id, made.user_id)
        given = Memberships(db).replace(replace(made, roles=role), was=made, also=inside)
        assert given
        made = given

    def act(db: Database, event: Raw) -> bool:
        members = ScimMembers(db)
        parts = (members.add_parts if gives else members.remove_parts)(group.client_id, group.id, made.user_id)
        after = replace(made, roles=role if gives else {})
        return Memberships(db).replace(after, was=made, also=[*parts, event], once=True) is not None

    return Verb("TransactWriteItems", lambda db: act(db, mine), _member_seen(made, group), lambda db: act(db, others))


def put_into_group_with_its_role(db: Database) -> Verb:
    return _role_verb(db, gives=True)


def take_out_of_group_with_its_role(db: Database) -> Verb:
    return _role_verb(db, gives=False)


def _beside_verb(db: Database, *, adds: bool) -> Verb:
    """Only the group changes. The rival decided by another version of the membership, or by a former one."""
    made = stored_membership(db, source=SCIM)
    group, members = _group(made.org_id), ScimMembers(db)
    if not adds:
        members.add(group.client_id, group.id, [made.user_id])
    parts = (members.add_parts if adds else members.remove_parts)(group.client_id, group.id, made.user_id)

    def rival(db: Database) -> bool:
        store = Memberships(db)
        return store.beside(replace(made, version=made.version + 1), parts) or store.beside(replace(made, id=new_id()), parts)

    return Verb("TransactWriteItems", lambda db: Memberships(db).beside(made, parts), _member_seen(made, group), rival)


def put_into_group_without_a_role(db: Database) -> Verb:
    return _beside_verb(db, adds=True)


def take_out_of_group_without_a_role(db: Database) -> Verb:
    return _beside_verb(db, adds=False)


ALL: list[Callable[[Database], Verb]] = [
    create_group_with_its_role, delete_group_with_its_role, put_into_group_with_its_role, take_out_of_group_with_its_role,
    put_into_group_without_a_role, take_out_of_group_without_a_role,
]  # fmt: skip
