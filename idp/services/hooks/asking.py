"""Asks the hooks of a moment, one after the other by name, and says what counts if one gives no usable answer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from idp.domain.hooks.answer import ALLOWED, DENIED, MFA, Decision, HookFailed, read_claims, read_decision
from idp.domain.hooks.hook import CLAIMS, TOGETHER
from idp.telemetry.record import count, note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from idp.domain.clock import Clock
    from idp.domain.hooks.hook import Hook
    from idp.domain.sessions.request_origin import Origin
    from idp.services.audit.recorder import Audit
    from idp.services.hooks.breaker import Breaker
    from idp.services.hooks.cedar_hook import CedarHooks
    from idp.services.hooks.facts import Facts
    from idp.services.hooks.function_hook import FunctionHooks
    from idp.services.hooks.live_hooks import LiveHooks

_T = TypeVar("_T")
FAILED = "unavailable"
"""The reason of a refusal by a hook that gave no answer."""
BY_POLICY = "policy"
"""The reason of a refusal by Cedar policies, which give none of their own."""


class Added(NamedTuple):
    """Claims of one hook, and where they go."""

    hook: Hook
    claims: dict[str, Any]


class AskHooks:
    """Asks. `cedar` and `functions` make their part when a hook needs it. `elapsed`: seconds of a clock that only goes forward."""

    def __init__(
        self, live: LiveHooks, breaker: Breaker, cedar: Callable[[], CedarHooks], functions: Callable[[], FunctionHooks], audit: Audit,
        clock: Clock, elapsed: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._live, self._breaker, self._cedar, self._functions = live, breaker, cedar, functions
        self._audit, self._clock, self._elapsed = audit, clock, elapsed

    def ask_decision(self, kind: str, client_id: str, facts: Callable[[], Facts], origin: Origin) -> Decision:
        """Return what the hooks decide. The first one that denies ends it; otherwise a second factor counts more than "allow".

        Raises:
            Unavailable: the hooks cannot be read.
        """
        outcome = ALLOWED
        for hook, answer in self._answers(kind, client_id, facts, origin):
            if answer is None:
                if hook.denies_on_failure:
                    return Decision(DENIED, FAILED, hook.name)
            elif answer.outcome == DENIED:
                return answer._replace(hook=hook.name)
            elif answer.outcome == MFA:
                outcome = MFA
        return Decision(outcome)

    def ask_claims(self, client_id: str, facts: Callable[[], Facts], origin: Origin, targets: Iterable[str]) -> list[Added] | None:
        """Return what the hooks add, by hook. None: one of them gave no answer, and then nothing may be issued.

        Raises:
            Unavailable: the hooks cannot be read.
        """
        wanted, added = set(targets), []
        hooks = [hook for hook in self._live.of(CLAIMS, client_id) if wanted & set(hook.targets)]
        told, until = facts() if hooks else {}, self._elapsed() + TOGETHER
        for hook in hooks:
            try:
                added.append(Added(hook, self._ask(hook, told, until, self._claims, origin)))
            except HookFailed:
                if hook.denies_on_failure:
                    return None
        return added

    def _answers(self, kind: str, client_id: str, facts: Callable[[], Facts], origin: Origin) -> Iterable[tuple[Hook, Decision | None]]:
        hooks = self._live.of(kind, client_id)
        told, until = facts() if hooks else {}, self._elapsed() + TOGETHER
        for hook in hooks:
            try:
                yield hook, self._ask(hook, told, until, self._decision, origin)
            except HookFailed:
                yield hook, None

    def _ask(self, hook: Hook, told: Facts, until: float, read: Callable[[Hook, Facts, float], _T], origin: Origin) -> _T:
        """Ask one hook, count it, and tell when its function rests from now on. Raises HookFailed."""
        now = self._clock()
        if hook.function and not self._breaker.may_ask(hook, now):
            count("HookCalls", Kind=hook.kind, Outcome="resting")
            raise HookFailed("the function rests")
        try:
            answer = read(hook, {**told, "hook": hook.name, "kind": hook.kind}, until - self._elapsed())
        except HookFailed as failed:
            count("HookCalls", Kind=hook.kind, Outcome="failure")
            note(f"hook {hook.name}: {failed.detail}")
            if hook.function and failed.silent and self._breaker.failed(hook, now):
                self._audit.record("hook.rests", origin=origin, outcome="failure", target=hook.name, reason=failed.detail)
            if hook.function and failed.silent is False:
                self._breaker.succeeded(hook)  # it runs: what one person's facts make of it must not count for the others
            raise
        if hook.function:
            self._breaker.succeeded(hook)
        count("HookCalls", Kind=hook.kind, Outcome="success")
        return answer

    def _decision(self, hook: Hook, told: Facts, seconds: float) -> Decision:
        if hook.function:
            return read_decision(self._functions().ask(hook, told, seconds), hook.kind)
        return Decision(ALLOWED) if self._cedar().permits(hook, told) else Decision(DENIED, BY_POLICY)

    def _claims(self, hook: Hook, told: Facts, seconds: float) -> dict[str, Any]:
        if hook.function:
            return read_claims(self._functions().ask(hook, told, seconds))
        return dict(hook.claims) if self._cedar().permits(hook, told) else {}
