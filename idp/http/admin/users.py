"""Users (threats J-02, J-05, H-15)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from idp.domain.access.roles import NAME
from idp.domain.search_text import LONGEST
from idp.http.admin import organisation_people, present
from idp.http.admin.context import Context, Ctx, answer, no_content, reply
from idp.http.admin.describe import ETAG, PREFIX, refuses
from idp.http.admin.etags import Expected
from idp.http.admin.idempotency_key import OnceOnly
from idp.http.admin.pagination import Paged, make_page
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas.common import UserId
from idp.http.admin.schemas.organisation_people import OrganizationPerson, UserPage
from idp.http.admin.schemas.user_export import UserExport
from idp.http.admin.schemas.users import NewPassword, NewUser, SentMail, UserChanges, UserWithLocks
from idp.http.admin.scopes import needs
from idp.services.admin.idempotency import Answer
from idp.services.people.user_changes import ACCESS

if TYPE_CHECKING:
    from idp.domain.people.user import User

router = APIRouter(prefix=PREFIX + "/users", tags=["Users"], route_class=StrictRoute)
Prefix = Annotated[str | None, Query(min_length=1, max_length=254, description="The beginning of the email address.")]
Part = Annotated[
    str | None,
    Query(
        min_length=1, max_length=LONGEST, examples=["ada love"],
        description="Words. Each must occur in the email address or in a name. Case is ignored.",
    ),
]  # fmt: skip
Role = Annotated[str | None, Query(pattern=f"^{NAME}$", description="A role that the users have, by themselves or by a group.")]
Group = Annotated[str | None, Query(pattern=f"^{NAME}$", description="A group that the users are in.")]


@router.get("", response_model=UserPage, responses=refuses(), **needs("users:read"))
def list_users(
    ctx: Ctx, paged: Paged, email: Prefix = None, search: Part = None, role: Role = None, group: Group = None
) -> Response:  # fmt: skip
    """List users by email address, or find those that match all conditions.

    An organisation's admin gets the members of the organisation by id; `role` is one of its own roles then, and `group` is refused.

    `search`, `role` and `group` look up search rows, if the deployment keeps them; then the order is that of the rows. Without rows they
    read one user after the other, and a page ends after 500 users (`searched`). So a page can be short or empty although there is a
    `next_cursor`. `email` reads only the addresses with that beginning. The list can be a moment old; a single
    user is always current.
    """
    if ctx.scope.organisation:
        return reply(organisation_people.list_people(ctx, paged, email or "", search or "", role, group))
    place = ctx.place("users", email or "", search or "", role or "", group or "")
    start = ctx.cursors.open(place, paged.cursor)
    found = ctx.services.user_service.search(
        email or "", text=search or "", role=role, group=group, limit=paged.limit, start=start, scope=ctx.scope
    )
    model = ctx.read_roles(*(user.roles or user.groups for user in found.items))
    body = make_page(ctx.cursors, place, [present.serialise_user(user, model) for user in found.items], found.more)
    return reply(body | {"searched": found.searched})


@router.post(
    "",
    response_model=UserWithLocks | OrganizationPerson,
    status_code=201,
    responses=refuses(409, 422, created=True),
    **needs("users:write"),
)
def create_user(ctx: Ctx, once: OnceOnly, new: NewUser) -> Response:
    """Create a user, with or without a password. roles, groups and attributes need the scope roles:write too.

    admin and admin_scopes need every scope. An organisation's admin gives `email` and `claims` only, with an address in a domain that
    the organisation has proved. The person is a member whom the organisation owns, and sets a password by the mail of
    `POST …/password-reset`.
    """
    access, limit = (new.model_dump(include=names, exclude_unset=True) for names in (set(ACCESS), {"admin_scopes"}))
    if access:
        ctx.require_scope("roles:write", *sorted(access))

    def create() -> Answer:
        user = ctx.services.user_service.create(
            new.email, new.password, email_verified=new.email_verified, admin=new.admin, mfa_required=new.mfa_required,
            claims=new.claims.model_dump(exclude_unset=True), by=ctx.by, scope=ctx.scope, **access, **limit,
        )  # fmt: skip
        return answer(serialise_one(ctx, user), 201, version=user.version, location=f"{PREFIX}/users/{user.id}", about=user.id)

    return once.run(create)


@router.get("/{user_id}", response_model=UserWithLocks | OrganizationPerson, responses=refuses(404, ok=ETAG), **needs("users:read"))
def get_user(ctx: Ctx, user_id: UserId) -> Response:
    """Get one user, with the locks that prevent a sign-in now (`locks`) and the reason why the address gets no mail (`mail_problem`)."""
    if ctx.scope.organisation:
        person, version = organisation_people.show_person(ctx, user_id)
        return reply(person, version=version)
    user = ctx.services.user_service.get(user_id, scope=ctx.scope)
    return reply(serialise_one(ctx, user), version=user.version)


@router.get("/{user_id}/export", response_model=UserExport, responses=refuses(404), **needs("users:read", "sessions:read", "audit:read"))
def export_user(ctx: Ctx, user_id: UserId) -> Response:
    """Get everything that is stored about a user, to answer their request for it.

    It has no secrets: neither hashes nor sealed values nor tokens. It has nothing about other people: an admin who changed the user is
    "another person". The newest 20,000 items are in it; `complete` says whether that is all. The user can get the same on the account page.
    """
    return reply(ctx.services.person_export.export(user_id, by=ctx.by, scope=ctx.scope))


@router.patch(
    "/{user_id}", response_model=UserWithLocks | OrganizationPerson, responses=refuses(404, 409, 412, 415, ok=ETAG), **needs("users:write")
)
def change_user(ctx: Ctx, user_id: UserId, changes: UserChanges, expected: Expected) -> Response:
    """Change a user by an RFC 7396 patch, as application/merge-patch+json or application/json.

    Admins cannot disable or demote themselves, and the last admin without admin_scopes stays. roles, groups and attributes need the scope
    roles:write too, and admin_scopes needs every scope. A caller cannot change their own. An organisation's admin changes `claims` and
    `disabled` of a person whom the organisation owns.
    """
    wanted = changes.model_dump(exclude_unset=True)
    if access := ACCESS & set(wanted):
        ctx.require_scope("roles:write", *sorted(access))
    user = ctx.services.user_service.patch(user_id, wanted, by=ctx.by, expected=expected, scope=ctx.scope)
    return reply(serialise_one(ctx, user), version=user.version)


@router.delete("/{user_id}", status_code=204, responses=refuses(404, 409, 412), **needs("users:write"))
def delete_user(ctx: Ctx, user_id: UserId, expected: Expected) -> Response:
    """Erase a user and all data about them, also during the days of grace after they deleted their account.

    Audit events stay for their retention time, with the user's id and without any other data about them.
    """
    ctx.services.user_service.delete(user_id, by=ctx.by, expected=expected, scope=ctx.scope)
    return no_content()


@router.delete("/{user_id}/deletion", response_model=UserWithLocks, responses=refuses(404, 409, ok=ETAG), **needs("users:write"))
def cancel_deletion(ctx: Ctx, user_id: UserId) -> Response:
    """Cancel the deletion that a user asked for (`deleting_until`). The user can sign in again; sessions and grants do not come back.

    `DELETE /users/{user_id}` erases the user now instead.
    """
    user = ctx.services.self_deletion.cancel(user_id, by=ctx.by, scope=ctx.scope)
    return reply(serialise_one(ctx, user), version=user.version)


@router.put("/{user_id}/password", status_code=204, responses=refuses(404, 412), **needs("users:write"))
def set_password(ctx: Ctx, user_id: UserId, new: NewPassword, expected: Expected) -> Response:
    """Set a user's password. All sessions end, and all apps lose access."""
    user = ctx.services.user_service.set_password(user_id, new.password, by=ctx.by, expected=expected, scope=ctx.scope)
    return no_content(version=user.version)


