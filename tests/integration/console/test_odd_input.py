"""Odd input in addresses and forms of the console is refused by a page, or finds nothing. It is never a fault."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.http.console.audit_query import FIELDS
from tests.integration.console.organisations import company
from tests.support.hooking import ARN, EVERYBODY, hook, remove_hooks

if TYPE_CHECKING:
    from tests.integration.console.admins import Admin
    from tests.support.world import World

ODD = ("\u0000", "\U0001f600" * 512, "\ufdfa" * 63, "٣", "../..", "9999-12-31T23:59-23:59")
"""The second is more than a key of DynamoDB can have, and so is the third once it is normalized."""


def test_odd_values_in_an_address(admin: Admin) -> None:
    fields = {
        "audit": (*FIELDS, "cursor", "live"), "audit/export": ("person", "since", "part", "format", "cursor"),
        "organizations": ("q", "cursor"), "people/export": ("part",), "people/imports/none/report": ("after",),
    }  # fmt: skip
    for path, names in fields.items():
        for name in names:
            for odd in ODD:
                asked = {"part": "1", "format": "csv" if path == "people/export" else "ndjson", name: odd}
                assert admin.browser.http.get(f"/console/{path}", params=asked).status_code < 500, (path, name, odd)


def test_odd_parts_of_a_path(admin: Admin) -> None:
    for path in ("people/imports/{}", "people/imports/{}/report", "hooks/{}", "webhooks/{}", "organizations/{}/clients"):
        for odd in ("é" * 400, "a" * 3000, "%00", "%0d%0a", "ROW%23"):
            assert admin.browser.http.get("/console/" + path.format(odd)).status_code in {400, 404}, (path, odd)


def test_odd_values_of_a_dry_run(world: World, admin: Admin) -> None:
    service = world.services.hook_service
    service._settings = replace(service._settings, hooks="on", hooks_functions=ARN)  # noqa: SLF001  # read at each check
    made = [hook(world.services, "sign_in", cedar=EVERYBODY), hook(world.services, "registration", cedar=EVERYBODY)]
    for each in made:
        page = admin.open(f"/console/hooks/{each.name}")
        for name in ("user_id", "email", "client_id", "ip_address", "acr", "how"):
            for odd in ("", *ODD):
                assert admin.press(page, "/dry-run", {name: odd}).status < 500, (each.kind, name, odd)
    remove_hooks(world.services)


def test_odd_values_of_a_machine_client(world: World) -> None:
    acme = company(world)
    admin, path = acme.come(), f"/console/organizations/{acme.id}/clients"
    page = admin.open(path)
    for name in ("name", "scopes", "once"):
        for odd in ("", *ODD):
            assert admin.press(page, "/clients", {"name": "x", "scopes": "orders", name: odd}).status < 500, (name, odd)
    sent = {"csrf": page.forms[0].fields["csrf"], "once": "x" * 10, "version": "1"}
    for odd in ("é" * 400, "a" * 3000, "%00", f"{acme.id}.none"):
        for end in ("", "/rotate", "/delete"):
            answer = admin.browser.http.post(f"{path}/{odd}{end}", data=sent, headers={"Origin": world.settings.issuer})
            assert answer.status_code == 404, (odd, end)
