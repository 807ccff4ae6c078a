"""Why a person could not sign in: facts of the account now, and what the trail has since the last sign-in that succeeded."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from idp.domain.audit.event import AuditEvent
    from idp.domain.factors.lock import Lock
    from idp.domain.mail.mail_problem import MailProblem
    from idp.domain.people.user import User

STOP, WARNING, GOOD = "stop", "todo", "good"
"""Weights: the person cannot sign in; something may prevent it; nothing prevents it. The values are also names of icons."""
_FAILED = ("sign_in.failed", "second_factor.failed", "password_change.failed", "reauthentication.failed")
SUCCEEDED = "sign_in.succeeded"


class Finding(NamedTuple):
    """One sentence of the story. `kind`: which sentence; `weight`: STOP, WARNING or GOOD.

    `at`, `until`: epoch seconds, or 0. `times`: attempts. `detail`: a reason of the trail.
    """

    weight: str
    kind: str
    at: int = 0
    until: int = 0
    times: int = 0
    detail: str = ""


def explain(user: User, locks: Iterable[Lock], problem: MailProblem | None, events: Sequence[AuditEvent]) -> list[Finding]:
    """Return the findings, the weightiest first. `events`: about this user, the newest first."""
    found = [*_account(user), *map(_lock, locks), *_ways(user, problem), *_attempts(events)]
    if not any(one.weight == STOP or one.kind == "no_password" for one in found):
        found.insert(0, Finding(GOOD, "can_sign_in"))
    return sorted(found, key=lambda one: (STOP, WARNING, GOOD).index(one.weight))


def _account(user: User) -> Iterable[Finding]:
    if user.deleting_until:
        yield Finding(STOP, "deleting", until=user.deleting_until)
    elif user.disabled:
        yield Finding(STOP, "disabled_by_directory" if user.deactivated_by else "disabled")


def _lock(lock: Lock) -> Finding:
    if lock.until is None:
        return Finding(STOP, "authenticator_closed", times=lock.failures)
    return Finding(STOP, f"locked_{lock.what}", until=lock.until, times=lock.failures)


def _ways(user: User, problem: MailProblem | None) -> Iterable[Finding]:
    if user.password_hash is None and not user.all_passkeys:
        yield Finding(WARNING, "awaits_migration" if user.awaits_migration else "no_password")
    if user.must_have_second_factor and not user.has_second_factor:
        yield Finding(WARNING, "second_factor_owed")
    if problem:
        yield Finding(WARNING, "no_mail", at=problem.at, detail=problem.kind)


def _attempts(events: Sequence[AuditEvent]) -> Iterable[Finding]:
    """Yield the failures since the last success, by reason, and the last success."""
    last = next((event for event in events if event.type == SUCCEEDED), None)
    since = events[: events.index(last)] if last else events
    groups: dict[tuple[str, str], list[AuditEvent]] = {}
    for event in since:
        if event.type in _FAILED:
            groups.setdefault((event.type.partition(".")[0], event.reason), []).append(event)
    for (area, reason), of_it in groups.items():
        yield Finding(WARNING, f"failed_{area}", at=of_it[0].at // 1000, times=len(of_it), detail=reason)
    if last:
        yield Finding(GOOD, "last_sign_in", at=last.at // 1000)
    elif not groups:
        yield Finding(WARNING, "no_attempts")
