"""`idp users list`, `show`, `export`, `disable`, `enable`, `unlock` and more: find users, and allow or refuse their sign-in."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Annotated

import typer

from idp.cli.whole_number import whole_number
from idp.domain.access.tenancy import DEPLOYMENT

if TYPE_CHECKING:
    from idp.domain.factors.lock import Lock
    from idp.domain.people.user import User
    from idp.wiring.all_services import AllServices

Who = Annotated[str, typer.Argument(metavar="ID|EMAIL", help="The user's id or email address.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Limit = Annotated[int, typer.Option("--limit", metavar="NUMBER", parser=whole_number(1, 10_000), help="How many at most.")]

_SEARCH = "Only users with these words in the email address or a name: any part of it, in any case."
_LOCKED = {
    "password": "the password, in browsers where they never signed in",
    "password_on_known_device": "the password, in a browser where they signed in before",
    "totp": "codes of the authenticator",
    "recovery_code": "recovery codes",
}


def list_(
    search: Annotated[str, typer.Option("--search", metavar="WORDS", help=_SEARCH)] = "", limit: Limit = 100, as_json: AsJson = False
) -> None:
    """List users by email address, or search them."""
    from idp.cli.deployment import deployment
    from idp.cli.list_pages import pages
    from idp.http.admin import present

    with deployment() as services:
        found = pages(lambda room, start: services.user_service.search(text=search, limit=room, start=start, scope=DEPLOYMENT), limit)
        assigned = any(user.roles or user.groups for user in found)
        if as_json:
            from idp.domain.access.roles import RoleModel

            model = services.role_service.model(scope=DEPLOYMENT) if assigned else RoleModel()
            typer.echo(json.dumps([present.serialise_user(user, model) for user in found], indent=2, ensure_ascii=False))
            return
    for user in found:
        typer.echo(_line(user))


def show(who: Who, as_json: AsJson = False) -> None:
    """Show one user, and the reasons why they cannot sign in or get no mail now."""
    from idp.cli.deployment import deployment
    from idp.domain.access.roles import RoleModel
    from idp.domain.factors.hash_notations.scheme import scheme_of
    from idp.http.admin import present

    with deployment() as services:
        user = find_user(services, who)
        locks = services.locks.of(user, scope=DEPLOYMENT)
        problem = services.user_mail_problems.of(user, scope=DEPLOYMENT)
        known = services.passkey_service.of(user.id, scope=DEPLOYMENT) if user.all_passkeys else []
        model = services.role_service.model(scope=DEPLOYMENT) if user.roles or user.groups else RoleModel()
    if as_json:
        typer.echo(json.dumps(present.serialise_user_with_locks(user, model, locks, problem), indent=2, ensure_ascii=False))
        return
    typer.echo(_line(user))
    if user.deleting_until:
        typer.echo(f"is being deleted: erased {time.strftime('after %Y-%m-%d %H:%M:%S UTC', time.gmtime(user.deleting_until))}")
    scheme = scheme_of(user.password_hash)
    if scheme is None:
        typer.echo("has no password")
    elif scheme != "argon2id":
        typer.echo(f"has the password hash of another system: {scheme}; replaced at the next sign-in")
    for one in known:
        typer.echo(f"passkey  {one.id}  {one.name}")
    for lock in locks:
        typer.echo(_lock(lock))
    if problem:
        typer.echo(f"gets no mail: {problem.kind} {problem.reason}".rstrip())


def export(who: Who) -> None:
    """Print everything that is stored about a user as JSON, to answer their request for it. No secrets, and nothing about other people."""
    from idp.cli.deployment import deployment
    from idp.services.audit.recorder import SYSTEM

    with deployment() as services:
        found = services.person_export.export(find_user(services, who).id, by=SYSTEM, scope=DEPLOYMENT)
    typer.echo(json.dumps(found, indent=2, ensure_ascii=False))


def disable(who: Who) -> None:
    """Disable a user. They cannot sign in. All their sessions and the access of all apps end at once; enabling does not restore them."""
    _set_disabled(who, disabled=True)


def enable(who: Who) -> None:
    """Let a disabled user sign in again. Their former sessions do not come back."""
    _set_disabled(who, disabled=False)


def unlock(who: Who) -> None:
    """Remove the locks of a user after too many wrong passwords or codes."""
    from idp.cli.deployment import deployment
    from idp.services.audit.recorder import SYSTEM

    with deployment() as services:
        user = find_user(services, who)
        services.locks.remove(user, by=SYSTEM, scope=DEPLOYMENT)
        closed = services.locks.of(user, scope=DEPLOYMENT)
    typer.echo(f"{_line(user)}: may try again")
    for lock in closed:
        typer.echo(_lock(lock), err=True)


def reset_password(who: Who) -> None:
    """Send a user the mail with which they set a new password. Nothing of the account changes until they do."""
    from idp.cli.deployment import deployment
    from idp.domain.errors import Conflict

    with deployment() as services:
        if not (services.settings.mail_function or services.settings.smtp_url):
            raise Conflict("command.no_mail")
        user, expires_at = services.started_resets.start(find_user(services, who).id, scope=DEPLOYMENT)
        services.wait_for_mails()
    typer.echo(f"{_line(user)}: mail sent, valid {time.strftime('until %Y-%m-%d %H:%M:%S UTC', time.gmtime(expires_at))}")


def remove_passkey(
    who: Who, passkey: Annotated[str, typer.Argument(metavar="PASSKEY", help="Its id, as `idp users show` prints it.")]
) -> None:
    """Remove a passkey of a user, for example of a lost device. All their sessions and the access of all apps end."""
    from idp.cli.deployment import deployment
    from idp.services.audit.recorder import SYSTEM

    with deployment() as services:
        user = find_user(services, who)
        services.passkey_service.remove(user.id, passkey, by=SYSTEM, scope=DEPLOYMENT)
    typer.echo(f"{_line(user)}: the passkey is removed")


def temporary_code(who: Who) -> None:
    """Send a user who lost the second factor a code that takes its place once, within a day."""
    from idp.cli.deployment import deployment
    from idp.domain.errors import Conflict

    with deployment() as services:
        if not (services.settings.mail_function or services.settings.smtp_url):
            raise Conflict("command.no_mail")
        user, expires_at = services.temporary_codes.send(find_user(services, who).id, scope=DEPLOYMENT)
        services.wait_for_mails()
    typer.echo(f"{_line(user)}: mail sent, valid {time.strftime('until %Y-%m-%d %H:%M:%S UTC', time.gmtime(expires_at))}")


def find_user(services: AllServices, who: str) -> User:
    """Return the user with this id or email address.

    Raises:
        NotFound: there is none.
        Invalid: it contains an @ and is no valid address.
    """
    from idp.domain.errors import NotFound
    from idp.domain.people.user import may_be_user_id
    from idp.services.people.user_changes import parse_email

    user = services.users.get(who) if "@" not in who or may_be_user_id(who) else None  # a kept id can have an @
    if user is None and "@" in who:
        user = services.users.get(services.users.id_of(parse_email(who)) or "")
    if user is None:
        raise NotFound("command.user_unknown", user=who)
    return user


def _set_disabled(who: str, *, disabled: bool) -> None:
    from idp.cli.deployment import deployment

    with deployment() as services:
        user = services.user_service.patch(find_user(services, who).id, {"disabled": disabled}, scope=DEPLOYMENT)
    typer.echo(_line(user))


def _line(user: User) -> str:
    name = user.claims.get("name")
    flags = [word for word, is_so in (("admin", user.admin), ("disabled", user.disabled), ("deleting", user.deleting_until)) if is_so]
    return "  ".join([user.id, user.email, *([str(name)] if name else []), *flags])


def _lock(lock: Lock) -> str:
    until = (
        "until the second factor is reset" if lock.until is None else time.strftime("until %Y-%m-%d %H:%M:%S UTC", time.gmtime(lock.until))
    )
    return f"locked: {_LOCKED[lock.what]}, after {lock.failures} failures, {until}"
