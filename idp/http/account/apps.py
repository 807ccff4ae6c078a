"""The part of the account page about apps: which have access, and what they may do, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.access.tenancy import DEPLOYMENT
from idp.http.account.moment import moment
from idp.http.pages import shorten
from idp.http.services import services
from idp.http.sign_in.scope_words import words_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from idp.domain.people.user import User
    from idp.store.account_items import HeldItems


def rows(request: Request, user: User, held: HeldItems) -> dict[str, Any]:
    """What `templates/account/apps.html` shows: one row for each app, with its name.

    Grants of an app that does not exist any more are left out, since they give no access.
    """
    s = services(request)
    apps = s.access.apps(user, held.consents, scope=DEPLOYMENT)
    clients = s.reads.clients([app.client_id for app in apps])
    live = [(client, app.held_by(client)) for app, client in zip(apps, clients, strict=True) if client]
    shown = words_of(request, (scope for _, app in live for scope in app.scopes))
    return {
        "apps": [
            {
                "id": client.id, "name": shorten(client.name or client.id), "scopes": [shown[scope] for scope in app.scopes],
                "since": moment(app.since), "last_used": moment(app.last_used_at) if app.last_used_at else None,
            }
            for client, app in live if app.grants or app.consent
        ]
    }  # fmt: skip
