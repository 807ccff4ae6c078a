"""Stored policies (`directory`): versions that never change, and one pointer. Publishing is one conditional write of the pointer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.domain.access.policy_version import LivePolicies, PolicyVersion
from idp.store import access_keys
from idp.store.tables import DirectoryItem

if TYPE_CHECKING:
    from idp.store.database import Database
    from idp.store.transport import Raw


class PolicyVersionItem(DirectoryItem):
    """The item of a version. `attempt`: an id by which a retry recognises its own write. `rules`: JSON, or "" for none."""

    kind_name = "policy_version"
    number = NumberAttribute()
    policies = UnicodeAttribute(default="")
    schema = UnicodeAttribute(default="")
    namespace = UnicodeAttribute(default="")
    rules = UnicodeAttribute(default="")
    note = UnicodeAttribute(default="")
    created_at = NumberAttribute()
    created_by = UnicodeAttribute(default="")
    attempt = UnicodeAttribute(default="")

    def version(self) -> PolicyVersion:
        """Convert it to the domain's class."""
        return PolicyVersion(
            int(self.number), self.policies, self.schema, self.namespace, json.loads(self.rules) if self.rules else None, self.note,
            int(self.created_at), self.created_by,
        )  # fmt: skip

    def check(self) -> None:
        """Raise ValueError if the rules are not JSON."""
        super().check()
        self.version()


class LivePoliciesItem(DirectoryItem):
    """The item of the pointer."""

    kind_name = "live_policies"
    number = NumberAttribute()
    revision = NumberAttribute()
    published_at = NumberAttribute()
    published_by = UnicodeAttribute(default="")
    attempt = UnicodeAttribute(default="")

    def live(self) -> LivePolicies:
        """Convert it to the domain's class."""
        return LivePolicies(int(self.number), int(self.revision), int(self.published_at), self.published_by)


class Policies:
    """Reads and writes policies."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def create(self, new: PolicyVersion, *, attempt: str) -> bool:
        """Write a new version. False if the number is taken."""
        item = PolicyVersionItem.new(
            access_keys.policy_version(new.number), number=new.number, policies=new.policies, schema=new.schema, namespace=new.namespace,
            rules="" if new.rules is None else json.dumps(new.rules, ensure_ascii=False), note=new.note, created_at=new.created_at,
            created_by=new.created_by, attempt=attempt,
        )  # fmt: skip
        return self._db.put(item, PolicyVersionItem.pk.does_not_exist()) is None

    def get(self, number: int) -> PolicyVersion | None:
        """A version, or None."""
        found = self._db.get(PolicyVersionItem, access_keys.policy_version(number))
        return found.version() if found else None

    def live(self) -> LivePolicies | None:
        """The live version, read strongly. None if no version was ever published."""
        found = self._db.get(LivePoliciesItem, access_keys.live_policies())
        return found.live() if found else None

    def newest(self) -> int:
        """The highest number at the moment; 0 if there is no version."""
        found, _ = self._db.query("directory", access_keys.POLICIES, sk_begins=access_keys.POLICY_VERSION, limit=1, forward=False)
        return int(found[0]["sk"]["S"].removeprefix(access_keys.POLICY_VERSION)) if found else 0

    def publish(self, after: LivePolicies, *, attempt: str) -> bool:
        """Make a version live, instead of revision `after.revision - 1`. False if another writer was faster.

        The caller has checked that the version exists. Versions are never removed.
        """
        item = LivePoliciesItem.new(
            access_keys.live_policies(), number=after.number, revision=after.revision, published_at=after.published_at,
            published_by=after.published_by, attempt=attempt,
        )  # fmt: skip
        first = after.revision == 1
        condition = LivePoliciesItem.pk.does_not_exist() if first else LivePoliciesItem.revision == after.revision - 1
        return self._db.put(item, condition) is None

    def listing(self, *, limit: int = 50, start: Raw | None = None) -> tuple[list[PolicyVersion], Raw | None]:
        """One page of versions, the newest first, and the key of the next page."""
        found, more = self._db.query(
            "directory", access_keys.POLICIES, sk_begins=access_keys.POLICY_VERSION, limit=limit, start=start, forward=False
        )
        return [item.version() for item in PolicyVersionItem.readable(found)], more
