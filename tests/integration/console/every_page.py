"""The address of every page of the console that is opened by GET, with something there for each value in it."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from idp.http.console.app import all_pages
from tests.integration.admin.operations import Bucket, filled
from tests.integration.console.organisations import company
from tests.support.world import World

if TYPE_CHECKING:
    import pytest

    from idp.http.console.pages import Page
    from idp.settings import Settings
    from tests.support.people import Person

NO_PAGE = ("/file", "/callback", "/preview", "/report")
"""How addresses end that answer with a file, or for a frame or an app."""
_PLACES = {
    "{role_name}": "/roles/{role_name}", "{group_name}": "/groups/{group_name}", "{client_id}": "/clients/{client_id}",
    "{connection_id}": "/connections/{connection_id}", "{endpoint_id}": "/webhooks/{endpoint_id}", "{hook_name}": "/hooks/{hook_name}",
    "{stream_id}": "/signal-streams/{stream_id}", "{import_id}": "/imports/{import_id}", "{number}": "/policies/{number}",
}  # fmt: skip


def world_with_everything(settings: Settings, endpoint: str, monkeypatch: pytest.MonkeyPatch) -> World:
    """A provider with tables of its own, in which everything is switched on."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", endpoint)
    world = World(
        replace(
            settings, table_prefix=f"t{uuid.uuid4().hex[:12]}", import_bucket="uploads", hooks="on", shared_signals="on",
            mail_from="id@example.com", mail_function="mail",
        )
    ).begun()  # fmt: skip
    vars(world.services)["import_bucket"] = Bucket()  # instead of S3
    return world


def addresses(world: World, person: Person) -> list[tuple[Page, str]]:
    """Each page with its address. Those of a person are about `person`."""
    ids = dict(company(world).ids)
    for name, path in _PLACES.items():
        ids[f"deployment {name}"] = filled(world, path).rpartition("/")[2]
    found = []
    for page in all_pages():
        path = page.path
        if page.method != "GET" or path.endswith(NO_PAGE):
            continue
        for name in re.findall(r"{\w+}", path):
            value = person.user.id if name == "{user_id}" and "/organizations" not in path else ""
            value = value or (ids[name] if "/organizations" in path else ids.get(f"deployment {name}", ids.get(name, "")))
            path = path.replace(name, value)
        found.append((page, f"{path}?email={person.email}" if path.endswith("/attempts") else path))
    return found
