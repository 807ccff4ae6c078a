"""The refresh token family as a state machine: no order of requests, retries, replays and revocations forks it.

I1: a code gives tokens to one attempt. I2: at most one refresh token of a family can be used, and none after a replay or a revocation
(threats §4.3, C-01, C-02, C-07; RFC 9700 §4.14.2; docs/design.md, Handles).
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from idp.adapters.dynamodb import DynamoDb
from idp.domain.tokens.grant import Grant
from idp.store.create import create_tables
from idp.store.database import Database
from idp.store.grant_outcomes import AlreadyRedeemed, Missing, Redeemed, Rotated, Superseded
from idp.store.grants import Grants
from idp.store.transport import NoAnswer, Refusal
from tests.store.examples import NOW, grant

CODE, IDLE, ABSOLUTE, GRACE = 60, 300, 400, 10


@dataclass
class Model:
    """The family by the specification. `holders`: the attempts that got each generation."""

    redeemed_by: str = ""
    generation: int = 0
    rotated_at: int = 0
    rotated_by: str = ""
    expires_at: int = 0
    revoked: bool = False
    holders: dict[int, set[str]] = field(default_factory=dict)

    def redeem(self, attempt: str, now: int) -> type:
        if self.redeemed_by:
            return Redeemed if self.redeemed_by == attempt and not self.revoked else AlreadyRedeemed
        if self.revoked or now >= NOW + CODE:
            return Missing
        self.redeemed_by, self.expires_at = attempt, now + IDLE
        return Redeemed

    def is_live(self, now: int) -> bool:
        return bool(self.redeemed_by) and not self.revoked and now < min(self.expires_at, NOW + ABSOLUTE)

    def rotate(self, generation: int, attempt: str, now: int) -> type:
        if self.is_live(now) and self.generation == generation:
            self.generation, self.rotated_at, self.rotated_by, self.expires_at = generation + 1, now, attempt, now + IDLE
            return Rotated
        mine = self.rotated_by == attempt and self.generation == generation + 1 and not self.revoked
        return Rotated if mine else Superseded


class Family(RuleBasedStateMachine):
    """The stored item, compared with the model."""

    grants: ClassVar[Grants]

    def __init__(self) -> None:
        super().__init__()
        self.model, self.now = Model(), NOW
        self.made: Grant = grant(code_expires_at=NOW + CODE, not_after=NOW + ABSOLUTE)
        self.grants.put(self.made)
        self.names = (f"attempt-{n}" for n in itertools.count())
        self.redemptions: list[str] = []
        self.rotations: list[tuple[int, str]] = []

    def redeem(self, attempt: str) -> None:
        expected = self.model.redeem(attempt, self.now)
        done = self.grants.redeem_code(self.made, attempt=attempt, now=self.now, expires_at=self.now + IDLE)
        assert type(done) is expected
        if isinstance(done, Redeemed):
            self.model.holders.setdefault(0, set()).add(attempt)
        if isinstance(done, AlreadyRedeemed):
            self.end()

    def rotate(self, generation: int, attempt: str) -> None:
        expected = self.model.rotate(generation, attempt, self.now)
        done = self.grants.rotate(self.made, generation=generation, attempt=attempt, now=self.now, expires_at=self.now + IDLE)
        assert type(done) is expected
        if isinstance(done, Rotated):
            assert done.grant.generation == generation + 1
            self.model.holders.setdefault(generation + 1, set()).add(attempt)
        elif isinstance(done, Superseded) and not self.excused(done.grant, generation):
            self.end()

    def excused(self, found: Grant, generation: int) -> bool:
        """Whether the use is no replay for the grant endpoint: of the current token, or of the previous one within the grace period."""
        return found.generation == generation or (found.generation == generation + 1 and self.now < found.rotated_at + GRACE)

    def end(self) -> None:
        assert self.grants.revoke(self.made.user_id, self.made.id, self.now) or self.model.revoked
        self.model.revoked = True

    @initialize(late=st.sampled_from([0, CODE - 1, CODE]), rotations=st.integers(-1, 2))
    def it_begins(self, late: int, rotations: int) -> None:
        """The family begins with an unused code, or with tokens, because most cases need tokens."""
        self.now += late
        if rotations >= 0:
            self.a_code_is_sent()
        for _ in range(rotations):
            self.the_newest_token_is_used()

    @precondition(lambda self: not self.redemptions)
    @rule()
    def the_code_is_sent(self) -> None:
        self.a_code_is_sent()

    def a_code_is_sent(self) -> None:
        self.redemptions.append(next(self.names))
        self.redeem(self.redemptions[-1])

    @precondition(lambda self: self.redemptions)
    @rule(data=st.data())
    def a_redemption_is_sent_again(self, data: st.DataObject) -> None:
        self.redeem(data.draw(st.sampled_from(self.redemptions)))

    @rule()
    def the_newest_token_is_used(self) -> None:
        self.a_token_is_used(self.model.generation)

    @rule()
    def the_last_token_is_used_by_another_attempt(self) -> None:
        """Within the grace period it counts as a lost reply, later as a replay."""
        self.a_token_is_used(max(0, self.model.generation - 1))

    def a_token_is_used(self, generation: int) -> None:
        self.rotations.append((generation, next(self.names)))
        self.rotate(*self.rotations[-1])

    @precondition(lambda self: self.rotations)
    @rule(data=st.data())
    def a_rotation_is_sent_again(self, data: st.DataObject) -> None:
        self.rotate(*data.draw(st.sampled_from(self.rotations[-3:])))

    @rule(seconds=st.sampled_from([1, GRACE - 1, GRACE, IDLE // 2, IDLE - 1, IDLE]))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds

    @rule(what=st.sampled_from(["a code", "an older token", "a token that was never given", "an end"]), luck=st.integers(0, 2))
    def something_that_may_end_it_happens(self, what: str, luck: int) -> None:
        """It is one rule and rare, so that families live long. Handles of the third kind cannot exist in a deployment."""
        if luck:
            return
        if what == "a code":
            self.a_code_is_sent()
        elif what == "an end":
            self.end()
        else:
            back = {"an older token": 2, "a token that was never given": -1}[what]
            self.a_token_is_used(max(0, self.model.generation - back))

    def teardown(self) -> None:
        """End a live family: by revocation, by the idle lifetime without a use, or by the absolute lifetime with repeated uses."""
        if self.model.redeemed_by and self.now % 3 == 0:
            self.end()
            self.the_newest_token_is_used()
        used = self.model.generation % 2
        while used and self.model.is_live(self.now) and self.model.expires_at < NOW + ABSOLUTE:
            self.now = self.model.expires_at - 1
            self.the_newest_token_is_used()
        if self.model.is_live(self.now):
            self.now = min(self.model.expires_at, NOW + ABSOLUTE)
            self.the_newest_token_is_used()
        for sent in self.rotations[-3:]:
            self.rotate(*sent)

    @invariant()
    def the_store_and_the_model_agree(self) -> None:
        found, model = self.grants.get(self.made.user_id, self.made.id), self.model
        assert found
        assert (found.redeemed_by, found.generation, found.rotated_by) == (model.redeemed_by, model.generation, model.rotated_by)
        assert (found.is_live(self.now) and self.now < found.expires_at, found.revoked_at is not None) == (
            model.is_live(self.now),
            model.revoked,
        )

    @invariant()
    def each_token_was_given_to_one_attempt(self) -> None:
        """I1 for the tokens of the code, I2 for later ones: no generation has two holders, so at most the newest one is usable."""
        assert all(len(attempts) == 1 for attempts in self.model.holders.values())
        usable = [g for g in self.model.holders if g == self.model.generation and self.model.is_live(self.now)]
        assert len(usable) <= 1
        assert set(self.model.holders) == set(range(len(self.model.holders)))


@pytest.fixture
def family(quick_endpoint: str, table_prefix: str) -> type[Family]:
    """The state machine with its own tables."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # moto's server reports every request
    transport = DynamoDb(region="us-east-1", endpoint=quick_endpoint, refusal=Refusal, silence=NoAnswer)
    database = Database(prefix=table_prefix, transport=transport)
    create_tables(database)

    class Stored(Family):
        grants = Grants(database)

    return Stored


