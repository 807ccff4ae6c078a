"""Renders a page of the console: its navigation, its notice, and its policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from idp.domain.message import Message
from idp.domain.texts import marked
from idp.http import csrf
from idp.http.console.views import CHOOSE, HOME, shown_to
from idp.http.console.visit import KEY
from idp.http.language import texts_of
from idp.http.pages import render
from idp.http.services import services
from idp.http.static_files import url_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.http.console.visit import Visit

TRUSTED_TYPES = "; require-trusted-types-for 'script'; trusted-types 'none'"
"""Scripts of the page can turn no text into markup or code (W3C Trusted Types), so a stored name cannot either (threats Q-01)."""
NOTICES: dict[str, str] = {
    "created": marked("The account was created."),
    "created-mailed": marked("The account was created, and a mail for a password was sent."),
    "saved": marked("The changes were saved."),
    "callback-added": marked("The address was added."),
    "callback-removed": marked("The address was removed."),
    "unchanged": marked("Nothing was changed."),
    "disabled": marked("The account was disabled. All its sessions have ended."),
    "enabled": marked("The account was enabled."),
    "unlocked": marked("The locks were removed."),
    "reset-mailed": marked("A mail for a new password was sent."),
    "code-mailed": marked("The code was mailed. It takes the place of the second step once."),
    "factors-reset": marked("The second factors were removed. All sessions have ended."),
    "passkey-removed": marked("The passkey was removed. All sessions have ended."),
    "session-ended": marked("The session was ended."),
    "signed-out": marked("All sessions and the access of all apps have ended."),
    "grant-ended": marked("The access of the app was ended."),
    "devices-forgotten": marked("All remembered devices were forgotten."),
    "link-removed": marked("The link was removed."),
    "mail-cleared": marked("Mails go to the address again."),
    "made-admin": marked("The account is an administrator now."),
    "not-admin": marked("The account is no administrator any more."),
    "merged": marked("The accounts were merged. The other one is erased."),
    "deleted": marked("The account was deleted."),
    "kept": marked("The deletion was cancelled."),
    "organization-created": marked("The organisation was created."),
    "organization-disabled": marked("The organisation was disabled. Its members get nothing for it."),
    "organization-enabled": marked("The organisation was enabled."),
    "organization-deleted": marked("The organisation was deleted."),
    "organization-member-added": marked("The person is a member now."),
    "organization-member-removed": marked("The membership was ended. The account stays."),
    "domain-added": marked("The domain was added. Publish its record, then check it."),
    "domain-proven": marked("The record was found. The domain is proven."),
    "domain-not-proven": marked("The record was not found. It can take a while until a new record is seen everywhere."),
    "domain-removed": marked("The domain was removed."),
    "invited": marked("The invitation was sent."),
    "withdrawn": marked("The invitation was withdrawn."),
    "import-cancelled": marked("The import was cancelled. Accounts that it made stay."),
    "app-created": marked("The app was created."),
    "app-disabled": marked("The app was disabled. Its access and its tokens have ended."),
    "app-enabled": marked("The app was enabled."),
    "app-deleted": marked("The app was deleted."),
    "secret-made": marked("A new secret was made. It was shown once: if nobody noted it, make another one."),
    "scim-client-created": marked("The SCIM client was made. Its token was shown once: if nobody noted it, make another one."),
    "scim-token-made": marked("A new token was made. It was shown once: if nobody noted it, make another one."),
    "scim-client-disabled": marked("The SCIM client was disabled. Its tokens do not work."),
    "scim-client-enabled": marked("The SCIM client was enabled."),
    "scim-client-deleted": marked("The SCIM client was deleted. Its tokens have ended; the people whom it made stay."),
    "old-secret-ended": marked("The old secret has ended."),
    "invited-again": marked("A new invitation was sent. The earlier link has ended."),
    "keys-rotated": marked("The next keys sign now. The earlier ones verify until their last token has expired."),
    "sealing-rotated": marked("A new sealing key was made. It is used in two minutes."),
    "mail-tried": marked("The mail was handed over. It arrives in a moment, if mail works."),
    "webhook-on": marked("The endpoint was switched on. It gets what it has missed, as far as it is kept."),
    "webhook-off": marked("The endpoint was switched off."),
    "webhook-tested": marked("A test event was sent. Its attempt appears below within a minute."),
    "webhook-redelivered": marked("The events are sent again, with the same ids."),
    "webhook-redelivered-first": marked("The first events of this time are sent again, with the same ids. Send the rest below."),
    "webhook-redelivered-none": marked("Nothing arrived in this time, or it is not kept any more."),
    "webhook-deleted": marked("The endpoint was deleted."),
    "signal-paused": marked("The stream was paused. New events wait until it is switched on."),
    "signal-enabled": marked("The stream was switched on. The app gets the events that waited."),
    "signal-deleted": marked("The stream was deleted, and so were the events that waited."),
    "hook-on": marked("The hook was switched on. It counts within half a minute."),
    "hook-off": marked("The hook was switched off. It counts within half a minute."),
    "role-created": marked("The role was created."),
    "role-deleted": marked("The role was deleted."),
    "role-given": marked("The person has the role now."),
    "role-taken": marked("The role was taken from the person."),
    "group-created": marked("The group was created."),
    "group-deleted": marked("The group was deleted."),
    "member-added": marked("The person is in the group now."),
    "member-removed": marked("The person was removed from the group."),
    "policies-saved": marked("The version was saved. It has no effect until it is published."),
    "policies-published": marked("The version is live now."),
    "connection-created": marked("The connection was created. Register what is below at the other side."),
    "connection-on": marked("The connection was switched on."),
    "connection-off": marked("The connection was switched off."),
    "connection-deleted": marked("The connection was deleted."),
    "metadata-read": marked("The metadata was read, and it fits."),
    "secret-saved": marked("The secret was saved."),
    "certificate-made": marked("The next certificate is in our metadata. Give it to the other side, then use it."),
    "certificate-used": marked("The next certificate is in use."),
}
"""The notices of pages, by the value of `done` in the address. No other text of an address is shown (F-10)."""


class Command(NamedTuple):
    """An entry of the command palette: words and an address."""

    text: str
    path: str


_OF_THE_DEPLOYMENT = (
    ("users:read", Command(marked("Export people"), f"{HOME}/people/export")),
    ("users:read users:write", Command(marked("Invite somebody"), f"{HOME}/people/invitations")),
    ("imports:read", Command(marked("Import people"), f"{HOME}/people/imports")),
    ("roles:read roles:write", Command(marked("Create a role"), f"{HOME}/roles/_new")),
    ("roles:read roles:write", Command(marked("Create a group"), f"{HOME}/groups/_new")),
    ("policies:read", Command(marked("Write policies"), f"{HOME}/policies/new")),
    ("connections:read connections:write", Command(marked("Create a connection"), f"{HOME}/connections/_new")),
)


def show(request: Request, template: str, *, status: int = 200, at: str = "", **context: Any) -> Response:
    """Render a page. `at`: the path of the view that is marked in the navigation. Without a visit, it is a page without navigation."""
    visit: Visit | None = request.scope.get(KEY)
    texts, done = texts_of(request), request.query_params.get("done", "")
    views = shown_to(visit.held, services(request).settings, organisation=visit.organisation is not None) if visit else []
    response = render(
        request, f"console/{template}", status=status, at=at, console_style=url_of("console.css"), console_script=url_of("console.js"),
        places=[(view, texts.text(view.title)) for view in views],
        commands=[Command(texts.text(one.text), one.path) for one in _commands(visit)],
        notice=texts.text(NOTICES[done]) if done in NOTICES else None, **_about_admin(request, visit), **context,
    )  # fmt: skip
    response.headers["Content-Security-Policy"] += TRUSTED_TYPES
    return response


def _about_admin(request: Request, visit: Visit | None) -> dict[str, Any]:
    if visit is None:
        return {"me": "", "zone": "", "csrf": "", "held": frozenset(), "organisation": "", "switch": ""}
    user = visit.visitor.user
    return {
        "organisation": visit.organisation.name if visit.organisation else "",
        "switch": CHOOSE if visit.organisation and user.memberships > 1 else "",
        "me": str(user.claims.get("name") or user.email), "zone": str(user.claims.get("zoneinfo") or ""),
        "csrf": csrf.token(request, visit.form_id), "held": visit.held,
    }  # fmt: skip


def _commands(visit: Visit | None) -> list[Command]:
    """Return the entries of the palette beside the views."""
    if visit is None:
        return []
    own = [
        ("users:read users:write", Command(marked("Create an account"), f"{HOME}/people/new")),
        ("clients:read clients:write", Command(marked("Create an app"), f"{HOME}/apps/new")),
        ("", Command(marked("Your own account"), "/account")),
        ("", Command(marked("Sign out"), "/logout")),
    ]
    if visit.organisation is None:
        own = [*_OF_THE_DEPLOYMENT, *own]
    else:
        invitations = f"{HOME}/organizations/{visit.organisation.id}/invitations"
        own = [("organizations:read organizations:write", Command(marked("Invite somebody"), invitations)), *own]
    return [command for needed, command in own if visit.may(*needed.split())]


def sentence(request: Request, message: Message) -> str:
    """Return a message in the language of the page."""
    from idp.domain.messages import render as render_message  # the catalogue loads with the first message

    return render_message(message, texts_of(request))
