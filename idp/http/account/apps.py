"""The part of the account page about apps: which have access, and what they may do, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.access.tenancy import DEPLOYMENT
from idp.http.account.moment import moment
from idp.http.pages import shorten
from idp.http.services import services
from idp.http.sign_in.scope_words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request

    from idp.domain.apps.app_access import AppAccess
    from idp.domain.people.user import User
    from idp.store.account_items import HeldItems


def rows(request: Request, user: User, held: HeldItems) -> dict[str, Any]:
    """What `templates/account/apps.html` shows: one row for each app, with its name.

    Grants of an app that does not exist any more are left out, since they give no access.
    """
    s = services(request)
    apps = s.access.apps(user, held.consents, scope=DEPLOYMENT)
    clients = s.reads.clients([app.client_id for app in apps])
    live = [(client, held_by) for app, client in zip(apps, clients, strict=True) if client and _is_live(held_by := app.held_by(client))]
    words = words_of(request, (scope for _, app in live for scope in app.scopes))
    details = _detail_rows(request, [app for _, app in live])
    return {
        "apps": [
            {
                "id": client.id, "name": shorten(client.name or client.id), "scopes": [words[scope] for scope in app.scopes],
                "details": [next(details) for _ in app.details], "since": moment(app.since),
                "last_used": moment(app.last_used_at) if app.last_used_at else None,
                "url": client.home,
            }
            for client, app in live
        ]
    }  # fmt: skip


def _is_live(app: AppAccess) -> bool:
    return bool(app.grants or app.consent)


def _detail_rows(request: Request, apps: list[AppAccess]) -> Iterator[dict[str, object]]:
    """The authorization details of these apps, one after the other, in the words of the consent page. Without any there is no call."""
    found = [detail for app in apps for detail in app.details]
    if not found:
        return iter(())
    from idp.http.sign_in.detail_rows import detail_rows  # few apps ask for details

    return iter(detail_rows(request, found))
