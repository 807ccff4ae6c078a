"""Brings accounts at targets up to date. It reads what a person is now, so the order and the number of changes do not matter.

One worker at a time has an account. A target that does not answer, or asks for a pause, rests; the others go on. An account that the target
refuses is tried again after growing waits, and then kept as a failure.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.errors import Unavailable
from idp.domain.provisioning.schedule import WAITS
from idp.services.provisioning.comparison import Comparison
from idp.services.provisioning.delivery import Delivery
from idp.services.provisioning.scim_client import AccountRefused, ScimClient, TargetResting
from idp.services.provisioning.token import open_token
from idp.telemetry.record import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.adapters.outgoing import Fetcher
    from idp.domain.clock import Clock
    from idp.domain.provisioning.target import Target
    from idp.services.keys.keyring import Keyring
    from idp.store.provisioning import Provisioning
    from idp.store.provisioning_items import Account, ProvisionDueItem, ProvisioningStateItem
    from idp.store.provisioning_targets import ProvisioningTargets
    from idp.store.roles import Roles
    from idp.store.users import Users

AT_ONCE = 50
"""Accounts of one target in one run."""
PATIENCE = 20
"""Seconds that one target has in one run, so that a slow one does not take the time of the others."""
_REFUSALS = 3
"""So many refusals with a status 5xx, one after another, are a fault of the target. So many refusals of one page end a comparison."""


class ProvisioningWorker:
    """Sends what is due."""

    def __init__(
        self, targets: ProvisioningTargets, provisioning: Provisioning, users: Users, roles: Roles, keyring: Keyring, fetcher: Fetcher,
        clock: Clock,
    ) -> None:  # fmt: skip
        self._targets, self._provisioning, self._users, self._roles = targets, provisioning, users, roles
        self._keyring, self._fetcher, self._clock = keyring, fetcher, clock
        self._comparison = Comparison(provisioning, users, roles, clock)

    def run(self, *, limit: int = AT_ONCE) -> int:
        """Look at what is due at each target that is not paused and does not rest. Returns how many accounts are up to date.

        Raises:
            Unavailable: for a target the database did not answer, or its comparison cannot read a role. The others were looked at.
        """
        done, problem = 0, None
        for each in self._targets.all():
            try:
                done += 0 if each.paused else self._target(each, limit)
            except Unavailable as unavailable:
                problem = unavailable
        if problem:
            raise problem
        return done

    def client(self, target: Target) -> ScimClient:
        """The client of a target.

        Raises:
            TargetResting: its token cannot be decrypted.
        """
        try:
            token = open_token(self._keyring, target)
        except (Unavailable, ValueError):
            raise TargetResting("the token cannot be decrypted; set it again", WAITS[1]) from None
        return ScimClient(self._fetcher, target.base_url, token)

    def _target(self, target: Target, limit: int) -> int:
        state, began = self._provisioning.state(target.id), self._clock()
        if int(state.rests_until) > began:
            return 0
        due, done = self._provisioning.due(target.id, began, limit=limit), 0
        if not due and state.comparing is None:
            return 0
        try:
            client = self.client(target)
            delivery = Delivery(target, client, self._users, self._roles.model())
            for told in self._each(delivery, due, began):
                done += told == ""
            if not due:
                self._compare(target, client, state, until=began + PATIENCE)
        except TargetResting as resting:
            self._rest(state, resting)
        else:
            self._worked(state)
        return done

    def _compare(self, target: Target, client: ScimClient, state: ProvisioningStateItem, *, until: int) -> None:
        """Go on with the comparison. A page that the target refuses is asked for again; after some times this comparison ends."""
        try:
            self._comparison.go_on(target, client, state, until=until)
        except AccountRefused as refusal:
            count("ProvisioningRefused")
            page = state.comparing or {}
            refused = page.get("refused", 0) + 1
            state.comparing = {**page, "refused": refused} if refused < _REFUSALS else None
            raise TargetResting(f"comparison: {refusal.problem}", WAITS[0]) from None

    def _each(self, delivery: Delivery, due: list[ProvisionDueItem], began: int) -> Iterator[str]:
        """Look at these accounts while there is time. Raises TargetResting after some refusals that are no fault of an account."""
        refused = 0
        for each in due:
            if self._clock() - began > PATIENCE:
                return
            told = self._one(delivery, each)
            yield told
            refused = refused + 1 if told.startswith("status 5") else 0
            if refused == _REFUSALS:
                raise TargetResting(told, WAITS[0])

    def _one(self, delivery: Delivery, due: ProvisionDueItem) -> str:
        """Look at one account. Returns the problem, or an empty text. An account that another worker has is left to it."""
        now = self._clock()
        account = self._provisioning.claim(due.target_id, due.user_id, now=now)
        if account is None:
            return "busy"
        try:
            after = delivery.bring_up_to_date(account)
        except AccountRefused as refusal:
            count("ProvisioningRefused")
            self._refused(due, account, refusal.problem)
            return refusal.problem
        except TargetResting:
            self._provisioning.postpone(due, account, until=now, now=now)
            raise
        except Unavailable:  # nothing was decided: a role or group of this person cannot be read, or nothing can be read
            count("ProvisioningRefused")
            self._provisioning.postpone(due, account, until=now + WAITS[0], now=now)
            return "unavailable"
        if after is None:
            ours = self._provisioning.forget(due, account, now=now)
        else:
            ours = self._provisioning.settle(due, replace(after, attempts=0), now=now)
        if not ours:
            return "busy"
        count("ProvisioningSent")
        return ""

    def _refused(self, due: ProvisionDueItem, account: Account, problem: str) -> None:
        now, attempts = self._clock(), account.attempts + 1
        if attempts <= len(WAITS):
            self._provisioning.postpone(due, replace(account, attempts=attempts), until=now + WAITS[attempts - 1], now=now)
            return
        count("ProvisioningGivenUp")
        self._provisioning.give_up(due, replace(account, attempts=0), problem, now=now)

    def _rest(self, state: ProvisioningStateItem, resting: TargetResting) -> None:
        now = self._clock()
        state.rests_until, state.problem = now + resting.seconds, resting.problem
        state.failing_since = int(state.failing_since) or now
        count("ProvisioningRests")
        self._provisioning.keep_unless_changed(state, now=now)

    def _worked(self, state: ProvisioningStateItem) -> None:
        now = self._clock()
        state.rests_until, state.problem, state.failing_since, state.sent_at = 0, "", 0, now
        self._provisioning.keep_unless_changed(state, now=now)
