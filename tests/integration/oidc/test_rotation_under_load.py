"""Keys rotate while two execution environments with separate memories issue and check tokens and handles (K-05).

No valid token or handle is refused. REFRESH seconds after a key ended, its tokens and handles are refused.
"""

from __future__ import annotations

import random
import threading
from collections import deque
from collections.abc import Iterator
from typing import Any, Self

import pytest

from idp.domain.errors import InvalidToken
from idp.services.keys.key_rotation import PUBLISHED_FOR
from idp.services.keys.keyring import REFRESH
from idp.wiring import build_services
from tests.integration.oidc.forging import claims_of, header_of, own_key, rs256
from tests.support import deployment
from tests.support.clock import Clock
from tests.support.deployment import SERVICE, Deployment

DAY, STEP, WORKERS, CHECKS = 86_400, 20, 6, 30
HANDLE_LIFE = 30 * DAY


@pytest.fixture
def pair(dynamodb_endpoint: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Deployment]]:
    """Two environments of one deployment, on a real engine, with one clock."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", dynamodb_endpoint)
    first = deployment.prepared(deployment.settings(str(tmp_path_factory.mktemp("load")), signing_algorithms="RS256 ES256"))
    yield [first, Deployment(build_services(first.services.settings, clock=first.clock), first.clock)]
    deployment.removed(first)


class Traffic:
    """Threads that issue and check tokens and handles, and record each wrong answer."""

    def __init__(self, pair: list[Deployment]) -> None:
        self.pair, self.clock = pair, pair[0].clock
        self.valid: deque[tuple[str, str, int]] = deque(maxlen=400)
        self.dead: list[tuple[str, int]] = []
        self.wrong: list[str] = []
        self.counts = {"made": 0, "accepted": 0, "refused": 0}
        self.done, self.ended = {id(each): threading.Semaphore(0) for each in pair}, threading.Event()
        self.threads = [threading.Thread(target=self.work, args=(random.Random(seed),), daemon=True) for seed in range(WORKERS)]  # noqa: S311  # repeatable, not secret

    def __enter__(self) -> Self:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        for thread in self.threads:
            thread.join(timeout=30)

    def go_on(self) -> None:
        """Wait until each environment has done CHECKS rounds at this time, then advance the clock by STEP seconds."""
        for done in self.done.values():
            while done.acquire(blocking=False):
                """Discard the earlier rounds."""
            for _ in range(CHECKS):
                assert done.acquire(timeout=30), "the threads have stopped"
        self.clock.advance(STEP)

    def work(self, chance: random.Random) -> None:
        try:
            while not self.ended.is_set():
                for where in self.pair:
                    self.make(where, chance)
                    for _ in range(3):
                        self.check(where, chance)
                    self.done[id(where)].release()
        except Exception as error:  # noqa: BLE001  # the test reports each error
            self.wrong.append(f"raised {error!r}")

    def make(self, where: Deployment, chance: random.Random) -> None:
        s = where.services
        if chance.random() < 0.3:
            until = self.clock() + HANDLE_LIFE
            self.valid.append(("handle", s.tokens.seal("load", self.clock()), until))
        else:
            token = s.tokens.issue_access_token(SERVICE.client, scopes=("read",))
            self.valid.append(("token", token, int(claims_of(token)["exp"])))
        self.counts["made"] += 1

    def check(self, where: Deployment, chance: random.Random) -> None:
        kind, text, until = chance.choice(list(self.valid))
        accepted = self.accepts(where, kind, text)
        if not accepted and self.clock() < until:
            self.wrong.append(f"a valid {kind} was refused: {header_of(text) if kind == 'token' else text[:9]}")
        self.counts["accepted" if accepted else "refused"] += 1
        if self.dead:
            text, since = chance.choice(self.dead)
            began = self.clock()
            if self.accepts(where, "token", text) and began >= since:
                self.wrong.append(f"a token of a retired key was accepted: {header_of(text)}")

    @staticmethod
    def accepts(where: Deployment, kind: str, text: str) -> bool:
        if kind == "handle":
            return where.services.tokens.unseal("load", text) is not None
        try:
            where.services.tokens.verify_access_token(text)
        except InvalidToken:
            return False
        return True


def forged(idp: Deployment, clock: Clock) -> str:
    """A token of the current signing key with an exp in ten years: it becomes invalid only when its key ends."""
    right = idp.services.tokens.issue_access_token(SERVICE.client, scopes=("read",))
    claims: dict[str, Any] = {**claims_of(right), "exp": clock() + 3650 * DAY}
    return rs256(own_key(idp.services), header_of(right), claims)


@pytest.mark.engines
def test_no_valid_one_is_refused_and_no_retired_one_accepted(pair: list[Deployment]) -> None:
    """In each of four quarters, the signing and sealing keys rotate first, and the scheduled job retires the old keys later."""
    first, second = pair
    clock = first.clock
    clock.advance(PUBLISHED_FOR)
    with Traffic(pair) as traffic:
        for quarter in range(4):
            old = forged(first, clock)
            here = pair[quarter % 2].services
            here.key_rotation.rotate("RS256")
            here.key_rotation.rotate("ES256")
            here.sealing_keys.rotate()
            for _ in range(3 * REFRESH // STEP + 2):
                traffic.go_on()
            assert first.services.keyring.active().kid == second.services.keyring.active().kid != header_of(old)["kid"]
            clock.advance(2 * DAY)
            here.key_rotation.retire()
            here.sealing_keys.retire()
            traffic.dead.append((old, clock() + REFRESH))
            for _ in range(2 * REFRESH // STEP):
                traffic.go_on()
            clock.advance(20 * DAY)
    assert traffic.wrong == []
    assert traffic.counts["accepted"] > 2000
    assert len(traffic.dead) == 4
    assert {Traffic.accepts(where, "token", text) for text, _ in traffic.dead for where in pair} == {False}
