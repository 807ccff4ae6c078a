"""Every page of the console, and what admins do there most. The admin signed in a moment ago."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from bench.costs import Prepare, expect
from idp.domain.access.tenancy import DEPLOYMENT
from idp.http.console.app import all_pages
from idp.services.audit.recorder import SYSTEM
from tests.integration.console.admins import Admin, sign_in
from tests.integration.console.organisations import company
from tests.support.world import World

LEFT_OUT = {
    "/console/people/imports/{import_id}": "it needs a bucket",
    "/console/people/imports/{import_id}/report": "it needs a bucket",
    "/console/people/export/file": "it needs a form before it, and reads all people",
    "/console/audit/export/file": "it reads all events of a time",
    "/console/hooks/{hook_name}": "it needs a function of the operator",
    "/console/apps/try/callback": "it answers a sign-in that was tried",
    "/console/policies/{number}": "it needs policies, which a deployment may have not",
    "/console/signals/{stream_id}": "it needs an app that receives signals",
    "/console/signals/{stream_id}/delete": "it needs an app that receives signals",
    "/console/returned": "it answers after the second factor",
}
"""Pages that are not measured, and why."""
ASKED = {"/console/people/attempts": "?email=somebody@example.com", "/console/mails/preview": "?mail=password_changed&language=en"}
"""What a page is asked, if it needs that."""
OK = frozenset({200})


def flows(world: World) -> dict[str, Prepare]:
    """Pages by their addresses, then acts."""
    admin, ids = sign_in(world), things(world)
    paths = [page.path for page in all_pages() if page.method == "GET" and page.path not in LEFT_OUT]
    acts = _acts(world, admin, ids)
    return {**{f"page {path}": _page(admin, path, ids) for path in paths}, **acts}


def things(world: World) -> dict[str, dict[str, str]]:
    """Names in paths, by the beginning of the path: an organisation has people, apps and roles of its own."""
    services, one = world.services, secrets.token_hex(3)
    role = services.role_service.create(f"reader-{one}", scope=DEPLOYMENT, permissions=["orders:read"], by=SYSTEM)
    group = services.group_service.create(f"staff-{one}", scope=DEPLOYMENT, roles=[role.name], by=SYSTEM)
    endpoint = services.webhook_endpoint_service.create({"url": "https://hooks.example/idp"}, by=SYSTEM, scope=DEPLOYMENT)[0]
    github = {"preset": "github", "client_id": "Iv1.8a61f9b3a7aba766", "secret": "a-secret-of-github"}
    connection = services.connection_service.create("github", github, scope=DEPLOYMENT, by=SYSTEM)
    everywhere = {
        "user_id": world.person(email_verified=True).user.id, "client_id": world.client(name="Shop").id, "role_name": role.name,
        "group_name": group.name, "endpoint_id": endpoint.id, "connection_id": connection.id,
    }  # fmt: skip
    return {"": everywhere, "/console/organizations": {name.strip("{}"): value for name, value in company(world).ids.items()}}


def _page(admin: Admin, path: str, ids: dict[str, dict[str, str]]) -> Prepare:
    wanted = path
    for start, names in sorted(ids.items(), reverse=True):
        if path.startswith(start):
            for name, value in names.items():
                wanted = wanted.replace(f"{{{name}}}", value)

    wanted += ASKED.get(path, "")

    def run() -> None:
        answer = admin.open(wanted).response
        expect(answer.status_code == 200, f"{wanted} answered {answer.status_code}")

    return lambda _: run


def _acts(world: World, admin: Admin, ids: dict[str, dict[str, str]]) -> dict[str, Prepare]:
    here = ids[""]
    person, app = f"/console/people/{here['user_id']}", f"/console/apps/{here['client_id']}"

    def fixed(path: str, action: str, values: Callable[[], dict[str, str]] = dict) -> Prepare:
        return lambda _: lambda: _sent(admin, path, action, values())

    def disabled(_: World) -> Callable[[], None]:
        page = _sent(admin, person, "/disable", {})
        return lambda: _went(admin.press(page, "/enable"))

    def deleted(_: World) -> Callable[[], object]:
        gone = world.person().user.id
        return lambda: _sent(admin, f"/console/people/{gone}/delete", "/delete", {})

    word = secrets.token_hex
    return {
        "change a person": fixed(f"{person}/edit", "/edit", lambda: {"given_name": word(4)}),
        "make a person": fixed("/console/people/new", "/new", lambda: {"email": f"{word(6)}@example.com", "name": "Mary Somerville"}),
        "enable a person": disabled,
        "delete a person": deleted,
        "invite a person": fixed("/console/people/invitations", "/invitations", lambda: {"email": f"{word(6)}@example.com"}),
        "give a role": lambda _: lambda: _role_given(world, admin, here["role_name"]),
        "change an app": fixed(f"{app}/edit", "/edit", lambda: {"client_name": word(4)}),
        "make an app": fixed(
            "/console/apps/new?kind=web", "/new", lambda: {"client_name": word(4), "redirect_uris": "https://a.example/cb"}
        ),
        "make a role": fixed("/console/roles/_new", "/_new", lambda: {"name": f"r{word(4)}", "permissions": "orders:read"}),
        "make a group": fixed("/console/groups/_new", "/_new", lambda: {"name": f"g{word(4)}"}),
        "make an organisation": fixed("/console/organizations/new", "/new", lambda: {"name": "Acme", "slug": f"o{word(4)}"}),
        "make a webhook endpoint": fixed("/console/webhooks/new", "/new", lambda: {"url": "https://hooks.example/idp", "kind-user": "1"}),
    }


def _role_given(world: World, admin: Admin, role: str) -> None:
    _sent(admin, f"/console/people/{world.person().user.id}/roles", "/roles", {"kind": "roles", "name": role})


def _sent(admin: Admin, path: str, action: str, values: dict[str, str]) -> Any:
    """Open a form and send it. Returns the page after it."""
    return _went(admin.press(admin.open(path), action, values))


def _went(page: Any) -> Any:
    expect(page.response.status_code in OK and "Confirm that it is you" not in page.text, f"{page.response.url} was not done: {page}")
    return page
