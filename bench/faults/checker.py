"""The invariants I1 to I10: each takes a history and returns the sentences about what is wrong in it, none if nothing is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from bench.faults.history import Event, History

Invariant = Callable[[History], Iterator[str]]

SERVER_ERROR, UNAVAILABLE, CUT_OFF = 500, 503, 504
"""504: the function ended within the request, so the gateway answered in its place."""
DENIALS = frozenset({"invalid_grant", "invalid_token", "access_denied", "invalid_client", "unauthorized_client"})


def check(history: History) -> list[tuple[str, str]]:
    """What is wrong, as pairs of invariant and sentence."""
    return [(name, sentence) for name, invariant in INVARIANTS.items() for sentence in invariant(history)]


def one_answer_per_code(history: History) -> Iterator[str]:
    """I1: a code gives tokens at most once."""
    given: dict[str, set[str]] = defaultdict(set)
    for event in history.of("redeem"):
        if event.outcome == "ok":
            given[event.about].add(event.value)
    for code, tokens in given.items():
        if len(tokens) > 1:
            yield f"the code {code[:8]}… gave tokens {len(tokens)} times"


def one_leaf_per_family(history: History) -> Iterator[str]:
    """I2: a refresh token has at most one successor, so a family has one live leaf and one root."""
    successors: dict[str, set[str]] = defaultdict(set)
    for event in history.of("rotate"):
        if event.outcome == "ok":
            successors[event.about].add(event.value)
    for token, next_ones in successors.items():
        if len(next_ones) > 1:
            yield f"the refresh token …{token[-8:]} has {len(next_ones)} successors"


def nothing_ended_is_accepted(history: History) -> Iterator[str]:
    """I3: what was accepted was live at some instant of its request."""
    ends = [event for event in history.of("end") if event.outcome == "ok"]
    for accepted in (event for event in history.of("accept") if event.outcome == "ok"):
        if any(end.about == accepted.about and end.end < accepted.start for end in ends):
            yield f"{accepted.about} was accepted after it had ended"


def what_is_written_is_read(history: History) -> Iterator[str]:
    """I4: an acknowledged write is what every later request finds, until another write may have happened."""
    for about in {event.about for event in history.of("read")}:
        writes = [event for event in history.of("write") if event.about == about and event.outcome != "refused"]
        for read in (event for event in history.of("read") if event.about == about and event.outcome != "unknown"):
            possible = _possible(writes, read)
            if read.outcome == "ok" and possible and read.value not in possible:
                yield f"{about}: a request found {read.value!r} instead of {sorted(possible)}"
            if read.outcome == "refused" and possible == {read.value}:
                yield f"{about}: {read.value!r} was refused after it had been stored"


def _possible(writes: list[Event], read: Event) -> set[str]:
    """The values that a read may find: the last acknowledged ones before it, and those whose writes may have happened since."""
    acknowledged = [write for write in writes if write.outcome == "ok" and write.end < read.start]
    if not acknowledged:
        return set()
    last = acknowledged[-1]
    since = [write for write in writes if write.start < read.end and (write.end > last.start or write.outcome == "unknown")]
    return {write.value for write in [last, *since]}


def nothing_without_owner(history: History) -> Iterator[str]:
    """I5: no item is left without the one that it belongs to."""
    yield from history.orphans


def used_once(history: History) -> Iterator[str]:
    """I6: a code of a second factor, a recovery code, a link of a mail works at most once."""
    uses: dict[str, int] = defaultdict(int)
    for event in history.of("use"):
        uses[event.about] += event.outcome == "ok"
    for artefact, number in uses.items():
        if number > 1:
            yield f"{artefact[:40]} was used {number} times"


def failures_are_counted(history: History) -> Iterator[str]:
    """I7: no more wrong passwords are judged than the limit; more are refused unread. Parallel ones may overshoot by their number."""
    judged: dict[str, int] = defaultdict(int)
    for event in history.of("fail"):
        judged[event.about] += event.value == "wrong"
    for user, number in judged.items():
        if history.attempts and number > history.attempts:
            yield f"{user}: {number} wrong passwords were judged, the limit is {history.attempts}"


def a_fault_is_no_answer(history: History) -> Iterator[str]:
    """I8: a fault of a dependency is 503 with Retry-After: no other 5xx, no denial of a valid credential, no success."""
    for event in history.of("request"):
        if event.status >= SERVER_ERROR and event.status != CUT_OFF and not (event.status == UNAVAILABLE and event.retry_after):
            yield f"{event.about} was answered with {event.status}{'' if event.retry_after else ' without Retry-After'}"
        if event.due and event.value in DENIALS:
            yield f"{event.about} was answered with {event.value} although the credential was valid"
        if event.status >= SERVER_ERROR and event.outcome == "ok":
            yield f"{event.about} succeeded with {event.status}"


def answers_are_for_who_asked(history: History) -> Iterator[str]:
    """I9: the subject of an answer is who sent the request."""
    for event in history.events:
        if event.principal and event.subject and event.principal != event.subject:
            yield f"{event.act} {event.about[:40]} of {event.principal} was answered for {event.subject}"


def no_secret_is_logged(history: History) -> Iterator[str]:
    """I10: no log line has a password, a code, a token or a seed."""
    for line in history.logged:
        for secret in history.secrets:
            if secret in line:
                yield f"a log line has a secret that begins with {secret[:3]}"


INVARIANTS: Mapping[str, Invariant] = MappingProxyType({
    "I1": one_answer_per_code, "I2": one_leaf_per_family, "I3": nothing_ended_is_accepted, "I4": what_is_written_is_read,
    "I5": nothing_without_owner, "I6": used_once, "I7": failures_are_counted, "I8": a_fault_is_no_answer,
    "I9": answers_are_for_who_asked, "I10": no_secret_is_logged,
})  # fmt: skip
