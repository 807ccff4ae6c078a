"""The items of what is provisioned and what is due (`state`)."""

from __future__ import annotations

from dataclasses import dataclass

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.store.attributes import ObjectAttribute
from idp.store.tables import StateItem

KEPT = 400 * 86400
"""Seconds after which an item expires that nothing touched. The nightly comparison writes it again."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account at a target. `remote_id`: its id there. `have`: the fingerprint of what was sent, or "". `version`: of the user then.

    `attempts`: failures since the last success. `holder`: a new id from `claim`; only the worker that got it may write the account.
    """

    target_id: str
    user_id: str
    remote_id: str = ""
    have: str = ""
    version: int = 0
    attempts: int = 0
    holder: str = ""


class ProvisionedItem(StateItem):
    """The item of an account. `leased_until`: one worker looks at it until then, the one that has the id `holder`."""

    kind_name = "provisioned"
    target_id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    remote_id = UnicodeAttribute(default="")
    have = UnicodeAttribute(default="")
    user_version = NumberAttribute(default=0)
    attempts = NumberAttribute(default=0)
    leased_until = NumberAttribute(default=0)
    holder = UnicodeAttribute(default="")

    def account(self) -> Account:
        """Convert it to the dataclass."""
        return Account(
            self.target_id, self.user_id, self.remote_id, self.have, int(self.user_version), int(self.attempts), self.holder
        )  # fmt: skip


class ProvisionDueItem(StateItem):
    """A user whose account has to be looked at."""

    kind_name = "provision_due"
    target_id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    due = NumberAttribute()


class ProvisionFailedItem(StateItem):
    """A user whose account could not be brought up to date. `problem`: what the target answered, in words of ours."""

    kind_name = "provision_failed"
    target_id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    problem = UnicodeAttribute()
    failed_at = NumberAttribute()


class ProvisioningStateItem(StateItem):
    """The state of a target. `rests_until`: nothing is sent before. `comparing`: how far the comparison is, or absent.

    `mark`: another one after each write.
    """

    kind_name = "provisioning_state"
    target_id = UnicodeAttribute()
    rests_until = NumberAttribute(default=0)
    failing_since = NumberAttribute(default=0)
    sent_at = NumberAttribute(default=0)
    problem = UnicodeAttribute(default="")
    comparing = ObjectAttribute(null=True)
    mark = UnicodeAttribute(default="")
