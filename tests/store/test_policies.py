"""Stored policies: a version is written once, and the pointer is changed only from its newest revision."""

from __future__ import annotations

from dataclasses import replace

from idp.domain.access.policy_version import LivePolicies, PolicyVersion
from idp.store import access_keys
from idp.store.database import Database
from idp.store.policies import Policies, PolicyVersionItem
from tests.store.examples import NOW, new_id
from tests.store.race import crowd

AT_ONCE = 20
VERSION = PolicyVersion(1, "permit(principal, action, resource);", "entity User;", "", {"rules": []}, "ä note", NOW, "root")


def test_what_is_written_is_read(fresh: Database) -> None:
    """With texts and rules. A number is used once."""
    policies = Policies(fresh)
    assert policies.newest() == 0
    assert policies.get(1) is None
    assert policies.create(VERSION, attempt=new_id())
    assert policies.get(1) == VERSION
    assert not policies.create(replace(VERSION, policies="forbid(principal, action, resource);"), attempt=new_id())
    assert policies.get(1) == VERSION
    assert policies.create(replace(VERSION, number=2, rules=None), attempt=new_id())
    assert policies.get(2) == replace(VERSION, number=2, rules=None)
    assert policies.newest() == 2


def test_versions_are_listed_newest_first(fresh: Database) -> None:
    """By number, also above nine. The pointer is not among them, and damaged items are left out."""
    policies = Policies(fresh)
    for number in range(1, 13):
        assert policies.create(replace(VERSION, number=number), attempt=new_id())
    assert policies.publish(LivePolicies(1, 1, NOW, "root"), attempt=new_id())
    first, more = policies.listing(limit=5)
    rest, end = policies.listing(limit=50, start=more)
    assert [each.number for each in first + rest] == list(range(12, 0, -1))
    assert end is None
    broken = PolicyVersionItem.new(access_keys.policy_version(13), number=13, rules="{", created_at=NOW)
    assert fresh.put(broken) is None
    assert [each.number for each in policies.listing()[0]][:2] == [12, 11]


def test_the_pointer_moves_from_its_newest_revision_only(fresh: Database) -> None:
    """The first publication needs no pointer. Later ones need its revision, also to go back to an older version."""
    policies = Policies(fresh)
    assert policies.live() is None
    assert not policies.publish(LivePolicies(1, 2, NOW, "root"), attempt=new_id())
    assert policies.publish(LivePolicies(1, 1, NOW, "root"), attempt=new_id())
    assert not policies.publish(LivePolicies(2, 1, NOW, "root"), attempt=new_id())
    assert policies.publish(LivePolicies(2, 2, NOW, "root"), attempt=new_id())
    assert policies.publish(LivePolicies(1, 3, NOW, "root"), attempt=new_id())
    assert policies.live() == LivePolicies(1, 3, NOW, "root")


def test_one_of_concurrent_publications_succeeds(real: Database) -> None:
    """All read the same revision. Also for the first publication."""
    policies = Policies(real)
    seen = (now.revision if (now := policies.live()) else 0) + 1
    done = crowd(AT_ONCE, lambda number: policies.publish(LivePolicies(number + 1, seen, NOW, str(number)), attempt=new_id()))
    assert done.count(True) == 1
    live = policies.live()
    assert live
    assert (live.number, live.revision, live.published_by) == (done.index(True) + 1, seen, str(done.index(True)))


def test_one_of_concurrent_versions_with_a_number_is_stored(real: Database) -> None:
    """The written version stays."""
    policies = Policies(real)
    number = policies.newest() + 1
    done = crowd(AT_ONCE, lambda i: policies.create(replace(VERSION, number=number, note=str(i)), attempt=new_id()))
    assert done.count(True) == 1
    found = policies.get(number)
    assert found
    assert found.note == str(done.index(True))