@router.post(
    "/{user_id}/password-reset", response_model=SentMail, status_code=202, responses=refuses(404, 409, 422), **needs("users:write")
)
def start_password_reset(ctx: Ctx, once: OnceOnly, user_id: UserId) -> Response:
    """Send a user the mail with which they set a new password. The answer has neither its link nor its code.

    Nothing of the account changes until the user sets a password. The second factor stays required. A disabled user gets no mail (409).
    There may be one mail a minute and five an hour (429).
    """

    def start() -> Answer:
        user, expires_at = ctx.services.started_resets.start(user_id, by=ctx.by, scope=ctx.scope)
        return answer({"email": user.email, "expires_at": present.moment(expires_at)}, 202, about=user.id)

    return once.run(start)


@router.post(
    "/{user_id}/temporary-code", response_model=SentMail, status_code=202, responses=refuses(404, 409, 422), **needs("users:write")
)
def send_temporary_code(ctx: Ctx, once: OnceOnly, user_id: UserId) -> Response:
    """Send a user who lost the second factor a code that takes its place once, within a day. The answer does not have the code.

    The first factor is asked for as well. A user who is disabled or has no second factor gets no mail (409). There may be one mail a minute
    and five an hour (429).
    """

    def send() -> Answer:
        user, expires_at = ctx.services.temporary_codes.send(user_id, by=ctx.by, scope=ctx.scope)
        return answer({"email": user.email, "expires_at": present.moment(expires_at)}, 202, about=user.id)

    return once.run(send)


@router.delete("/{user_id}/lock", status_code=204, responses=refuses(404), **needs("users:write"))
def unlock_user(ctx: Ctx, user_id: UserId) -> Response:
    """Remove the locks of a user who typed a wrong password or code too often. Nothing else changes, and it can be called at any time.

    An authenticator that is closed after too many wrong codes stays closed. DELETE …/factors removes it.
    """
    ctx.services.locks.remove(ctx.services.user_service.get(user_id, scope=ctx.scope), by=ctx.by, scope=ctx.scope)
    return no_content()


@router.delete("/{user_id}/mail-problem", status_code=204, responses=refuses(404), **needs("users:write"))
def clear_mail_problem(ctx: Ctx, user_id: UserId) -> Response:
    """Let mails go to the user's address again, after the reason in `mail_problem` is gone. It can be called at any time.

    If the mailbox still refuses mails, the next one marks the address again. SES has a suppression list of its own, from which you must
    remove the address too.
    """
    user = ctx.services.user_service.get(user_id, scope=ctx.scope)
    ctx.services.user_mail_problems.clear(user, by=ctx.by, scope=ctx.scope)
    return no_content()


@router.delete("/{user_id}/factors", status_code=204, responses=refuses(404, 412), **needs("users:write"))
def reset_factors(ctx: Ctx, user_id: UserId, expected: Expected) -> Response:
    """Remove a user's second factor and recovery codes, for a user who lost both. All sessions end."""
    user = ctx.services.user_service.reset_factors(user_id, by=ctx.by, expected=expected, scope=ctx.scope)
    return no_content(version=user.version)


def serialise_one(ctx: Context, user: User) -> dict[str, Any]:
    """Return the user as each answer about one user contains it."""
    if ctx.scope.organisation:
        return organisation_people.show_person(ctx, user.id)[0]
    locks, problem = ctx.services.locks.of(user, scope=ctx.scope), ctx.services.user_mail_problems.of(user, scope=ctx.scope)
    return present.serialise_user_with_locks(user, ctx.read_roles(user.roles, user.groups), locks, problem)
