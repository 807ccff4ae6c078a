"""Why a user gets no mail, for admins, and the removal of the mark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.services.access.admin_protection import require_power_over

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock
    from idp.domain.mail.mail_problem import MailProblem
    from idp.domain.people.user import User
    from idp.services.audit.recorder import Actor, Audit
    from idp.store.mail_problems import MailProblems


class MailProblemsOfUsers:
    """Reads and removes the mark of a user's address."""

    def __init__(self, problems: MailProblems, audit: Audit, clock: Clock) -> None:
        self._problems, self._audit, self._clock = problems, audit, clock

    def of(self, user: User, *, scope: Scope) -> MailProblem | None:
        """Return why the user's address gets no mail, or None."""
        scope.require_deployment()
        return self._problems.get(user.email, self._clock())

    def clear(self, user: User, *, scope: Scope, by: Actor) -> None:
        """Let mails go to the address again. Does nothing else if there is no mark.

        Raises:
            Forbidden: the user is an admin, and the caller's token does not have every scope of the admin API.
        """
        scope.require_deployment()
        require_power_over(user, by)
        problem = self._problems.get(user.email, self._clock())
        self._problems.delete(user.email)
        self._audit.act("user.mail_allowed", by, subject=user.id, problem=problem.kind if problem else "none", scope=scope)
