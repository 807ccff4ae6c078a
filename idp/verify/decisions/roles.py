"""RBAC: a subject with a role may do what the role permits (NIST RBAC, core).

A permission is a name with parts, such as `invoices:read`. In a role's permission the part `*` matches any one part, and at the end all
parts that follow: `invoices:*` permits `invoices:read` and `invoices:lines:read`, `*:read` permits reading everything, `*` permits
everything. There are no other patterns: `inv*` permits only the name `inv*`, which is never asked for. Stars work only in the model:
`permissions` in the claims of a token are whole names, and so are those of roles in the admin API.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from idp.verify.decisions.question import Decision, Question, Subject, names

ANY = "*"
SEPARATOR = ":"


def permission_of(question: Question) -> str:
    """The permission that a question needs: `type:action`, or the action's name alone if it has a colon."""
    action = question.action.name
    return action if SEPARATOR in action else f"{question.resource.type}{SEPARATOR}{action}"


def permits(granted: str, needed: str) -> bool:
    """Whether a role's permission covers the needed one. A needed permission with a star or an empty part is never covered."""
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
    """Answers by the subject's roles and permissions: those in its properties (the token's claims), or those that `roles_of` looks up.

    Args:
        model: the permissions of each role. A role without an entry permits nothing.
        roles_of: looks up the roles of a subject, instead of those in its properties. It may raise.
        needed: the permission that a question needs.
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
        """Allow, or no answer (`Decision.silent`). A role never denies."""
        needed, subject = self._needed(question), question.subject
        roles = self._roles_of(subject) if self._roles_of else names(subject.properties.get("roles"))
        for role in roles:
            for granted in self._model.get(role, ()):
                if permits(granted, needed):
                    return Decision(allowed=True, reason=f"a role has {granted}", by=f"role:{role}")
        if not self._roles_of and ANY not in needed and needed in names(subject.properties.get("permissions")):
            return Decision(allowed=True, reason=f"the subject has {needed}", by="permission")
        return Decision(allowed=False, reason="no role of the subject permits it")
