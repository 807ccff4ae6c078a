"""FI-1 to FI-17: each sets up the fault of a run, after its people and apps are there. The seed of the run decides where it strikes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from bench.faults import damage
from bench.faults.flows.flow import RECEIVER, Flow
from idp.domain.errors import Unavailable
from idp.domain.message import Message
from idp.services.keys.keyring import REFRESH
from idp.services.upstream.sign_in import UpstreamRefused
from tests.integration.account.upstreams import upstream_of

if TYPE_CHECKING:
    from bench.faults.run import Run

Fault = Callable[["Run", "Flow"], str]
"""Sets up the fault, and returns its variant."""

RATES = (0.01, 0.05, 0.2)
THROTTLED = ("ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded")
CANCELLED = (
    "TransactionConflict",
    "ThrottlingError",
    "ProvisionedThroughputExceeded",
    "ItemCollectionSizeLimitExceeded",
    "ValidationError",
)
SINGLE = frozenset({"PutItem", "UpdateItem", "DeleteItem"})
STEPS = (5, -5, 300, -300)
"""Seconds by which the clock of an environment is wrong."""


def throttled(run: Run, _: Flow) -> str:
    """FI-1: calls are refused, by chance at six rates."""
    rate = run.random.choice((*RATES, 0.1, 0.5, 1.0))
    run.proxy.by_chance(rate, run.random, [run.proxy.answer_with(name) for name in THROTTLED])
    return f"{rate:.0%}"


def cancelled(run: Run, _: Flow) -> str:
    """FI-2: transactions are cancelled for another reason than a condition, and single writes meet a transaction: once, or always."""
    reason, times, nth = run.random.choice(CANCELLED), run.random.choice((1, 99)), run.random.randint(1, 3)
    if run.random.random() < 0.5:
        act = run.proxy.answer_with("TransactionCanceledException", "None", reason)
        run.proxy.at(nth, act, times=times, matches=lambda call: call.operation == "TransactWriteItems")
        return reason
    run.proxy.at(nth, run.proxy.answer_with("TransactionConflictException"), times=times, matches=lambda call: call.operation in SINGLE)
    return "conflict with a transaction"


def lost_reply(run: Run, _: Flow) -> str:
    """FI-3: calls are applied and their replies lost: by chance, or one call, or that call and its retries."""
    if run.random.random() < 0.5:
        rate = run.random.choice(RATES)
        run.proxy.by_chance(rate, run.random, [run.proxy.lose_reply])
        return f"{rate:.0%}"
    times = run.random.choice((1, 3))
    run.proxy.at(run.random.randint(1, run.calls), run.proxy.lose_reply, times=times)
    return "one call" if times == 1 else "and retries"


def crash(run: Run, _: Flow) -> str:
    """FI-4: nothing arrives from the kth call on, until the request is over. Half the time its answer is lost, too."""
    run.cut = run.random.random() < 0.5
    run.proxy.at(run.random.randint(1, run.calls), run.proxy.swallow, times=99)
    return "without an answer" if run.cut else "with 503"


def race(run: Run, flow: Flow) -> str:
    """FI-5: two want the same address, link or name at the same moment."""
    run.rival = flow.rival()
    return "at the same moment"


def stale_reads(run: Run, _: Flow) -> str:
    """FI-6: indexes and reads that are not strongly consistent do not know what was written since."""
    run.proxy.stale = True
    return "since the beginning"


def time_to_live(run: Run, _: Flow) -> str:
    """FI-7: what has expired is there for ever, or what expires is deleted early. Nothing that was used works again."""
    run.ttl = run.random.choice(("late", "early"))
    return run.ttl


def late_writes(run: Run, _: Flow) -> str:
    """FI-8: a call gets no reply in time, and arrives after up to six more calls; so do its retries, in a third of the runs."""
    times, after = run.random.choice((1, 1, 3)), run.random.randint(0, 6)
    run.proxy.at(run.random.randint(1, run.calls), run.proxy.arrive_late(after), times=times)
    return "one call" if times == 1 else "and retries"


def frozen(run: Run, _: Flow) -> str:
    """FI-9: the function freezes after the kth call, its caller gets no answer, and it goes on after the next request."""
    run.frozen = True
    run.proxy.at(run.random.randint(1, run.calls), run.proxy.freeze)
    return "until the next request"


def twice(run: Run, _: Flow) -> str:
    """FI-10: each POST invokes the function twice: one after the other, or at the same moment."""
    run.twice = run.random.choice(("after", "beside"))
    return run.twice


def dependency_down(run: Run, flow: Flow) -> str:
    """FI-12: KMS, the upstream or a receiver of webhooks does not answer, or mails are lost: a mailer raises nothing."""
    down = run.random.choice(flow.needs)
    services: Any = run.site.services
    if down == "KMS":
        run.replace(services.keyring, "_envelope", _Down())
        run.clock.advance(REFRESH + 1)
    elif down == RECEIVER:
        run.replace(flow, "answers", value=False)
    elif down == "mail":
        run.replace(services.mailer, "send", lambda *_, **__: None)
    else:
        refused = UpstreamRefused(Message("upstream.unreachable", name="Corp"), "unreachable")
        run.replace(upstream_of(run.site), "finish", _raise(refused))
    return down


def clock_steps(run: Run, _: Flow) -> str:
    """FI-13: one of two environments has a wrong clock. By minutes, it may refuse what is valid; then the person begins anew.

    By seconds, it refuses nothing but a passkey whose newest challenge is from the other environment's future.
    """
    step = run.random.choice(STEPS)
    run.strict = abs(step) < 60
    run.clock_wrong = abs(step)
    other = run.site.environment(lambda: run.clock() + step)
    run.environment = lambda: run.random.choice((run.site.app, other))
    return f"{step:+d} s"


def cold_starts(run: Run, _: Flow) -> str:
    """FI-14: every request starts an environment, while a fifth of the calls is throttled."""
    run.environment = lambda: run.site.environment(run.clock)
    run.proxy.by_chance(0.2, run.random, [run.proxy.answer_with(name) for name in THROTTLED])
    return "each request"


def rotation(run: Run, _: Flow) -> str:
    """FI-15: the signing key rotates at once before a request, while another environment still has the earlier keys."""
    other, before = run.site.environment(run.clock), run.random.randint(1, 3)
    run.environment = lambda: run.random.choice((run.site.app, other))
    seen = 0

    def count() -> None:
        nonlocal seen
        seen += 1
        if seen == before:
            run.site.services.key_rotation.rotate("RS256", at_once=True)

    run.before_request = count
    return "at once"


def restore(run: Run, flow: Flow) -> str:
    """FI-16: `directory` is restored to its state before the flow, as docs/deploy.md says. What ended meanwhile stays ended."""
    run.backup = damage.directory_of(run.site, flow)
    return "to before the flow"


def poison(run: Run, flow: Flow) -> str:
    """FI-17: an item of the person is damaged until the fault is over. Another person signs in meanwhile."""
    run.bystander = True
    return damage.poison(run, flow)


class _Down:
    """A KMS that does not answer."""

    name = "kms"

    def wrap(self, plain: bytes) -> bytes:
        raise Unavailable(detail=str(len(plain)))

    def unwrap(self, enveloped: bytes) -> bytes:
        raise Unavailable(detail=str(len(enveloped)))


def _raise(error: Exception) -> Callable[..., Any]:
    def raising(*_: object, **__: object) -> Any:
        raise error

    return raising


FAULTS: Mapping[str, Fault] = MappingProxyType({
    "FI-1": throttled, "FI-2": cancelled, "FI-3": lost_reply, "FI-4": crash, "FI-5": race, "FI-6": stale_reads, "FI-7": time_to_live,
    "FI-8": late_writes, "FI-9": frozen, "FI-10": twice, "FI-12": dependency_down, "FI-13": clock_steps, "FI-14": cold_starts,
    "FI-15": rotation, "FI-16": restore, "FI-17": poison,
})  # fmt: skip


def applies(fault: str, flow: type[Flow]) -> bool:
    """Whether the fault is tried on the flow."""
    if fault == "FI-16" and not flow.restorable:
        return False
    return fault not in flow.without and (fault != "FI-5" or flow.rival is not Flow.rival)
