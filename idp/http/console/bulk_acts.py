"""What an admin does with many people at once. For each person it is the same call of a service as on their page, with its own event."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idp.domain.errors import Forbidden
from idp.http.services import services
from idp.services.admin.idempotency import Answer, Idempotent, digest

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from idp.domain.access.roles import RoleModel
    from idp.domain.people.user import User
    from idp.http.console.visit import Visit


class Act(NamedTuple):
    """`needs`: OAuth scopes. `kind`: "roles" or "groups", if the act needs the name of one. `adds`: whether it is given.

    `run` does it for one person and returns whether something changed; an act about roles has none.
    """

    needs: tuple[str, ...]
    run: Callable[[Request, Visit, User], bool] | None = None
    kind: str = ""
    adds: bool = False
    once: bool = False


def _flag(*, disabled: bool) -> Callable[[Request, Visit, User], bool]:
    def run(request: Request, visit: Visit, user: User) -> bool:
        after = services(request).user_service.patch(user.id, {"disabled": disabled}, by=visit.by, scope=visit.scope)
        return after.disabled != user.disabled

    return run


def _sign_out(request: Request, visit: Visit, user: User) -> bool:
    services(request).user_service.access.end_everything(user, visit.by, scope=visit.scope)
    return True


def _mail(request: Request, visit: Visit, user: User) -> bool:
    services(request).started_resets.start(user.id, by=visit.by, scope=visit.scope)
    return True


def _delete(request: Request, visit: Visit, user: User) -> bool:
    services(request).user_service.delete(user.id, by=visit.by, scope=visit.scope)
    return True


_WRITE = ("users:write",)
ACTS: dict[str, Act] = {
    "disable": Act(_WRITE, _flag(disabled=True)),
    "enable": Act(_WRITE, _flag(disabled=False)),
    "sign-out": Act(("sessions:write",), _sign_out, once=True),
    "add-role": Act((*_WRITE, "roles:write"), kind="roles", adds=True),
    "remove-role": Act((*_WRITE, "roles:write"), kind="roles"),
    "add-group": Act((*_WRITE, "roles:write"), kind="groups", adds=True),
    "remove-group": Act((*_WRITE, "roles:write"), kind="groups"),
    "mail-reset": Act(_WRITE, _mail, once=True),
    "delete": Act(_WRITE, _delete),
}
"""By the value of the form. `once`: a repetition would have a further effect, so each person gets it once for each run."""


def act_on(request: Request, visit: Visit, name: str, user: User, *, assigned: str, model: RoleModel, run: str) -> bool:
    """Do it for one person. Return whether something changed. `assigned`: the role or group. `run`: an id of the whole run.

    Raises:
        IdpError: it was refused; nothing of this person changed.
    """
    act = ACTS[name]
    if user.id == visit.by.id:
        raise Forbidden("console.bulk_yourself")
    if act.kind:
        return _assign(request, visit, act, user, assigned, model)
    assert act.run  # noqa: S101  # the table has one for each act that is not about roles
    if not act.once:
        return act.run(request, visit, user)
    perform, s, changed = act.run, services(request), []

    def answer() -> Answer:
        changed.append(perform(request, visit, user))
        return Answer(204, about=user.id)

    Idempotent(s.idempotency, s.keyring, s.clock).run_once(f"console {visit.by.id}", f"{run}.{user.id}", digest(name, user.id), answer)
    return bool(changed)


def _assign(request: Request, visit: Visit, act: Act, user: User, assigned: str, model: RoleModel) -> bool:
    """Give or take a role or group, on the version that was read: a change of somebody else meanwhile is not overwritten."""
    held = set(model.live_roles(user.roles) if act.kind == "roles" else model.live_groups(user.groups))
    wanted = held | {assigned} if act.adds else held - {assigned}
    if wanted == held:
        return False
    services(request).user_service.patch(
        user.id, {act.kind: sorted(wanted)}, by=visit.by, scope=visit.scope, expected=frozenset({user.version})
    )  # fmt: skip
    return True
