"""Memberships: both items, and the counts of the organisation and of the user, are always in step (threats J-17, FI-4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from idp.domain.errors import Unavailable
from idp.domain.organisations.membership import MOST_MEMBERSHIPS, Membership
from idp.domain.people.user import User
from idp.store import keys as user_keys
from idp.store import organisation_keys as keys
from idp.store.database import Database
from idp.store.memberships import (
    AlreadyMemberError,
    LastAdminError,
    Memberships,
    OrganisationGoneError,
    TooManyMembershipsError,
    UserGoneError,
)
from idp.store.organisation_items import MemberItem, OrganisationItem, membership_place
from idp.store.organisations import Organisations
from idp.store.transport import Raw
from idp.store.user_erasures import UserErasures
from idp.store.user_items import UserItem
from idp.store.users import Users
from tests.store.conftest import Faulty
from tests.store.examples import NOW, membership, new_id, organisation, user
from tests.store.joining import joins, stored_user
from tests.store.organisation_verbs import stored_membership, stored_organisation
from tests.store.race import crowd

RUNS = 15


def assert_in_step(db: Database, org_ids: list[str], user_ids: list[str]) -> None:
    """Both items of each membership are equal, and the counts are the numbers of items."""
    store, users = Memberships(db), Users(db)
    for org_id in org_ids:
        found = store.of_organisation(org_id, limit=1000)[0]
        assert [store.get(one.user_id, org_id) for one in found] == found
        org = Organisations(db).get(org_id)
        assert (org.members, org.admins) == (len(found), sum(one.admin for one in found)) if org else found == []
    for user_id in user_ids:
        joined, who = store.of_user(user_id), users.get(user_id)
        assert [db.get(MemberItem, keys.member(one.org_id, user_id)) is not None for one in joined] == [True] * len(joined)
        assert (who.memberships if who else 0) == len(joined)


def test_what_is_written_is_read_from_both_sides(database: Database) -> None:
    who, org = stored_user(database), stored_organisation(database)
    new = membership(
        org, who, roles={"buyer": "id1"}, admin=True, admin_scopes=frozenset({"users:read", "users:write"}), owned=True, source="scim"
    )
    assert Memberships(database).add(new)
    assert Memberships(database).get(who.id, org.id) == new
    assert Memberships(database).of_user(who.id) == [new]
    assert Memberships(database).of_organisation(org.id) == ([new], None)
    (item,) = database.batch_get(membership_place(who.id, org.id))
    assert item.membership() == new
    assert_in_step(database, [org.id], [who.id])


def test_an_admin_without_any_scope_does_not_get_all(database: Database) -> None:
    """DynamoDB stores no empty set. An absent one means all."""
    stored = stored_membership(database, admin=True, admin_scopes=frozenset())
    found = Memberships(database).get(stored.user_id, stored.org_id)
    assert found
    assert found.admin_scopes == frozenset()


def test_a_membership_changes_the_users_version(database: Database) -> None:
    """So an erasure, or another change, that read the user before is refused and tried again."""
    who, org = stored_user(database), stored_organisation(database)
    Memberships(database).add(membership(org, who))
    assert Users(database).replace(replace(who, claims={"name": "A"})) is None
    found = Users(database).get(who.id)
    assert found
    assert found == replace(who, version=2, memberships=1)
    written = Users(database).replace(replace(found, claims={"name": "A"}))
    assert written
    assert written.memberships == 1


def test_a_user_is_a_member_once(database: Database) -> None:
    stored = stored_membership(database)
    with pytest.raises(AlreadyMemberError):
        Memberships(database).add(replace(stored, id=new_id(), admin=True))
    assert_in_step(database, [stored.org_id], [stored.user_id])


def test_only_an_existing_user_joins_an_existing_organisation(database: Database) -> None:
    """An update of an absent user or organisation would create a part of one."""
    who, org, nobody, nothing = stored_user(database), stored_organisation(database), user(), organisation()
    with pytest.raises(OrganisationGoneError):
        Memberships(database).add(membership(nothing, who))
    with pytest.raises(UserGoneError):
        Memberships(database).add(membership(org, nobody))
    assert database.get(OrganisationItem, keys.organisation(nothing.id)) is None
    assert database.get(UserItem, user_keys.user(nobody.id)) is None
    assert_in_step(database, [org.id, nothing.id], [who.id, nobody.id])


def test_a_person_who_is_being_deleted_joins_nothing(database: Database) -> None:
    who, org = stored_user(database, disabled=True, deleting_until=NOW + 60), stored_organisation(database)
    with pytest.raises(UserGoneError):
        Memberships(database).add(membership(org, who))
    assert_in_step(database, [org.id], [who.id])


def test_a_person_joins_fifty_organisations_at_most(database: Database) -> None:
    who, org = stored_user(database, memberships=MOST_MEMBERSHIPS - 1), stored_organisation(database)
    assert Memberships(database).add(membership(org, who))
    with pytest.raises(TooManyMembershipsError):
        Memberships(database).add(membership(stored_organisation(database), who))


def test_a_new_user_joins_in_the_transaction_that_creates_them(database: Database) -> None:
    org, who = stored_organisation(database), user(memberships=1)
    new = membership(org, who, owned=True)
    assert Users(database).create(who, also=Memberships(database).add_parts(new, new_user=True))
    assert_in_step(database, [org.id], [who.id])
    taken = user(email=who.email, memberships=1)
    assert not Users(database).create(taken, also=Memberships(database).add_parts(membership(org, taken), new_user=True))
    assert_in_step(database, [org.id], [who.id, taken.id])


def test_a_refused_part_of_another_writes_nothing(database: Database) -> None:
    who, org = stored_user(database), stored_organisation(database)
    refused = database.delete_part(UserItem, user_keys.user("usr_nobody"), UserItem.pk.exists())
    assert not Memberships(database).add(membership(org, who), also=[refused])
    assert_in_step(database, [org.id], [who.id])


def test_a_change_needs_the_membership_that_was_read(database: Database) -> None:
    """One that ended and began again is another one: a former admin would get back what was taken away."""
    old, store = stored_membership(database, admin=True, roles={"a": "1"}), Memberships(database)
    store.leave(old.user_id, old.org_id)
    new = replace(old, id=new_id(), admin=False, roles={})
    assert store.add(new)
    assert store.replace(replace(old, owned=True), was=old) is None
    assert not store.remove(old)
    assert store.get(old.user_id, old.org_id) == new
    changed = store.replace(replace(new, admin=True), was=new)
    assert changed
    assert changed.version == 2
    assert store.replace(replace(new, admin=False), was=new) is None
    assert_in_step(database, [old.org_id], [old.user_id])


def test_the_last_admin_stays_if_the_caller_wants_that(database: Database) -> None:
    one, store = stored_membership(database, admin=True), Memberships(database)
    with pytest.raises(LastAdminError):
        store.replace(replace(one, admin=False), was=one, keep_admin=True)
    with pytest.raises(LastAdminError):
        store.remove(one, keep_admin=True)
    assert store.remove(one)
    assert_in_step(database, [one.org_id], [one.user_id])


def test_a_membership_ends_though_its_organisation_or_its_user_is_gone(database: Database) -> None:
    """As after a restore of single items. The other count is kept right."""
    store = Memberships(database)
    for gone in (OrganisationItem, UserItem):
        one = stored_membership(database)
        place = keys.organisation(one.org_id) if gone is OrganisationItem else user_keys.user(one.user_id)
        database.delete(gone, place)
        store.leave(one.user_id, one.org_id)
        assert database.get(gone, place) is None
        assert store.of_user(one.user_id) == []
        assert_in_step(database, [one.org_id], [one.user_id])


def test_half_of_a_membership_is_removed(database: Database) -> None:
    one, store = stored_membership(database), Memberships(database)
    database.delete(MemberItem, keys.member(one.org_id, one.user_id))
    store.leave(one.user_id, one.org_id)
    assert store.of_user(one.user_id) == []


def test_the_members_are_in_pages(database: Database) -> None:
    org, store = stored_organisation(database), Memberships(database)
    people = sorted(stored_user(database).id for _ in range(5))
    for user_id in people:
        store.add(membership(org, user(id=user_id)))
    first, more = store.of_organisation(org.id, limit=3)
    rest, end = store.of_organisation(org.id, limit=3, start=more)
    assert [one.user_id for one in first + rest] == people
    assert end is None


def test_an_erased_user_is_in_no_organisation(database: Database) -> None:
    who, store = stored_user(database), Memberships(database)
    orgs = [stored_organisation(database) for _ in range(3)]
    for org in orgs:
        assert store.add(membership(org, who, admin=True))
    assert UserErasures(database).delete(who)
    assert store.of_user(who.id) == []
    assert_in_step(database, [org.id for org in orgs], [who.id])


def test_a_membership_that_a_query_missed_goes_too(fresh: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Query is no snapshot: it can read the place of memberships before one is added, and the user after that."""
    who, org = stored_user(fresh), stored_organisation(fresh)
    read, looks = fresh.query_all, list[str]()

    def misses(table: str, pk: str, *, sk_begins: str = "") -> Iterator[Raw]:
        found = list(read(table, pk, sk_begins=sk_begins))
        looks.append(pk)
        if len(looks) == 1:
            assert Memberships(fresh).add(membership(org, who))
            after = fresh.get(UserItem, user_keys.user(who.id))
            assert after
            found = [after.raw() if raw["sk"] == {"S": "USER"} else raw for raw in found]
        yield from found

    with monkeypatch.context() as patch:
        patch.setattr(fresh, "query_all", misses)
        assert UserErasures(fresh).delete(who)
    assert Users(fresh).get(who.id) is None
    assert Memberships(fresh).of_user(who.id) == []
    assert_in_step(fresh, [org.id], [who.id])


