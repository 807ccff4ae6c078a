"""Why a user gets no mail, for admins, and the removal of the mark."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock
    from idp.domain.mail.mail_problem import MailProblem
    from idp.domain.people.user import User
    from idp.services.audit.recorder import Actor, Audit
    from idp.services.delegation.organisation_people import OrganisationPeople
    from idp.store.mail_problems import MailProblems


class MailProblemsOfUsers:
    """Reads and removes the mark of a user's address."""

    def __init__(self, problems: MailProblems, audit: Audit, clock: Clock, people: OrganisationPeople) -> None:
        self._problems, self._audit, self._clock, self._people = problems, audit, clock, people

    def of(self, user: User, *, scope: Scope) -> MailProblem | None:
        """Return why the user's address gets no mail, or None."""
        scope.require_deployment()
        return self._problems.get(user.email, self._clock())

    def clear(self, user: User, *, scope: Scope, by: Actor) -> None:
        """Let mails go to the address again. Does nothing else if there is no mark.

        Raises:
            Forbidden: the user is an admin of the deployment or of an organisation, and the caller lacks a right of theirs.
        """
        scope.require_deployment()
        self._people.require_power_over(user, by, scope=scope)
        problem = self._problems.get(user.email, self._clock())
        self._problems.delete(user.email)
        self._audit.act("user.mail_allowed", by, subject=user.id, problem=problem.kind if problem else "none", scope=scope)
