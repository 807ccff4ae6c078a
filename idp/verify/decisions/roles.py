"""RBAC: who has a role may do what the role permits (NIST RBAC, core).

A permission is a name in parts, `invoices:read`. In a role's permissions a part `*` stands for any one part, and as the last part for all
that follow: `invoices:*` is `invoices:read` and `invoices:lines:read`, `*:read` is reading anything, `*` is everything. Nothing else is a
pattern: `inv*` permits only what is called `inv*`, and nobody may ask for that. A star counts in the model alone: `permissions` in the
claims of a token are whole names, as are those of the roles that the admin API keeps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from idp.verify.decisions.question import Decision, Question, Subject, names

ANY = "*"
SEPARATOR = ":"


def permission_of(question: Question) -> str:
    """What the question asks for: `type:action`, or the action's name alone where that has parts already."""
    action = question.action.name
    return action if SEPARATOR in action else f"{question.resource.type}{SEPARATOR}{action}"


def permits(granted: str, needed: str) -> bool:
    """Whether a role's permission covers what is asked for. A question with a star, or an empty part, is asked by nobody honest: no."""
    asked = needed.split(SEPARATOR)
    if ANY in needed or not all(asked):
        return False
    given = granted.split(SEPARATOR)
    if given[-1] == ANY:
        return len(asked) >= len(given) and _parts(given[:-1], asked)
    return len(asked) == len(given) and _parts(given, asked)


def _parts(given: Sequence[str], asked: Sequence[str]) -> bool:
    return all(part in {ANY, wanted} for part, wanted in zip(given, asked, strict=False))


class RoleDecider:
    """Answers from the subject's roles and permissions: those in its properties (the token's claims), or those that `roles_of` looks up.

    Args:
        model: the permissions of each role. A role without an entry permits nothing.
        roles_of: the roles of a subject, in the place of those in its properties. It may raise.
        needed: which permission a question asks for.
    """

    def __init__(
        self,
        model: Mapping[str, Iterable[str]],
        *,
        roles_of: Callable[[Subject], Sequence[str]] | None = None,
        needed: Callable[[Question], str] = permission_of,
    ) -> None:
        self._model = {role: tuple(names(list(permissions))) for role, permissions in model.items()}
        self._roles_of, self._needed = roles_of, needed

    def decide(self, question: Question, /) -> Decision:
        """Yes, or silence: a role forbids nothing."""
        needed, subject = self._needed(question), question.subject
        roles = self._roles_of(subject) if self._roles_of else names(subject.properties.get("roles"))
        for role in roles:
            for granted in self._model.get(role, ()):
                if permits(granted, needed):
                    return Decision(allowed=True, reason=f"a role has {granted}", by=f"role:{role}")
        if not self._roles_of and ANY not in needed and needed in names(subject.properties.get("permissions")):
            return Decision(allowed=True, reason=f"the subject has {needed}", by="permission")
        return Decision(allowed=False, reason="no role of the subject permits it")