def test_an_erasure_that_ended_in_the_middle_goes_on(faulty_store: Faulty) -> None:
    """The first membership is removed, and the second write fails. Nothing is counted twice."""
    db, network = faulty_store.direct, faulty_store.proxy
    who, orgs = stored_user(db), [stored_organisation(db) for _ in range(3)]
    for org in orgs:
        assert Memberships(db).add(membership(org, who))
    network.refuse("TransactWriteItems", nth=2)
    with pytest.raises(Unavailable):
        UserErasures(faulty_store.through).delete(who)
    assert len(Memberships(db).of_user(who.id)) == 2
    assert_in_step(db, [org.id for org in orgs], [who.id])
    network.heal()
    assert UserErasures(faulty_store.through).delete(who)
    assert_in_step(db, [org.id for org in orgs], [who.id])


@pytest.mark.engines
def test_one_of_concurrent_memberships_is_stored(real: Database) -> None:
    def race(who: User, org_id: str) -> list[bool]:
        return crowd(8, lambda n: joins(real, membership(organisation(id=org_id), who, roles={"r": str(n)})))

    for _ in range(RUNS):
        who, org = stored_user(real), stored_organisation(real)
        answers = race(who, org.id)
        assert answers.count(True) == 1
        found = Memberships(real).get(who.id, org.id)
        assert found
        assert found.roles == {"r": str(answers.index(True))}
        assert_in_step(real, [org.id], [who.id])


