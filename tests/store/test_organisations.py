"""Organisations: one owner of a slug, counts that the writes of a profile leave, roles of their own, and a deletion in steps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from idp.domain.errors import Unavailable
from idp.domain.organisations.profile import OrganisationPolicy
from idp.store import organisation_keys as keys
from idp.store.database import Database
from idp.store.memberships import Memberships
from idp.store.organisation_items import OrganisationItem, organisation_item
from idp.store.organisation_roles import OrganisationRoles
from idp.store.organisations import Organisations, SlugTakenError
from tests.store.examples import NOW, membership, new_id, organisation, role
from tests.store.joining import joins, stored_user
from tests.store.organisation_verbs import stored_membership, stored_organisation
from tests.store.race import crowd


def test_what_is_written_is_read(database: Database) -> None:
    policy = OrganisationPolicy(mfa_required=True, session_hours=8, connections_only=True)
    made = organisation(policy=policy, branding={"name": "A"}, metadata={"plan": {"seats": 3}}, disabled=True, security_stamp=2)
    assert Organisations(database).create(made)
    assert Organisations(database).get(made.id) == made
    assert Organisations(database).by_slug(made.slug) == made
    assert Organisations(database).several([made.id, "org_nobody", made.id]) == {made.id: made}
    assert not made.live


def test_a_name_without_an_organisation_finds_nothing(database: Database) -> None:
    store = Organisations(database)
    made = stored_organisation(database)
    for odd in ("", "#", "org_nobody", made.slug.upper(), f"{made.id}#ORG", "ü" * 600):
        assert store.get(odd) is None
        assert store.by_slug(odd) is None


def test_a_slug_belongs_to_one_organisation(database: Database) -> None:
    store, first, second = Organisations(database), stored_organisation(database), stored_organisation(database)
    assert not store.create(organisation(slug=first.slug))
    with pytest.raises(SlugTakenError):
        store.replace(replace(second, slug=first.slug), was=second)
    assert store.by_slug(first.slug) == first
    assert store.get(second.id) == second


def test_a_former_slug_is_free(database: Database) -> None:
    store, made = Organisations(database), stored_organisation(database)
    moved = store.replace(replace(made, slug=f"new-{made.slug}"), was=made)
    assert moved
    assert store.by_slug(made.slug) is None
    assert store.by_slug(moved.slug) == moved
    assert store.create(organisation(slug=made.slug))


def test_a_change_needs_the_version_that_was_read(database: Database) -> None:
    store, made = Organisations(database), stored_organisation(database)
    assert store.replace(replace(made, name="A"), was=made)
    assert store.replace(replace(made, name="B"), was=made) is None
    assert store.replace(replace(made, slug=f"b-{made.slug}"), was=made) is None
    assert store.by_slug(f"b-{made.slug}") is None
    assert not store.begin_deletion(made, by="x", now=NOW)
    found = store.get(made.id)
    assert found
    assert (found.name, found.version) == ("A", 2)


def test_a_change_of_the_profile_leaves_the_counts(database: Database) -> None:
    """The profile was read before a member joined: a write of the whole item would lose the count."""
    joined = stored_membership(database, admin=True)
    store = Organisations(database)
    found = store.get(joined.org_id)
    assert found
    before = replace(found, members=0, admins=0)
    assert store.replace(replace(before, name="A", policy=OrganisationPolicy(mfa_required=True)), was=before)
    after = store.get(joined.org_id)
    assert after
    assert (after.members, after.admins, after.name, after.version) == (1, 1, "A", 2)


def test_a_policy_that_cannot_be_read_is_not_guessed(fresh: Database) -> None:
    """A sign-in for this organisation would otherwise be without the second factor that it demands. Others are not affected (FI-17)."""
    fine, broken = organisation(), organisation()
    Organisations(fresh).create(fine)
    for policy in ('{"mfa_required": "yes"}', '{"session_hours": "8"}', "[]", '{"more": 1}'):
        fresh.write_raw("directory", [organisation_item(broken).raw() | {"policy": {"S": policy}}])
        with pytest.raises(Unavailable):
            Organisations(fresh).get(broken.id)
    assert [one.id for one in Organisations(fresh).listing()[0]] == [fine.id]


def test_a_list_is_in_pages_by_slug(fresh: Database) -> None:
    store = Organisations(fresh)
    for number in range(5):
        assert store.create(organisation(slug=f"a{number}"))
    assert store.create(organisation(slug="b"))
    first, more = store.listing(prefix="a", limit=3)
    rest, end = store.listing(prefix="a", limit=3, start=more)
    assert [one.slug for one in first + rest] == ["a0", "a1", "a2", "a3", "a4"]
    assert end is None


def test_a_deletion_ends_the_organisation_at_once(fresh: Database) -> None:
    """It gives nothing, it is in no list, its slug is free, and no person can join it."""
    store, made = Organisations(fresh), stored_organisation(fresh)
    assert store.begin_deletion(made, by="usr_admin", now=NOW)
    found = store.get(made.id)
    assert found
    assert not found.live
    assert (found.deleting_since, found.security_stamp) == (NOW, 1)
    assert store.listing()[0] == []
    assert store.by_slug(made.slug) is None
    assert store.create(organisation(slug=made.slug))
    assert [(one.org_id, one.by) for one in store.ending(limit=9)] == [(made.id, "usr_admin")]
    assert store.replace(replace(found, name="A"), was=found) is None
    assert not store.begin_deletion(found, by="x", now=NOW + 1)


def test_a_deletion_ends_only_without_members(fresh: Database) -> None:
    joined = stored_membership(fresh)
    store, members = Organisations(fresh), Memberships(fresh)
    found = store.get(joined.org_id)
    assert found
    assert not store.finish_deletion(found.id)
    assert store.begin_deletion(found, by="x", now=NOW)
    assert not store.finish_deletion(found.id)
    members.leave(joined.user_id, joined.org_id)
    assert store.finish_deletion(found.id)
    assert not store.finish_deletion(found.id)
    assert store.get(found.id) is None
    assert store.ending(limit=9) == []
    assert list(fresh.query_all("directory", keys.org_pk(found.id))) == []


def test_a_change_of_an_organisation_that_is_gone_makes_none(database: Database) -> None:
    """An update of an absent item would create one without a name."""
    never = organisation()
    assert Organisations(database).replace(replace(never, name="A"), was=never) is None
    assert not Organisations(database).begin_deletion(never, by="x", now=NOW)
    assert database.get(OrganisationItem, keys.organisation(never.id)) is None


def test_roles_are_of_one_organisation(database: Database) -> None:
    """The same name in another organisation is another role, and neither is a role of the deployment."""
    store, one, other = OrganisationRoles(database), stored_organisation(database), stored_organisation(database)
    mine = role()
    theirs = replace(mine, id=new_id(), permissions=("other",))
    assert store.create(one.id, mine)
    assert store.create(other.id, theirs)
    assert not store.create(one.id, replace(mine, id=new_id()))
    assert store.model(one.id).roles == {mine.name: mine}
    assert store.model(other.id).live_roles({mine.name: mine.id}) == ()
    assert store.get(other.id, mine.name) == theirs
    assert store.listing(one.id) == ([mine], None)


def test_a_role_created_again_is_another_one(database: Database) -> None:
    store, org, old = OrganisationRoles(database), stored_organisation(database), role()
    store.create(org.id, old)
    assert store.delete(org.id, old)
    assert not store.delete(org.id, old)
    assert store.replace(org.id, replace(old, permissions=("all",))) is None
    assert store.create(org.id, replace(old, id=new_id()))
    assert store.replace(org.id, replace(old, permissions=("all",))) is None
    assert not store.delete(org.id, old)
    assert store.model(org.id).live_roles({old.name: old.id}) == ()


@pytest.mark.engines
def test_one_of_concurrent_organisations_gets_the_slug(real: Database) -> None:
    store = Organisations(real)

    def race(slug: str) -> list[bool]:
        return crowd(10, lambda n: store.create(organisation(slug=slug, id=f"org_{slug}{n}")))

    for _ in range(10):
        slug = organisation().slug
        answers = race(slug)
        assert answers.count(True) == 1
        found = store.by_slug(slug)
        assert found
        assert found.id == f"org_{slug}{answers.index(True)}"


@pytest.mark.engines
def test_an_organisation_that_is_being_deleted_gets_no_member(real: Database) -> None:
    """A member who joined before the deletion began is counted, and the deletion does not end before the member left."""
    store = Organisations(real)

    def race(org_id: str) -> list[bool]:
        org, who = store.get(org_id), stored_user(real)
        assert org
        new = membership(org, who)
        return crowd(2, lambda n: joins(real, new) if n else store.begin_deletion(org, by="x", now=NOW))

    for _ in range(20):
        org_id = stored_organisation(real).id
        deleted, joined = race(org_id)
        assert deleted
        left = Memberships(real).of_organisation(org_id)[0]
        assert len(left) == joined
        assert store.finish_deletion(org_id) == (not joined)