def test_a_family_never_forks(family: type[Family]) -> None:
    """No order of redemptions, rotations, retries, replays, revocations and waits gives two usable tokens."""
    run_state_machine_as_test(
        family, settings=settings(max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
    )


Step = Callable[[Family], None]


def wait(seconds: int) -> Step:
    return lambda family: family.time_passes(seconds)


def retry(family: Family) -> None:
    """Send the last request again."""
    if family.rotations:
        family.rotate(*family.rotations[-1])
    else:
        family.redeem(family.redemptions[-1])


code, newest, last = Family.a_code_is_sent, Family.the_newest_token_is_used, Family.the_last_token_is_used_by_another_attempt
HISTORIES: dict[str, list[Step]] = {
    "a code twice": [code, code, newest],
    "a code sent again": [code, retry, newest],
    "a code that comes late": [wait(CODE), code, newest],
    "a code after the end": [Family.end, code, newest],
    "a code sent again after the end": [code, Family.end, retry],
    "no code": [newest],
    "a rotation sent again": [code, newest, retry, newest, retry],
    "a rotation sent again when the family moved on": [code, newest, newest, lambda family: family.rotate(*family.rotations[0])],
    "a lost reply": [code, newest, wait(GRACE - 1), last, newest],
    "a replay": [code, newest, wait(GRACE), last, newest],
    "a token of long ago": [code, newest, newest, newest, lambda family: family.a_token_is_used(0), newest],
    "a token that nobody has": [code, lambda family: family.a_token_is_used(1), newest],
    "a revocation": [code, newest, Family.end, newest, retry],
    "a rotation sent again after the end": [code, newest, Family.end, retry],
    "the last moment": [code, wait(IDLE - 1), newest],
    "too long unused": [code, wait(IDLE), newest],
    "too old": [code, wait(IDLE - 1), newest, wait(ABSOLUTE - IDLE + 1), newest],
}


@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES)
def test_a_history_ends_as_it_must(family: type[Family], history: list[Step]) -> None:
    """Known histories. Each step is compared with the model."""
    one = family()
    for step in history:
        step(one)
        one.the_store_and_the_model_agree()
        one.each_token_was_given_to_one_attempt()