@pytest.mark.engines
def test_concurrent_organisations_do_not_exceed_the_limit_of_a_person(real: Database) -> None:
    def race(who: User, org_ids: list[str]) -> list[bool]:
        return crowd(len(org_ids), lambda n: joins(real, membership(organisation(id=org_ids[n]), who)))

    for _ in range(5):
        who, orgs = stored_user(real, memberships=MOST_MEMBERSHIPS - 2), [stored_organisation(real).id for _ in range(6)]
        answers = race(who, orgs)
        found = Users(real).get(who.id)
        assert found
        assert answers.count(True) == len(Memberships(real).of_user(who.id)) == found.memberships - MOST_MEMBERSHIPS + 2
        assert found.memberships <= MOST_MEMBERSHIPS


@pytest.mark.engines
def test_concurrent_demotions_leave_one_admin(real: Database) -> None:
    store = Memberships(real)

    def demote(one: Membership, *, leaves: bool) -> bool:
        try:
            if leaves:
                return store.remove(one, keep_admin=True)
            return store.replace(replace(one, admin=False), was=one, keep_admin=True) is not None
        except (LastAdminError, Unavailable):
            return False

    def race(pair: list[Membership]) -> list[bool]:
        return crowd(2, lambda n: demote(pair[n], leaves=bool(n)))

    for _ in range(RUNS):
        org = stored_organisation(real)
        pair = [membership(org, stored_user(real), admin=True) for _ in range(2)]
        assert all(store.add(one) for one in pair)
        assert race(pair).count(True) <= 1
        found = Organisations(real).get(org.id)
        assert found
        assert found.admins >= 1
        assert_in_step(real, [org.id], [one.user_id for one in pair])


@pytest.mark.engines
def test_an_erasure_that_races_with_a_new_membership_leaves_no_half(real: Database) -> None:
    """In any order: either the membership is refused, or the erasure removes it. The counts are right."""

    def race(who: User, new: Membership) -> None:
        acts: list[Callable[[], object]] = [lambda: joins(real, new), lambda: _erase(real, who)]
        crowd(2, lambda n: acts[n]())

    for _ in range(RUNS):
        who, org, other = stored_user(real), stored_organisation(real), stored_organisation(real)
        Memberships(real).add(membership(other, who))
        found = Users(real).get(who.id)
        assert found
        race(found, membership(org, who))
        if Users(real).get(who.id):
            assert UserErasures(real).delete(found)
        assert Memberships(real).of_user(who.id) == []
        assert_in_step(real, [org.id, other.id], [who.id])


@pytest.mark.engines
def test_a_removal_an_erasure_and_a_change_at_once_count_once(real: Database) -> None:
    store = Memberships(real)

    def attempt(act: Callable[[], object]) -> object:
        try:
            return act()
        except Unavailable:
            return None

    def race(one: Membership, who: User) -> None:
        acts: list[Callable[[], object]] = [
            lambda: store.remove(one), lambda: store.leave(one.user_id, one.org_id), lambda: _erase(real, who),
            lambda: store.replace(replace(one, admin=False), was=one),
        ]  # fmt: skip
        crowd(4, lambda n: attempt(acts[n]))

    for _ in range(RUNS):
        one = stored_membership(real, admin=True)
        who = Users(real).get(one.user_id)
        assert who
        race(one, who)
        if Users(real).get(who.id):
            assert UserErasures(real).delete(who)
        assert_in_step(real, [one.org_id], [one.user_id])


def _erase(db: Database, who: User) -> bool:
    try:
        return UserErasures(db).delete(who)
    except Unavailable:
        return False
